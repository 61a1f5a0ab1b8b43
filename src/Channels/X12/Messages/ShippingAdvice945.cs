using RetailSync.Channels.Documents;
using RetailSync.Channels.X12.Syntax;

namespace RetailSync.Channels.X12.Messages;

/// <summary>945 Warehouse Shipping Advice: what left a warehouse. A line is a W12 (ordered, shipped, difference; shipped counts).</summary>
internal static class ShippingAdvice945
{
    public static SourceDocument Read(X12Table table)
    {
        var (header, loops) = table.Loops("W12", "W03");
        if (table["W06", 1] == "K")
        {
            table.IsCopy();
        }

        var (order, shipment) = (table["W06", 2], table["W06", 4]);
        var from = X12Table.Place(header, "WH", "SF");
        var to = X12Table.Place(header, "ST");
        var shipped = X12Table.Qualified(header, "G62", "11");
        var time = shipped is null ? null : X12Values.Time(shipped[2], shipped[4], shipped[5]);
        var keys = X12Table.Keys(Numbers(table.Segments));
        foreach (var (index, loop) in loops.Index())
        {
            var line = loop[0];
            table.Add(new DocumentLine
            {
                Key = keys[index],
                Position = X12Table.PositionOf(line),
                Articles = X12Values.Articles(line, [7, 17, 21], line[6], line[5]),
                Place = from,
                Unit = X12Values.Unit(line[5]),
                Time = time ?? X12Values.Time(table["W06", 3]),
                Outcome = X12Table.Above0(line, 3, quantity => new Moved(Leaving(quantity, to, order, shipment)), "nothing shipped"),
            });
        }

        table.Total("W03-01", table["W03", 1], "shipped in W12-03", loops.Sum(loop => X12Values.Quantity(loop[0][3]) ?? 0));
        return table.Document(order.Length + shipment.Length == 0 ? null : $"{order}:{shipment}", from?.Value);
    }

    /// <summary>A transfer where it goes to a location of ours, to be received under its shipment; otherwise it is sold.</summary>
    private static StockMove Leaving(decimal quantity, PlaceName? to, string order, string shipment)
    {
        var sale = StockMove.Sale(quantity, order.Length > 0 ? order : shipment);
        return to is null ? sale : StockMove.Transfer(quantity, to, shipment.Length > 0 ? shipment : order) with { Otherwise = sale };
    }

    /// <summary>The number of each line: its LX, or an N9*LI behind it.</summary>
    private static List<string> Numbers(IReadOnlyList<X12Segment> segments)
    {
        List<string> numbers = [];
        var group = "";
        foreach (var segment in segments)
        {
            switch (segment.Id)
            {
                case "LX":
                    group = segment[1];
                    break;
                case "W12":
                    numbers.Add(group);
                    break;
                case "N9" when segment[1] == "LI" && numbers.Count > 0 && numbers[^1].Length == 0:
                    numbers[^1] = segment[2];
                    break;
            }
        }

        return numbers;
    }
}

using RetailSync.Channels.Documents;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Channels.X12.Messages;

/// <summary>943 Warehouse Stock Transfer Shipment Advice: goods on their way to a warehouse or store. A line is a W04.</summary>
internal static class StockTransferShipment943
{
    public static SourceDocument Read(X12Table table)
    {
        var (header, loops) = table.Loops("W04", "W03");
        if (table["W06", 1] == "K")
        {
            table.IsCopy();
        }

        var (order, shipment) = (table["W06", 2], table["W06", 4]);
        var document = shipment.Length > 0 ? shipment : order;
        var (from, to) = (X12Table.Place(header, "SF"), X12Table.Place(header, "WH", "ST"));
        var due = X12Table.Qualified(header, "G62", "17", "02");
        var on = due is null ? null : X12Values.Day(due[2]);
        var shipped = X12Table.Qualified(header, "G62", "11");
        var (date, clock, code) = shipped is null ? (table["W06", 3], "", "") : (shipped[2], shipped[4], shipped[5]);
        List<DocumentLine> lines = [];
        var keys = X12Table.Keys([.. loops.Select(loop => X12Table.Qualified(loop, "N9", "LI")?[2] ?? "")]);
        foreach (var (index, loop) in loops.Index())
        {
            var line = loop[0];
            lines.Add(new DocumentLine
            {
                Key = keys[index],
                Position = X12Table.PositionOf(line),
                Articles = X12Values.Articles(line, [4, 6, 14], line[3], line[2]),
                Place = from ?? to,
                Unit = X12Values.Unit(line[2]),
                Time = X12Values.Time(date, clock, code),
                Outcome = X12Table.Above0(line, 1, quantity => new Moved(Leaving(quantity)), "nothing shipped"),
            });
        }

        table.AddUp(lines);
        table.Total("W03-01", table["W03", 1], "shipped in W04-01", loops.Sum(loop => X12Values.Quantity(loop[0][1]) ?? 0));
        return table.Document(document, areFacts: false);

        // A transfer where it comes from a location of ours; otherwise it is expected from somebody else.
        StockMove Leaving(decimal quantity)
        {
            var expected = StockMove.Expected(quantity, document, on, from is null ? SupplyKind.PurchaseOrder : SupplyKind.Transfer) with
            {
                Place = to,
                Time = X12Values.Time(date, clock, code, atEnd: false),
            };
            return from is null || to is null ? expected : StockMove.Transfer(quantity, to, document, on) with { Otherwise = expected };
        }
    }
}

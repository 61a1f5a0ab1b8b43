using RetailSync.Channels.Documents;
using RetailSync.Channels.X12.Syntax;

namespace RetailSync.Channels.X12.Messages;

/// <summary>
/// 940 Warehouse Shipping Order: an order to ship. It moves nothing, whether it is new, replaced or cancelled; what was shipped is reported by a 945.
/// </summary>
internal static class ShippingOrder940
{
    public static SourceDocument Read(X12Table table)
    {
        var (_, loops) = table.Loops("W01", "W76");
        var outcome = new NoStock(table["W05", 1] == "F" ? "cancelled order to ship" : "order to ship");
        foreach (var (index, loop) in loops.Index())
        {
            Add(loop[0], FormattableString.Invariant($"{index + 1}"));
        }

        if (loops.Count == 0)
        {
            Add(table.Segments[0], "1");
        }

        table.Total("W76-01", table["W76", 1], "ordered in W01-01", loops.Sum(loop => X12Values.Quantity(loop[0][1]) ?? 0));
        return table.Document(table["W05", 2]);

        void Add(X12Segment segment, string key) =>
            table.Add(new DocumentLine { Key = key, Position = X12Table.PositionOf(segment), Outcome = outcome });
    }
}

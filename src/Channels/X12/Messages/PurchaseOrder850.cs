using RetailSync.Channels.Documents;
using RetailSync.Channels.X12.Syntax;

namespace RetailSync.Channels.X12.Messages;

/// <summary>850 Purchase Order: what was ordered is expected. A line is a PO1; where an SDQ follows it, each of its stores is one.</summary>
internal static class PurchaseOrder850
{
    public static SourceDocument Read(X12Table table)
    {
        var purpose = table["BEG", 1];
        var isCancelled = purpose == "01";
        table.Purpose("BEG01", isCancelled ? "" : purpose);
        if (isCancelled)
        {
            // Nothing of it is outstanding any more: its lines state 0, and those that it does not name are gone.
            table.Replaces();
        }

        var (header, loops) = table.Loops("PO1", "CTT", "SE");
        var (order, shipTo, due) = (table["BEG", 3], X12Table.Place(header, "ST"), Due(header));
        List<DocumentLine> lines = [];
        var keys = X12Table.Keys([.. loops.Select(loop => loop[0][1])]);
        foreach (var (index, loop) in loops.Index())
        {
            var line = loop[0];
            var places = InventoryInquiry846.Distributed(loop, 1);
            if (places.Count == 0)
            {
                Add(line, 2, line[3], keys[index], X12Table.Place(loop, "ST") ?? shipTo);
            }

            foreach (var (sdq, element) in places)
            {
                Add(sdq, element + 1, sdq[1], $"{keys[index]}:{sdq[element]}", new PlaceName(sdq[element]));
            }

            void Add(X12Segment segment, int element, string unitCode, string key, PlaceName? place)
            {
                var unit = X12Values.Unit(unitCode);
                lines.Add(new DocumentLine
                {
                    Key = key,
                    Position = X12Table.PositionOf(segment),
                    Articles = X12Values.Articles(line, X12Values.Pairs(line, 6)),
                    Place = place,
                    Unit = unit,
                    Pack = X12Values.Pack(loop.FirstOrDefault(one => one.Id == "PO4"), unit),
                    Time = X12Values.Time(table["BEG", 5], atEnd: false),
                    Outcome = X12Values.Quantity(segment[element]) is { } quantity and >= 0
                        ? new Moved(StockMove.Expected(isCancelled ? 0 : quantity, order, Due(loop) ?? due))
                        : X12Table.NoQuantity(segment, element, "0 or more"),
                });
            }
        }

        table.AddUp(lines);
        table.Total("CTT01", table["CTT", 1], "lines (PO1)", loops.Count);
        table.Total("CTT02", table["CTT", 2], "ordered in PO1-02", loops.Sum(loop => X12Values.Quantity(loop[0][2]) ?? 0));
        return table.Document(order, areFacts: false);
    }

    /// <summary>The day on which delivery is asked for, else that of the shipment.</summary>
    private static NodaTime.LocalDate? Due(IReadOnlyList<X12Segment> segments) =>
        X12Table.Qualified(segments, "DTM", "002", "010") is { } due ? X12Values.Day(due[2]) : null;
}

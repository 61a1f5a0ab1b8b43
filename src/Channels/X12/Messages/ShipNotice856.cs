using RetailSync.Channels.Documents;
using RetailSync.Channels.X12.Syntax;

namespace RetailSync.Channels.X12.Messages;

/// <summary>
/// 856 Ship Notice/Manifest: what is on its way. A line is a level (HL) with an item; the levels above it say its order, place and pack. CLD and MAN repeat the
/// goods as packs, SN1-04 adds up earlier shipments: none of them counts.
/// </summary>
internal static class ShipNotice856
{
    public static SourceDocument Read(X12Table table)
    {
        table.Purpose("BSN01", table["BSN", 1]);
        var (header, loops) = table.Loops("HL", "CTT", "SE");
        var levels = new Dictionary<string, IReadOnlyList<X12Segment>>(StringComparer.Ordinal);
        foreach (var loop in loops)
        {
            levels.TryAdd(loop[0][1], loop);
        }

        List<DocumentLine> lines = [];
        List<IReadOnlyList<X12Segment>> items =
            [.. loops.Where(loop => loop[0][3] == "I" || (First(loop, "SN1") is not null && First(loop, "LIN") is not null))];
        var keys = X12Table.Keys([.. items.Select(loop => loop[0][1])]);
        foreach (var (index, item) in items.Index())
        {
            IReadOnlyList<IReadOnlyList<X12Segment>> upwards = [item, .. Above(item, levels, header)];
            var (article, shipped) = (First(item, "LIN"), First(item, "SN1"));
            var unit = X12Values.Unit(shipped?[3] ?? "");
            var order = upwards.Select(level => First(level, "PRF")?[1]).FirstOrDefault(number => !string.IsNullOrEmpty(number)) ?? table["BSN", 2];
            var shippedOn = Dated(upwards, "011");
            var on = Dated(upwards, "017", "067");
            lines.Add(new DocumentLine
            {
                Key = keys[index],
                Position = X12Table.PositionOf(item[0]),
                Articles = article is null ? [] : X12Values.Articles(article, X12Values.Pairs(article, 2)),
                Place = upwards.Select(level => X12Table.Place(level, "ST")).FirstOrDefault(place => place is not null),
                Unit = unit,
                Pack = X12Values.Pack(First(item, "PO4"), unit),
                Time = shippedOn is not null ? X12Values.Time(shippedOn[2], shippedOn[3], shippedOn[4], atEnd: false)
                    : X12Values.Time(table["BSN", 3], table["BSN", 4], atEnd: false),
                Outcome = shipped is null ? new NoStock("no quantity")
                    : X12Table.Above0(shipped, 2, quantity =>
                        new Moved(StockMove.Expected(quantity, order, on is null ? null : X12Values.Day(on[2]))), "nothing shipped"),
            });
        }

        table.AddUp(lines);
        table.Total("CTT01", table["CTT", 1], "levels (HL)", loops.Count, items.Count);
        table.Total("CTT02", table["CTT", 2], "shipped in SN1-02", items.Sum(item => X12Values.Quantity(First(item, "SN1")?[2] ?? "") ?? 0));
        return table.Document(table["BSN", 2], areFacts: false);
    }

    /// <summary>
    /// The levels above, from the nearest on, and the header; files without parents (HL02) have a level's number or none: then those before it
    /// count.
    /// </summary>
    private static IEnumerable<IReadOnlyList<X12Segment>> Above(
        IReadOnlyList<X12Segment> level, Dictionary<string, IReadOnlyList<X12Segment>> levels, IReadOnlyList<X12Segment> header)
    {
        HashSet<IReadOnlyList<X12Segment>> seen = [level];
        var above = level;
        while (levels.TryGetValue(above[0][2], out var parent) && seen.Add(parent))
        {
            yield return parent;
            above = parent;
        }

        if (above[0][2].Length == 0 && above[0][3] != "S")
        {
            foreach (var before in levels.Values.Where(other => other[0].Position < level[0].Position && other[0][3] != "I" && !seen.Contains(other)).Reverse())
            {
                yield return before;
            }
        }

        yield return header;
    }

    private static X12Segment? Dated(IEnumerable<IReadOnlyList<X12Segment>> upwards, params string[] qualifiers) =>
        upwards.Select(level => X12Table.Qualified(level, "DTM", qualifiers)).FirstOrDefault(found => found is not null);

    private static X12Segment? First(IReadOnlyList<X12Segment> level, string id) => level.FirstOrDefault(segment => segment.Id == id);
}

using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Edifact;

/// <summary>
/// SLSRPT: what stores sold on a day. A line is a LIN below the place (LOC) and day (DTM) before it; prices and amounts (PRI, MOA) move
/// nothing.
/// </summary>
internal static class SalesReport
{
    public static SourceDocument Read(EdifactTable table)
    {
        table.Purpose();
        var (header, loops) = table.Loops();
        List<EdifactSegment> before = [.. header];
        var (place, time) = At(before, null, EdifactTable.Time(header, true, "356", "91", "90", "137"));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var keys = EdifactTable.Keys(loops);
        foreach (var (index, loop) in loops.Index())
        {
            var quantity = EdifactTable.Qualified(loop, "QTY", "153", "152");
            var key = $"{place?.Value}:{keys[index]}";
            table.Add(new DocumentLine
            {
                Key = seen.Add(key) ? key : FormattableString.Invariant($"{key}:{index + 1}"),
                Position = EdifactTable.PositionOf(loop[0]),
                Articles = EdifactTable.Articles(loop),
                Place = place,
                Unit = EdifactTable.Unit(quantity),
                Time = time,
                Outcome = quantity is null ? new NoStock("no quantity") : EdifactTable.Quantity(quantity) switch
                {
                    > 0 and var sold => new Moved(StockMove.Sale(sold)),
                    < 0 and var returned => new Moved(StockMove.Return(-returned)),
                    0 => new NoStock("nothing sold"),
                    null => EdifactTable.NoQuantity(quantity, "a number"),
                },
            });

            // The next place stands behind the last line of the one before.
            (place, time) = At(loop, place, time);
        }

        table.Totals(loops.Count, EdifactTable.Sum(loops, "153", "152"));
        return table.Document();
    }

    private static (PlaceName? Place, DocumentTime? Time) At(IReadOnlyList<EdifactSegment> segments, PlaceName? place, DocumentTime? time)
    {
        var start = segments.ToList().FindLastIndex(segment => segment.Tag == "LOC" && segment[1] == "162");
        return start < 0 ? (place, time)
            : (segments[start][2] is { Length: > 0 } code ? new PlaceName(code) : null, EdifactTable.Time([.. segments.Skip(start)], true, "356") ?? time);
    }
}

using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Edifact;

/// <summary>
/// DESADV: what is on its way. An article of an order may stand on several pallets: its lines (LIN) add up at the first, whose key is order and article. NAD BY
/// is who bought, not where it goes.
/// </summary>
internal static class DespatchAdvice
{
    public static SourceDocument Read(EdifactTable table)
    {
        table.Purpose();
        var (header, loops) = table.Loops();
        var place = EdifactTable.Party(header, "DP", "UC", "ST");
        var (time, on) = (EdifactTable.Time(header, false, "11", "137"), EdifactTable.DayOf(header, "17", "358"));
        table.AddUp(loops.Select(loop =>
        {
            var quantity = EdifactTable.Qualified(loop, "QTY", "12");
            var order = EdifactTable.Reference(loop, "ON") is { Length: > 0 } own ? own
                : EdifactTable.Reference(header, "ON") is { Length: > 0 } whole ? whole : table.Number;
            var articles = EdifactTable.Articles(loop);
            return new DocumentLine
            {
                Key = $"{order}:{articles.FirstOrDefault()?.Value ?? loop[0][1]}",
                Position = EdifactTable.PositionOf(loop[0]),
                Articles = articles,
                Place = EdifactTable.Party(loop, "DP", "UC", "ST") ?? place,
                Unit = EdifactTable.Unit(quantity),
                Time = time,
                Outcome = EdifactTable.Above0(quantity, shipped => new Moved(StockMove.Expected(shipped, order, on)), "nothing shipped"),
            };
        }));
        table.Totals(loops.Count, EdifactTable.Sum(loops, "12"));
        return table.Document();
    }
}

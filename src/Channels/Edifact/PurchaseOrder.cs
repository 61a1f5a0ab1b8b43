using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Edifact;

/// <summary>ORDERS: what was ordered is expected. A line is a LIN; a cancelled order states 0.</summary>
internal static class PurchaseOrder
{
    public static SourceDocument Read(EdifactTable table)
    {
        table.Purpose(cancelsByZero: true);
        var (header, loops) = table.Loops();
        var place = EdifactTable.Party(header, "DP", "UC", "ST");
        var (time, on) = (EdifactTable.Time(header, false, "137"), EdifactTable.DayOf(header, "2", "63", "64"));
        var keys = EdifactTable.Keys(loops);
        table.AddUp(loops.Select((loop, index) =>
        {
            var ordered = EdifactTable.Qualified(loop, "QTY", "21");
            return new DocumentLine
            {
                Key = keys[index],
                Position = EdifactTable.PositionOf(loop[0]),
                Articles = EdifactTable.Articles(loop),
                Place = EdifactTable.Party(loop, "DP", "UC", "ST") ?? place,
                Unit = EdifactTable.Unit(ordered),
                Time = time,
                Outcome = ordered is null ? new NoStock("no quantity")
                    : EdifactTable.Quantity(ordered) is { } quantity and >= 0
                        ? new Moved(StockMove.Expected(table.IsCancellation ? 0 : quantity, table.Number, EdifactTable.DayOf(loop, "2", "63", "64") ?? on))
                    : EdifactTable.NoQuantity(ordered, "0 or more"),
            };
        }));
        table.Totals(loops.Count, EdifactTable.Sum(loops, "21"));
        return table.Document();
    }
}

using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Edifact;

/// <summary>
/// RECADV: what came in. A line is a LIN; 194 (accepted) is on hand, else 48 (received) without what was damaged (124) or not accepted (195,
/// 196).
/// </summary>
internal static class ReceivingAdvice
{
    public static SourceDocument Read(EdifactTable table)
    {
        table.Purpose();
        var (header, loops) = table.Loops();
        var place = EdifactTable.Party(header, "DP", "UC", "ST");
        var time = EdifactTable.Time(header, true, "50", "137");
        var keys = EdifactTable.Keys(loops);
        foreach (var (index, loop) in loops.Index())
        {
            var document = EdifactTable.Reference(loop, "ON") is { Length: > 0 } own ? own : EdifactTable.Reference(header, "ON") is { Length: > 0 } order
                ? order
                : EdifactTable.Reference(loop, "VN") is { Length: > 0 } vendor ? vendor : EdifactTable.Reference(header, "VN", "AAK", "DQ");
            table.Add(new DocumentLine
            {
                Key = keys[index],
                Position = EdifactTable.PositionOf(loop[0]),
                Articles = EdifactTable.Articles(loop),
                Place = EdifactTable.Party(loop, "DP", "UC", "ST") ?? place,
                Unit = EdifactTable.Unit(EdifactTable.Qualified(loop, "QTY", "194", "48", "124")),
                Time = EdifactTable.Time(loop, true, "50") ?? time,
                Outcome = Outcome(loop, document.Length > 0 ? document : null),
            });
        }

        table.Totals(loops.Count, loops.Sum(loop => loop.Where(segment => segment.Tag == "QTY").Sum(quantity => EdifactTable.Quantity(quantity) ?? 0)));
        return table.Document();
    }

    private static LineOutcome Outcome(IReadOnlyList<EdifactSegment> loop, string? document)
    {
        var stated = loop.Where(segment => segment.Tag == "QTY" && segment[1] is "48" or "194" or "195" or "196" or "124").ToList();
        if (stated.FirstOrDefault(quantity => EdifactTable.Quantity(quantity) is not >= 0) is { } wrong)
        {
            return EdifactTable.NoQuantity(wrong, "0 or more");
        }

        if (stated.Select(EdifactTable.Unit).Distinct().Count() > 1)
        {
            return new Rejected("unknown-unit", "Its quantities are in several units.");
        }

        var damaged = Of("124") ?? 0;
        if ((Of("194") ?? Of("48") - damaged - (Of("195") ?? 0) - (Of("196") ?? 0)) is not { } accepted)
        {
            accepted = 0;
        }

        if (accepted < 0)
        {
            return new Rejected("invalid-quantity", "More is damaged or not accepted than was received (QTY 48).");
        }

        List<StockMove> moves = [];
        if (accepted > 0)
        {
            moves.Add(StockMove.Receipt(accepted, document));
        }

        if (damaged > 0)
        {
            moves.Add(StockMove.Receipt(damaged, document, "damaged") with { Part = "124" });
        }

        return moves.Count > 0 ? new Moved(moves) : new NoStock("nothing received");

        decimal? Of(string qualifier) => stated.Any(quantity => quantity[1] == qualifier)
            ? stated.Where(quantity => quantity[1] == qualifier).Sum(quantity => EdifactTable.Quantity(quantity) ?? 0) : null;
    }
}

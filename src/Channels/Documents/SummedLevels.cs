namespace RetailSync.Channels.Documents;

/// <summary>
/// Stock figures whose records are of a part of a position (a lot, a till): those of one article, place and status add up at the first of them, since what one
/// part says by itself may be below 0.
/// </summary>
internal static class SummedLevels
{
    /// <summary>Makes one document of those of a kind that follow each other and are of one sender, up to the lines that a document may have.</summary>
    public static async IAsyncEnumerable<SourceDocument> Join(IAsyncEnumerable<SourceDocument> documents, string kind)
    {
        SourceDocument? first = null;
        List<DocumentLine> lines = [];
        HashSet<string> keys = new(StringComparer.Ordinal);
        await foreach (var document in documents)
        {
            var isFigure = document.Kind == kind;
            if (first is not null && (!isFigure || first.Sender != document.Sender || lines.Count + document.Lines.Count > DocumentLines.MaxLines))
            {
                yield return first with { Lines = AddUp(lines) };
                (first, lines) = (null, []);
                keys.Clear();
            }

            if (!isFigure)
            {
                yield return document;
                continue;
            }

            first ??= document;
            foreach (var line in document.Lines)
            {
                lines.Add(keys.Add(line.Key) ? line : line with { Key = FormattableString.Invariant($"{line.Key}~{lines.Count + 1}") });
            }
        }

        if (first is not null)
        {
            yield return first with { Lines = AddUp(lines) };
        }
    }

    private static List<DocumentLine> AddUp(List<DocumentLine> lines)
    {
        var spoiled = lines.Where(line => line.Outcome is Rejected).Select(PositionOf).ToHashSet();
        var sums = lines.Where(line => line.Outcome is Level).GroupBy(FigureOf)
            .ToDictionary(one => one.Key, one => one.Sum(line => ((Level)line.Outcome).Quantity));
        return lines.ConvertAll(line => line.Outcome is not Level level ? line : line with
        {
            // A sum that lacks a part is no figure.
            Outcome = spoiled.Contains(PositionOf(line)) ? new NoStock("part of it cannot be read")
                : sums.Remove(FigureOf(line), out var sum) ? level with { Quantity = sum } : new NoStock("added to another line"),
        });
    }

    private static (string? Article, PlaceName? Place) PositionOf(DocumentLine line) => (line.Articles.FirstOrDefault()?.Value, line.Place);

    private static (string? Article, PlaceName? Place, string? Unit, string? Status) FigureOf(DocumentLine line) =>
        (line.Articles.FirstOrDefault()?.Value, line.Place, line.Unit, (line.Outcome as Level)?.Status);
}

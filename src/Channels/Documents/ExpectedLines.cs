namespace RetailSync.Channels.Documents;

/// <summary>
/// What is expected of a document is one number for each article and place: lines of one article (in several cartons, on several pallets, of several lots) add
/// up at the first of them.
/// </summary>
internal static class ExpectedLines
{
    public static IEnumerable<DocumentLine> AddUp(IReadOnlyList<DocumentLine> lines)
    {
        Dictionary<object, decimal> sums = [];
        foreach (var line in lines)
        {
            sums[ArticleOf(line)] = sums.GetValueOrDefault(ArticleOf(line)) + (MoveOf(line)?.Quantity ?? 0);
        }

        foreach (var line in lines)
        {
            yield return MoveOf(line) is not { } move ? line
                : sums.Remove(ArticleOf(line), out var sum) ? line with { Outcome = new Moved(Of(move, sum)) }
                : line with { Outcome = new NoStock("added to another line") };
        }
    }

    private static StockMove Of(StockMove move, decimal quantity) =>
        move with { Quantity = quantity, Otherwise = move.Otherwise is { } other ? other with { Quantity = quantity } : null };

    private static StockMove? MoveOf(DocumentLine line) => line.Outcome is Moved { Moves: [var move] } ? move : null;

    private static object ArticleOf(DocumentLine line)
    {
        var move = MoveOf(line);
        return (string.Join('\n', line.Articles), line.Place, line.Unit, line.Pack, move?.Document, move?.Place, move?.Destination);
    }
}

using NodaTime;

namespace RetailSync.Channels.Documents;

/// <summary>
/// What is expected of a document is one number for each article and place: lines of one article (in several cartons, on several pallets, of several lots) add
/// up at the first of them, and arrive on the last day of any, so that nothing is promised too early.
/// </summary>
internal static class ExpectedLines
{
    public static IEnumerable<DocumentLine> AddUp(IReadOnlyList<DocumentLine> lines)
    {
        Dictionary<object, (decimal Quantity, LocalDate? Day)> sums = [];
        foreach (var line in lines)
        {
            var (quantity, day) = sums.GetValueOrDefault(ArticleOf(line));
            var move = MoveOf(line);
            sums[ArticleOf(line)] = (quantity + (move?.Quantity ?? 0), day is null || move?.ExpectedOn > day ? move?.ExpectedOn : day);
        }

        foreach (var line in lines)
        {
            yield return MoveOf(line) is not { } move ? line
                : sums.Remove(ArticleOf(line), out var sum) ? line with { Outcome = new Moved(Of(move, sum.Quantity, sum.Day)) }
                : line with { Outcome = new NoStock("added to another line") };
        }
    }

    private static StockMove Of(StockMove move, decimal quantity, LocalDate? day) =>
        move with
        {
            Quantity = quantity,
            ExpectedOn = day,
            Otherwise = move.Otherwise is { } other ? Of(other, quantity, other.ExpectedOn is null ? null : day) : null,
        };

    private static StockMove? MoveOf(DocumentLine line) => line.Outcome is Moved { Moves: [var move] } ? move : null;

    private static object ArticleOf(DocumentLine line)
    {
        var move = MoveOf(line);
        return (string.Join('\n', line.Articles), line.Place, line.Unit, line.Pack, move?.Document, move?.Place, move?.Destination);
    }
}

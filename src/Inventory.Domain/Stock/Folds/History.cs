using NodaTime;

namespace RetailSync.Inventory.Domain.Stock.Folds;

/// <summary>What has to be read again before a fact can be decided that arrives out of order. Most need nothing.</summary>
/// <param name="Whole">Everything that was ever recorded at the position.</param>
/// <param name="Since">Only what occurred after this instant.</param>
public readonly record struct HistoryNeed(bool Whole, Instant? Since)
{
    public static readonly HistoryNeed Nothing;
    public static readonly HistoryNeed Everything = new(Whole: true, Since: null);

    public static HistoryNeed From(Instant instant) => new(Whole: false, instant);

    public bool IsNothing => !Whole && Since is null;
}

/// <summary>
/// What is known today about a position, in the order in which it occurred (facts of one instant in the order in which they arrived):
/// corrected facts have their right quantity, facts that did not occur are left out.
/// </summary>
public static class History
{
    /// <param name="recorded">Facts in the order in which they were recorded.</param>
    public static IReadOnlyList<(StockFact Fact, decimal Quantity)> Effective(IReadOnlyList<StockFact> recorded)
    {
        var (rulings, _) = Judge(recorded);
        var effective = new List<(StockFact Fact, decimal Quantity)>(recorded.Count);
        foreach (var fact in recorded)
        {
            var quantity = rulings.TryGetValue((fact.Source, fact.Id), out var right) ? right : fact.Quantity;
            if (fact is not MovementCorrected && quantity is { } declared)
            {
                effective.Add((fact, declared));
            }
        }

        // A stable sort: facts of one instant keep the order of their arrival. Most histories came in order.
        return AddUpParts(IsInOrder(effective) ? effective : [.. effective.OrderBy(pair => pair.Fact.OccurredAt)]);
    }

    /// <summary>A part of a count sets on-hand to what it and the parts before it make together.</summary>
    private static List<(StockFact Fact, decimal Quantity)> AddUpParts(List<(StockFact Fact, decimal Quantity)> facts)
    {
        Dictionary<(string Source, Instant At), decimal>? sums = null;
        for (var index = 0; index < facts.Count; index++)
        {
            if (facts[index] is (StockCounted { Part: true } part, var quantity))
            {
                sums ??= [];
                var sum = sums.GetValueOrDefault((part.Source, part.OccurredAt)) + quantity;
                sums[(part.Source, part.OccurredAt)] = sum;
                facts[index] = (part, sum);
            }
        }

        return facts;
    }

    private static bool IsInOrder(List<(StockFact Fact, decimal Quantity)> facts)
    {
        for (var index = 1; index < facts.Count; index++)
        {
            if (facts[index].Fact.OccurredAt < facts[index - 1].Fact.OccurredAt)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The position as these facts make it when each takes effect at its own instant.</summary>
    public static StockPosition Fold(StockPosition from, IEnumerable<(StockFact Fact, decimal Quantity)> effective) =>
        effective.Aggregate(from, (position, pair) => position.Apply(pair.Fact, pair.Quantity));

    /// <summary>True when a correction of this fact stands; then only that correction can still be corrected.</summary>
    public static bool IsCorrected(StockFact fact, IReadOnlyList<StockFact> recorded) => Judge(recorded).Rulings.ContainsKey((fact.Source, fact.Id));

    /// <summary>
    /// How many facts have more than one correction that stands. A correction that was undone may have been replaced: undoing that again makes it stand beside
    /// the other.
    /// </summary>
    public static int CorrectedTwice(IReadOnlyList<StockFact> recorded) => Judge(recorded).Twice;

    /// <summary>
    /// The right quantity of every corrected fact, null when it did not occur. A correction is newer than what it corrects, so one pass
    /// backwards knows of each correction whether it stands before it meets the corrected fact.
    /// </summary>
    private static (Dictionary<(string Source, string Id), decimal?> Rulings, int Twice) Judge(IReadOnlyList<StockFact> recorded)
    {
        var (rulings, twice) = (new Dictionary<(string, string), decimal?>(), 0);
        for (var index = recorded.Count - 1; index >= 0; index--)
        {
            if (recorded[index] is MovementCorrected correction)
            {
                var isCorrected = rulings.TryGetValue((correction.Source, correction.Id), out var ruling);
                if (!isCorrected || ruling is not null)
                {
                    var corrected = (correction.Source, correction.Corrects);
                    twice += rulings.ContainsKey(corrected) ? 1 : 0;
                    rulings[corrected] = isCorrected ? ruling : correction.DidNotOccur ? null : correction.Quantity;
                }
            }
        }

        return (rulings, twice);
    }

    /// <summary>The movement at the end of a chain of corrections: it says which quantities make sense.</summary>
    public static StockFact Original(StockFact fact, IReadOnlyList<StockFact> recorded)
    {
        while (fact is MovementCorrected correction)
        {
            fact = recorded.First(earlier => earlier.Source == correction.Source && earlier.Id == correction.Corrects);
        }

        return fact;
    }
}

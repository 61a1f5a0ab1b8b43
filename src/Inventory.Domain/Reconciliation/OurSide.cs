using NodaTime;
using RetailSync.Inventory.Domain.Reconciliation.Evidence;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;

namespace RetailSync.Inventory.Domain.Reconciliation;

/// <summary>One of our movements, as one field of one position sees it.</summary>
/// <param name="Id">Its id there; the reservation's of what happened to a reservation.</param>
/// <param name="Document">What it names as its proof.</param>
/// <param name="Effect">What it does to the field where it counts.</param>
/// <param name="Contribution">What it does to the number that is compared: 0 when it happened later, or when a count has settled it.</param>
public sealed record OurEntry(string Source, string Id, string? Document, string Type, Instant OccurredAt, decimal Effect, decimal Contribution)
{
    /// <summary>What a person would look for.</summary>
    public string Name => Document ?? Id;
}

/// <summary>What we know today about a position at one instant, late facts that had occurred by then included, and what it rests on.</summary>
/// <param name="events">Everything that was recorded at the position, in the order of recording.</param>
public sealed class OurSide(IReadOnlyList<RecordedEvent> events, Instant takenAt)
{
    private readonly StockPosition _asOf = PositionAsOf.Of(events, takenAt, Knowledge.Now);

    public HoldsAtInstant Holds { get; } = new(events, takenAt);

    /// <summary>The count that on-hand rests on; what occurred before it explains nothing about on-hand.</summary>
    public Instant? CountedAt => _asOf.CountedAt;

    public decimal Value(DriftField field) => field == DriftField.Reserved ? Holds.Total : Value(_asOf, field);

    /// <summary>Our movements that touch the field, in the order in which they occurred.</summary>
    public IReadOnlyList<OurEntry> Entries(DriftField field)
    {
        if (field == DriftField.Reserved)
        {
            return Holds.Entries;
        }

        var facts = History.Effective([.. events.Select(recorded => recorded.Happened).OfType<StockFact>()]);
        var counted = facts.Select((pair, index) => (pair.Fact, Index: index))
            .LastOrDefault(one => one.Fact is StockCounted && one.Fact.OccurredAt <= takenAt).Index;
        var entries = new List<OurEntry>();
        var position = StockPosition.Empty;
        foreach (var (index, (fact, quantity)) in facts.Index())
        {
            var after = position.Apply(fact, quantity);
            var effect = Value(after, field) - Value(position, field);
            if (effect != 0)
            {
                var counts = fact.OccurredAt <= takenAt && (field != DriftField.OnHand || index >= counted);
                entries.Add(new OurEntry(fact.Source, fact.Id, fact.Document, fact.Type, fact.OccurredAt, effect, counts ? effect : 0));
            }

            position = after;
        }

        return entries;
    }

    private static decimal Value(StockPosition position, DriftField field) =>
        field.Status is { } status ? position.Unsellable.GetValueOrDefault(status) : position.OnHand;
}

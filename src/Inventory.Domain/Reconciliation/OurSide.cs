using NodaTime;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reconciliation;

/// <summary>Something in a position's stream, and when it was recorded.</summary>
public readonly record struct RecordedEvent(StockEvent Happened, Instant RecordedAt);

/// <summary>One of our movements, as one field of one position sees it.</summary>
/// <param name="Source">Who reported it.</param>
/// <param name="Id">Its id there; the reservation's of what happened to a reservation.</param>
/// <param name="Document">What it names as its proof.</param>
/// <param name="Type">The contract's word.</param>
/// <param name="OccurredAt">When it happened.</param>
/// <param name="Effect">What it does to the field where it counts.</param>
/// <param name="Contribution">What it does to the number that is compared: 0 when it happened later, or when a count has settled it.</param>
public sealed record OurEntry(string Source, string Id, string? Document, string Type, Instant OccurredAt, decimal Effect, decimal Contribution)
{
    /// <summary>What a person would look for.</summary>
    public string Name => Document ?? Id;
}

/// <summary>What we know today about a position at one instant, late facts that had occurred by then included, and what it rests on.</summary>
public sealed class OurSide
{
    private readonly Instant _takenAt;
    private readonly List<(StockFact Fact, StockPosition Before, StockPosition After)> _steps = [];
    private readonly StockPosition _asOf;
    private readonly int _counted = -1;

    /// <param name="events">Everything that was recorded at the position, in the order of recording.</param>
    /// <param name="takenAt">The instant.</param>
    public OurSide(IReadOnlyList<RecordedEvent> events, Instant takenAt)
    {
        _takenAt = takenAt;
        Holds = new OurHolds(events, takenAt);
        var position = StockPosition.Empty;
        _asOf = position;
        foreach (var (fact, quantity) in History.Effective([.. events.Select(recorded => recorded.Happened).OfType<StockFact>()]))
        {
            var after = position.Apply(fact, quantity);
            if (fact.OccurredAt <= takenAt)
            {
                _asOf = after;
                _counted = fact is StockCounted ? _steps.Count : _counted;
            }

            _steps.Add((fact, position, after));
            position = after;
        }
    }

    public OurHolds Holds { get; }

    /// <summary>The count that on-hand rests on; what occurred before it explains nothing about on-hand.</summary>
    public Instant? CountedAt => _counted < 0 ? null : _steps[_counted].Fact.OccurredAt;

    public decimal Value(DriftField field) => field == DriftField.Reserved ? Holds.Total : Value(_asOf, field);

    /// <summary>Our movements that touch the field, in the order in which they occurred.</summary>
    public IReadOnlyList<OurEntry> Entries(DriftField field)
    {
        if (field == DriftField.Reserved)
        {
            return Holds.Entries;
        }

        var entries = new List<OurEntry>();
        for (var index = 0; index < _steps.Count; index++)
        {
            var (fact, before, after) = _steps[index];
            var effect = Value(after, field) - Value(before, field);
            if (effect != 0)
            {
                var counts = fact.OccurredAt <= _takenAt && (field != DriftField.OnHand || index >= _counted);
                entries.Add(new OurEntry(fact.Source, fact.Id, fact.Document, fact.Type, fact.OccurredAt, effect, counts ? effect : 0));
            }
        }

        return entries;
    }

    private static decimal Value(StockPosition position, DriftField field) =>
        field.Status is { } status ? position.Unsellable.GetValueOrDefault(status) : position.OnHand;
}

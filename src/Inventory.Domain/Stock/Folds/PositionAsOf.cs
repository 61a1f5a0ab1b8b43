using NodaTime;

namespace RetailSync.Inventory.Domain.Stock.Folds;

/// <summary>From what a question about the past is answered.</summary>
public enum Knowledge
{
    /// <summary>From what had been recorded by that instant, and was known then.</summary>
    Then,

    /// <summary>From all that is known today about that instant: late facts and corrections count where they belong.</summary>
    Now,
}

/// <summary>An event of a position, as it was recorded.</summary>
/// <param name="RecordedAt">When it was recorded here.</param>
/// <param name="HoldEnds">When the hold ends that it is about; null where the event says so itself, or is about none.</param>
public readonly record struct RecordedEvent(Instant RecordedAt, StockEvent Happened, Instant? HoldEnds = null);

/// <summary>What a position's events are read into: the events in the order of their versions, and checkpoints instead of what comes before them.</summary>
public interface IPositionFold
{
    /// <summary>What was recorded continues from here.</summary>
    /// <param name="balance">One that was recorded by the first instant that is asked about (<see cref="PositionCheckpoint.RecordedUntil"/>).</param>
    void GoOnFromRecorded(PositionCheckpoint balance);

    /// <summary>What is known now continues from here.</summary>
    /// <param name="balance">
    /// One whose facts had occurred by the first instant that is asked about (<see cref="PositionCheckpoint.OccurredUntil"/>) and that no later fact overtakes.
    /// </param>
    void GoOnFromKnown(PositionCheckpoint balance);

    /// <summary>
    /// Takes an event. Those before it that it was not given are in a checkpoint, or were recorded after the last instant that is asked about and hold no fact
    /// that counts by then.
    /// </summary>
    void Add(RecordedEvent recorded, long version);
}

/// <summary>
/// A position at an instant. It is given the events of the position in the order of their versions, in one pass, and keeps no more of
/// them than the answer needs: sums and open holds for <see cref="Knowledge.Then"/>, also the facts for <see cref="Knowledge.Now"/>.
/// What happened to reservations was decided here, so it counts from when it was recorded, whatever is asked. Holds that had expired by the
/// instant are free.
/// </summary>
/// <remarks>
/// Both may continue from a position checkpoint, and then need only the events after it. Facts that were folded as they were recorded make what they make
/// in the order in which they occurred: that is what deciders promise, and why one checkpoint serves both.
/// </remarks>
public sealed class PositionAsOf(Instant at, Knowledge knowledge) : IPositionFold
{
    private readonly List<StockFact> _facts = [];
    private PositionCheckpoint _recorded = PositionCheckpoint.Beginning;
    private PositionCheckpoint _known = PositionCheckpoint.Beginning;
    private StockPosition _position = StockPosition.Empty;
    private HoldExpiryTracker _held = new(PositionCheckpoint.Beginning.Holds);
    private long _version;

    /// <summary>The version of the stream, where not all of its events are added.</summary>
    public long Version { get; init; }

    /// <summary>The position at <paramref name="at"/>, from all events of its stream in the order of their versions.</summary>
    public static StockPosition Of(IEnumerable<RecordedEvent> events, Instant at, Knowledge knowledge)
    {
        var position = new PositionAsOf(at, knowledge);
        foreach (var recorded in events)
        {
            position.Add(recorded);
        }

        return position.Result();
    }

    public void GoOnFromRecorded(PositionCheckpoint balance) =>
        (_recorded, _position, _held) = (balance, balance.Position, new HoldExpiryTracker(balance.Holds));

    public void GoOnFromKnown(PositionCheckpoint balance) => _known = balance;

    /// <summary>Takes the next event.</summary>
    public void Add(RecordedEvent recorded) => Add(recorded, _version + 1);

    public void Add(RecordedEvent recorded, long version)
    {
        var happened = recorded.Happened;
        _version = version;
        if (recorded.RecordedAt <= at && version > _recorded.Version)
        {
            _position = StockPosition.Evolve(_position, happened);
            _held.Follow(recorded);
        }

        // A correction acts at the instant of what it corrects, whenever it was made.
        if (knowledge == Knowledge.Now && version > _known.Version && happened is StockFact fact && (fact.OccurredAt <= at || fact is MovementCorrected))
        {
            _facts.Add(fact);
        }
    }

    /// <returns>With the number of the events that it rests on as its version.</returns>
    public StockPosition Result()
    {
        var then = WithoutExpired(_position, _held, at);
        return knowledge == Knowledge.Then ? then
            : WithFacts(then, History.Fold(_known.Position, History.Effective(_facts))) with { Version = Math.Max(Version, _version) };
    }

    /// <summary>What was recorded, without the units whose hold had expired.</summary>
    internal static StockPosition WithoutExpired(StockPosition recorded, HoldExpiryTracker held, Instant at) => held.SupplyOver(at).Aggregate(
        recorded with { Reserved = recorded.Reserved - held.Over(at) },
        (position, over) => position.WithSupplyHeld(over.Document, -over.Units));

    /// <summary>What was recorded of reservations beside what is known now of facts.</summary>
    internal static StockPosition WithFacts(StockPosition recorded, StockPosition known) => recorded with
    {
        OnHand = known.OnHand,
        Unsellable = known.Unsellable,
        InTransit = known.InTransit,
        CountedAt = known.CountedAt,
    };
}

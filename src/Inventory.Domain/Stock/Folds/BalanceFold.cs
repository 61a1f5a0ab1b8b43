using System.Collections.Immutable;
using NodaTime;

namespace RetailSync.Inventory.Domain.Stock.Folds;

/// <summary>Makes the checkpoints of a position from its events, in the order of their versions.</summary>
/// <param name="last">The newest checkpoint there is; <see cref="PositionCheckpoint.Beginning"/> before the first.</param>
public sealed class BalanceFold(PositionCheckpoint last)
{
    private static readonly Duration Microsecond = Duration.FromTicks(10);

    private readonly HoldExpiryTracker _holds = new(last.Holds);
    private PositionCheckpoint _last = last;
    private Instant _recordedUntil = last.RecordedUntil;
    private Instant _occurredUntil = last.OccurredUntil;
    private Instant _recordedFrom = Instant.MaxValue;
    private bool _corrects;

    /// <summary>As all events so far make it.</summary>
    public StockPosition Position { get; private set; } = last.Position;

    /// <summary>What the clock may still end, as all events so far make it: see <see cref="PositionCheckpoint.Holds"/>.</summary>
    public ImmutableDictionary<string, OpenHold> Holds => _holds.ToImmutable();

    /// <summary>Before that, none of the facts since the last checkpoint occurred, but for what corrections say.</summary>
    public Instant OccurredFrom { get; private set; } = Instant.MaxValue;

    /// <summary>Whether a checkpoint is due here.</summary>
    public bool IsDue => Position.Version >= _last.Next;

    public void Add(RecordedEvent recorded)
    {
        Position = StockPosition.Evolve(Position, recorded.Happened);
        _holds.Follow(recorded);
        _recordedUntil = Instant.Max(_recordedUntil, Up(recorded.RecordedAt));
        _recordedFrom = Instant.Min(_recordedFrom, Down(recorded.RecordedAt));
        if (recorded.Happened is MovementCorrected)
        {
            _corrects = true;
        }
        else if (recorded.Happened is StockFact fact)
        {
            _occurredUntil = Instant.Max(_occurredUntil, Up(fact.OccurredAt));

            // A part of a count adds up with those of its very instant, so what rests on them alone is overtaken by it.
            OccurredFrom = Instant.Min(OccurredFrom, fact is StockCounted { Part: true } ? Down(fact.OccurredAt) - Microsecond : Down(fact.OccurredAt));
        }
    }

    /// <summary>The checkpoint here. What is added next belongs to the next one.</summary>
    public PositionCheckpoint Take()
    {
        _last = new PositionCheckpoint
        {
            Position = Position,
            Holds = _holds.ToImmutable(),
            After = _last.Version,
            RecordedUntil = _recordedUntil,
            OccurredUntil = _occurredUntil,
            RecordedFrom = _recordedFrom,
            CountsFrom = _corrects ? Instant.MinValue : OccurredFrom,
        };
        (_recordedFrom, OccurredFrom, _corrects) = (Instant.MaxValue, Instant.MaxValue, false);
        return _last;
    }

    private static Instant Down(Instant instant)
    {
        var ticks = instant.ToUnixTimeTicks();
        return Instant.FromUnixTimeTicks(ticks - (((ticks % 10) + 10) % 10));
    }

    private static Instant Up(Instant instant)
    {
        var down = Down(instant);
        return down == instant ? instant : down > Instant.MaxValue - Microsecond ? Instant.MaxValue : down + Microsecond;
    }
}

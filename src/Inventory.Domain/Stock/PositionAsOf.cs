using NodaTime;

namespace RetailSync.Inventory.Domain.Stock;

/// <summary>From what a question about the past is answered.</summary>
public enum Knowledge
{
    /// <summary>From what had been recorded by that instant: what anybody could have known.</summary>
    Then,

    /// <summary>From all that is known today about that instant: late facts and corrections count where they belong.</summary>
    Now,
}

/// <summary>An event of a position, as it was recorded.</summary>
/// <param name="RecordedAt">When we heard of it.</param>
/// <param name="Happened">What happened.</param>
/// <param name="HoldEnds">When the hold ends that it is about; null where the event says so itself, or is about none.</param>
public readonly record struct RecordedEvent(Instant RecordedAt, StockEvent Happened, Instant? HoldEnds = null);

/// <summary>
/// A position at an instant. It is given the events of the position in the order of their versions, in one pass, and keeps no more of
/// them than the answer needs: sums and open holds for <see cref="Knowledge.Then"/>, also the facts for <see cref="Knowledge.Now"/>.
/// What happened to reservations was decided here, so it counts from when it was recorded, whatever is asked. Holds that were over by the
/// instant are free.
/// </summary>
public sealed class PositionAsOf(Instant at, Knowledge knowledge)
{
    private readonly Dictionary<string, Hold> _held = [];
    private readonly List<StockFact> _facts = [];
    private StockPosition _position = StockPosition.Empty;
    private long _version;

    private readonly record struct Hold(decimal Open, Instant? EndsAt);

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

    public void Add(RecordedEvent recorded)
    {
        var happened = recorded.Happened;
        _version++;
        if (recorded.RecordedAt <= at)
        {
            _position = StockPosition.Evolve(_position, happened);
            Follow(recorded);
        }

        // A correction acts at the instant of what it corrects, whenever it was made.
        if (knowledge == Knowledge.Now && happened is StockFact fact && (fact.OccurredAt <= at || fact is MovementCorrected))
        {
            _facts.Add(fact);
        }
    }

    /// <returns>With the number of the events that it rests on as its version.</returns>
    public StockPosition Result()
    {
        var over = _held.Values.Where(hold => hold.EndsAt <= at).Sum(hold => hold.Open);
        var then = _position with { Reserved = _position.Reserved - over };
        if (knowledge == Knowledge.Then)
        {
            return then;
        }

        var known = History.Fold(StockPosition.Empty, History.Effective(_facts));
        return then with { Version = _version, OnHand = known.OnHand, Unsellable = known.Unsellable, InTransit = known.InTransit, CountedAt = known.CountedAt };
    }

    /// <summary>Keeps what the clock may end. What is confirmed stays in reserved, and what has shipped, was given back or has ended is not in it.</summary>
    private void Follow(RecordedEvent recorded)
    {
        switch (recorded.Happened)
        {
            case StockReserved reserved:
                _held[reserved.Reservation] = new Hold(reserved.Change, reserved.ExpiresAt);
                break;
            case ReservationChanged changed:
                // It may have been held elsewhere until now, and what is left of it here may be nothing.
                var hold = _held.GetValueOrDefault(changed.Reservation, new Hold(0, recorded.HoldEnds));
                _held[changed.Reservation] = hold with { Open = hold.Open + changed.Change };
                break;
            case ReservationEvent reservation:
                _held.Remove(reservation.Reservation);
                break;
            case ReservationFulfilled fulfilled:
                _held.Remove(fulfilled.Id);
                break;
            case StockSold { Reservation: { } reservation, Fulfilled: not null }:
                _held.Remove(reservation);
                break;
        }
    }
}

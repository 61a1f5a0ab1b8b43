using System.Collections.Immutable;
using NodaTime;

namespace RetailSync.Inventory.Domain.Stock;

/// <summary>What is left of a hold at a position.</summary>
/// <param name="Open">Units.</param>
/// <param name="EndsAt">When its time is over.</param>
public readonly record struct OpenHold(decimal Open, Instant? EndsAt);

/// <summary>
/// Follows what the clock may end of a position's reserved units. What is confirmed stays in reserved, and what has shipped, was given
/// back or has ended is not in it.
/// </summary>
internal sealed class OpenHolds(IEnumerable<KeyValuePair<string, OpenHold>> held)
{
    private readonly Dictionary<string, OpenHold> _held = new(held);

    public void Follow(RecordedEvent recorded)
    {
        switch (recorded.Happened)
        {
            case StockReserved reserved:
                _held[reserved.Reservation] = new OpenHold(reserved.Change, reserved.ExpiresAt);
                break;
            case ReservationChanged changed:
                // It may have been held elsewhere until now, and what is left of it here may be nothing: then its end is told elsewhere too, and nobody would take it off here.
                var hold = _held.GetValueOrDefault(changed.Reservation, new OpenHold(0, recorded.HoldEnds));
                var open = hold.Open + changed.Change;
                if (open == 0)
                {
                    _held.Remove(changed.Reservation);
                }
                else
                {
                    _held[changed.Reservation] = hold with { Open = open };
                }

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

    /// <summary>The units of holds whose time is over.</summary>
    public decimal Over(Instant at) => _held.Count == 0 ? 0 : _held.Values.Where(hold => hold.EndsAt <= at).Sum(hold => hold.Open);

    public ImmutableDictionary<string, OpenHold> ToImmutable() => _held.Count == 0 ? PositionBalance.Beginning.Holds : PositionBalance.Beginning.Holds.SetItems(_held);
}

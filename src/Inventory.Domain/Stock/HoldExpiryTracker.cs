using System.Collections.Immutable;
using NodaTime;

namespace RetailSync.Inventory.Domain.Stock;

/// <summary>What is left of a hold at a position.</summary>
/// <param name="Open">Units still held, above 0.</param>
public readonly record struct OpenHold(decimal Open, Instant? EndsAt);

/// <summary>
/// Follows what the clock may end of a position's reserved units. What is confirmed stays in reserved, and what has shipped, was given
/// back or has ended is not in it.
/// </summary>
internal sealed class HoldExpiryTracker
{
    private readonly HoldNames _names = new();
    private readonly Dictionary<(string? Channel, string Id), OpenHold> _held = [];

    /// <param name="held">By the text of the <see cref="Reservations.ReservationKey"/>; by the id alone where nothing says whose it is.</param>
    public HoldExpiryTracker(IEnumerable<KeyValuePair<string, OpenHold>> held)
    {
        foreach (var (name, hold) in held)
        {
            var slash = name.IndexOf('/', StringComparison.Ordinal);
            _held[slash < 0 ? _names.Of(null, name) : _names.Of(name[..slash], name[(slash + 1)..])] = hold;
        }
    }

    public void Follow(RecordedEvent recorded)
    {
        switch (recorded.Happened)
        {
            case StockReserved reserved:
                _held[_names.Of(reserved.Channel, reserved.Reservation)] = new OpenHold(reserved.Change, reserved.ExpiresAt);
                break;
            case ReservationChanged changed:
                // It may have been held elsewhere until now, and nothing of it may be left here: then its end is recorded elsewhere too, and no event
                // here would remove it.
                Set(_names.Of(changed.Channel, changed.Reservation), changed.Change, recorded.HoldEnds);
                break;
            case ReservationEvent reservation:
                _held.Remove(_names.Of(reservation.Channel, reservation.Reservation));
                break;
            case ReservationFulfilled fulfilled:
                _held.Remove(_names.Of(fulfilled.Channel, fulfilled.Id));
                break;
            case StockSold { Reservation: { } reservation, Fulfilled: { } units } sold:
                var name = _names.Of(sold.Channel, reservation);
                if (sold.Channel is null)
                {
                    _held.Remove(name);
                }
                else if (_held.ContainsKey(name))
                {
                    Set(name, -units, ends: null);
                }

                break;
        }
    }

    /// <summary>The units of expired holds.</summary>
    public decimal Over(Instant at) => _held.Count == 0 ? 0 : _held.Values.Where(hold => hold.EndsAt <= at).Sum(hold => hold.Open);

    public ImmutableDictionary<string, OpenHold> ToImmutable() => _held.Count == 0
        ? PositionCheckpoint.Beginning.Holds
        : PositionCheckpoint.Beginning.Holds.SetItems(
            _held.Select(hold => KeyValuePair.Create(hold.Key.Channel is { } channel ? $"{channel}/{hold.Key.Id}" : hold.Key.Id, hold.Value)));

    private void Set((string? Channel, string Id) name, decimal change, Instant? ends)
    {
        var hold = _held.GetValueOrDefault(name, new OpenHold(0, ends));
        if (hold.Open + change is not 0 and var open)
        {
            _held[name] = hold with { Open = open };
        }
        else
        {
            _held.Remove(name);
        }
    }
}

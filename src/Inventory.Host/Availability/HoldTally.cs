using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;

namespace RetailSync.Inventory.Host.Availability;

/// <summary>Running totals of the units in channels' holds that are not confirmed. Not thread-safe.</summary>
internal sealed class HoldTally
{
    private readonly Dictionary<ChannelId, HeldByChannel> _holds = [];
    private readonly Dictionary<(ChannelId Channel, Sku Sku), decimal> _units = [];

    public HeldByChannel Of(ChannelId channel) => _holds.GetValueOrDefault(channel);

    public decimal Units(ChannelId channel, Sku sku) => _units.GetValueOrDefault((channel, sku));

    /// <summary>Channels that hold at least so many units of a SKU.</summary>
    public IReadOnlyList<(ChannelId Channel, Sku Sku, decimal Units)> Large(decimal units) =>
        [.. from kept in _units where kept.Value >= units select (kept.Key.Channel, kept.Key.Sku, kept.Value)];

    /// <summary>Counts a reservation as it is after a decision instead of as it was before.</summary>
    public void Replace(Reservation? before, Reservation after, Instant now)
    {
        if (before?.StateAt(now) == ReservationState.Held)
        {
            Add(before, -1);
        }

        if (after.StateAt(now) == ReservationState.Held)
        {
            Add(after, 1);
        }
    }

    /// <summary>Adds a hold (1) or removes it (-1). Reservations that are no hold are ignored.</summary>
    public void Add(Reservation reservation, int sign)
    {
        if (reservation.State != ReservationState.Held)
        {
            return;
        }

        var isLong = reservation.ExpiresAt - reservation.HeldAt > HoldLimits.LongHold;
        var held = _holds.GetValueOrDefault(reservation.Channel) + new HeldByChannel(sign, isLong ? sign : 0);
        if (held == default)
        {
            _holds.Remove(reservation.Channel);
        }
        else
        {
            _holds[reservation.Channel] = held;
        }

        foreach (var line in reservation.Lines)
        {
            var key = (reservation.Channel, line.Sku);
            var units = _units.GetValueOrDefault(key) + (sign * (line.Quantity - line.Awaited - line.Fulfilled));
            if (units == 0)
            {
                _units.Remove(key);
            }
            else
            {
                _units[key] = units;
            }
        }
    }
}

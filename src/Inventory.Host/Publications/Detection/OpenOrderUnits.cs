using System.Text.Json;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;

namespace RetailSync.Inventory.Host.Publications.Detection;

/// <summary>Units that a channel's open orders keep. A channel that takes them off by itself has to be told of them, and shows them.</summary>
public static class OpenOrderUnits
{
    /// <param name="open">Reservations that keep units of the SKU, everybody's.</param>
    /// <param name="channel">Whose orders: all of them are known, since it reports them.</param>
    /// <param name="sku">Of what.</param>
    /// <param name="names">What the channel calls our locations; null where it is told one number.</param>
    /// <param name="number">What it is told without them.</param>
    /// <returns>By the channel's names of places, "" for the one place of all: JSON.</returns>
    public static string ByPlace(
        IEnumerable<Reservation> open, ChannelId channel, Sku sku, IReadOnlyDictionary<LocationId, string>? names, PublishedNumber number)
    {
        var told = number.Places is { } places ? JsonSerializer.Deserialize<Dictionary<string, decimal>>(places.Told)!
            : new() { [""] = number.Number.Quantity };
        var kept = from reservation in open
                   where reservation.Channel == channel && reservation.State == ReservationState.Confirmed
                   from units in reservation.Open
                   where units.Key.Sku == sku
                   select (units.Key.Location, units.Quantity);
        return JsonSerializer.Serialize(told.Count == 0 ? told : Spread(kept, names ?? new Dictionary<LocationId, string>(), told));
    }

    /// <summary>
    /// Each unit in the place where it is kept. The channel takes it off the sum of its places, so one that is kept where it has no place is added all the
    /// same: where there is most.
    /// </summary>
    public static IReadOnlyDictionary<string, decimal> Spread(
        IEnumerable<(LocationId Location, decimal Quantity)> kept, IReadOnlyDictionary<LocationId, string> names, IReadOnlyDictionary<string, decimal> told)
    {
        var spread = told.ToDictionary(place => place.Key, _ => 0m);
        var most = told.OrderByDescending(place => place.Value).ThenBy(place => place.Key, StringComparer.Ordinal).First().Key;
        foreach (var (location, quantity) in kept)
        {
            spread[names.TryGetValue(location, out var name) && spread.ContainsKey(name) ? name : most] += quantity;
        }

        return spread;
    }
}

using System.Text.Json;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;

namespace RetailSync.Inventory.Host.Publications.Detection;

/// <summary>Units reserved by a channel's open orders. For a channel that deducts these itself they are added to the published quantity.</summary>
public static class OpenOrderUnits
{
    /// <param name="open">The open reservations of the SKU, of all channels.</param>
    /// <param name="channel">The channel whose orders are counted; it reports all of them.</param>
    /// <param name="sku">The SKU that is published.</param>
    /// <param name="number">The quantity to publish, without these units.</param>
    /// <returns>Units by the channel's location ids (<see cref="ChannelLocation"/>): JSON.</returns>
    public static string ByLocation(IEnumerable<Reservation> open, PublishedChannel channel, Sku sku, PublishedNumber number)
    {
        var quantities = number.Locations is { } locations ? JsonSerializer.Deserialize<Dictionary<string, decimal>>(locations.Quantities)!
            : new() { [ChannelLocation.Single] = number.Number.Quantity };
        var kept = from reservation in open
                   where reservation.Channel == channel.Id && reservation.State == ReservationState.Confirmed
                   from units in reservation.Open
                   where units.Key.Sku == sku
                   select (units.Key.Location, units.Quantity);
        return JsonSerializer.Serialize(
            quantities.Count == 0 ? quantities : Spread(kept, channel.Locations ?? new Dictionary<LocationId, string>(), quantities));
    }

    /// <summary>
    /// Assigns each unit to the location where it is reserved. The channel deducts it from the sum of its locations, so a unit at a location without a mapping
    /// is added too: to the location with the largest quantity.
    /// </summary>
    public static IReadOnlyDictionary<string, decimal> Spread(
        IEnumerable<(LocationId Location, decimal Quantity)> kept, IReadOnlyDictionary<LocationId, string> names,
        IReadOnlyDictionary<string, decimal> quantities)
    {
        var spread = quantities.ToDictionary(location => location.Key, _ => 0m);
        var most = quantities.OrderByDescending(location => location.Value).ThenBy(location => location.Key, StringComparer.Ordinal).First().Key;
        foreach (var (location, quantity) in kept)
        {
            spread[names.TryGetValue(location, out var name) && spread.ContainsKey(name) ? name : most] += quantity;
        }

        return spread;
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Domain.Reservations;

namespace RetailSync.Inventory.Host.Publications.Detection;

/// <summary>
/// Units reserved by a channel's open orders. For a channel that deducts these itself they are added to the published quantity. It deducts what its orders
/// name: whole kits where they name kits, and nothing of their components.
/// </summary>
public static class OpenOrderUnits
{
    /// <param name="open">The open reservations of the SKU and, where it is a kit, of all that it is made of, each once; of all channels.</param>
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
                   from units in Named(reservation, sku)
                   select units;
        return JsonSerializer.Serialize(
            quantities.Count == 0 ? quantities : Spread(kept, channel.Locations ?? new Dictionary<LocationId, string>(), quantities));
    }

    private static IEnumerable<(LocationId Location, decimal Quantity)> Named(Reservation reservation, Sku sku)
    {
        var own = reservation.Open.Where(units => units.Key.Sku == sku).Select(units => (units.Key.Location, units.Quantity)).ToList();
        var kits = KitsOf(reservation);
        var ofKits = kits.Values.Sum(kit => kit.Units.GetValueOrDefault(sku.Value));
        foreach (var (location, quantity) in own)
        {
            var needed = Math.Min(quantity, ofKits);
            ofKits -= needed;
            if (quantity > needed)
            {
                yield return (location, quantity - needed);
            }
        }

        if (kits.GetValueOrDefault(sku.Value) is { } assembled && assembled.Kits > own.Sum(units => units.Quantity))
        {
            // At a location of theirs: the channel deducts them from the sum of its own.
            var location = reservation.Open.First(units => assembled.Units.ContainsKey(units.Key.Sku.Value)).Key.Location;
            yield return (location, assembled.Kits - own.Sum(units => units.Quantity));
        }
    }

    /// <summary>An order's hold has its kits beside its lines, another one in them.</summary>
    private static IReadOnlyDictionary<string, HeldKits> KitsOf(Reservation reservation) => reservation.Ledger is { } ledger
        ? ledger.Kits ?? ImmutableSortedDictionary<string, HeldKits>.Empty
        : reservation.Lines.Where(line => line.Kit is not null).GroupBy(line => line.Kit!.Sku).ToDictionary(parts => parts.Key.Value, parts => new HeldKits(
            parts.GroupBy(part => part.Kit!.Line).Sum(line => line.Where(part => part.Sku == parts.Key).Sum(Open)
                + line.Where(part => part.Sku != parts.Key).Select(part => decimal.Floor(Open(part) / part.Kit!.PerKit)).DefaultIfEmpty(0).Min()),
            parts.Where(part => part.Sku != parts.Key).GroupBy(part => part.Sku.Value, Open)
                .ToImmutableSortedDictionary(part => part.Key, part => part.Sum(), StringComparer.Ordinal)));

    private static decimal Open(ReservedLine line) => line.Allocations.Sum(units => units.Open);

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

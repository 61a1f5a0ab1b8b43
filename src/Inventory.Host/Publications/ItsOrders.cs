using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.Availability;

namespace RetailSync.Inventory.Host.Publications;

/// <summary>Units that a channel's open orders keep. A channel that takes them off by itself has to be told of them, and shows them.</summary>
public sealed class ItsOrders(StockBook book, ChannelLocations locations)
{
    /// <param name="channel">All of its orders are known: it has told us of them.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Of a SKU, by the channel's names of the places where it is told a number, "" for the one place of all.</returns>
    public async Task<Func<Sku, IReadOnlyDictionary<string, decimal>, IReadOnlyDictionary<string, decimal>>> ByPlace(ChannelId channel, CancellationToken cancellation)
    {
        var names = (await locations.List(channel, cancellation)).ToDictionary(mapping => LocationId.Parse(mapping.Location), mapping => mapping.Theirs);
        return (sku, told) => Spread(Kept(channel, sku), names, told);
    }

    private IEnumerable<(LocationId Location, decimal Quantity)> Kept(ChannelId channel, Sku sku) =>
        from reservation in book.Open(sku)
        where reservation.Channel == channel && reservation.State == ReservationState.Confirmed
        from units in reservation.Open
        where units.Key.Sku == sku
        select (units.Key.Location, units.Quantity);

    /// <summary>
    /// Each unit in the place where it is kept. The channel takes it off the sum of its places, so one that is kept where it has no place is added all the same: where
    /// there is most.
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

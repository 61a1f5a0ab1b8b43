using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Host.Reservations.Pickup;

/// <summary>A basket that is to be picked up at one location. Not for two threads.</summary>
internal sealed class PickupBasket
{
    private readonly List<(Sku Sku, decimal Wanted, SkuStock Stock, ChannelOffer Offer)> _lines;

    /// <summary>Components of kits that are in the basket, and of which the basket may need more than any of its lines does.</summary>
    private readonly Dictionary<Sku, ChannelStock> _components = [];

    private PickupBasket(List<(Sku Sku, decimal Wanted, SkuStock Stock, ChannelOffer Offer)> lines) => _lines = lines;

    /// <param name="wanted">Units of each SKU.</param>
    /// <param name="stockOf">A SKU everywhere, and what it can be assembled from.</param>
    public static PickupBasket Of(ChannelId channel, IReadOnlyDictionary<Sku, decimal> wanted, Func<Sku, SkuStock> stockOf, RulesInForce rules)
    {
        var basket = new PickupBasket(
            [.. from line in wanted let stock = stockOf(line.Key) select (line.Key, line.Value, stock, ChannelOffer.Of(channel, stock, rules))]);
        foreach (var component in basket._lines.SelectMany(line => line.Stock.Kit?.Components ?? []).DistinctBy(component => component.Sku))
        {
            basket._components.Add(component.Sku, ChannelStock.Of(channel, component, rules));
        }

        return basket;
    }

    /// <summary>One for each location, in their order.</summary>
    public IReadOnlyList<PickupItem> At(IReadOnlyList<LocationId> locations) => [.. locations.Select(location =>
    {
        var lines = _lines.ConvertAll(line => (line.Sku, line.Wanted, There: line.Offer.Promised(location)));
        return new PickupItem(location.Value, lines.TrueForAll(line => line.There >= line.Wanted) && IsEnough(location),
            lines.ConvertAll(line => new PickupLine(line.Sku.Value, line.There)));
    })];

    /// <summary>Whether the components that lines share are enough for all of them together; what is prepacked is used first.</summary>
    private bool IsEnough(LocationId location)
    {
        var needed = new Dictionary<Sku, decimal>();
        foreach (var (sku, wanted, stock, offer) in _components.Count == 0 ? [] : _lines)
        {
            if (stock.Kit is null)
            {
                Need(sku, wanted - offer.Own.BackorderAt(location));
                continue;
            }

            var assembled = Math.Max(0, wanted - offer.Own.At(location) - offer.Own.BackorderAt(location));
            foreach (var component in stock.Kit.Kit.Components)
            {
                Need(component.Sku, assembled * component.Quantity);
            }
        }

        return needed.All(units => units.Value <= (_components.TryGetValue(units.Key, out var there) ? there.At(location) : decimal.MaxValue));

        void Need(Sku sku, decimal units) => needed[sku] = needed.GetValueOrDefault(sku) + Math.Max(0, units);
    }
}

using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reservations;

/// <summary>
/// What may still be held, by SKU and location, while lines are placed one after the other. A location contributes at least zero.
/// </summary>
public sealed class FreeStock
{
    private readonly Dictionary<PositionKey, decimal> _free = [];
    private readonly Dictionary<Sku, List<LocationId>> _locations = [];

    public void Put(PositionKey key, decimal free)
    {
        if (_free.TryAdd(key, Math.Max(0, free)))
        {
            if (!_locations.TryGetValue(key.Sku, out var locations))
            {
                _locations[key.Sku] = locations = [];
            }

            locations.Add(key.Location);
        }
    }

    /// <summary>Units that the reservation gives back before it is placed anew.</summary>
    internal void Return(PositionKey key, decimal quantity)
    {
        Put(key, 0);
        _free[key] += quantity;
    }

    internal decimal At(PositionKey key) => _free.GetValueOrDefault(key);

    internal decimal Everywhere(Sku sku) => _locations.GetValueOrDefault(sku, []).Sum(location => _free[new PositionKey(sku, location)]);

    /// <summary>Takes as much as there is, at most <paramref name="wanted"/>.</summary>
    internal decimal Take(PositionKey key, decimal wanted)
    {
        var taken = Math.Min(wanted, At(key));
        if (taken > 0)
        {
            _free[key] -= taken;
        }

        return taken;
    }

    /// <summary>Where to look first: most available, then by location id.</summary>
    internal IEnumerable<LocationId> MostAvailable(Sku sku) => _locations.GetValueOrDefault(sku, [])
        .OrderByDescending(location => _free[new PositionKey(sku, location)])
        .ThenBy(location => location.Value, StringComparer.Ordinal);
}

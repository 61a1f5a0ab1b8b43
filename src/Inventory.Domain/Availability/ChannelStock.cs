using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Availability;

/// <summary>
/// One SKU as one channel may use it: what each location can give it, what others' ring-fences and the network's safety stock leave, and
/// what it may promise beyond. Availability reads it, a hold takes from it. Not for two threads.
/// </summary>
public sealed class ChannelStock
{
    private readonly Claims _claims;
    private readonly int _own;
    private readonly Dictionary<LocationId, int> _places = [];
    private readonly LocationId[] _locations;
    private readonly decimal[] _reach;
    private decimal _limit;

    private ChannelStock(ChannelId channel, SkuStock stock, RulesInForce rules, int claims)
    {
        var count = stock.Locations.Count;
        var units = new decimal[count];
        _locations = new LocationId[count];
        _reach = new decimal[count];
        var mayBackorder = false;
        for (var index = 0; index < count; index++)
        {
            var location = stock.Locations[index];
            _locations[index] = location.Place.Id;
            _places.Add(location.Place.Id, index);
            units[index] = Units(stock.Sku, location, rules);
            _reach[index] = Reach(channel, stock.Sku, location, rules, units[index]);
            mayBackorder |= rules.MaySell(channel, stock.Sku, location.Place);
        }

        Backorder = mayBackorder ? BackorderOf(channel, stock, rules) : 0;
        _claims = new Claims(units);
        (_own, _limit, RingFence) = Serve(channel, stock, rules, units, claims);
    }

    /// <summary>Units that may be promised beyond what is there.</summary>
    public decimal Backorder { get; private set; }

    /// <summary>The channel's own ring-fence, where it has one.</summary>
    public Applied<AllocationRule>? RingFence { get; }

    /// <summary>The ring-fence whose use a hold counts: only a fixed one is used up.</summary>
    public string? CountedIn => RingFence is { Body.Mode: AllocationMode.Fixed } fence ? fence.Version.Key : null;

    public static ChannelStock Of(ChannelId channel, SkuStock stock, RulesInForce rules) => new(channel, stock, rules, int.MaxValue);

    /// <summary>As if only the first claims on the stock were there; those are others' ring-fences in the order in which they are served, then the network's safety stock.</summary>
    internal static ChannelStock OfFirst(int claims, ChannelId channel, SkuStock stock, RulesInForce rules) => new(channel, stock, rules, claims);

    /// <summary>What the channel may promise of the units that are there.</summary>
    public decimal Everywhere() => Math.Min(_limit, _claims.Copy().Serve(_own, _limit));

    /// <summary>The same without the limit of its own ring-fence.</summary>
    internal decimal WithoutOwnLimit() => _claims.Copy().Serve(_own, decimal.MaxValue);

    /// <summary>What it may promise of the units at one location.</summary>
    public decimal At(LocationId location) => _places.TryGetValue(location, out var index) ? Math.Min(_limit, _claims.Copy().Serve(_own, _limit, index)) : 0;

    /// <summary>Where to look first: most available, then by location id.</summary>
    public IEnumerable<LocationId> MostAvailable() => Enumerable.Range(0, _locations.Length)
        .OrderByDescending(index => _reach[index] - _claims.TakenAt(_own, index))
        .ThenBy(index => _locations[index].Value, StringComparer.Ordinal)
        .Select(index => _locations[index]);

    /// <summary>Each location's part of <see cref="Everywhere"/>, as holds would take them.</summary>
    public IEnumerable<(LocationId Location, decimal Quantity)> Parts()
    {
        var claims = _claims.Copy();
        var left = _limit;
        foreach (var location in MostAvailable())
        {
            var part = claims.Serve(_own, left, _places[location]);
            left -= part;
            yield return (location, part);
        }
    }

    /// <summary>Takes as much as there is at a location, at most <paramref name="wanted"/>.</summary>
    public decimal Take(LocationId location, decimal wanted)
    {
        if (!_places.TryGetValue(location, out var index))
        {
            return 0;
        }

        var taken = _claims.Serve(_own, Math.Min(_limit, wanted), index);
        _limit -= taken;
        return taken;
    }

    /// <summary>Promises units that are not there.</summary>
    public void TakeBeyond(decimal units) => Backorder -= units;

    /// <summary>What a location can give to channels: negative ones give nothing and take nothing from others.</summary>
    private static decimal Units(Sku sku, LocationStock location, RulesInForce rules) => location.Place.Enabled
        ? Math.Max(0, location.Sellable - (rules.SafetyStock(sku, location.Place, location.OnHand)?.Body.Of(location.OnHand) ?? 0))
        : 0;

    private static decimal Reach(ChannelId channel, Sku sku, LocationStock location, RulesInForce rules, decimal units) =>
        rules.MaySell(channel, sku, location.Place) ? Math.Max(0, units - (rules.Buffer(channel, sku, location.Place)?.Body.Quantity ?? 0)) : 0;

    private static decimal BackorderOf(ChannelId channel, SkuStock stock, RulesInForce rules) => rules.Backorder(channel, stock.Sku) is { } rule
        ? Math.Max(0, rule.Body.Limit - stock.Locations.Sum(location => location.Uncovered))
        : 0;

    /// <summary>Serves ring-fences in their order, then the network's safety stock from what they leave. The channel's own one becomes the limit of what it takes itself.</summary>
    private (int Own, decimal Limit, Applied<AllocationRule>? RingFence) Serve(ChannelId channel, SkuStock stock, RulesInForce rules, decimal[] units, int claims)
    {
        Applied<AllocationRule>? ringFence = null;
        int? own = null;
        var limit = decimal.MaxValue;
        decimal? pool = null;
        foreach (var allocation in rules.Allocations(stock.Sku).Take(claims))
        {
            var isOwn = allocation.Body.Channel == channel;
            var claim = _claims.Add(isOwn ? _reach : [.. stock.Locations.Select((location, index) => Reach(allocation.Body.Channel, stock.Sku, location, rules, units[index]))]);
            var served = _claims.Serve(claim, Wanted(allocation, stock, pool ??= units.Sum()));
            if (isOwn)
            {
                (ringFence, own, limit) = (allocation, claim, allocation.Body.Borrow ? decimal.MaxValue : served);
            }
        }

        if (rules.NetworkSafetyStock(stock.Sku) is { } safety && rules.Allocations(stock.Sku).Count < claims)
        {
            _claims.Serve(_claims.Add(units), safety.Body.Of(stock.Locations.Where(location => location.Place.Enabled).Sum(location => Math.Max(0, location.OnHand))));
        }

        if (own is { } known)
        {
            _claims.Clear(known);
        }

        return (own ?? _claims.Add(_reach), limit, ringFence);
    }

    private static decimal Wanted(Applied<AllocationRule> allocation, SkuStock stock, decimal pool) => allocation.Body.Mode == AllocationMode.Percent
        ? pool * allocation.Body.Amount / 100
        : Math.Max(0, allocation.Body.Amount - stock.FencedUse.GetValueOrDefault(allocation.Version.Key));
}

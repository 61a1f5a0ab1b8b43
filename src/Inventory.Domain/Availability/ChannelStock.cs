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
    private readonly LocationId[] _locations;
    private readonly decimal[] _reach;
    private readonly decimal[] _keptFrom;
    private readonly decimal[] _kept;
    private Dictionary<LocationId, int>? _indexes;
    private decimal _limit = decimal.MaxValue;

    private ChannelStock(ChannelId channel, SkuStock stock, RulesInForce rules, int claims)
    {
        var (units, owners) = (RingFences.Units(stock, rules), RingFences.Owners(stock, rules));
        _keptFrom = RingFences.KeptFrom(channel, stock, rules);
        (_locations, _kept, _reach) = (new LocationId[units.Length], new decimal[units.Length], new decimal[units.Length]);
        for (var index = 0; index < units.Length; index++)
        {
            var location = stock.Locations[index];
            (_locations[index], _kept[index], _reach[index]) = (location.Profile.Id, location.Kept, Math.Max(0, units[index] - _keptFrom[index]));
        }

        _claims = RingFences.Counting(_keptFrom, units, owners);
        int? own = null;
        foreach (var fence in RingFences.Serve(_claims, units, owners, stock, rules, claims))
        {
            if (fence.Rule.Body.Channel != channel)
            {
                continue;
            }

            // Its own one becomes the limit of what it takes itself. What it keeps already is counted, and comes back when it is not kept.
            (RingFence, own, _limit) = (fence.Rule, fence.Claim, fence.Rule.Body.Borrow ? decimal.MaxValue : fence.Units + _kept.Sum());
            _claims.Clear(fence.Claim);
        }

        _own = own ?? _claims.Add(_keptFrom);
        Backorder = rules.AllowBackorders(stock.Sku) && Array.Exists(_keptFrom, IsForSale) && rules.Backorder(channel, stock.Sku) is { } rule
            ? Math.Max(0, rule.Body.Limit - stock.Locations.Sum(location => location.Uncovered))
            : 0;
    }

    /// <summary>The same on the days ahead, for who may wait for supply; null where nobody does.</summary>
    public AheadStock? Ahead { get; init; }

    /// <summary>Units that may be promised beyond what is there.</summary>
    public decimal Backorder { get; private set; }

    /// <summary>The channel's own ring-fence, where it has one.</summary>
    public Applied<AllocationRule>? RingFence { get; }

    /// <summary>The ring-fence whose use a hold counts: only a fixed one is used up.</summary>
    public string? CountedIn => RingFence is { Body.Mode: AllocationMode.Fixed } fence ? fence.Version.Key : null;

    /// <param name="ahead"><see cref="Ahead"/></param>
    public static ChannelStock Of(ChannelId channel, SkuStock stock, RulesInForce rules, AheadStock? ahead = null) =>
        new(channel, stock, rules, int.MaxValue) { Ahead = ahead };

    /// <summary>
    /// As if only the first claims on the stock were there; those are ring-fences in the order in which they are served, then the network's safety stock.
    /// </summary>
    internal static ChannelStock OfFirst(int claims, ChannelId channel, SkuStock stock, RulesInForce rules) => new(channel, stock, rules, claims);

    /// <summary>What the channel may promise of the units that are there.</summary>
    public decimal Everywhere() => Math.Min(_limit, _kept.Sum() + _claims.Copy().Serve(_own, _limit));

    /// <summary>What it may promise of the units at one location.</summary>
    public decimal At(LocationId location) => IndexOf(location) is { } index ? Math.Min(_limit, _kept[index] + _claims.Most(_own, _limit, index)) : 0;

    /// <summary>What it may promise at each location, with what may be promised beyond what is there.</summary>
    public IReadOnlyDictionary<LocationId, decimal> PromisesByLocation() =>
        _locations.ToDictionary(location => location, location => At(location) + BackorderAt(location));

    /// <summary>The same without the limit of its own ring-fence, everywhere or at one location.</summary>
    internal decimal WithoutOwnLimit(LocationId? at) => at is { } location
        ? IndexOf(location) is { } index ? _claims.Copy().Serve(_own, decimal.MaxValue, index) : 0
        : _claims.Copy().Serve(_own, decimal.MaxValue);

    /// <summary>Where to look first: most available, then by location id.</summary>
    public IEnumerable<LocationId> MostAvailable() => ByAvailability().Select(index => _locations[index]);

    /// <summary>Each location's part of <see cref="Everywhere"/>, as holds would take them.</summary>
    public IEnumerable<(LocationId Location, decimal Quantity)> Parts()
    {
        var claims = _claims.Copy();
        var left = _limit;
        foreach (var index in ByAvailability())
        {
            var part = claims.Serve(_own, left, index);
            left -= part;
            yield return (_locations[index], part);
        }
    }

    /// <summary>Takes as much as there is at a location, at most <paramref name="wanted"/>.</summary>
    public decimal Take(LocationId location, decimal wanted)
    {
        if (IndexOf(location) is not { } index)
        {
            return 0;
        }

        wanted = Math.Min(_limit, wanted);
        var stays = Math.Min(_kept[index], wanted);
        _kept[index] -= stays;
        var taken = stays + _claims.Serve(_own, wanted - stays, index);
        _limit -= taken;
        Ahead?.TakeStock(location, taken);
        return taken;
    }

    public bool MaySellFrom(LocationId location) => IndexOf(location) is { } index && IsForSale(_keptFrom[index]);

    /// <summary>Units that may be promised beyond what is there, at this location where one is named.</summary>
    public decimal BackorderAt(LocationId? location) => location is { } named && !MaySellFrom(named) ? 0 : Backorder;

    private IEnumerable<int> ByAvailability() => Enumerable.Range(0, _locations.Length)
        .OrderByDescending(index => _kept[index] + _reach[index] - _claims.TakenAt(_own, index))
        .ThenBy(index => _locations[index].Value, StringComparer.Ordinal);

    /// <summary>Null where there never was any. A promise of all locations asks for none of them, and most holds for the only one.</summary>
    private int? IndexOf(LocationId location)
    {
        if (_locations.Length == 1)
        {
            return _locations[0] == location ? 0 : null;
        }

        if (_indexes is null)
        {
            _indexes = new Dictionary<LocationId, int>(_locations.Length);
            for (var index = 0; index < _locations.Length; index++)
            {
                _indexes.Add(_locations[index], index);
            }
        }

        return _indexes.TryGetValue(location, out var known) ? known : null;
    }

    private static bool IsForSale(decimal kept) => kept < decimal.MaxValue;

    /// <summary>Promises units that are not there.</summary>
    public void TakeBeyond(decimal units) => Backorder -= units;
}

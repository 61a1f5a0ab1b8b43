using NodaTime;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Simulation;

/// <summary>Units at one of a SKU's locations, by its number.</summary>
internal readonly record struct Units(int Location, decimal Quantity);

/// <summary>
/// One course of events for one SKU: what is there and kept, under these rules. Its promises are those of the one formula; where no rule
/// spans locations they are sums over locations, so that an event asks only about its own.
/// </summary>
/// <param name="registered">Locations at which a SKU without stock may be promised too, where a backorder rule allows it; null where none is asked for.</param>
internal sealed class StockTrajectory(
    Sku sku, RuleTimeline timeline, IReadOnlyList<ChannelId> channels, IReadOnlyDictionary<LocationId, LocationProfile>? registered = null)
{
    private readonly List<LocationStock> _stock = [];
    private readonly Dictionary<string, decimal> _use = [];
    private readonly List<decimal[]> _parts = [];

    /// <summary>What rules keep from each channel at each location, whatever is there: asked once, until rules change.</summary>
    private readonly List<decimal[]?> _keptFrom = [];

    private readonly HashSet<int> _changed = [];
    private readonly decimal[] _sums = new decimal[channels.Count];

    /// <summary>Units of each channel, and those that it may promise beyond.</summary>
    private readonly (decimal Stock, decimal Beyond)[] _usable = new (decimal, decimal)[channels.Count];

    private bool _spans;
    private bool _isStale = true;

    public RulesInForce Rules { get; private set; } = RulesInForce.None;

    /// <summary>Whether anything has happened that a promise may depend on since <see cref="ComputePromises"/>.</summary>
    public bool HasChanged { get; private set; } = true;

    /// <summary>Units by the key of the fixed ring-fence that they use up.</summary>
    public IReadOnlyDictionary<string, decimal> FencedUse => _use;

    public void AddLocation(LocationProfile profile)
    {
        _stock.Add(new LocationStock(profile, 0, 0, 0, []));
        _parts.Add(new decimal[channels.Count]);
        _keptFrom.Add(null);
    }

    /// <summary>The rules of this instant.</summary>
    public void AdvanceTo(Instant instant)
    {
        var rules = timeline.At(instant);
        if (!ReferenceEquals(rules, Rules))
        {
            (Rules, _spans, HasChanged, _isStale) = (rules, rules.SpanLocations(sku), true, true);
            for (var location = 0; location < _stock.Count; location++)
            {
                _keptFrom[location] = null;
                _changed.Add(location);
            }
        }
    }

    public Instant? NextChange(Instant after) => timeline.NextChange(after);

    public void Move(int location, decimal onHand, decimal reserved = 0)
    {
        _stock[location] = _stock[location] with { OnHand = _stock[location].OnHand + onHand, Reserved = _stock[location].Reserved + reserved };
        Touch(location);
    }

    public void SetUnsellable(int location, decimal units)
    {
        _stock[location] = _stock[location] with { Unsellable = units };
        Touch(location);
    }

    /// <summary>Counts what a fixed ring-fence is used up by, where there is one.</summary>
    public void Use(string? fence, decimal units)
    {
        if (fence is not null && units != 0)
        {
            _use[fence] = _use.GetValueOrDefault(fence) + units;
            (HasChanged, _isStale) = (true, true);
        }
    }

    /// <summary>The fixed ring-fence that a hold of this channel is counted in now.</summary>
    public string? FenceOf(ChannelId channel)
    {
        foreach (var fence in Rules.Allocations(sku))
        {
            if (fence.Body.Channel == channel)
            {
                return fence.Body.Mode == AllocationMode.Fixed ? fence.Version.Key : null;
            }
        }

        return null;
    }

    /// <summary>Units promised or sold beyond what is there.</summary>
    public decimal Short(int location) => Math.Max(0, -_stock[location].Sellable);

    public SkuStock Stock() => registered is null ? new SkuStock(sku, [.. _stock], _use)
        : SkuStock.Of(sku, [.. _stock], _use, new Plan(Rules, registered));

    /// <summary>What these channels may promise, in their order.</summary>
    /// <param name="assembled">Kits that a channel may promise from components, by its number; null for a SKU that is no kit now.</param>
    public void ComputePromises(Span<ChannelPromise> promises, Func<int, decimal>? assembled = null)
    {
        HasChanged = false;
        for (var channel = 0; channel < channels.Count; channel++)
        {
            var promised = Usable(channel) + _usable[channel].Beyond + (assembled?.Invoke(channel) ?? 0);
            promises[channel] = ChannelPromise.Of(promised, Rules.Publish(channels[channel], sku)?.Body);
        }
    }

    /// <summary>Units that are there for a channel, without what it may promise beyond.</summary>
    /// <param name="channel">Its number in the order of the channels.</param>
    public decimal Usable(int channel)
    {
        if (_isStale)
        {
            ComputeUsable();
        }

        return _usable[channel].Stock;
    }

    /// <summary>Whether a channel may sell a kit from a location where this SKU is or was.</summary>
    public bool MaySell(ChannelId channel, Sku kit, RulesInForce rules) => _stock.Exists(location => rules.MaySell(channel, kit, location.Profile));

    private void ComputeUsable()
    {
        _isStale = false;
        if (_spans)
        {
            var stock = Stock();
            for (var channel = 0; channel < channels.Count; channel++)
            {
                var own = ChannelStock.Of(channels[channel], stock, Rules);
                _usable[channel] = (own.Everywhere(), own.Backorder);
            }

            return;
        }

        foreach (var location in _changed)
        {
            var units = RingFences.UnitsAt(_stock[location], sku, Rules);
            var kept = _keptFrom[location] ??= [.. channels.Select(channel => RingFences.KeptFrom(channel, _stock[location].Profile, sku, Rules))];
            for (var channel = 0; channel < channels.Count; channel++)
            {
                var part = Math.Max(0, units - kept[channel]);
                _sums[channel] += part - _parts[location][channel];
                _parts[location][channel] = part;
            }
        }

        _changed.Clear();
        for (var channel = 0; channel < channels.Count; channel++)
        {
            _usable[channel] = (_sums[channel], 0);
        }
    }

    /// <summary>
    /// Where an order's units can be kept: at the locations that it wishes as far as it may, then wherever most is, then beyond what is there.
    /// </summary>
    /// <param name="wished">Where the real order is.</param>
    /// <param name="units">How many it is to have.</param>
    /// <param name="kept">Where it is now.</param>
    /// <param name="mayGoBeyond">Whether it asked for a backorder; looked at only where there is too little.</param>
    /// <returns>All of it; null when it is refused.</returns>
    public IReadOnlyList<Units>? Place(ChannelId channel, IReadOnlyList<Units> wished, decimal units, IReadOnlyList<OrderPart> kept, Func<bool> mayGoBeyond)
    {
        decimal KeptAt(int location) => kept.Where(part => part.Location == location).Sum(part => part.Proposed);
        if (!_spans && wished.Sum(part => part.Quantity) == units && wished.All(part => part.Quantity - KeptAt(part.Location) <= Part(channel, part.Location)))
        {
            return wished;
        }

        var stock = Stock();
        stock = stock with { Locations = [.. stock.Locations.Select((there, location) => there with { Kept = KeptAt(location) })] };
        var own = ChannelStock.Of(channel, stock, Rules);
        var missing = units;
        if (missing > own.Everywhere() && (missing > own.Everywhere() + own.Backorder || !mayGoBeyond()))
        {
            return null;
        }

        var placed = new List<Units>();
        foreach (var part in wished)
        {
            Take(part.Location, part.Quantity);
        }

        foreach (var location in missing > 0 ? own.MostAvailable().ToList() : [])
        {
            Take(_stock.FindIndex(stock => stock.Profile.Id == location), missing);
        }

        if (missing > 0)
        {
            placed.Add(wished[0] with { Quantity = missing });
        }

        return placed;

        void Take(int location, decimal atMost)
        {
            var taken = own.Take(_stock[location].Profile.Id, Math.Min(atMost, missing));
            if (taken > 0)
            {
                missing -= taken;
                placed.Add(new Units(location, taken));
            }
        }
    }

    /// <summary>Whether an order needs more than is there for its channel.</summary>
    public bool GoesBeyond(ChannelId channel, decimal units) => units > ChannelStock.Of(channel, Stock(), Rules).Everywhere();

    private decimal Part(ChannelId channel, int location)
    {
        var stock = _stock[location];
        return RingFences.ReachAt(channel, RingFences.UnitsAt(stock, sku, Rules), stock.Profile, sku, Rules);
    }

    private void Touch(int location)
    {
        _changed.Add(location);
        (HasChanged, _isStale) = (true, true);
    }
}

using NodaTime;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Kits;

namespace RetailSync.Inventory.Domain.Simulation;

/// <summary>
/// Folds the events of one SKU, all its positions in the order of recording, into two courses: what really happened, and what would have
/// happened with the proposed rules. There, an order that they refuse takes nothing, and one that they send elsewhere takes its units there;
/// everything else (goods in, counts, walk-in sales, and what becomes of orders) happens as it did. So a unit that one order did not get is
/// there for the next. Holds end by the clock, and rules change at their instants.
/// </summary>
public sealed class SkuReplay
{
    private readonly Scenario _scenario;
    private readonly StockTrajectory _real;

    /// <summary>Null where nothing would be different: then the real one is both.</summary>
    private readonly StockTrajectory? _proposed;

    private readonly Orders _orders;
    private readonly Oversells _oversells;
    private readonly Dictionary<LocationId, int> _locations = [];
    private readonly List<Dictionary<string, decimal>?> _unsellable = [];
    private readonly ChannelPromise[] _published;
    private readonly ChannelPromise[] _promises;
    private readonly decimal[] _withheld;
    private readonly long[] _publications;
    private readonly Sku _sku;
    private readonly (int Channel, ReplaySeries Series)[] _series;

    /// <summary>The others, where the SKU is one of those that are replayed together; null where it is alone.</summary>
    private readonly Func<Sku, SkuReplay>? _others;

    private Instant _now = Instant.MinValue;

    /// <summary>Until the scenario begins there is one course only.</summary>
    private bool _hasBegun;

    public SkuReplay(Sku sku, Scenario scenario)
        : this(sku, scenario, others: null)
    {
    }

    internal SkuReplay(Sku sku, Scenario scenario, Func<Sku, SkuReplay>? others)
    {
        var channels = scenario.Channels;
        (_sku, _scenario, _others) = (sku, scenario, others);
        var registered = others is null ? null : scenario.Locations;
        _real = new StockTrajectory(sku, scenario.Real(sku), channels, registered);
        _proposed = scenario.Proposed(sku) is { } timeline ? new StockTrajectory(sku, timeline, channels, registered) : null;
        _oversells = new Oversells(channels.Count);
        _orders = new Orders(_real, _proposed, _oversells, channels);
        _published = new ChannelPromise[channels.Count];
        _promises = new ChannelPromise[channels.Count];
        _withheld = new decimal[channels.Count];
        _publications = new long[channels.Count];
        _series = [.. from series in scenario.Series
                      where series.Sku == sku
                      from channel in Enumerable.Range(0, channels.Count)
                      where channels[channel] == series.Channel
                      select (channel, series)];
    }

    /// <param name="happened">Not before the event before, and not after the scenario's end.</param>
    public void Add(in ReplayedEvent happened)
    {
        _orders.DecideBefore(happened);
        if (happened.RecordedAt > _now)
        {
            Reach(happened.RecordedAt);
        }

        Move(happened);
    }

    /// <summary>The same of one that is among others: time has been let pass for all of them.</summary>
    internal void Move(in ReplayedEvent happened)
    {
        _orders.DecideBefore(happened);
        var location = LocationOf(happened.Location);
        if (happened.Order is null || !_orders.Add(location, happened))
        {
            _real.Move(location, happened.OnHand);
            _proposed?.Move(location, happened.OnHand);
        }

        if (happened.Unsellable is { } after)
        {
            SetUnsellable(location, after);
        }

        _oversells.Touch(location);
    }

    /// <summary>Advances to the scenario's end. No event may be added after this.</summary>
    /// <returns>For each channel of the scenario, in their order.</returns>
    public IReadOnlyList<Tally> Finish()
    {
        Decide();
        Reach(_scenario.To);
        Compare();
        return Tallies();
    }

    internal IReadOnlyList<Tally> Tallies() =>
        [.. Enumerable.Range(0, _published.Length).Select(channel =>
            new Tally(_withheld[channel], _orders.Lost[channel], _oversells.Avoided[channel], _publications[channel]))];

    /// <summary>Decides what was asked for: nothing more belongs to it.</summary>
    internal void Decide() => _orders.Decide();

    private int LocationOf(LocationId id)
    {
        if (!_locations.TryGetValue(id, out var location))
        {
            location = _locations.Count;
            _locations.Add(id, location);
            _unsellable.Add(null);
            _oversells.AddLocation();
            var index = _scenario.LocationOf(id);
            _real.AddLocation(index);
            _proposed?.AddLocation(index);
        }

        return location;
    }

    private void SetUnsellable(int location, IReadOnlyCollection<KeyValuePair<string, decimal>> after)
    {
        var statuses = _unsellable[location] ??= [];
        foreach (var (status, units) in after)
        {
            statuses[status] = units;
        }

        var total = statuses.Values.Sum();
        _real.SetUnsellable(location, total);
        _proposed?.SetUnsellable(location, total);
    }

    /// <summary>
    /// Lets time pass. What is promised is compared wherever something has happened: a commit is one moment, and so is a hold's end or a rule's beginning.
    /// </summary>
    private void Reach(Instant instant)
    {
        Compare();
        while (NextStop(instant) is { } stop && stop <= instant)
        {
            Stop(stop);
            if (!_hasBegun && stop >= _scenario.From)
            {
                Begin();
            }

            Compare();
        }

        Stop(instant);
    }

    /// <summary>From now on both courses count.</summary>
    internal void Begin()
    {
        _hasBegun = _orders.HaveBegun = true;
        _real.ComputePromises(_published, Assembled(isProposed: false));
    }

    /// <summary>
    /// Where time has to stop: a hold ends, rules change, the scenario begins. What was recorded at the very beginning belongs to what the replay begins with.
    /// </summary>
    internal Instant? NextStop(Instant instant) =>
        _hasBegun ? Earlier(_orders.NextEnd, Earlier(_real.NextChange(_now), _proposed?.NextChange(_now)))
        : instant > _scenario.From ? Earlier(_orders.NextEnd, _scenario.From)
        : _orders.NextEnd;

    private static Instant? Earlier(Instant? left, Instant? right) => left is null || right < left ? right : left;

    internal void Stop(Instant instant)
    {
        _now = Instant.Max(_now, instant);
        _real.AdvanceTo(_now);
        _proposed?.AdvanceTo(_now);
        _orders.EndHolds(_now);
    }

    /// <param name="isKit">Its components may have changed.</param>
    internal void Compare(bool isKit = false)
    {
        if (!_hasBegun || !(isKit || _real.HasChanged || _proposed?.HasChanged == true))
        {
            return;
        }

        _real.ComputePromises(_promises, Assembled(isProposed: false));
        var real = _proposed is null ? _promises : [.. _promises];
        if (_proposed is not null)
        {
            _proposed.ComputePromises(_promises, Assembled(isProposed: true));
            _oversells.Compare(_real, _proposed);
            for (var channel = 0; channel < _published.Length; channel++)
            {
                _withheld[channel] = Math.Max(_withheld[channel], real[channel].Quantity - _promises[channel].Quantity);
            }
        }

        foreach (var (channel, series) in _series)
        {
            series.Add(
                new SeriesPoint(_now, real[channel].Quantity, _promises[channel].Quantity, _orders.Taken[channel], _orders.Lost[channel]),
                _scenario.From, _scenario.To);
        }

        for (var channel = 0; channel < _published.Length; channel++)
        {
            if (_promises[channel] != _published[channel])
            {
                _published[channel] = _promises[channel];
                _publications[channel]++;
            }
        }
    }

    /// <summary>Kits that each channel may promise from what it may use of the components in the same course; null for a SKU that is no kit now.</summary>
    private Func<int, decimal>? Assembled(bool isProposed)
    {
        var rules = Course(isProposed).Rules;
        if (_others is null || rules.Kit(_sku) is not { } kit)
        {
            return null;
        }

        var components = kit.Components.Select(component => _others(component.Sku).Course(isProposed)).ToList();
        return number =>
        {
            var channel = _scenario.Channels[number];
            return ChannelKit.Everywhere(
                channel, kit, rules, index => components[index].Usable(number),
                () => components.Exists(component => component.MaySell(channel, kit.Sku, rules)), index => components[index].Stock());
        };
    }

    private StockTrajectory Course(bool isProposed) => isProposed && _proposed is not null ? _proposed : _real;
}

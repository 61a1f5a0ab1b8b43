using NodaTime;

namespace RetailSync.Inventory.Domain.Simulation;

/// <summary>
/// Replays kits together with all that they need, in the order of recording: a kit's promise is computed whenever a moment has changed anything that it is made
/// of. Holds of kits are holds of components, and decided there. Not for two threads.
/// </summary>
internal sealed class KitReplay
{
    private readonly Scenario _scenario;
    private readonly Dictionary<Sku, SkuReplay> _replays;

    /// <summary>By what they need.</summary>
    private readonly ILookup<Sku, Sku> _kits;

    private readonly PriorityQueue<Sku, Instant> _stops = new();
    private readonly Dictionary<Sku, Instant> _nextStops = [];

    /// <summary>SKUs that something has happened to at this moment.</summary>
    private readonly HashSet<Sku> _moved = [];

    private Instant _now = Instant.MinValue;
    private bool _hasBegun;

    public KitReplay(Scenario scenario)
    {
        _scenario = scenario;
        _replays = scenario.OfKits.ToDictionary(sku => sku, sku => new SkuReplay(sku, scenario, other => _replays![other]));
        _kits = scenario.Kits.SelectMany(kit => kit.Value, (kit, needed) => (needed, kit.Key)).ToLookup(one => one.needed, one => one.Key);
    }

    /// <param name="sku">One of <see cref="Scenario.OfKits"/>.</param>
    /// <param name="happened">Not before the event before, of whichever SKU, and not after the scenario's end.</param>
    public void Add(Sku sku, in ReplayedEvent happened)
    {
        AdvanceTo(happened.RecordedAt);
        var replay = _replays[sku];
        replay.Stop(_now);
        replay.Move(happened);
        _moved.Add(sku);
    }

    /// <summary>Advances to the scenario's end. No event may be added after this.</summary>
    public IEnumerable<(Sku Sku, IReadOnlyList<Tally> Tallies)> Finish()
    {
        AdvanceTo(_scenario.To);
        EndMoment();
        return _replays.Select(replay => (replay.Key, replay.Value.Tallies()));
    }

    private void AdvanceTo(Instant instant)
    {
        if (instant <= _now)
        {
            return;
        }

        if (!_hasBegun && instant > _scenario.From)
        {
            StopUntil(_scenario.From);
            Begin();
        }

        StopUntil(instant);
        _now = instant;
    }

    /// <summary>Holds end and rules change, for each SKU at its instants.</summary>
    private void StopUntil(Instant instant)
    {
        for (EndMoment(); _stops.TryPeek(out _, out var next) && next <= instant; EndMoment())
        {
            _now = Instant.Max(_now, next);
            while (_stops.TryPeek(out var sku, out var stop) && stop == next)
            {
                _stops.Dequeue();
                if (_nextStops.GetValueOrDefault(sku, Instant.MaxValue) == stop)
                {
                    _nextStops.Remove(sku);
                    _replays[sku].Stop(stop);
                    _moved.Add(sku);
                }
            }
        }
    }

    private void Begin()
    {
        (_hasBegun, _now) = (true, _scenario.From);
        foreach (var replay in _replays.Values)
        {
            replay.Stop(_now);
        }

        foreach (var replay in _replays.Values)
        {
            replay.Begin();
        }

        _moved.UnionWith(_replays.Keys);
        EndMoment();
    }

    /// <summary>The moment has ended: what was asked for in it is decided, and what is promised after it is compared.</summary>
    private void EndMoment()
    {
        foreach (var sku in _moved)
        {
            _replays[sku].Decide();
        }

        foreach (var sku in _moved.Concat(_moved.SelectMany(sku => _kits[sku])).ToHashSet())
        {
            _replays[sku].Compare(_scenario.Kits.ContainsKey(sku));
        }

        foreach (var sku in _moved)
        {
            if (_replays[sku].NextStop(_hasBegun ? _scenario.To : _scenario.From) is { } stop && stop < _nextStops.GetValueOrDefault(sku, Instant.MaxValue))
            {
                _nextStops[sku] = stop;
                _stops.Enqueue(sku, stop);
            }
        }

        _moved.Clear();
    }
}

using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Host.Availability;

/// <summary>One SKU at all its locations, with the promises that were last made of it.</summary>
internal sealed class SkuEntry(Sku sku)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ChannelId, (Promised Promised, UsableUnits Units, long State, Plan Plan)> _promises = [];
    private readonly Dictionary<ChannelId, (IReadOnlyDictionary<LocationId, decimal> Promises, long State, Plan Plan)> _promisesByLocation = [];

    /// <summary>By location id: an array in order is the smallest index of a few hundred.</summary>
    private Row[] _rows = [];
    private FencedUse _use = FencedUse.None;
    private Dictionary<string, decimal>? _overUse;
    private long _version;
    private Instant? _recordedAt;

    /// <summary>Counts the changes, those by the clock included.</summary>
    private long _state;

    private struct Row
    {
        public LocationId Location;
        public StockPosition Position;

        /// <summary>Units that the position still counts as reserved although their hold has expired.</summary>
        public decimal Over;

        /// <summary>The same of supply, by document; null while there was none.</summary>
        public Dictionary<string, decimal>? SupplyOver;
    }

    /// <summary>Rises with every change, those by the clock included.</summary>
    public long State => Interlocked.Read(ref _state);

    /// <summary>Of all locations together; it never decreases.</summary>
    public long Version
    {
        get
        {
            lock (_lock)
            {
                return _version;
            }
        }
    }

    public long VersionOf(LocationId location)
    {
        lock (_lock)
        {
            var index = Find(location);
            return index < 0 ? 0 : _rows[index].Position.Version;
        }
    }

    public StockPosition? Newer(LocationId location, long version)
    {
        lock (_lock)
        {
            var index = Find(location);
            return index >= 0 && _rows[index].Position.Version > version ? _rows[index].Position : null;
        }
    }

    public (StockPosition Position, decimal Over) Position(LocationId location)
    {
        lock (_lock)
        {
            var index = Find(location);
            return index < 0 ? (StockPosition.Empty, 0) : (_rows[index].Position, _rows[index].Over);
        }
    }

    /// <summary>All positions that anything was recorded of.</summary>
    public void CopyTo(List<PositionCopy> rows)
    {
        lock (_lock)
        {
            foreach (ref readonly var row in _rows.AsSpan())
            {
                if (row.Position.Version > 0)
                {
                    rows.Add(new PositionCopy(row.Location, row.Position, row.Over, row.SupplyOver?.Values.Sum() ?? 0));
                }
            }
        }
    }

    /// <summary>On-hand without what may not be sold; a location with less than nothing counts as empty.</summary>
    public decimal Sellable
    {
        get
        {
            lock (_lock)
            {
                return _rows.Sum(row => Math.Max(0, row.Position.OnHand - row.Position.UnsellableTotal));
            }
        }
    }

    public void Put(LocationId location, StockPosition position, Instant recordedAt)
    {
        lock (_lock)
        {
            ref var row = ref RowOf(location);
            if (position.Version > row.Position.Version)
            {
                _version += position.Version - row.Position.Version;
                _recordedAt = _recordedAt is { } latest ? Instant.Max(latest, recordedAt) : recordedAt;
                row.Position = position;
                _state++;
            }
        }
    }

    /// <summary>Replaces a position that was repaired, though its version is not newer.</summary>
    /// <param name="seen">The version of the wrong position.</param>
    /// <param name="recordedAt">Of its newest event.</param>
    public void Replace(LocationId location, long seen, StockPosition position, Instant recordedAt)
    {
        lock (_lock)
        {
            ref var row = ref RowOf(location);
            if (row.Position.Version == seen || row.Position.Version <= position.Version)
            {
                // The sum of versions never decreases, whatever the wrong row had.
                _version += Math.Max(0, position.Version - row.Position.Version);
                _recordedAt = _recordedAt is { } latest ? Instant.Max(latest, recordedAt) : recordedAt;
                row.Position = position;
                _state++;
            }
        }
    }

    public void Put(FencedUse use)
    {
        lock (_lock)
        {
            if (use.Version > _use.Version)
            {
                _use = use;
                _state++;
            }
        }
    }

    /// <summary>Units whose hold has expired, or (below zero) is no longer counted as expired.</summary>
    public void AddOver(LocationId location, decimal units)
    {
        lock (_lock)
        {
            RowOf(location).Over += units;
            _state++;
        }
    }

    /// <summary>The same of a document's supply.</summary>
    public void AddSupplyOver(LocationId location, string document, decimal units)
    {
        lock (_lock)
        {
            var over = RowOf(location).SupplyOver ??= [];
            over[document] = over.GetValueOrDefault(document) + units;
            _state++;
        }
    }

    /// <summary>The same for their use of a ring-fence.</summary>
    public void AddOver(string rule, decimal units)
    {
        lock (_lock)
        {
            _overUse ??= [];
            _overUse[rule] = _overUse.GetValueOrDefault(rule) + units;
            _state++;
        }
    }

    public Promised Promise(ChannelId channel, Plan plan)
    {
        lock (_lock)
        {
            return Known(channel, plan).Promised;
        }
    }

    /// <summary>
    /// What may be promised at each location that has or had any, before publish rules; nothing at any other. Computed once for each state as well, but not
    /// under the lock: it takes a hundred times as long, and commits wait for the lock.
    /// </summary>
    public IReadOnlyDictionary<LocationId, decimal> PromisesByLocation(ChannelId channel, Plan plan)
    {
        SkuStock stock;
        long state;
        lock (_lock)
        {
            if (_promisesByLocation.TryGetValue(channel, out var known) && known.State == _state && ReferenceEquals(known.Plan, plan))
            {
                return known.Promises;
            }

            (stock, state) = (Everywhere(plan), _state);
        }

        var promises = ChannelStock.Of(channel, stock, plan.Rules).PromisesByLocation();
        lock (_lock)
        {
            _promisesByLocation[channel] = (promises, state, plan);
        }

        return promises;
    }

    /// <summary>The same before publish rules, for kits that the SKU is in or that are packed already.</summary>
    public UsableUnits Usable(ChannelId channel, Plan plan)
    {
        lock (_lock)
        {
            return Known(channel, plan).Units;
        }
    }

    /// <summary>Whether a channel may sell some SKU from a location where this one is or was.</summary>
    public bool MaySell(ChannelId channel, Sku kit, Plan plan)
    {
        lock (_lock)
        {
            return Array.Exists(_rows, row => plan.Rules.MaySell(channel, kit, plan.LocationOf(row.Location)));
        }
    }

    private (Promised Promised, UsableUnits Units) Known(ChannelId channel, Plan plan)
    {
        if (!_promises.TryGetValue(channel, out var known) || known.State != _state || !ReferenceEquals(known.Plan, plan))
        {
            var own = ChannelStock.Of(channel, Everywhere(plan), plan.Rules);
            var units = new UsableUnits(own.Everywhere(), own.Backorder, _version, _recordedAt);
            var promise = ChannelPromise.Of(channel, sku, units.Stock + units.Beyond, plan.Rules);
            known = _promises[channel] = (new Promised(promise, _version, _recordedAt), units, _state, plan);
        }

        return (known.Promised, known.Units);
    }

    public KnownStock Stock(Plan plan)
    {
        lock (_lock)
        {
            return new KnownStock(Everywhere(plan), _version);
        }
    }

    private SkuStock Everywhere(Plan plan)
    {
        var locations = new LocationStock[_rows.Length];
        for (var index = 0; index < locations.Length; index++)
        {
            ref var row = ref _rows[index];
            var position = row.Position;
            locations[index] = new LocationStock(
                plan.LocationOf(row.Location), position.OnHand, position.UnsellableTotal, position.Reserved - row.Over,
                Supply(row));
        }

        return SkuStock.Of(sku, locations, Use(), plan);
    }

    private static IReadOnlyList<ExpectedSupply> Supply(in Row row) => row.SupplyOver is { } over
        ? [.. row.Position.Supply.Select(document => document with { Held = document.Held - over.GetValueOrDefault(document.Document) })]
        : row.Position.Supply;

    private IReadOnlyDictionary<string, decimal> Use()
    {
        var use = _use;
        foreach (var (rule, units) in _overUse ?? [])
        {
            use = use.With(rule, -units);
        }

        return use.Units;
    }

    private ref Row RowOf(LocationId location)
    {
        var index = Find(location);
        if (index < 0)
        {
            index = ~index;
            var rows = new Row[_rows.Length + 1];
            _rows.AsSpan(0, index).CopyTo(rows);
            rows[index] = new Row { Location = location, Position = StockPosition.Empty };
            _rows.AsSpan(index).CopyTo(rows.AsSpan(index + 1));
            _rows = rows;
        }

        return ref _rows[index];
    }

    private int Find(LocationId location)
    {
        int low = 0, high = _rows.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(_rows[middle].Location.Value, location.Value);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}

/// <param name="Stock">Units of a SKU that a channel may use.</param>
/// <param name="Beyond">Units that may be promised beyond them.</param>
/// <param name="Version">How many events the SKU's positions have.</param>
/// <param name="RecordedAt">When the newest of them was recorded; null when there is none.</param>
internal readonly record struct UsableUnits(decimal Stock, decimal Beyond, long Version, Instant? RecordedAt);

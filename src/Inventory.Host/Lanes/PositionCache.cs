using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Lanes;

/// <summary>
/// An optimistic cache of positions as last committed. It saves a read, never a check: an acceptance fails to commit when another host
/// has written since, and a refusal is revalidated first. Each shard belongs to one lane, and to the holder of all gates.
/// </summary>
internal sealed class PositionCache
{
    private readonly Shard[] _shards;
    private readonly int _capacity;
    private readonly Lock _recording = new();
    private Instant _recordedAt = Instant.MinValue;

    public PositionCache(int shards, int capacity)
    {
        _shards = [.. Enumerable.Range(0, shards).Select(_ => new Shard())];
        _capacity = capacity / shards;
    }

    /// <summary>
    /// The latest instant of recording that the lanes of this host have read or written: no event is recorded before it, whatever the clock says.
    /// </summary>
    public Instant RecordedAt
    {
        get
        {
            lock (_recording)
            {
                return _recordedAt;
            }
        }
    }

    /// <summary>Advances it to the instant of an event of any host.</summary>
    public void Recorded(Instant at)
    {
        lock (_recording)
        {
            _recordedAt = Instant.Max(_recordedAt, at);
        }
    }

    /// <summary>A shard has whole partitions, so that a lane of one host competes with a single lane of another host with the same configuration.</summary>
    public int ShardOf(Sku sku) => SkuPartition.Of(sku) % _shards.Length;

    /// <summary>The partitions of a shard, ascending.</summary>
    public int[] PartitionsOf(int shard) => [.. Enumerable.Range(0, SkuPartition.Count).Where(partition => partition % _shards.Length == shard)];

    public StockPosition this[PositionKey key] => ShardFor(key.Sku).Positions[key];

    public bool Has(PositionKey key) => ShardFor(key.Sku).Positions.ContainsKey(key);

    public void Put(PositionKey key, StockPosition position)
    {
        var shard = ShardFor(key.Sku);
        shard.Positions[key] = position;
        if (shard.Locations.TryGetValue(key.Sku, out var locations))
        {
            locations.Add(key.Location);
        }
    }

    /// <summary>True when every location of the SKU is here.</summary>
    public bool HasAll(Sku sku) => ShardFor(sku).Locations.ContainsKey(sku);

    public IEnumerable<LocationId> Locations(Sku sku) => ShardFor(sku).Locations[sku];

    /// <summary>Marks that every location of the SKU is cached.</summary>
    public void Complete(Sku sku, IEnumerable<LocationId> locations) => ShardFor(sku).Locations[sku] = [.. locations];

    public FencedUse FencedUse(Sku sku) => ShardFor(sku).FencedUse[sku];

    public bool HasFencedUse(Sku sku) => ShardFor(sku).FencedUse.ContainsKey(sku);

    public void Put(Sku sku, FencedUse use) => ShardFor(sku).FencedUse[sku] = use;

    /// <summary>
    /// Refreshes from the stock cache, which follows other hosts' commits, so that hosts which write a position now and then do not race for it. Not
    /// while the repair epochs of the two differ: one of them may have a row from before a repair.
    /// </summary>
    public void CatchUp(StockCache book, IEnumerable<int> shards, IEnumerable<PositionKey> positions)
    {
        if (book.RepairEpoch != RepairEpoch(shards))
        {
            return;
        }

        foreach (var key in positions)
        {
            if (ShardFor(key.Sku).Positions.TryGetValue(key, out var known) && book.Newer(key, known.Version) is { } newer)
            {
                Put(key, newer);
            }
        }
    }

    public void Drop(IEnumerable<int> shards)
    {
        foreach (var shard in shards)
        {
            _shards[shard].Clear();
        }
    }

    /// <summary>A full shard is cleared: which positions come next is unknown, and each that is dropped costs one read.</summary>
    public void MakeRoom(IEnumerable<int> shards) => Drop(shards.Where(shard => _shards[shard].Positions.Count > _capacity));

    /// <summary>
    /// The epoch of a shard is how many repairs of positions had been made when it was empty: its rows were all read later. A commit fails when there has been
    /// a repair since (<see cref="LaneCommit"/>), so that no decision stands on a row from before it.
    /// </summary>
    /// <returns>The lowest of these shards' epochs; null when one has none, because it is new or was cleared.</returns>
    public long? RepairEpoch(IEnumerable<int> shards)
    {
        var lowest = long.MaxValue;
        foreach (var shard in shards)
        {
            if (_shards[shard].RepairEpoch is not { } epoch)
            {
                return null;
            }

            lowest = Math.Min(lowest, epoch);
        }

        return lowest;
    }

    /// <summary>Sets the repair epoch of those shards that have none, before the first row is read into them.</summary>
    public void SetRepairEpoch(IEnumerable<int> shards, long epoch)
    {
        foreach (var shard in shards)
        {
            _shards[shard].RepairEpoch ??= epoch;
        }
    }

    private Shard ShardFor(Sku sku) => _shards[ShardOf(sku)];

    private sealed class Shard
    {
        public long? RepairEpoch { get; set; }

        public Dictionary<PositionKey, StockPosition> Positions { get; } = [];

        public Dictionary<Sku, HashSet<LocationId>> Locations { get; } = [];

        public Dictionary<Sku, FencedUse> FencedUse { get; } = [];

        public void Clear()
        {
            RepairEpoch = null;
            FencedUse.Clear();
            Positions.Clear();
            Locations.Clear();
        }
    }
}

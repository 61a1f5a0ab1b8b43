using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Host.Lanes;

/// <summary>
/// The positions that the lanes have seen, as last committed. It spares a read, never a check: a yes fails to commit when another host
/// has written since, and a no is only given after a second look. Each shard belongs to one lane, and to whoever holds all their gates.
/// </summary>
internal sealed class PositionCache
{
    private readonly Shard[] _shards;
    private readonly int _capacity;
    private int _generation;

    public PositionCache(int shards, int capacity)
    {
        _shards = [.. Enumerable.Range(0, shards).Select(_ => new Shard())];
        _capacity = capacity / shards;
    }

    public int ShardOf(Sku sku) => (sku.Value.GetHashCode(StringComparison.Ordinal) & int.MaxValue) % _shards.Length;

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

    /// <summary>Every location of the SKU has been put here.</summary>
    public void Complete(Sku sku, IEnumerable<LocationId> locations) => ShardFor(sku).Locations[sku] = [.. locations];

    public FencedUse FencedUse(Sku sku) => ShardFor(sku).FencedUse[sku];

    public bool HasFencedUse(Sku sku) => ShardFor(sku).FencedUse.ContainsKey(sku);

    public void Put(Sku sku, FencedUse use) => ShardFor(sku).FencedUse[sku] = use;

    public void Forget(IEnumerable<int> shards)
    {
        foreach (var shard in shards)
        {
            _shards[shard].Clear();
        }
    }

    /// <summary>Rows were put right behind the lanes' back: each shard starts anew with its lane's next batch. For many threads.</summary>
    public void ForgetAll() => Interlocked.Increment(ref _generation);

    /// <summary>A full shard starts anew: which positions come next is not known, and what is dropped costs one read.</summary>
    public void MakeRoom(IEnumerable<int> shards)
    {
        var generation = Volatile.Read(ref _generation);
        foreach (var shard in shards.Where(shard => _shards[shard].Positions.Count > _capacity || _shards[shard].Generation != generation))
        {
            _shards[shard].Clear();
            _shards[shard].Generation = generation;
        }
    }

    private Shard ShardFor(Sku sku) => _shards[ShardOf(sku)];

    private sealed class Shard
    {
        public int Generation { get; set; }

        public Dictionary<PositionKey, StockPosition> Positions { get; } = [];

        public Dictionary<Sku, HashSet<LocationId>> Locations { get; } = [];

        public Dictionary<Sku, FencedUse> FencedUse { get; } = [];

        public void Clear()
        {
            FencedUse.Clear();
            Positions.Clear();
            Locations.Clear();
        }
    }
}

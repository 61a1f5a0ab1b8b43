using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Host.Lanes;

/// <summary>
/// The positions that a lane has seen, as last committed. It spares a read, never a check: the commit fails when another host has
/// written since, and then the lane forgets and reads anew.
/// </summary>
internal sealed class PositionCache(int capacity)
{
    private readonly Dictionary<PositionKey, StockPosition> _positions = [];

    public StockPosition this[PositionKey key] => _positions[key];

    public bool Has(PositionKey key) => _positions.ContainsKey(key);

    public void Put(PositionKey key, StockPosition position) => _positions[key] = position;

    public void Forget() => _positions.Clear();

    /// <summary>A full cache starts anew: which positions come next is not known, and what is dropped costs one read.</summary>
    public void MakeRoom(int wanted)
    {
        if (_positions.Count + wanted > capacity)
        {
            _positions.Clear();
        }
    }
}

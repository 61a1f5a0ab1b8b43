namespace RetailSync.Inventory.Domain.Simulation;

/// <summary>
/// Finds the orders whose units were really missing and would not have been. Where a location lacks more in the real course than in the
/// proposed one, units that orders took there and would not have are counted, of the newest first, each once.
/// </summary>
internal sealed class Oversells(int channels)
{
    private readonly List<List<SparedUnits>?> _spared = [];
    private readonly List<decimal> _gaps = [];
    private readonly HashSet<int> _touched = [];

    /// <summary>Units by channel.</summary>
    public decimal[] Avoided { get; } = new decimal[channels];

    public void AddLocation()
    {
        _spared.Add(null);
        _gaps.Add(0);
    }

    public void Touch(int location) => _touched.Add(location);

    /// <summary>Units that an order really took, or (below zero) took only in the proposed course.</summary>
    public void Spare(Order order, int location, decimal units)
    {
        var part = order.At(location);
        if (part.Spared is null)
        {
            part.Spared = new SparedUnits(order.Number);
            (_spared[location] ??= []).Add(part.Spared);
        }

        part.Spared.Quantity += units;
    }

    public void Compare(StockTrajectory real, StockTrajectory proposed)
    {
        foreach (var location in _touched)
        {
            var gap = Math.Max(0, real.Short(location) - proposed.Short(location));
            if (gap > _gaps[location])
            {
                Credit(location, gap - _gaps[location]);
            }

            _gaps[location] = gap;
        }

        _touched.Clear();
    }

    private void Credit(int location, decimal missing)
    {
        var spared = _spared[location] ?? [];
        for (var index = spared.Count - 1; index >= 0 && missing > 0; index--)
        {
            var units = Math.Min(missing, spared[index].Quantity - spared[index].Credited);
            if (units > 0)
            {
                missing -= units;
                spared[index].Credited += units;
                if (spared[index].Channel >= 0)
                {
                    Avoided[spared[index].Channel] += units;
                }
            }
        }
    }
}

namespace RetailSync.Inventory.Domain.Simulation;

/// <summary>
/// Finds the orders whose units were really missing and would not have been. Where a location lacks more in the real course than in the
/// proposed one, units that orders took there and would not have are counted, of the newest first, each once.
/// </summary>
internal sealed class Oversells(int channels)
{
    private readonly List<List<ExtraUnits>?> _extra = [];
    private readonly List<decimal> _gaps = [];
    private readonly HashSet<int> _touched = [];

    /// <summary>Units by channel.</summary>
    public decimal[] Avoided { get; } = new decimal[channels];

    public void AddLocation()
    {
        _extra.Add(null);
        _gaps.Add(0);
    }

    public void Touch(int location) => _touched.Add(location);

    /// <summary>Units that an order really took, or (below zero) took only in the proposed course.</summary>
    public void AddExtra(Order order, int location, decimal units)
    {
        var part = order.At(location);
        if (part.Extra is null)
        {
            part.Extra = new ExtraUnits(order.Number);
            (_extra[location] ??= []).Add(part.Extra);
        }

        part.Extra.Quantity += units;
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
        var extra = _extra[location] ?? [];
        for (var index = extra.Count - 1; index >= 0 && missing > 0; index--)
        {
            var units = Math.Min(missing, extra[index].Quantity - extra[index].Credited);
            if (units > 0)
            {
                missing -= units;
                extra[index].Credited += units;
                if (extra[index].Channel >= 0)
                {
                    Avoided[extra[index].Channel] += units;
                }
            }
        }
    }
}

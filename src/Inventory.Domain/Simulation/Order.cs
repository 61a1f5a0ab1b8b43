using NodaTime;

namespace RetailSync.Inventory.Domain.Simulation;

/// <summary>What is kept of one SKU for a reservation, in the real course and in the proposed one.</summary>
/// <param name="number">The channel's place among those that are compared; below 0 when it is none of them.</param>
internal sealed class Order(ChannelId channel, int number)
{
    private readonly List<OrderPart> _parts = [];

    public ChannelId Channel => channel;

    public int Number => number;

    /// <summary>The hold ends by the clock; null when it does not, or no longer.</summary>
    public Instant? HoldEnds { get; set; }

    public string? RealFence { get; set; }

    public string? ProposedFence { get; set; }

    /// <summary>It would not exist.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Units of it that would have been refused, and have not been given back.</summary>
    public decimal Lost { get; set; }

    public IReadOnlyList<OrderPart> Parts => _parts;

    public decimal Real => _parts.Sum(part => part.Real);

    public decimal Proposed => _parts.Sum(part => part.Proposed);

    public OrderPart At(int location)
    {
        foreach (var part in _parts)
        {
            if (part.Location == location)
            {
                return part;
            }
        }

        _parts.Add(new OrderPart(location));
        return _parts[^1];
    }

    /// <summary>Takes units off the proposed course, those at <paramref name="first"/> first.</summary>
    /// <returns>Where, and how many.</returns>
    public IEnumerable<Units> TakeProposed(int first, decimal units)
    {
        foreach (var part in _parts.OrderBy(part => part.Location != first))
        {
            var taken = Math.Min(units, part.Proposed);
            if (taken > 0)
            {
                units -= taken;
                part.Proposed -= taken;
                yield return new Units(part.Location, taken);
            }
        }
    }
}

/// <summary>Units of an order at one location.</summary>
internal sealed class OrderPart(int location)
{
    public int Location => location;

    /// <summary>Kept in the real course.</summary>
    public decimal Real { get; set; }

    /// <summary>Kept in the proposed course.</summary>
    public decimal Proposed { get; set; }

    /// <summary>Units that the order really took here and would not have: null when there never were any.</summary>
    public ExtraUnits? Extra { get; set; }
}

/// <summary>Units at one location that an order really took and would not have.</summary>
internal sealed class ExtraUnits(int channel)
{
    public int Channel => channel;

    public decimal Quantity { get; set; }

    /// <summary>Of those, units that were missing in the real course: each avoids one oversell.</summary>
    public decimal Credited { get; set; }
}

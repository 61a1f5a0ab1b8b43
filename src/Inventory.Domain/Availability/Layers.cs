namespace RetailSync.Inventory.Domain.Availability;

/// <summary>
/// What lies at locations, as piles: a buffer keeps the lowest units of a pile from its channel. Cut where the buffers of those end who may
/// claim units, each layer is wholly within somebody's reach or not at all; so a unit above two buffers is one unit and not one for each,
/// and one more unit anywhere takes nothing from anybody.
/// </summary>
internal sealed class Layers
{
    private readonly decimal[] _bottoms;

    private Layers(decimal[] bottoms, decimal[] units, int[] locationOf, int[] firstOf) =>
        (_bottoms, Units, LocationOf, FirstOf) = (bottoms, units, locationOf, firstOf);

    /// <summary>How much each layer has; those of a location are neighbours, the lowest first.</summary>
    public decimal[] Units { get; }

    /// <summary>Each layer's location, by its number.</summary>
    public int[] LocationOf { get; }

    /// <summary>Each location's first layer, and at the end one after the last.</summary>
    public int[] FirstOf { get; }

    /// <param name="units">What lies at each location.</param>
    /// <param name="bottoms">From where on it counts there.</param>
    /// <param name="kept">What is kept from each of those who may claim units, at each location.</param>
    public static Layers Of(decimal[] units, decimal[] bottoms, IReadOnlyList<decimal[]> kept)
    {
        var (from, layers, locationOf, firstOf) =
            (new List<decimal>(units.Length), new List<decimal>(units.Length), new List<int>(units.Length), new int[units.Length + 1]);
        for (var location = 0; location < units.Length; location++)
        {
            for (var bottom = bottoms[location]; bottom < units[location];)
            {
                var top = units[location];
                foreach (var claimant in kept)
                {
                    top = claimant[location] > bottom ? Math.Min(top, claimant[location]) : top;
                }

                from.Add(bottom);
                layers.Add(top - bottom);
                locationOf.Add(location);
                bottom = top;
            }

            firstOf[location + 1] = layers.Count;
        }

        return new Layers([.. from], [.. layers], [.. locationOf], firstOf);
    }

    /// <summary>Which layers somebody may have units of.</summary>
    /// <param name="kept">What is kept from them at each location.</param>
    public bool[] Reach(decimal[] kept)
    {
        var reach = new bool[_bottoms.Length];
        for (var layer = 0; layer < reach.Length; layer++)
        {
            reach[layer] = _bottoms[layer] >= kept[LocationOf[layer]];
        }

        return reach;
    }
}

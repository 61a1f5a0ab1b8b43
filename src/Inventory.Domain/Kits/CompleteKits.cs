namespace RetailSync.Inventory.Domain.Kits;

/// <summary>Where kits are placed whose components all come from one location.</summary>
internal static class CompleteKits
{
    /// <summary>
    /// What is kept stays where it is, most first; the rest goes where most kits are complete, then by location id. Whoever goes through them takes the
    /// components of each before the next.
    /// </summary>
    /// <param name="wanted">A whole number, 0 or more.</param>
    /// <param name="kept">Kits that are complete at a location already and are kept.</param>
    /// <param name="locations">Where others may be placed.</param>
    /// <param name="complete">Whole kits of which everything is at a location, as of when it is asked; what is kept included.</param>
    /// <returns>A location may come twice; together at most what is wanted.</returns>
    public static IEnumerable<(LocationId Location, decimal Kits)> Place(
        decimal wanted, IReadOnlyCollection<(LocationId Location, decimal Kits)> kept, IReadOnlyCollection<LocationId> locations,
        Func<LocationId, decimal> complete)
    {
        var left = wanted;
        foreach (var (location, kits) in kept.OrderByDescending(one => one.Kits).ThenBy(one => one.Location.Value, StringComparer.Ordinal))
        {
            if (Take(location, kits) is var stays and > 0)
            {
                yield return (location, stays);
            }
        }

        foreach (var location in left > 0
            ? locations.Select(location => (location, kits: complete(location))).OrderByDescending(one => one.kits)
                .ThenBy(one => one.location.Value, StringComparer.Ordinal).Select(one => one.location).ToList()
            : [])
        {
            if (Take(location, left) is var more and > 0)
            {
                yield return (location, more);
            }
        }

        decimal Take(LocationId location, decimal atMost)
        {
            var kits = Math.Max(0, Math.Min(Math.Min(left, atMost), complete(location)));
            left -= kits;
            return kits;
        }
    }
}

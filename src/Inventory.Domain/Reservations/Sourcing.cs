using System.Collections.Immutable;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reservations;

/// <summary>Places lines on locations, all of them or none.</summary>
internal static class Sourcing
{
    /// <param name="requested">Lines in the caller's order. Those that name a location are placed first, since they have no choice.</param>
    /// <param name="free">What may be held; what is placed is taken from it.</param>
    /// <param name="preferred">Where lines without a location stay as far as they can: where they are held already.</param>
    public static (ImmutableList<ReservedLine> Lines, IReadOnlyList<Shortage> Shortages) Place(
        IReadOnlyList<RequestedLine> requested, FreeStock free, ILookup<Sku, LocationId> preferred)
    {
        var placed = new ReservedLine[requested.Count];
        var shortages = new List<Shortage>();
        var inOrder = requested.Select((line, index) => (line, index)).OrderBy(pair => pair.line.Location is null);
        foreach (var group in inOrder.GroupBy(pair => (pair.line.Sku, pair.line.Location)))
        {
            var (sku, location) = group.Key;
            var available = location is { } named ? free.At(new PositionKey(sku, named)) : free.Everywhere(sku);
            var wanted = group.Sum(pair => pair.line.Quantity);
            if (wanted > available)
            {
                shortages.Add(new Shortage(sku, location, wanted, available));
                continue;
            }

            foreach (var (line, index) in group)
            {
                placed[index] = new ReservedLine(sku, location, Place(line, free, preferred));
            }
        }

        return (shortages.Count == 0 ? [.. placed] : [], shortages);
    }

    private static ImmutableList<Allocation> Place(RequestedLine line, FreeStock free, ILookup<Sku, LocationId> preferred)
    {
        var locations = line.Location is { } named ? [named] : preferred[line.Sku].Concat(free.MostAvailable(line.Sku).ToList()).Distinct();
        var allocations = ImmutableList.CreateBuilder<Allocation>();
        var missing = line.Quantity;
        foreach (var location in locations)
        {
            var taken = free.Take(new PositionKey(line.Sku, location), missing);
            if (taken > 0)
            {
                allocations.Add(new Allocation(location, taken, Fulfilled: 0));
                missing -= taken;
            }

            if (missing == 0)
            {
                break;
            }
        }

        return allocations.ToImmutable();
    }
}

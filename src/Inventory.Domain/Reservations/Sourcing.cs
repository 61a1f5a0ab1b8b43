using System.Collections.Immutable;
using NodaTime;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reservations;

/// <summary>Places lines on locations, all of them or none.</summary>
internal static class Sourcing
{
    /// <param name="requested">Lines in the caller's order. Those that name a location are placed first, since they have no choice.</param>
    /// <param name="stock">What the channel may hold; what is placed is taken from it. A SKU that was never seen anywhere is not in it.</param>
    /// <param name="held">What is kept already, as free in <paramref name="stock"/>: units stay where they are as far as they can. Empty for a new
    /// reservation.</param>
    public static (ImmutableList<ReservedLine> Lines, IReadOnlyList<Shortage> Shortages) Place(
        IReadOnlyList<RequestedLine> requested, IReadOnlyDictionary<Sku, ChannelStock> stock, IReadOnlyList<(PositionKey Key, decimal Quantity)> held)
    {
        var staying = held.ToDictionary(units => units.Key, units => units.Quantity);
        var placed = new ReservedLine[requested.Count];
        var shortages = new List<Shortage>();
        var inOrder = requested.Select((line, index) => (line, index))
            .OrderBy(pair => pair.line.By).ThenBy(pair => pair.line.Location is null).ThenBy(pair => pair.line.AllowBackorder);
        foreach (var group in inOrder.GroupBy(pair => (pair.line.Sku, pair.line.Location, pair.line.By)))
        {
            var (sku, location, by) = group.Key;
            if (by is not null)
            {
                // Stock first, what is missing from supply that is in time: the earliest day, which has the least choice, before later ones.
                Await(group, by.Value);
                continue;
            }

            var own = stock.GetValueOrDefault(sku);
            var available = Available(own, location, group.Where(pair => pair.line.AllowBackorder).Sum(pair => pair.line.Quantity));
            var wanted = group.Sum(pair => pair.line.Quantity);
            if (own is null || wanted > available)
            {
                shortages.Add(new Shortage(sku, location, wanted, available));
                continue;
            }

            foreach (var (line, index) in group)
            {
                placed[index] = new ReservedLine(sku, location, Place(line, own, staying), own.CountedIn);
            }
        }

        return (shortages.Count == 0 ? [.. placed] : [], shortages);

        void Await(IGrouping<(Sku Sku, LocationId? Location, LocalDate? By), (RequestedLine Line, int Index)> group, LocalDate by)
        {
            var own = stock.GetValueOrDefault(group.Key.Sku);
            var (wanted, found) = (0m, 0m);
            foreach (var (line, index) in group)
            {
                ImmutableList<SourcedUnits> allocations = own is null ? [] : Place(line, own, staying, mayGoBeyond: false);
                var missing = line.Quantity - allocations.Sum(units => units.Quantity);
                var supply = missing > 0 && own?.Ahead is { } ahead ? ahead.Take(missing, line.Location, by) : [];
                (wanted, found) = (wanted + line.Quantity, found + line.Quantity - missing + supply.Sum(units => units.Quantity));
                placed[index] = new ReservedLine(line.Sku, line.Location, allocations, own?.CountedIn)
                {
                    By = by,
                    Supply = supply.Count == 0 ? null : [.. supply.Select(SupplyUnits.Of)],
                };
            }

            if (found < wanted)
            {
                shortages.Add(new Shortage(group.Key.Sku, group.Key.Location, wanted, found) { By = by });
            }
        }
    }

    private static decimal Available(ChannelStock? own, LocationId? location, decimal wantedBeyond)
    {
        if (own is null)
        {
            return 0;
        }

        var here = location is { } named ? own.At(named) : own.Everywhere();
        return here + Math.Min(own.BackorderAt(location), wantedBeyond);
    }

    private static ImmutableList<SourcedUnits> Place(RequestedLine line, ChannelStock own, Dictionary<PositionKey, decimal> staying, bool mayGoBeyond = true)
    {
        var placed = new List<(LocationId Location, decimal Quantity)>();
        var missing = line.Quantity;
        var known = staying.Keys.Where(key => key.Sku == line.Sku && (line.Location is null || key.Location == line.Location)).ToList();
        foreach (var key in known)
        {
            staying[key] -= Take(key.Location, staying[key]);
        }

        // What is new goes beside what stays, so that a line is split no further than it has to be.
        var mostAvailable = line.Location is { } named ? [named] : own.MostAvailable().ToList();
        var inOrder = placed.ConvertAll(units => units.Location).Concat(mostAvailable).ToList();
        foreach (var location in inOrder.TakeWhile(_ => missing > 0))
        {
            Take(location, missing);
        }

        if (missing > 0 && mayGoBeyond)
        {
            own.TakeBeyond(missing);
            placed.Add((inOrder.First(own.MaySellFrom), missing));
        }

        return [.. placed.GroupBy(units => units.Location, units => units.Quantity).Select(units => new SourcedUnits(units.Key, units.Sum(), Fulfilled: 0))];

        decimal Take(LocationId location, decimal atMost)
        {
            var taken = own.Take(location, Math.Min(missing, atMost));
            if (taken > 0)
            {
                placed.Add((location, taken));
                missing -= taken;
            }

            return taken;
        }
    }
}

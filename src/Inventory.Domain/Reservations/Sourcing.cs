using System.Collections.Immutable;
using NodaTime;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reservations;

/// <summary>A line that is placed: as it was requested, or what a kit needs of one component.</summary>
/// <param name="Index">Of the requested line.</param>
/// <param name="Kit">Null for what was requested by its own SKU.</param>
internal readonly record struct PartialLine(RequestedLine Line, int Index, KitPart? Kit);

/// <summary>Places lines on locations, all of them or none.</summary>
internal static class Sourcing
{
    /// <param name="requested">Lines in the caller's order. Those that name a location are placed first, since they have no choice.</param>
    /// <param name="stock">What the channel may hold; what is placed is taken from it. A SKU that was never seen anywhere is not in it.</param>
    /// <param name="held">What is kept already, as free in <paramref name="stock"/>: units stay where they are as far as they can. Empty for a new
    /// reservation.</param>
    public static (ImmutableList<ReservedLine> Lines, IReadOnlyList<Shortage> Shortages) Place(
        IReadOnlyList<RequestedLine> requested, IReadOnlyDictionary<Sku, ChannelStock> stock, IReadOnlyList<ReservedLine> held) =>
        new Placement(requested, stock, held).Place();

    private static Dictionary<PositionKey, decimal> Units(IReadOnlyList<ReservedLine> held)
    {
        var units = new Dictionary<PositionKey, decimal>();
        foreach (var (key, open) in held.SelectMany(line => line.Allocations, (line, units) => (new PositionKey(line.Sku, units.Location), units.Open)))
        {
            units[key] = units.GetValueOrDefault(key) + open;
        }

        return units;
    }

    /// <summary>
    /// Of what is short by its own SKU, and of each kit that needs it: as many of those as the other lines leave of it.
    /// </summary>
    private static IEnumerable<Shortage> Shortages(
        PartialLine[] group, IReadOnlyList<RequestedLine> requested, decimal wanted, decimal available)
    {
        var (sku, location) = (group[0].Line.Sku, group[0].Line.Location);
        if (Array.Exists(group, one => one.Kit is null))
        {
            yield return new Shortage(sku, location, wanted, available);
        }

        foreach (var kit in group.Where(one => one.Kit is not null).GroupBy(one => one.Kit!.Sku))
        {
            var (perKit, lines) = (kit.First().Kit!.PerKit, kit.Select(one => one.Index).Distinct().Sum(index => requested[index].Quantity));
            var units = kit.Sum(one => one.Line.Quantity);
            var left = Math.Max(0, available - (wanted - units));
            yield return new Shortage(kit.Key, location, lines, lines - (units / perKit) + decimal.Floor(left / perKit)) { Component = sku };
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

    internal static ImmutableList<SourcedUnits> Place(
        RequestedLine line, ChannelStock own, Dictionary<PositionKey, decimal> staying, bool mayGoBeyond = true)
    {
        var placed = new List<(LocationId Location, decimal Quantity)>();
        var missing = line.Quantity;
        if (staying.Count > 0)
        {
            foreach (var key in staying.Keys.Where(key => key.Sku == line.Sku && (line.Location is null || key.Location == line.Location)).ToList())
            {
                staying[key] -= Take(key.Location, staying[key]);
            }
        }

        // What is new goes beside what stays, so that a line is split no further than it has to be.
        var inOrder = placed.ConvertAll(units => units.Location);
        inOrder.AddRange(line.Location is { } named ? [named] : own.MostAvailable());
        for (var next = 0; next < inOrder.Count && missing > 0; next++)
        {
            Take(inOrder[next], missing);
        }

        if (missing > 0 && mayGoBeyond)
        {
            own.TakeBeyond(missing);
            placed.Add((inOrder.First(own.MaySellFrom), missing));
        }

        return placed is [var (only, quantity)]
            ? [new SourcedUnits(only, quantity, Fulfilled: 0)]
            : [.. placed.GroupBy(units => units.Location, units => units.Quantity).Select(units => new SourcedUnits(units.Key, units.Sum(), Fulfilled: 0))];

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

    /// <summary>One basket while it is placed.</summary>
    private sealed class Placement(
        IReadOnlyList<RequestedLine> requested, IReadOnlyDictionary<Sku, ChannelStock> stock, IReadOnlyList<ReservedLine> held)
    {
        private readonly Dictionary<PositionKey, decimal> _staying = Units(held);
        private readonly List<(int Line, ReservedLine Reserved)> _placed = new(requested.Count);
        private readonly List<Shortage> _shortages = [];

        public (ImmutableList<ReservedLine> Lines, IReadOnlyList<Shortage> Shortages) Place()
        {
            PartialLine[] lines = [.. requested.Select((line, index) => new PartialLine(line, index, null))];
            if (Array.Exists(lines, line => line.Line.Kit is not null))
            {
                var kits = new KitSourcing(requested, stock, _staying, held, _placed);
                _shortages.AddRange(kits.NotSold);
                lines = [.. lines.Where(line => line.Line.Kit is null).Concat(kits.Components()).OrderBy(line => line.Index)];
                PlaceAll(Array.FindAll(lines, line => line.Line.Location is not null));
                _shortages.AddRange(kits.PlaceAtOneLocation());
                lines = Array.FindAll(lines, line => line.Line.Location is null);
            }

            PlaceAll(lines);
            return _shortages.Count > 0 ? ([], KitSourcing.Limiting(_shortages))
                : (_placed is [var only] ? [only.Reserved] : [.. _placed.OrderBy(line => line.Line).Select(line => line.Reserved)], []);
        }

        private void PlaceAll(PartialLine[] some)
        {
            if (some.Length == 1)
            {
                // Most requests: nothing to sort or to add up, and this is done for every hold.
                PlaceGroup(some);
                return;
            }

            var inOrder = some.OrderBy(one => one.Line.By).ThenBy(one => one.Line.Location is null).ThenBy(one => one.Line.AllowBackorder);
            foreach (var group in inOrder.GroupBy(one => (one.Line.Sku, one.Line.Location, one.Line.By)))
            {
                PlaceGroup([.. group]);
            }
        }

        private void PlaceGroup(PartialLine[] group)
        {
            var first = group[0].Line;
            if (first.By is { } by)
            {
                // Stock first, what is missing from supply that is in time: the earliest day, which has the least choice, before later ones.
                Await(group, by);
                return;
            }

            var (wanted, wantedBeyond) = (0m, 0m);
            foreach (var one in group)
            {
                wanted += one.Line.Quantity;
                wantedBeyond += one.Line.AllowBackorder ? one.Line.Quantity : 0;
            }

            var own = stock.GetValueOrDefault(first.Sku);
            var available = Available(own, first.Location, wantedBeyond);
            if (own is null || wanted > available)
            {
                _shortages.AddRange(Shortages(group, requested, wanted, available));
                return;
            }

            foreach (var (line, index, kit) in group)
            {
                _placed.Add((index, new ReservedLine(line.Sku, line.Location, Sourcing.Place(line, own, _staying), own.CountedIn) { Kit = kit }));
            }
        }

        private void Await(PartialLine[] group, LocalDate by)
        {
            var own = stock.GetValueOrDefault(group[0].Line.Sku);
            var (wanted, found) = (0m, 0m);
            foreach (var (line, index, kit) in group)
            {
                ImmutableList<SourcedUnits> allocations = own is null ? [] : Sourcing.Place(line, own, _staying, mayGoBeyond: false);
                var missing = line.Quantity - allocations.Sum(units => units.Quantity);
                var supply = missing > 0 && own?.Ahead is { } ahead ? ahead.Take(missing, line.Location, by) : [];
                (wanted, found) = (wanted + line.Quantity, found + line.Quantity - missing + supply.Sum(units => units.Quantity));
                var reserved = new ReservedLine(line.Sku, line.Location, allocations, own?.CountedIn)
                {
                    Kit = kit,
                    By = by,
                    Supply = supply.Count == 0 ? null : [.. supply.Select(SupplyUnits.Of)],
                };
                _placed.Add((index, reserved));
            }

            if (found < wanted)
            {
                _shortages.AddRange(Shortages(group, requested, wanted, found).Select(shortage => shortage with { By = by }));
            }
        }
    }
}

using System.Collections.Immutable;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reservations;

/// <summary>
/// What the kits among some requested lines are made of: prepacked ones first, then components. Of kits that are held already as many stay assembled as were,
/// so that a hold that is asked for again stays as it is. Not for two threads.
/// </summary>
internal sealed class KitSourcing
{
    private readonly IReadOnlyDictionary<Sku, ChannelStock> _stock;
    private readonly Dictionary<PositionKey, decimal> _staying;
    private readonly List<(int Line, ReservedLine Reserved)> _placed;

    /// <summary>Kits that are complete at one location already, in the order in which they are held.</summary>
    private readonly List<(Sku Kit, LocationId Location, decimal Kits)> _complete;

    /// <summary>Kits that are made of components, by the requested line.</summary>
    private readonly List<(RequestedLine Line, int Index, decimal Kits)> _assembled = [];

    private readonly List<Shortage> _notSold = [];

    /// <param name="requested">Every line of the request; those of kits have whole quantities.</param>
    /// <param name="stock">What the channel may hold; what is placed is taken from it.</param>
    /// <param name="staying">Units that are held already, by position.</param>
    /// <param name="held">The lines that hold them.</param>
    /// <param name="placed">Takes what is placed.</param>
    public KitSourcing(
        IReadOnlyList<RequestedLine> requested, IReadOnlyDictionary<Sku, ChannelStock> stock, Dictionary<PositionKey, decimal> staying,
        IReadOnlyList<ReservedLine> held, List<(int Line, ReservedLine Reserved)> placed)
    {
        (_stock, _staying, _placed) = (stock, staying, placed);
        var components = held.Where(line => line.Kit is { } kit && kit.Sku != line.Sku).GroupBy(line => (line.Kit!.Sku, line.Kit.Line)).ToList();
        _complete = [.. components.SelectMany(CompleteAt)];
        var wereAssembled = components
            .GroupBy(parts => parts.Key.Sku, parts => parts.Max(part => decimal.Ceiling(part.Quantity / part.Kit!.PerKit)))
            .ToDictionary(kit => kit.Key, kit => kit.Sum());
        foreach (var (line, index) in requested.Select((line, index) => (line, index)).Where(one => one.line.Kit is not null)
            .OrderBy(one => one.line.Location is null))
        {
            var assembled = wereAssembled.GetValueOrDefault(line.Sku);
            var prepacked = PlacePrepacked(line, index, assembled, requested);
            wereAssembled[line.Sku] = Math.Max(0, assembled - (line.Quantity - prepacked));
            if (prepacked == line.Quantity)
            {
                continue;
            }

            // What is assembled already stays so, whatever the rules are now.
            if (line.MayBeAssembled || line.Quantity - prepacked <= assembled)
            {
                _assembled.Add((line, index, line.Quantity - prepacked));
            }
            else
            {
                _notSold.Add(new Shortage(line.Sku, line.Location, line.Quantity, prepacked));
            }
        }
    }

    /// <summary>Kits that the channel may not sell where they would have to be assembled.</summary>
    public IReadOnlyList<Shortage> NotSold => _notSold;

    /// <summary>What is needed of each component, where its location does not depend on that of the others.</summary>
    public IEnumerable<PartialLine> Components() =>
        from kit in _assembled
        where !IsAtOneLocation(kit.Line)
        from component in kit.Line.Kit!.Components
        select new PartialLine(
            new RequestedLine(component.Sku, kit.Kits * component.Quantity, kit.Line.Location, AllowBackorder: false) { By = kit.Line.By }, kit.Index,
            Part(kit.Line.Kit!, kit.Index, component.Quantity));

    /// <summary>Places kits that are complete at one location each: where they are kept already, then where most are complete.</summary>
    /// <returns>What there was too little of.</returns>
    public IEnumerable<Shortage> PlaceAtOneLocation()
    {
        foreach (var (line, index, wanted) in _assembled.Where(kit => IsAtOneLocation(kit.Line)))
        {
            var kit = line.Kit!;
            var units = kit.Components.ToDictionary(component => component.Sku, _ => new List<SourcedUnits>());
            var left = wanted;
            foreach (var (location, kits) in CompleteKits.Place(left, [.. KeptAt(line.Sku, left)], SoldAt(line), location => Complete(kit, location)))
            {
                left -= kits;
                foreach (var component in kit.Components)
                {
                    units[component.Sku].AddRange(Sourcing.Place(
                        new RequestedLine(component.Sku, kits * component.Quantity, location, AllowBackorder: false), _stock[component.Sku], _staying));
                }
            }

            if (left > 0)
            {
                var limiting = kit.Components.MinBy(one => (_stock.GetValueOrDefault(one.Sku)?.Everywhere() ?? 0) / one.Quantity)!;
                yield return new Shortage(line.Sku, null, line.Quantity, line.Quantity - left) { Component = limiting.Sku };
            }

            foreach (var component in kit.Components.Where(_ => left == 0))
            {
                var part = Part(kit, index, component.Quantity);
                var reserved = new ReservedLine(component.Sku, null, AddedUp(units[component.Sku]), _stock[component.Sku].CountedIn) { Kit = part };
                _placed.Add((index, reserved));
            }
        }
    }

    /// <summary>Of each kit the one component that there are the fewest kits of.</summary>
    public static IReadOnlyList<Shortage> Limiting(IReadOnlyList<Shortage> shortages) =>
    [
        .. shortages.GroupBy(shortage => (shortage.Sku, shortage.Location, shortage.Component is null)).Select(same => same.MinBy(one => one.Available)!),
    ];

    /// <summary>
    /// Places kits as units of their own SKU: those that are there, and of what cannot be assembled now as many as a backorder rule of the kit allows, or come
    /// as kits in time.
    /// </summary>
    private decimal PlacePrepacked(RequestedLine line, int index, decimal wereAssembled, IReadOnlyList<RequestedLine> requested)
    {
        if (_stock.GetValueOrDefault(line.Sku) is not { } own)
        {
            return 0;
        }

        var kept = _staying.Where(units => units.Key.Sku == line.Sku && (line.Location ?? units.Key.Location) == units.Key.Location)
            .Sum(units => units.Value);
        var there = decimal.Floor(line.Location is { } named ? own.At(named) : own.Everywhere());
        var prepacked = Math.Min(Math.Min(line.Quantity, there), Math.Max(kept, line.Quantity - wereAssembled));
        var missing = line.AllowBackorder || line.By is not null ? Math.Max(0, line.Quantity - prepacked - Assemblable(line, requested)) : 0;
        var beyond = line.AllowBackorder ? Math.Min(missing, decimal.Floor(own.BackorderAt(line.Location))) : 0;
        var supply = line.By is { } by && missing > 0 && own.Ahead is { } ahead ? ahead.Take(missing, line.Location, by) : [];
        if (prepacked + beyond + supply.Count > 0)
        {
            var units = Sourcing.Place(line with { Quantity = prepacked + beyond }, own, _staying, mayGoBeyond: beyond > 0);
            _placed.Add((index, new ReservedLine(line.Sku, line.Location, units, own.CountedIn)
            {
                Kit = Part(line.Kit!, index, perKit: 1),
                By = line.By,
                Supply = supply.Count == 0 ? null : [.. supply.Select(SupplyUnits.Of)],
            }));
        }

        return prepacked + beyond + supply.Sum(taken => taken.Quantity);
    }

    /// <summary>Whole kits for which components are there, beside what other lines want of them.</summary>
    private decimal Assemblable(RequestedLine line, IReadOnlyList<RequestedLine> requested)
    {
        var kit = line.Kit!;
        if (!line.MayBeAssembled)
        {
            return 0;
        }

        var kits = kit.Components.Min(component => decimal.Floor(Math.Max(0,
            (_stock.GetValueOrDefault(component.Sku) is { } own ? line.Location is { } named ? own.At(named) : own.Everywhere() : 0)
            - requested.Where(other => other.Sku == component.Sku).Sum(other => other.Quantity)
            - _assembled.Sum(other => other.Kits * (other.Line.Kit!.Components.FirstOrDefault(one => one.Sku == component.Sku)?.Quantity ?? 0)))
            / component.Quantity));
        return IsAtOneLocation(line) ? Math.Min(kits, SoldAt(line).Sum(location => Complete(kit, location))) : kits;
    }

    private static bool IsAtOneLocation(RequestedLine line) => line.Kit!.From == KitAssembly.OneLocation && line.Location is null;

    private static KitPart Part(Kit kit, int line, decimal perKit) => new(kit.Sku, line, perKit, kit.Components.Count);

    private IReadOnlyList<LocationId> SoldAt(RequestedLine line) =>
        [.. (_stock.GetValueOrDefault(line.Kit!.Components[0].Sku)?.MostAvailable() ?? []).Where(location => line.SoldAt?.Contains(location) != false)];

    /// <summary>Where kits are complete already, at most so many; the next line of the kit gets what is left.</summary>
    private IEnumerable<(LocationId Location, decimal Kits)> KeptAt(Sku kit, decimal atMost)
    {
        for (var index = 0; index < _complete.Count && atMost > 0; index++)
        {
            var (of, location, kits) = _complete[index];
            if (of == kit && kits > 0)
            {
                var kept = Math.Min(kits, atMost);
                atMost -= kept;
                _complete[index] = (of, location, kits - kept);
                yield return (location, kept);
            }
        }
    }

    private static IEnumerable<(Sku Kit, LocationId Location, decimal Kits)> CompleteAt(IGrouping<(Sku Kit, int Line), ReservedLine> components) =>
        from units in components.First().Allocations
        select (components.Key.Kit, units.Location, components.Min(component => decimal.Floor(
            component.Allocations.Where(other => other.Location == units.Location).Sum(other => other.Open) / component.Kit!.PerKit)));

    private decimal Complete(Kit kit, LocationId location) => kit.Components.Min(component =>
        _stock.TryGetValue(component.Sku, out var own) ? decimal.Floor(own.At(location) / component.Quantity) : 0);

    private static ImmutableList<SourcedUnits> AddedUp(List<SourcedUnits> units) =>
        [.. units.GroupBy(one => one.Location, one => one.Quantity).Select(there => new SourcedUnits(there.Key, there.Sum(), Fulfilled: 0))];
}

using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Orders;

/// <summary>What is open of a kit and not set aside, at one location or, where that is null, anywhere.</summary>
/// <param name="Units">Open units of each component, 0 or more.</param>
internal sealed record KitNeed(Kit Kit, LocationId? Location, Dictionary<Sku, decimal> Units)
{
    /// <summary>Kits of which anything is needed.</summary>
    public decimal Kits => Kit.Components.Max(one => decimal.Ceiling(Units.GetValueOrDefault(one.Sku) / one.Quantity));

    /// <summary>Kits of which everything is needed.</summary>
    public decimal Whole => Kit.Components.Min(one => decimal.Floor(Units.GetValueOrDefault(one.Sku) / one.Quantity));

    /// <summary>Each complete at one location, wherever that is. What is left of kits that have shipped in part comes from anywhere.</summary>
    public bool IsAtOneLocation => Kit.From == KitAssembly.OneLocation && Location is null && Kits == Whole;

    public KitNeed Without(decimal kits) => this with
    {
        Units = Kit.Components.ToDictionary(one => one.Sku, one => Math.Max(0, Units.GetValueOrDefault(one.Sku) - (kits * one.Quantity))),
    };

    /// <summary>How many of <see cref="Kits"/> are complete with so many units of each component.</summary>
    public decimal Complete(Func<Sku, decimal> units) => Math.Max(
        0, Kits - Kit.Components.Max(one => decimal.Ceiling(Math.Max(0, Units.GetValueOrDefault(one.Sku) - units(one.Sku)) / one.Quantity)));

    /// <summary>Units of a component that so many complete kits need.</summary>
    public decimal Used(KitComponent component, decimal complete) =>
        Math.Max(0, Units.GetValueOrDefault(component.Sku) - ((Kits - complete) * component.Quantity));

    /// <summary>What so many complete kits need.</summary>
    public KitNeed Of(decimal complete) => this with { Units = Kit.Components.ToDictionary(one => one.Sku, one => Used(one, complete)) };

    /// <summary>The part of so many whole kits.</summary>
    public KitNeed Only(decimal kits) => this with { Units = Kit.Components.ToDictionary(one => one.Sku, one => kits * one.Quantity) };
}

/// <summary>
/// Whose the units of an order's hold are: first of lines that want them by their own SKU, then of kits in the order in which they take them
/// (<c>Take</c>). Not for two threads.
/// </summary>
internal sealed class KitShare
{
    private readonly Dictionary<Sku, decimal> _total = [];
    private readonly Dictionary<PositionKey, decimal> _at = [];

    /// <param name="state">As the channel states the order, or as <see cref="PrepackedKits"/> has it.</param>
    /// <param name="hold">What is held for the order now.</param>
    /// <param name="sold">Units by SKU that are needed no more although no message says so; used up.</param>
    public KitShare(OrderState state, OrderHold hold, Dictionary<Sku, decimal> sold)
    {
        foreach (var sku in state.Kits.SelectMany(kit => kit.Kit.Components.Select(one => one.Sku).Append(kit.Sku)).Distinct())
        {
            ByThemselves.Add(sku, []);
            foreach (var (location, units) in hold.Locations(sku))
            {
                _at[new PositionKey(sku, location)] = units;
                _total[sku] = _total.GetValueOrDefault(sku) + units;
            }
        }

        foreach (var line in state.Stated.Where(line => line.Kit is null && ByThemselves.ContainsKey(line.Sku)))
        {
            foreach (var part in Without(line.Wanted, line.SetAside + Used(sold, line.Sku, line.Open - line.SetAside)))
            {
                var taken = Math.Min(part.Quantity, Available(line.Sku, part.Location));
                ByThemselves[line.Sku].Add(part);
                HeldByThemselves[line.Sku] = HeldByThemselves.GetValueOrDefault(line.Sku) + taken;
                Take(line.Sku, part.Location, taken);
            }
        }

        Needs = [.. state.Kits.SelectMany(kit => NeedsOf(kit, sold)).OrderBy(need => need.Location is null)];
    }

    /// <summary>What lines want by their own SKU, of SKUs that kits need too.</summary>
    public Dictionary<Sku, List<WantedUnits>> ByThemselves { get; } = [];

    /// <summary>Units that are held for them where they are wanted.</summary>
    public Dictionary<Sku, decimal> HeldByThemselves { get; } = [];

    /// <summary>What kits need: those that are wanted at a location first, since they have no choice.</summary>
    public IReadOnlyList<KitNeed> Needs { get; }

    /// <summary>Units that nobody has taken.</summary>
    public decimal Left(Sku sku) => _total.GetValueOrDefault(sku);

    public decimal At(Sku sku, LocationId location) => _at.GetValueOrDefault(new PositionKey(sku, location));

    /// <summary>Kits of the need that are held as units of their own SKU.</summary>
    public decimal Prepacked(KitNeed need) => Math.Min(need.Whole, Available(need.Kit.Sku, need.Location));

    /// <summary>Kits of the need of which all components are held.</summary>
    public decimal Assembled(KitNeed need) => need.IsAtOneLocation
        ? Math.Min(need.Kits, Locations(need).Sum(location => CompleteAt(need, location)))
        : need.Complete(sku => Available(sku, need.Location));

    /// <summary>Takes units for as many kits as are complete: prepacked ones, then their components.</summary>
    /// <returns>How many these are.</returns>
    public decimal Take(KitNeed need)
    {
        var prepacked = Prepacked(need);
        Take(need.Kit.Sku, need.Location, prepacked);
        var rest = need.Without(prepacked);
        if (!rest.IsAtOneLocation)
        {
            var complete = Assembled(rest);
            foreach (var component in need.Kit.Components)
            {
                Take(component.Sku, need.Location, Math.Min(Available(component.Sku, need.Location), rest.Used(component, complete)));
            }

            return prepacked + complete;
        }

        var left = rest.Kits;
        foreach (var location in Locations(rest))
        {
            var kits = Math.Min(left, CompleteAt(rest, location));
            left -= kits;
            foreach (var component in need.Kit.Components)
            {
                Take(component.Sku, location, kits * component.Quantity);
            }
        }

        return prepacked + rest.Kits - left;
    }

    /// <summary>Units of components that nobody has taken: first those that were not kept before, then from where fewest are.</summary>
    public IEnumerable<(PositionKey At, decimal Units)> Rest(OrderHold hold, IReadOnlyDictionary<PositionKey, decimal> before)
    {
        foreach (var (sku, left) in _total.Where(one => one.Value > 0))
        {
            var rest = left;
            var there = _at.Where(one => one.Key.Sku == sku && one.Value > 0)
                .OrderBy(one => one.Value).ThenBy(one => one.Key.Location.Value, StringComparer.Ordinal)
                .Select(one => (one.Key, Units: one.Value, New: Math.Clamp(hold.Open(one.Key) - before.GetValueOrDefault(one.Key), 0, one.Value))).ToList();
            foreach (var (at, atMost) in there.Select(one => (one.Key, one.New)).Concat(there.Select(one => (one.Key, one.Units - one.New))))
            {
                var off = Math.Min(rest, atMost);
                rest -= off;
                yield return (at, off);
            }
        }
    }

    private decimal Available(Sku sku, LocationId? location) =>
        location is { } named ? Math.Min(At(sku, named), _total.GetValueOrDefault(sku)) : _total.GetValueOrDefault(sku);

    private decimal CompleteAt(KitNeed need, LocationId location) =>
        need.Kit.Components.Min(one => decimal.Floor(Available(one.Sku, location) / one.Quantity));

    private List<LocationId> Locations(KitNeed need) =>
    [
        .. _at.Keys.Where(key => key.Sku == need.Kit.Components[0].Sku).Select(key => key.Location).OrderBy(location => location.Value, StringComparer.Ordinal),
    ];

    private void Take(Sku sku, LocationId? location, decimal units)
    {
        if (units > 0)
        {
            _total[sku] -= units;
            if (location is { } named)
            {
                _at[new PositionKey(sku, named)] -= units;
            }
        }
    }

    /// <summary>What is open of a kit and neither set aside nor sold.</summary>
    private static IEnumerable<KitNeed> NeedsOf(OrderKitState kit, Dictionary<Sku, decimal> sold)
    {
        var components = kit.Components.Select(line => (line.Sku, Parts: Without(line.Wanted, line.SetAside))).ToList();
        foreach (var location in components.SelectMany(one => one.Parts).Select(part => part.Location).Distinct()
            .OrderBy(location => location is null).ThenBy(location => location?.Value, StringComparer.Ordinal).ToList())
        {
            var need = new KitNeed(kit.Kit, location, kit.Kit.Components.ToDictionary(
                one => one.Sku, one => components.Where(of => of.Sku == one.Sku).SelectMany(of => of.Parts)
                    .Where(part => part.Location == location).Sum(part => part.Quantity)));
            need = need.Without(Used(sold, kit.Sku, need.Whole));
            yield return need with { Units = need.Units.ToDictionary(of => of.Key, of => of.Value - Used(sold, of.Key, of.Value)) };
        }
    }

    private static decimal Used(Dictionary<Sku, decimal> units, Sku sku, decimal atMost)
    {
        var used = Math.Min(units.GetValueOrDefault(sku), atMost);
        units[sku] = units.GetValueOrDefault(sku) - used;
        return used;
    }

    private static List<WantedUnits> Without(IReadOnlyList<WantedUnits> wanted, decimal units)
    {
        var parts = wanted.ToList();
        for (var index = parts.Count - 1; index >= 0 && units > 0; index--)
        {
            var off = Math.Min(units, parts[index].Quantity);
            units -= off;
            parts[index] = parts[index] with { Quantity = parts[index].Quantity - off };
        }

        return parts.FindAll(part => part.Quantity > 0);
    }
}

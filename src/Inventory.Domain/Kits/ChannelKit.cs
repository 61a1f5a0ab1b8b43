using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Kits;

/// <summary>
/// The whole kits that one channel may promise from components, as it may use each of them: a component's eligibility, safety stock, buffers and ring-fences
/// count, its publish rules and what may be promised beyond its stock do not. A kit is sold where the kit's own SKU may be. Not for two threads.
/// </summary>
public sealed class ChannelKit
{
    private readonly ChannelId _channel;
    private readonly KitStock _stock;
    private readonly RulesInForce _rules;
    private readonly ChannelStock[] _components;
    private readonly Dictionary<LocationId, LocationProfile> _locations = [];

    private ChannelKit(ChannelId channel, KitStock stock, RulesInForce rules)
    {
        (_channel, _stock, _rules, _components) = (channel, stock, rules, Components(channel, stock, rules));
        foreach (var location in stock.Components.SelectMany(component => component.Locations))
        {
            _locations[location.Profile.Id] = location.Profile;
        }
    }

    public static ChannelKit Of(ChannelId channel, KitStock stock, RulesInForce rules) => new(channel, stock, rules);

    /// <summary>
    /// The same as <see cref="Everywhere()"/> from what is known of each component already: locations are looked at only where it depends on them.
    /// </summary>
    /// <param name="usable">Units of a component, by its index, that the channel may use.</param>
    /// <param name="isSold">Whether the channel may sell the kit from any location of its components.</param>
    /// <param name="stock">A component, by its index.</param>
    public static decimal Everywhere(
        ChannelId channel, Kit kit, RulesInForce rules, Func<int, decimal> usable, Func<bool> isSold, Func<int, SkuStock> stock)
    {
        var kits = decimal.MaxValue;
        for (var index = 0; index < kit.Components.Count; index++)
        {
            kits = Math.Min(kits, WholeKits(usable(index), kit.Components[index]));
        }

        return kits > 0 && (kit.From == KitAssembly.OneLocation || !isSold())
            ? Of(channel, new KitStock(kit, [.. Enumerable.Range(0, kit.Components.Count).Select(stock)]), rules).Everywhere()
            : kits;
    }

    /// <summary>All that may be assembled, by the kit's way of assembling it.</summary>
    public decimal Everywhere() => _stock.Kit.From == KitAssembly.OneLocation ? Parts().Sum(part => part.Quantity)
        : _locations.Values.Any(MaySell) ? Whole((component, _) => component.Everywhere()) : 0;

    /// <summary>What may be assembled at one location from what is there.</summary>
    public decimal At(LocationId location) => MaySellFrom(location) ? Whole((component, _) => component.At(location)) : 0;

    /// <summary>Whether it may be assembled there at all.</summary>
    public bool MaySellFrom(LocationId location) => _locations.TryGetValue(location, out var profile) && MaySell(profile);

    /// <summary>
    /// What may be assembled at each location if it is assembled at one after the other, by id. What is taken of a component at one location counts at the
    /// next, so that no unit of a network's safety stock or of a ring-fence is in two kits. Locations with none are left out.
    /// </summary>
    public IReadOnlyList<(LocationId Location, decimal Quantity)> Parts()
    {
        var left = Components(_channel, _stock, _rules);
        List<(LocationId Location, decimal Quantity)> parts = [];
        foreach (var location in _locations.Values.Where(MaySell).Select(profile => profile.Id).OrderBy(id => id.Value, StringComparer.Ordinal))
        {
            var kits = Whole((_, index) => left[index].At(location));
            if (kits > 0)
            {
                for (var index = 0; index < left.Length; index++)
                {
                    left[index].Take(location, kits * _stock.Kit.Components[index].Quantity);
                }

                parts.Add((location, kits));
            }
        }

        return parts;
    }

    /// <summary>Each component's units for the channel, everywhere or at one location, and how many kits they would be enough for.</summary>
    public IReadOnlyList<(KitComponent Component, decimal Available, decimal Kits)> Limits(LocationId? at) =>
        [.. _components.Select((component, index) =>
        {
            var needed = _stock.Kit.Components[index];
            var available = at is { } location ? component.At(location) : component.Everywhere();
            var kits = WholeKits(available, needed);
            if (at is null && _stock.Kit.From == KitAssembly.OneLocation)
            {
                kits = Math.Min(kits, _locations.Values.Where(MaySell).Sum(location => WholeKits(component.At(location.Id), needed)));
            }

            return (needed, available, kits);
        })];

    /// <summary>How many kits so many units of one component are enough for.</summary>
    public static decimal WholeKits(decimal units, KitComponent component) => decimal.Floor(units / component.Quantity);

    private decimal Whole(Func<ChannelStock, int, decimal> units)
    {
        var kits = decimal.MaxValue;
        for (var index = 0; index < _components.Length && kits > 0; index++)
        {
            kits = Math.Min(kits, WholeKits(units(_components[index], index), _stock.Kit.Components[index]));
        }

        return kits;
    }

    private bool MaySell(LocationProfile profile) => _rules.MaySell(_channel, _stock.Kit.Sku, profile);

    private static ChannelStock[] Components(ChannelId channel, KitStock stock, RulesInForce rules) =>
        [.. stock.Components.Select(component => ChannelStock.Of(channel, component, rules))];
}

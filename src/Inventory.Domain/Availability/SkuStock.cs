using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Availability;

/// <summary>What is at one location.</summary>
/// <param name="OnHand">Physical units, may be below 0.</param>
/// <param name="Unsellable">Of those, units that may not be sold.</param>
/// <param name="Reserved">Reserved units, without holds that have expired by the clock.</param>
/// <param name="Supply">What is on its way here.</param>
/// <param name="Kept">Of what is reserved, units that whoever asks keeps already and may go on keeping, also where stock was lost since.</param>
public readonly record struct LocationStock(
    LocationProfile Profile, decimal OnHand, decimal Unsellable, decimal Reserved, IReadOnlyCollection<ExpectedSupply> Supply, decimal Kept = 0)
{
    public decimal Sellable => OnHand - Unsellable - Reserved;

    /// <summary>Units kept for orders that nothing here covers.</summary>
    public decimal Uncovered => Math.Max(0, Reserved - Math.Max(0, OnHand - Unsellable));
}

/// <summary>One SKU everywhere.</summary>
/// <param name="Locations">Each once, in any order.</param>
/// <param name="FencedUse">Units held and shipped of each fixed ring-fence, by <see cref="RuleVersion.Key"/>.</param>
public sealed record SkuStock(Sku Sku, IReadOnlyList<LocationStock> Locations, IReadOnlyDictionary<string, decimal> FencedUse)
{
    /// <summary>What it can be assembled from; null for a SKU that is no kit.</summary>
    public KitStock? Kit { get; init; }

    public static readonly IReadOnlyDictionary<string, decimal> NoUse = new Dictionary<string, decimal>();

    /// <param name="known">The locations that have, or had, any of it.</param>
    /// <param name="fencedUse"><see cref="FencedUse"/></param>
    /// <param name="plan">A SKU that was never anywhere may be promised all the same, from every registered place, where a backorder rule allows it.</param>
    public static SkuStock Of(Sku sku, IReadOnlyList<LocationStock> known, IReadOnlyDictionary<string, decimal> fencedUse, Plan plan) => new(
        sku,
        known.Count == 0 && plan.Rules.AllowBackorders(sku) ? [.. plan.Locations.Values.Select(profile => new LocationStock(profile, 0, 0, 0, []))] : known,
        fencedUse);
}

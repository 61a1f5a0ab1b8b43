using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Availability;

/// <summary>What is at one location.</summary>
/// <param name="Place">Where.</param>
/// <param name="OnHand">Physical units.</param>
/// <param name="Unsellable">Of those, units that may not be sold.</param>
/// <param name="Reserved">Units kept for orders; holds that are over by the clock are not among them.</param>
/// <param name="Supply">What is on its way here.</param>
public readonly record struct LocationStock(Place Place, decimal OnHand, decimal Unsellable, decimal Reserved, IReadOnlyCollection<InTransit> Supply)
{
    public decimal Sellable => OnHand - Unsellable - Reserved;

    /// <summary>Units kept for orders that nothing here covers.</summary>
    public decimal Uncovered => Math.Max(0, Reserved - Math.Max(0, OnHand - Unsellable));
}

/// <summary>One SKU everywhere.</summary>
/// <param name="Sku">Which.</param>
/// <param name="Locations">Each once, in any order.</param>
/// <param name="FencedUse">Units held and shipped of each fixed ring-fence, by <see cref="RuleVersion.Key"/>.</param>
public sealed record SkuStock(Sku Sku, IReadOnlyList<LocationStock> Locations, IReadOnlyDictionary<string, decimal> FencedUse)
{
    public static readonly IReadOnlyDictionary<string, decimal> NoUse = new Dictionary<string, decimal>();
}

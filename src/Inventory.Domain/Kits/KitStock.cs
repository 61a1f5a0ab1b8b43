using RetailSync.Inventory.Domain.Availability;

namespace RetailSync.Inventory.Domain.Kits;

/// <summary>A kit with what there is of its components.</summary>
/// <param name="Components">Of each of the kit's components, in their order.</param>
public sealed record KitStock(Kit Kit, IReadOnlyList<SkuStock> Components);

/// <summary>What one component contributes to a promise of a kit.</summary>
/// <param name="Needed">Units in one kit.</param>
/// <param name="Available">Units that the channel may use.</param>
/// <param name="Kits">Kits that they would be enough for, whatever there is of the other components.</param>
/// <param name="Limits">Whether no component is enough for fewer.</param>
/// <param name="Terms">They add up to <paramref name="Available"/>.</param>
public sealed record ComponentPromise(Sku Sku, decimal Needed, decimal Available, decimal Kits, bool Limits, IReadOnlyList<PromiseTerm> Terms);

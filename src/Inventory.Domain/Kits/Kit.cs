using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Kits;

/// <summary>Where the components of one kit may come from.</summary>
public enum KitAssembly
{
    /// <summary>Each from any location.</summary>
    Any,

    /// <summary>All of one kit from the same location.</summary>
    OneLocation,
}

/// <summary>How many units of a SKU one kit needs.</summary>
/// <param name="Quantity">Above 0, with at most <see cref="Domain.Quantity.MaxFractionDigits"/> fraction digits.</param>
public sealed record KitComponent(Sku Sku, decimal Quantity);

/// <summary>A kit that is in force, as it is assembled.</summary>
/// <param name="Components">
/// What one kit needs in the end, each SKU once: kits among its components are replaced by what they need, and shared components are added up. None of them is
/// a kit.
/// </param>
public sealed record Kit(Sku Sku, IReadOnlyList<KitComponent> Components, KitAssembly From)
{
    /// <summary>The version that says so; null for a kit that is in no rule.</summary>
    public RuleVersion? Version { get; init; }
}

using System.Collections.Immutable;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Kits;

// The shape below is stored inside RuleSet events. Change with care.

/// <summary>A SKU is sold as a set of others. Versioned and effective-dated like every rule; its id is <see cref="RuleId.OfKit"/>.</summary>
/// <param name="Components">1 to <see cref="KitCheck.MostComponents"/>, each SKU once; a component may be a kit.</param>
public sealed record KitRule(Sku Sku, ImmutableList<KitComponent> Components, KitAssembly From) : Rule
{
    public override string Kind => "kit";
}

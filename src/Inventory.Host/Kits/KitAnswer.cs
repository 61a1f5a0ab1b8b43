using NodaTime;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Host.Rules;

namespace RetailSync.Inventory.Host.Kits;

/// <summary>A kit as it is shown.</summary>
/// <param name="From">Where components may come from: `any` location, or all of a kit from `one-location`.</param>
/// <param name="EffectiveTo">Null for ever.</param>
/// <param name="State">ahead, in-force, superseded or ended.</param>
/// <param name="By">Who set this version: the key's name or the token's `sub`.</param>
/// <param name="Sequence">The newest event when it was written, for `?minSequence=`; null when read.</param>
public sealed record KitAnswer(
    string Sku, IReadOnlyList<KitComponentFields> Components, string From, Instant EffectiveFrom, Instant? EffectiveTo, string? Reason, long Version,
    string State, string By, Instant RecordedAt, long? Sequence = null)
{
    public static KitAnswer Of(RuleVersion version, RuleVersions kit, Instant now, long? sequence = null)
    {
        var rule = (KitRule)version.Body;
        return new KitAnswer(
            rule.Sku.Value, [.. rule.Components.Select(component => new KitComponentFields(component.Sku.Value, component.Quantity))],
            KitBody.Word(rule.From), version.EffectiveFrom, version.EffectiveTo, version.Reason, version.Version, RuleAnswer.StateOf(version, kit, now),
            version.By, version.RecordedAt, sequence);
    }
}

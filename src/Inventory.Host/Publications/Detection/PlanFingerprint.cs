using System.Security.Cryptography;
using System.Text;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Host.Publications.Detection;

/// <summary>
/// A fingerprint of the inputs of all quantities beside the stock: the rules in force and the locations. When it changes, quantities may change without an
/// event of stock.
/// </summary>
/// <param name="Text">Equal for equal inputs, also on another host and after a restart.</param>
public sealed record PlanFingerprint(string Text, Plan Plan)
{
    public static PlanFingerprint Of(Plan plan)
    {
        var text = new StringBuilder();
        foreach (var rule in plan.Rules.All)
        {
            // A ring-fence that was released is still in force, but without effect.
            text.Append(rule.Key).Append(rule.Body is AllocationRule { ReleaseAt: not null } ? $" {plan.Rules.Until}" : "").Append('\n');
        }

        foreach (var location in plan.Locations.Values.OrderBy(location => location.Id.Value, StringComparer.Ordinal))
        {
            text.Append(location.Id.Value).Append(location.Enabled ? " + " : " - ").AppendJoin(' ', location.Groups.Order(StringComparer.Ordinal)).Append('\n');
        }

        return new PlanFingerprint(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))), plan);
    }

    /// <summary>The rules that came into force since <paramref name="before"/>, or are no longer in force.</summary>
    public IReadOnlyList<RuleVersion> ChangedSince(PlanFingerprint before)
    {
        var (was, present) = (before.Plan.Rules.All.ToDictionary(rule => rule.Key), Plan.Rules.All.ToDictionary(rule => rule.Key));
        return [.. present.Where(rule => !was.ContainsKey(rule.Key)).Select(rule => rule.Value), .. was.Where(rule => !present.ContainsKey(rule.Key))
            .Select(rule => rule.Value)];
    }

    /// <summary>The SKUs whose quantities may differ from those of <paramref name="before"/>; null when any may.</summary>
    public IReadOnlyList<Sku>? SkusConcerned(PlanFingerprint before)
    {
        var changed = ChangedSince(before).Select(rule => RuleScope.Of(rule.Body).Sku).ToList();
        return changed.Count > 0 && ReferenceEquals(Plan.Locations, before.Plan.Locations) && changed.TrueForAll(sku => sku is not null)
            ? [.. changed.Select(sku => sku!.Value).Distinct()]
            : null;
    }
}

using System.Security.Cryptography;
using System.Text;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Host.Publications.Detection;

/// <summary>
/// What all numbers rest on beside the stock: the rules in force and the places. When they are others, numbers may be others though nothing moved.
/// </summary>
/// <param name="Text">The same for equal grounds, also on another host and after a restart.</param>
/// <param name="Plan">The grounds themselves.</param>
public sealed record PlanFingerprint(string Text, Plan Plan)
{
    public static PlanFingerprint Of(Plan plan)
    {
        var text = new StringBuilder();
        foreach (var rule in plan.Rules.All)
        {
            // A ring-fence that returns to the pool is still in force, and does nothing any more.
            text.Append(rule.Key).Append(rule.Body is AllocationRule { ReleaseAt: not null } ? $" {plan.Rules.Until}" : "").Append('\n');
        }

        foreach (var place in plan.Places.Values.OrderBy(place => place.Id.Value, StringComparer.Ordinal))
        {
            text.Append(place.Id.Value).Append(place.Enabled ? " + " : " - ").AppendJoin(' ', place.Groups.Order(StringComparer.Ordinal)).Append('\n');
        }

        return new PlanFingerprint(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))), plan);
    }

    /// <summary>The rules that are in force by now and were not, or were and are not.</summary>
    public IReadOnlyList<RuleVersion> ChangedSince(PlanFingerprint before)
    {
        var (was, present) = (before.Plan.Rules.All.ToDictionary(rule => rule.Key), Plan.Rules.All.ToDictionary(rule => rule.Key));
        return [.. present.Where(rule => !was.ContainsKey(rule.Key)).Select(rule => rule.Value), .. was.Where(rule => !present.ContainsKey(rule.Key))
            .Select(rule => rule.Value)];
    }

    /// <summary>The SKUs whose numbers may be others than on <paramref name="before"/>; null when any may.</summary>
    public IReadOnlyList<Sku>? SkusConcerned(PlanFingerprint before)
    {
        var changed = ChangedSince(before).Select(rule => SkuOf(rule.Body)).ToList();
        return changed.Count > 0 && ReferenceEquals(Plan.Places, before.Plan.Places) && changed.TrueForAll(sku => sku is not null)
            ? [.. changed.Select(sku => sku!.Value).Distinct()]
            : null;
    }

    private static Sku? SkuOf(Rule rule) => rule switch
    {
        SafetyStockRule about => about.Sku,
        EligibilityRule about => about.Sku,
        BufferRule about => about.Sku,
        AllocationRule about => about.Sku,
        PublishRule about => about.Sku,
        BackorderRule about => about.Sku,
        _ => null,
    };
}

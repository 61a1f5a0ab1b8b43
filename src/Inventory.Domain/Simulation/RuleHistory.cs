using System.Collections.Frozen;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Simulation;

/// <summary>All rules over time, by SKU: planners write a rule for each of twenty thousand, and a SKU has to do with few of them. Not for two threads.</summary>
public sealed class RuleHistory
{
    private readonly RuleVersions[] _general;
    private readonly FrozenDictionary<Sku, RuleVersions[]> _own;
    private readonly RuleTimeline _timeline;

    public RuleHistory(RuleBook book)
    {
        _general = [.. book.All.Where(rule => SkusOf(rule).Contains(null))];
        _own = (from rule in book.All
                from sku in SkusOf(rule)
                where sku is not null && !SkusOf(rule).Contains(null)
                group rule by sku.Value).ToFrozenDictionary(rules => rules.Key, rules => rules.ToArray());
        _timeline = new RuleTimeline(new RuleBook(_general));
    }

    /// <summary>The rules that have to do with a SKU.</summary>
    public RuleTimeline Of(Sku sku) => _own.TryGetValue(sku, out var own) ? new RuleTimeline(new RuleBook([.. _general, .. own])) : _timeline;

    /// <summary>The SKUs that the versions of a rule are about; null for all of them.</summary>
    public static IReadOnlyCollection<Sku?> SkusOf(RuleVersions rule) => [.. rule.All.Select(version => RuleScope.Of(version.Body).Sku).Distinct()];
}

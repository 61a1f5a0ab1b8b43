using System.Collections.Frozen;
using RetailSync.Inventory.Domain.Stock.Folds;

namespace RetailSync.Inventory.Domain.Rules;

/// <summary>
/// All rules over time, by SKU: planners write a rule for each of twenty thousand, and a SKU has to do with few of them. Not for two threads.
/// </summary>
public sealed class RuleHistory
{
    private readonly RuleBook _book;
    private readonly Knowledge _knowledge;
    private readonly RuleVersions[] _general;
    private readonly FrozenDictionary<Sku, RuleVersions[]> _own;
    private readonly RuleTimeline _timeline;

    /// <inheritdoc cref="RuleTimeline(RuleBook, Knowledge)"/>
    public RuleHistory(RuleBook book, Knowledge knowledge = Knowledge.Then)
    {
        (_book, _knowledge) = (book, knowledge);
        _general = [.. book.All.Where(rule => SkusOf(rule).Contains(null))];
        _own = (from rule in book.All
                from sku in SkusOf(rule)
                where sku is not null && !SkusOf(rule).Contains(null)
                group rule by sku.Value).ToFrozenDictionary(rules => rules.Key, rules => rules.ToArray());
        _timeline = new RuleTimeline(new RuleBook(_general), knowledge);
    }

    /// <summary>The rules that have to do with a SKU, and with all that it needs while it is a kit.</summary>
    public RuleTimeline Of(Sku sku)
    {
        var own = SkusOf(sku).SelectMany(one => _own.GetValueOrDefault(one, [])).ToList();
        return own.Count > 0 ? new RuleTimeline(new RuleBook([.. _general, .. own]), _knowledge) : _timeline;
    }

    /// <summary>The SKU, and all that it needs while it is a kit.</summary>
    public IReadOnlyCollection<Sku> SkusOf(Sku sku) => _book.HasKits ? _book.WithComponents([sku]) : [sku];

    /// <summary>The SKUs that the versions of a rule are about; null for all of them.</summary>
    public static IReadOnlyCollection<Sku?> SkusOf(RuleVersions rule) => [.. rule.All.Select(version => RuleScope.Of(version.Body).Sku).Distinct()];
}

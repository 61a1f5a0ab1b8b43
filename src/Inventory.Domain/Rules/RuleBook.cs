using System.Collections.Immutable;
using NodaTime;
using RetailSync.Inventory.Domain.Kits;

namespace RetailSync.Inventory.Domain.Rules;

/// <summary>All rules with all their versions.</summary>
public sealed class RuleBook
{
    public static readonly RuleBook Empty = new([]);

    private readonly ImmutableSortedDictionary<string, RuleVersions> _rules;
    private readonly Lazy<bool> _hasKits;

    private RuleBook(ImmutableSortedDictionary<string, RuleVersions> rules) => (_rules, _hasKits) = (rules, new Lazy<bool>(() => Kits.Any()));

    public RuleBook(IEnumerable<RuleVersions> rules)
        : this(rules.ToImmutableSortedDictionary(rule => rule.Id.Value, rule => rule, StringComparer.Ordinal))
    {
    }

    /// <summary>By id.</summary>
    public IEnumerable<RuleVersions> All => _rules.Values;

    /// <summary>Whether any SKU is or was a kit, or will be.</summary>
    public bool HasKits => _hasKits.Value;

    /// <summary>Those of kits alone.</summary>
    public IEnumerable<RuleVersions> Kits => _rules.Values.Where(rule => rule.Id.IsKit);

    public RuleVersions Find(RuleId id) => _rules.GetValueOrDefault(id.Value) ?? RuleVersions.None(id);

    /// <summary>These SKUs, and what those of them that are, were or will be kits need.</summary>
    public IReadOnlyCollection<Sku> WithComponents(IEnumerable<Sku> skus)
    {
        var (all, kits) = (skus.ToHashSet(), new Queue<Sku>());
        foreach (var sku in all)
        {
            kits.Enqueue(sku);
        }

        while (kits.TryDequeue(out var kit))
        {
            var components = Find(RuleId.OfKit(kit)).All.Select(version => version.Body).OfType<KitRule>().SelectMany(rule => rule.Components);
            foreach (var component in components.Where(component => all.Add(component.Sku)))
            {
                kits.Enqueue(component.Sku);
            }
        }

        return all;
    }

    public RuleBook With(RuleVersions rule) => new(_rules.SetItem(rule.Id.Value, rule));

    /// <summary>As it was known at an instant.</summary>
    public RuleBook KnownAt(Instant instant) => new(_rules.Values.Select(rule => rule.KnownAt(instant)).Where(rule => rule.Version > 0));

    public RulesInForce InForceAt(Instant instant) =>
        new(_rules.Values.Select(rule => rule.InForceAt(instant)).OfType<RuleVersion>(), instant, NextChange(instant), this);

    /// <summary>The first instant after this one at which a rule begins, ends, or returns its units; null when none will.</summary>
    private Instant? NextChange(Instant instant)
    {
        Instant? next = null;
        foreach (var version in _rules.Values.SelectMany(rule => rule.All))
        {
            Consider(version.EffectiveFrom);
            Consider(version.EffectiveTo);
            Consider((version.Body as AllocationRule)?.ReleaseAt);
        }

        return next;

        void Consider(Instant? change)
        {
            if (change > instant && !(next <= change))
            {
                next = change;
            }
        }
    }
}

using System.Collections.Immutable;
using NodaTime;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Kits;

/// <summary>The kits that are in force at an instant, by their SKUs and by those that they need. Immutable, for many threads.</summary>
public sealed class KitsInForce
{
    public static readonly KitsInForce None = new([], RuleBook.Empty);

    private static readonly HashSet<Sku> Nothing = [];

    private readonly Dictionary<Sku, Applied<KitRule>> _rules = [];
    private readonly Dictionary<Sku, Kit> _kits = [];
    private readonly Dictionary<Sku, List<Sku>> _needing = [];
    private readonly Dictionary<Sku, HashSet<Sku>> _everNeeded;
    private readonly ILookup<Sku, Sku> _everNeeding;

    private KitsInForce(IReadOnlyList<RuleVersion> versions, RuleBook book)
    {
        var named = book.Kits.ToDictionary(kit => ((KitRule)kit.Latest!.Body).Sku, kit => kit.All.Select(version => version.Body).OfType<KitRule>()
            .SelectMany(rule => rule.Components).Select(component => component.Sku).ToHashSet());
        _everNeeded = named.Keys.ToDictionary(kit => kit, kit => Reached(named, kit));
        _everNeeding = _everNeeded.SelectMany(kit => kit.Value, (kit, needed) => (needed, kit.Key)).ToLookup(one => one.needed, one => one.Key);
        foreach (var version in versions)
        {
            if (version.Body is KitRule rule)
            {
                _rules[rule.Sku] = new Applied<KitRule>(version, rule);
            }
        }

        foreach (var (sku, rule) in _rules)
        {
            var (needed, through) = (new Dictionary<Sku, decimal>(), new HashSet<Sku>());
            AddUp(rule.Body, 1, 1, needed, through);
            _kits.Add(sku, new Kit(sku, [.. needed.Select(one => new KitComponent(one.Key, one.Value))], rule.Body.From) { Version = rule.Version });
            foreach (var component in through)
            {
                (_needing.TryGetValue(component, out var kits) ? kits : _needing[component] = []).Add(sku);
            }
        }
    }

    /// <param name="versions">Rules in force, of any kind.</param>
    /// <param name="book">All that is known of kits; null where nobody asks for what they were.</param>
    public static KitsInForce Of(IReadOnlyList<RuleVersion> versions, RuleBook? book = null) =>
        book?.HasKits == true || versions.Any(version => version.Body is KitRule) ? new KitsInForce(versions, book ?? RuleBook.Empty) : None;

    /// <summary>The kit that a SKU was at an instant, by what is known today; null where it was none.</summary>
    public static Kit? At(RuleBook book, Sku sku, Instant instant)
    {
        Dictionary<Sku, RuleVersion> versions = [];
        Collect(sku);
        return versions.Count == 0 ? null : Of([.. versions.Values]).Find(sku);

        void Collect(Sku kit)
        {
            if (!versions.ContainsKey(kit) && book.Find(RuleId.OfKit(kit)).InForceAt(instant) is { Body: KitRule rule } version)
            {
                versions.Add(kit, version);
                rule.Components.ForEach(component => Collect(component.Sku));
            }
        }
    }

    /// <summary>Null for a SKU that is no kit.</summary>
    public Kit? Find(Sku sku) => _kits.GetValueOrDefault(sku);

    /// <summary>The kits that need a SKU, directly or through other kits, each once.</summary>
    public IReadOnlyList<Sku> Needing(Sku sku) => _needing.GetValueOrDefault(sku, []);

    /// <summary>All that a SKU needs, or ever needed or will, while it is a kit; null for a SKU that is never one.</summary>
    public IReadOnlySet<Sku>? EverNeeded(Sku sku) => _everNeeded.GetValueOrDefault(sku);

    /// <summary>The kits that need a SKU, or ever needed it or will, directly or through other kits, each once.</summary>
    public IEnumerable<Sku> EverNeeding(Sku sku) => _everNeeding[sku];

    private static HashSet<Sku> Reached(Dictionary<Sku, HashSet<Sku>> named, Sku kit)
    {
        var (reached, open) = (new HashSet<Sku>(), new Stack<Sku>([kit]));
        while (open.TryPop(out var next))
        {
            foreach (var component in named.GetValueOrDefault(next, Nothing).Where(reached.Add))
            {
                open.Push(component);
            }
        }

        return reached;
    }

    /// <summary>A kit beyond the last level cannot have been set (<see cref="KitCheck"/>); it would count as an ordinary SKU.</summary>
    private void AddUp(KitRule rule, decimal times, int level, Dictionary<Sku, decimal> needed, HashSet<Sku> through)
    {
        foreach (var component in rule.Components)
        {
            through.Add(component.Sku);
            if (level < KitCheck.MostLevels && _rules.TryGetValue(component.Sku, out var nested))
            {
                AddUp(nested.Body, times * component.Quantity, level + 1, needed, through);
            }
            else
            {
                needed[component.Sku] = needed.GetValueOrDefault(component.Sku) + (times * component.Quantity);
            }
        }
    }
}

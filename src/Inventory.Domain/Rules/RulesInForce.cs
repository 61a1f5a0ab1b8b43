using System.Collections.Frozen;
using NodaTime;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Rules;

/// <summary>A location as rules see it.</summary>
/// <param name="Groups">That rules can address it by.</param>
/// <param name="Enabled">Whether channels may sell from it.</param>
public sealed record LocationProfile(LocationId Id, FrozenSet<string> Groups, bool Enabled)
{
    /// <summary>A location that nobody has registered: its stock is real, so it counts.</summary>
    public static LocationProfile Unregistered(LocationId id) => new(id, FrozenSet<string>.Empty, Enabled: true);
}

/// <summary>A rule's version with its body in its own kind.</summary>
public readonly record struct Applied<TRule>(RuleVersion Version, TRule Body)
    where TRule : Rule;

/// <summary>The rules that are in force at an instant, found by what they are about. Immutable, for many threads.</summary>
public sealed class RulesInForce
{
    public static readonly RulesInForce None = new([], Instant.MinValue, null);

    private readonly ForKind<SafetyStockRule> _safetyStock;
    private readonly ForKind<EligibilityRule> _eligibility;
    private readonly ForKind<BufferRule> _buffers;
    private readonly ForKind<AllocationRule> _allocations;
    private readonly ForKind<PublishRule> _publish;
    private readonly ForKind<BackorderRule> _backorders;
    private readonly Applied<SupplyRule>[] _supply;
    private readonly Lazy<KitsInForce> _kits;

    /// <param name="versions">In force at <paramref name="instant"/>.</param>
    /// <param name="instant">Of what is asked.</param>
    /// <param name="until">When this is no longer so; null when nothing is dated ahead.</param>
    /// <param name="book">All that is known of kits; null for nothing.</param>
    public RulesInForce(IEnumerable<RuleVersion> versions, Instant instant, Instant? until, RuleBook? book = null)
    {
        All = [.. versions];
        Until = until;
        _safetyStock = new ForKind<SafetyStockRule>(All, rule => rule.Sku);
        _eligibility = new ForKind<EligibilityRule>(All, rule => rule.Sku);
        _buffers = new ForKind<BufferRule>(All, rule => rule.Sku);
        _allocations = new ForKind<AllocationRule>(
            All.Where(version => version.Body is not AllocationRule { ReleaseAt: { } at } || at > instant), rule => rule.Sku);
        _publish = new ForKind<PublishRule>(All, rule => rule.Sku);
        _backorders = new ForKind<BackorderRule>(All, rule => rule.Sku);
        _supply = [.. All.Where(version => version.Body is SupplyRule).Select(version => new Applied<SupplyRule>(version, (SupplyRule)version.Body))];
        _kits = new Lazy<KitsInForce>(() => KitsInForce.Of(All, book));
    }

    /// <summary>By rule id.</summary>
    public IReadOnlyList<RuleVersion> All { get; }

    public Instant? Until { get; }

    public KitsInForce Kits => _kits.Value;

    /// <summary>What a kit needs; null for a SKU that is no kit now.</summary>
    public Kit? Kit(Sku sku) => Kits.Find(sku);

    /// <summary>The kits that need a SKU, directly or through other kits.</summary>
    public IReadOnlyList<Sku> KitsNeeding(Sku sku) => Kits.Needing(sku);

    /// <summary>
    /// Whether stock at one location of the SKU cannot be judged without that at the others: it has a ring-fence, safety stock of the network, or a limit of
    /// backorders.
    /// </summary>
    public bool SpanLocations(Sku sku) =>
        _allocations.Any(sku) || _backorders.Any(sku) || (HasSafetyStock(sku) && NetworkSafetyStock(sku, _ => 0) is not null);

    public bool AllowBackorders(Sku sku) => _backorders.Any(sku);

    /// <summary>Whether any rule about safety stock, of a location or of the network, may be about the SKU.</summary>
    public bool HasSafetyStock(Sku sku) => _safetyStock.Any(sku);

    public Applied<SafetyStockRule>? SafetyStock(Sku sku, LocationProfile profile, decimal onHand) =>
        _safetyStock.Any(sku) ? BestSafetyStock(sku, profile, onHand) : null;

    // Apart from the question whether there is any: where there is none, as at most SKUs, nothing is allocated.
    private Applied<SafetyStockRule>? BestSafetyStock(Sku sku, LocationProfile profile, decimal onHand) => Best(
        _safetyStock.About(sku),
        rule => rule.Level == SafetyStockLevel.Location && Covers(rule.Location, rule.LocationGroup, profile),
        rule => new RuleScope(null, rule.Sku, rule.Location, rule.LocationGroup).Specificity,
        (rule, other) => rule.Of(onHand).CompareTo(other.Of(onHand)));

    /// <summary>Safety stock that comes off the common pool, once.</summary>
    /// <param name="units">How many a rule keeps: a percentage and a quantity are compared by that.</param>
    public Applied<SafetyStockRule>? NetworkSafetyStock(Sku sku, Func<SafetyStockRule, decimal> units) => Best(
        _safetyStock.About(sku),
        rule => rule.Level == SafetyStockLevel.Network,
        rule => new RuleScope(null, rule.Sku, rule.Location, rule.LocationGroup).Specificity,
        (rule, other) => units(rule).CompareTo(units(other)));

    public bool MaySell(ChannelId channel, Sku sku, LocationProfile profile) => profile.Enabled && Eligibility(channel, sku, profile)?.Body.Allowed != false;

    public Applied<EligibilityRule>? Eligibility(ChannelId channel, Sku sku, LocationProfile profile) =>
        _eligibility.Any(sku) ? BestEligibility(channel, sku, profile) : null;

    private Applied<EligibilityRule>? BestEligibility(ChannelId channel, Sku sku, LocationProfile profile) => Best(
        _eligibility.About(sku),
        rule => (rule.Channel ?? channel) == channel && Covers(rule.Location, rule.LocationGroup, profile),
        rule => new RuleScope(rule.Channel, rule.Sku, rule.Location, rule.LocationGroup).UnrankedSpecificity,
        (rule, other) => other.Allowed.CompareTo(rule.Allowed));

    public Applied<BufferRule>? Buffer(ChannelId channel, Sku sku, LocationProfile profile) => _buffers.Any(sku) ? BestBuffer(channel, sku, profile) : null;

    private Applied<BufferRule>? BestBuffer(ChannelId channel, Sku sku, LocationProfile profile) => Best(
        _buffers.About(sku),
        rule => (rule.Channel ?? channel) == channel && Covers(rule.Location, rule.LocationGroup, profile),
        rule => new RuleScope(rule.Channel, rule.Sku, rule.Location, rule.LocationGroup).Specificity,
        (rule, other) => rule.Quantity.CompareTo(other.Quantity));

    /// <summary>The ring-fence of each channel that has one, in the order in which they are served.</summary>
    public IReadOnlyList<Applied<AllocationRule>> Allocations(Sku sku)
    {
        var (own, all) = _allocations.About(sku);
        if (own.Length + all.Length == 0)
        {
            return [];
        }

        return [.. own.Concat(all)
            .GroupBy(rule => rule.Body.Channel)
            .Select(rules => rules.OrderByDescending(rule => rule.Body.Sku is not null).ThenBy(rule => rule, ServedFirst).First())
            .Order(ServedFirst)];
    }

    public Applied<PublishRule>? Publish(ChannelId channel, Sku sku) => Best(
        _publish.About(sku),
        rule => (rule.Channel ?? channel) == channel,
        rule => new RuleScope(rule.Channel, rule.Sku, null, null).Specificity,
        (_, _) => 0);

    public Applied<BackorderRule>? Backorder(ChannelId channel, Sku sku) => Best(
        _backorders.About(sku),
        rule => (rule.Channel ?? channel) == channel,
        rule => new RuleScope(rule.Channel, rule.Sku, null, null).Specificity,
        (rule, other) => other.Limit.CompareTo(rule.Limit));

    public Applied<SupplyRule>? Supply(SupplyKind kind) => Best(
        (_supply, []),
        rule => (rule.SupplyKind ?? kind) == kind,
        rule => rule.SupplyKind is null ? 0 : 1,
        (rule, other) => other.Confidence.CompareTo(rule.Confidence));

    private static readonly Comparer<Applied<AllocationRule>> ServedFirst = Comparer<Applied<AllocationRule>>.Create((left, right) =>
        left.Body.Priority != right.Body.Priority
            ? right.Body.Priority.CompareTo(left.Body.Priority)
            : string.CompareOrdinal(left.Version.Id.Value, right.Version.Id.Value));

    internal static bool Covers(LocationId? location, string? group, LocationProfile profile) =>
        location is { } one ? one == profile.Id : group is null || profile.Groups.Contains(group);

    /// <summary>The most specific of those that fit; of equal ones the first by <paramref name="prefers"/>, then the lower rule id.</summary>
    private static Applied<TRule>? Best<TRule>(
        (Applied<TRule>[] Own, Applied<TRule>[] All) rules, Func<TRule, bool> fits, Func<TRule, int> specificity, Func<TRule, TRule, int> prefers)
        where TRule : Rule
    {
        Applied<TRule>? best = null;
        foreach (var list in (ReadOnlySpan<Applied<TRule>[]>)[rules.Own, rules.All])
        {
            foreach (var rule in list)
            {
                if (fits(rule.Body) && (best is not { } known || IsBetter(rule, known)))
                {
                    best = rule;
                }
            }
        }

        return best;

        bool IsBetter(Applied<TRule> rule, Applied<TRule> known)
        {
            var order = specificity(rule.Body).CompareTo(specificity(known.Body));
            order = order != 0 ? order : prefers(rule.Body, known.Body);
            return order > 0 || (order == 0 && string.CompareOrdinal(rule.Version.Id.Value, known.Version.Id.Value) < 0);
        }
    }

    /// <summary>Rules of one kind by SKU: planners write one for each of twenty thousand, and every change rebuilds this.</summary>
    private sealed class ForKind<TRule>
        where TRule : Rule
    {
        private readonly Dictionary<Sku, Applied<TRule>[]> _own;
        private readonly Applied<TRule>[] _all;

        public ForKind(IEnumerable<RuleVersion> versions, Func<TRule, Sku?> sku)
        {
            var rules = versions.Where(version => version.Body is TRule).Select(version => new Applied<TRule>(version, (TRule)version.Body))
                .ToLookup(rule => sku(rule.Body));
            _own = rules.Where(rules => rules.Key is not null).ToDictionary(rules => rules.Key!.Value, rules => rules.ToArray());
            _all = [.. rules[null]];
        }

        public bool Any(Sku sku) => _all.Length > 0 || _own.ContainsKey(sku);

        public (Applied<TRule>[] Own, Applied<TRule>[] All) About(Sku sku) => (_own.GetValueOrDefault(sku, []), _all);
    }
}

using NodaTime;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Simulation;

namespace RetailSync.Inventory.Domain.Rules;

/// <summary>Another rule that a proposed one is judged against.</summary>
/// <param name="Because">Why the one that wins does: more-specific, larger, smaller, forbids, higher-priority or lower-id.</param>
/// <param name="Cases">In how many cases.</param>
public sealed record RuleRival(RuleId Rule, string Because, int Cases);

/// <summary>Where a proposed rule would count for a SKU. A case is a channel, a location, or a location for a channel, by its kind.</summary>
/// <param name="Cases">How many the rule is about.</param>
/// <param name="Wins">In how many of them it would count.</param>
/// <param name="InsteadOf">The rules that count there now.</param>
/// <param name="LosesTo">The rules that would still count at the others.</param>
public sealed record RuleContest(RuleId Rule, int Cases, int Wins, IReadOnlyList<RuleRival> InsteadOf, IReadOnlyList<RuleRival> LosesTo);

/// <summary>What proposed rules would change now, as if they were in force: no history is replayed.</summary>
public static class RulePreview
{
    /// <summary>The real rules with the proposed ones, each from now on instead of all versions of its id, whenever it is dated.</summary>
    public static RuleBook With(RuleBook book, IReadOnlyCollection<ProposedRule> proposed, Instant now) => proposed.Aggregate(
        book, (rules, rule) => rules.With((rule with { EffectiveFrom = null, EffectiveTo = null }).Instead(book.Find(rule.Id), now)));

    /// <summary>The SKUs whose promises may differ, kits that need one of them aside; null for all.</summary>
    public static IReadOnlySet<Sku>? Touched(RuleBook book, IReadOnlyCollection<ProposedRule> proposed)
    {
        var bodies = proposed.Select(rule => rule.Body).Concat(proposed.SelectMany(rule => book.Find(rule.Id).All).Select(version => version.Body));
        var skus = bodies.Where(body => body is not SupplyRule).Select(body => RuleScope.Of(body).Sku).ToHashSet();
        return skus.Contains(null) ? null : skus.Select(sku => sku!.Value).ToHashSet();
    }

    /// <summary>Where a proposed rule would count for a SKU, and why not elsewhere; null where it is not about the SKU.</summary>
    /// <param name="rule">As it is in <paramref name="with"/>.</param>
    /// <param name="channels">The channels that are compared.</param>
    /// <param name="now">The rules in force.</param>
    /// <param name="with">The same with the proposed ones.</param>
    public static RuleContest? Contest(RuleVersion rule, SkuStock stock, IReadOnlyList<ChannelId> channels, RulesInForce now, RulesInForce with)
    {
        var scope = RuleScope.Of(rule.Body);
        if ((scope.Sku ?? stock.Sku) != stock.Sku || rule.Body is SupplyRule)
        {
            return null;
        }

        var (cases, wins) = (0, 0);
        var (insteadOf, losesTo) = (new Dictionary<RuleId, RuleVersion>(), new Dictionary<RuleId, RuleVersion>());
        var (displaced, lost) = (new List<RuleId>(), new List<RuleId>());
        foreach (var (channel, location) in CasesOf(rule.Body, scope, stock, channels))
        {
            cases++;
            var winner = Winner(rule.Body, channel, location, stock, with);
            if (winner?.Id == rule.Id)
            {
                wins++;
                if (Winner(rule.Body, channel, location, stock, now) is { } before && before.Id != rule.Id)
                {
                    insteadOf[before.Id] = before;
                    displaced.Add(before.Id);
                }
            }
            else if (winner is not null)
            {
                losesTo[winner.Id] = winner;
                lost.Add(winner.Id);
            }
        }

        return new RuleContest(
            rule.Id, cases, wins,
            [.. displaced.CountBy(id => id).Select(one => new RuleRival(one.Key, Because(rule, insteadOf[one.Key]), one.Value))],
            [.. lost.CountBy(id => id).Select(one => new RuleRival(one.Key, Because(losesTo[one.Key], rule), one.Value))]);
    }

    private static IEnumerable<(ChannelId Channel, LocationStock Location)> CasesOf(
        Rule rule, RuleScope scope, SkuStock stock, IReadOnlyList<ChannelId> channels)
    {
        var isOfChannel = rule is not SafetyStockRule;
        var isOfLocation = rule is EligibilityRule or BufferRule or SafetyStockRule { Level: SafetyStockLevel.Location };
        ChannelId[] ofChannel = isOfChannel ? [.. channels.Where(channel => (scope.Channel ?? channel) == channel)] : [default];
        LocationStock[] ofLocation = isOfLocation ? [.. stock.Locations.Where(
            location => RulesInForce.Covers(scope.Location, scope.LocationGroup, location.Profile))] : [default];
        return ofChannel.SelectMany(channel => ofLocation, (channel, location) => (channel, location));
    }

    private static RuleVersion? Winner(Rule kind, ChannelId channel, LocationStock location, SkuStock stock, RulesInForce rules) => kind switch
    {
        SafetyStockRule { Level: SafetyStockLevel.Location } => rules.SafetyStock(stock.Sku, location.Profile, location.OnHand)?.Version,
        SafetyStockRule => RingFences.NetworkSafetyStock(stock, rules)?.Rule,
        EligibilityRule => rules.Eligibility(channel, stock.Sku, location.Profile)?.Version,
        BufferRule => rules.Buffer(channel, stock.Sku, location.Profile)?.Version,
        AllocationRule => rules.Allocations(stock.Sku).Where(fence => fence.Body.Channel == channel).Select(fence => fence.Version).FirstOrDefault(),
        PublishRule => rules.Publish(channel, stock.Sku)?.Version,
        BackorderRule => rules.Backorder(channel, stock.Sku)?.Version,
        _ => null,
    };

    private static string Because(RuleVersion winner, RuleVersion loser)
    {
        var (wins, loses) = (RuleScope.Of(winner.Body), RuleScope.Of(loser.Body));
        var isMoreSpecific = winner.Body is EligibilityRule
            ? wins.UnrankedSpecificity > loses.UnrankedSpecificity
            : wins.Specificity > loses.Specificity;
        return isMoreSpecific ? "more-specific" : (winner.Body, loser.Body) switch
        {
            (EligibilityRule { Allowed: false }, EligibilityRule { Allowed: true }) => "forbids",
            (SafetyStockRule, SafetyStockRule) => "larger",
            (BufferRule one, BufferRule other) when one.Quantity > other.Quantity => "larger",
            (BackorderRule one, BackorderRule other) when one.Limit < other.Limit => "smaller",
            (AllocationRule one, AllocationRule other) when one.Priority > other.Priority => "higher-priority",
            _ => "lower-id",
        };
    }
}

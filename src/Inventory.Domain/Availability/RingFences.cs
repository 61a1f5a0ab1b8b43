using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Availability;

/// <summary>Units that no other channel may sell.</summary>
/// <param name="Rule">Because of which rule.</param>
/// <param name="Claim">Its number among the claims.</param>
/// <param name="Units">How many it got; fewer than it asks for where there is less stock.</param>
internal readonly record struct RingFence(Applied<AllocationRule> Rule, int Claim, decimal Units);

/// <summary>Which units of a SKU are meant for whom.</summary>
public static class RingFences
{
    /// <summary>Where the units of each channel's ring-fence are, as they would be given out now.</summary>
    public static IEnumerable<(ChannelId Channel, LocationId Location, decimal Units)> Earmarked(SkuStock stock, RulesInForce rules)
    {
        var (units, owners) = (Units(stock, rules), Owners(stock, rules));
        var claims = All(units, owners);
        return
            from fence in Serve(claims, units, owners, stock, rules, int.MaxValue)
            from index in Enumerable.Range(0, units.Length)
            let earmarked = claims.TakenAt(fence.Claim, index)
            where earmarked > 0
            select (fence.Rule.Body.Channel, stock.Locations[index].Profile.Id, earmarked);
    }

    /// <summary>Ring-fences that get less than they ask for.</summary>
    public static IEnumerable<(Applied<AllocationRule> Rule, decimal Wanted, decimal Got)> Shortfalls(SkuStock stock, RulesInForce rules)
    {
        var (units, owners) = (Units(stock, rules), Owners(stock, rules));
        return
            from fence in Serve(All(units, owners), units, owners, stock, rules, int.MaxValue)
            let wanted = Wanted(fence.Rule, stock, units)
            where fence.Units < wanted
            select (fence.Rule, wanted, fence.Units);
    }

    /// <summary>What each location can give to channels: negative ones give nothing and take nothing from others.</summary>
    internal static decimal[] Units(SkuStock stock, RulesInForce rules)
    {
        var units = new decimal[stock.Locations.Count];
        for (var index = 0; index < units.Length; index++)
        {
            units[index] = UnitsAt(stock.Locations[index], stock.Sku, rules);
        }

        return units;
    }

    internal static decimal UnitsAt(in LocationStock location, Sku sku, RulesInForce rules) => location.Profile.Enabled
        ? Math.Max(0, location.Sellable - (rules.SafetyStock(sku, location.Profile, location.OnHand)?.Body.Of(location.OnHand) ?? 0))
        : 0;

    /// <summary>What of that is kept from a channel at each location.</summary>
    internal static decimal[] KeptFrom(ChannelId channel, SkuStock stock, RulesInForce rules)
    {
        var kept = new decimal[stock.Locations.Count];
        for (var index = 0; index < kept.Length; index++)
        {
            kept[index] = KeptFrom(channel, stock.Locations[index].Profile, stock.Sku, rules);
        }

        return kept;
    }

    internal static decimal ReachAt(ChannelId channel, decimal units, LocationProfile profile, Sku sku, RulesInForce rules) =>
        Math.Max(0, units - KeptFrom(channel, profile, sku, rules));

    /// <summary>Units at a place that a channel may not have, however many there are: more than there can be where it may not sell from.</summary>
    internal static decimal KeptFrom(ChannelId channel, LocationProfile profile, Sku sku, RulesInForce rules) => rules.MaySell(channel, sku, profile)
        ? rules.Buffer(channel, sku, profile)?.Body.Quantity ?? 0
        : decimal.MaxValue;

    /// <summary>
    /// The units as they count when a channel asks. What a buffer keeps from it is not lent to others' claims: it must still be kept when they
    /// have taken theirs. The same holds where it may not sell, of what buffers keep from all who have a ring-fence.
    /// </summary>
    internal static Claims Counting(decimal[] kept, decimal[] units, IReadOnlyList<decimal[]> owners)
    {
        var bottoms = new decimal[units.Length];
        for (var location = 0; location < bottoms.Length; location++)
        {
            bottoms[location] = kept[location] < decimal.MaxValue ? kept[location] : KeptFromAll(owners, location);
        }

        return new Claims(Layers.Of(units, bottoms, owners));
    }

    private static decimal KeptFromAll(IReadOnlyList<decimal[]> owners, int location) => owners.Count == 0 ? 0 : owners.Min(kept => kept[location]);

    /// <summary>What is kept from each of those who have a ring-fence, in the order in which they are served.</summary>
    internal static IReadOnlyList<decimal[]> Owners(SkuStock stock, RulesInForce rules) => rules.Allocations(stock.Sku) is { Count: > 0 } allocations
        ? [.. allocations.Select(allocation => KeptFrom(allocation.Body.Channel, stock, rules))] : [];

    /// <summary>Serves ring-fences in their order, then the network's safety stock from what they leave.</summary>
    /// <param name="units"><see cref="Units"/></param>
    /// <param name="owners"><see cref="Owners"/></param>
    /// <param name="first">Only so many of them, for one who wants to see what each takes.</param>
    internal static IReadOnlyList<RingFence> Serve(
        Claims claims, decimal[] units, IReadOnlyList<decimal[]> owners, SkuStock stock, RulesInForce rules, int first)
    {
        var allocations = rules.Allocations(stock.Sku);
        var fences = new List<RingFence>();
        foreach (var allocation in allocations.Take(first))
        {
            var claim = claims.Add(owners[fences.Count]);
            fences.Add(new RingFence(allocation, claim, claims.Serve(claim, Wanted(allocation, stock, units))));
        }

        if (allocations.Count < first && rules.HasSafetyStock(stock.Sku) && NetworkSafetyStock(stock, rules) is { } safety)
        {
            claims.Serve(claims.Add(new decimal[units.Length]), safety.Units);
        }

        return fences;
    }

    /// <summary>What the network keeps back, and because of which rule. A percentage is of what is on hand where the rule says, or everywhere.</summary>
    internal static (RuleVersion Rule, decimal Units)? NetworkSafetyStock(SkuStock stock, RulesInForce rules)
    {
        return rules.NetworkSafetyStock(stock.Sku, Kept) is { } safety ? (safety.Version, Kept(safety.Body)) : null;

        decimal Kept(SafetyStockRule rule) => rule.Of(stock.Locations
            .Where(location => location.Profile.Enabled && RulesInForce.Covers(rule.Location, rule.LocationGroup, location.Profile))
            .Sum(location => Math.Max(0, location.OnHand)));
    }

    private static Claims All(decimal[] units, IReadOnlyList<decimal[]> owners) => new(Layers.Of(units, new decimal[units.Length], owners));

    private static decimal Wanted(Applied<AllocationRule> allocation, SkuStock stock, decimal[] units) => allocation.Body.Mode == AllocationMode.Percent
        ? units.Sum() * allocation.Body.Amount / 100
        : Math.Max(0, allocation.Body.Amount - stock.FencedUse.GetValueOrDefault(allocation.Version.Key));
}

using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Availability;

/// <summary>One summand of a promise.</summary>
/// <param name="Name">What it is: one of the constants of <see cref="PromiseBreakdown"/>.</param>
/// <param name="Location">Where; null for the network.</param>
/// <param name="Quantity">Signed, never 0 but for components, which say what limits a kit also where there is none.</param>
/// <param name="Rule">Because of which rule, or which version of a kit; null for a fact.</param>
/// <param name="Components">Of a kit; null for any other term.</param>
public readonly record struct PromiseTerm(
    string Name, LocationId? Location, decimal Quantity, RuleVersion? Rule, IReadOnlyList<ComponentPromise>? Components = null);

/// <summary>Why a promise is what it is: signed terms that add up to it exactly.</summary>
public static class PromiseBreakdown
{
    public const string OnHand = "on-hand";
    public const string Unsellable = "unsellable";
    public const string Reserved = "reserved";
    public const string SafetyStock = "safety-stock";
    public const string Buffer = "buffer";
    public const string FloorAtZero = "floor-at-zero";
    public const string NotEligible = "not-eligible";
    public const string Allocation = "allocation";
    public const string Backorder = "backorder";
    public const string Components = "components";
    public const string PublishBuffer = "publish-buffer";
    public const string Cap = "cap";
    public const string Threshold = "threshold";

    /// <summary>
    /// In the order of the formula: each location, what others' ring-fences and the network keep, what may be promised beyond, and what is published of
    /// it.
    /// </summary>
    /// <param name="at">Of this location only; publish rules apply to all locations together.</param>
    public static IReadOnlyList<PromiseTerm> Of(ChannelId channel, SkuStock stock, RulesInForce rules, LocationId? at = null)
    {
        var terms = OfStock(channel, stock, rules, at);
        terms.Add(Backorder, null, ChannelStock.Of(channel, stock, rules).BackorderAt(at), rules.Backorder(channel, stock.Sku)?.Version);
        if (stock.Kit is { } kit)
        {
            terms.Add(OfComponents(channel, kit, rules, at));
        }

        OfPublish(terms, at is null ? rules.Publish(channel, stock.Sku) : null);
        return terms.All;
    }

    /// <summary>Each component with its own terms, and which one limits.</summary>
    private static PromiseTerm OfComponents(ChannelId channel, KitStock stock, RulesInForce rules, LocationId? at)
    {
        var kit = ChannelKit.Of(channel, stock, rules);
        var limits = kit.Limits(at);
        var least = limits.Min(component => component.Kits);
        return new PromiseTerm(Components, at, at is { } location ? kit.At(location) : kit.Everywhere(), stock.Kit.Version,
        [
            .. limits.Zip(stock.Components, (limit, component) => new ComponentPromise(
                component.Sku, limit.Component.Quantity, limit.Available, limit.Kits, limit.Kits == least,
                OfStock(channel, component, rules, at).All)),
        ]);
    }

    /// <summary>What there is for the channel, without what may be promised beyond.</summary>
    private static Terms OfStock(ChannelId channel, SkuStock stock, RulesInForce rules, LocationId? at)
    {
        var terms = new Terms();
        foreach (var location in stock.Locations.Where(location => at is null || location.Profile.Id == at)
            .OrderBy(location => location.Profile.Id.Value, StringComparer.Ordinal))
        {
            OfLocation(terms, channel, stock.Sku, location, rules);
        }

        OfClaims(terms, channel, stock, rules, at);
        return terms;
    }

    private static void OfLocation(Terms terms, ChannelId channel, Sku sku, LocationStock location, RulesInForce rules)
    {
        var at = location.Profile.Id;
        var before = terms.Total;
        terms.Add(OnHand, at, location.OnHand);
        terms.Add(Unsellable, at, -location.Unsellable);
        terms.Add(Reserved, at, -location.Reserved);
        if (!rules.MaySell(channel, sku, location.Profile))
        {
            terms.Add(NotEligible, at, before - terms.Total, location.Profile.Enabled ? rules.Eligibility(channel, sku, location.Profile)?.Version : null);
            return;
        }

        // What is missing already is missing once: neither safety stock nor a buffer makes a location's part negative.
        terms.Add(FloorAtZero, at, Math.Max(0, before - terms.Total));
        if (rules.SafetyStock(sku, location.Profile, location.OnHand) is { } safety)
        {
            terms.Add(SafetyStock, at, -Math.Min(safety.Body.Of(location.OnHand), terms.Total - before), safety.Version);
        }

        if (rules.Buffer(channel, sku, location.Profile) is { } buffer)
        {
            terms.Add(Buffer, at, -Math.Min(buffer.Body.Quantity, terms.Total - before), buffer.Version);
        }
    }

    private static void OfClaims(Terms terms, ChannelId channel, SkuStock stock, RulesInForce rules, LocationId? at)
    {
        var allocations = rules.Allocations(stock.Sku);
        for (var claims = 1; claims <= allocations.Count; claims++)
        {
            var claimed = ChannelStock.OfFirst(claims, channel, stock, rules).WithoutOwnLimit(at) - terms.Total;
            terms.Add(Allocation, null, claimed, allocations[claims - 1].Version);
        }

        var own = ChannelStock.Of(channel, stock, rules);
        terms.Add(SafetyStock, null, own.WithoutOwnLimit(at) - terms.Total, RingFences.NetworkSafetyStock(stock, rules)?.Rule);
        terms.Add(Allocation, null, (at is { } location ? own.At(location) : own.Everywhere()) - terms.Total, own.RingFence?.Version);
    }

    private static void OfPublish(Terms terms, Applied<PublishRule>? publish)
    {
        if (publish is not { } rule)
        {
            return;
        }

        terms.Add(PublishBuffer, null, -(rule.Body.Buffer ?? 0), rule.Version);
        terms.Add(FloorAtZero, null, Math.Max(0, -terms.Total), rule.Version);
        terms.Add(Cap, null, Math.Min(0, (rule.Body.Cap ?? terms.Total) - terms.Total), rule.Version);
        terms.Add(Threshold, null, terms.Total < rule.Body.Threshold ? -terms.Total : 0, rule.Version);
    }

    /// <summary>Adds up as it goes; what is 0 says nothing.</summary>
    private sealed class Terms
    {
        public List<PromiseTerm> All { get; } = [];

        public decimal Total { get; private set; }

        public void Add(PromiseTerm term)
        {
            All.Add(term);
            Total += term.Quantity;
        }

        public void Add(string name, LocationId? location, decimal quantity, RuleVersion? rule = null)
        {
            if (quantity != 0)
            {
                Add(new PromiseTerm(name, location, quantity, rule));
            }
        }
    }
}

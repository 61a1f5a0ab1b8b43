using System.Collections.Immutable;
using NodaTime;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Rules;

// Shapes below are stored inside RuleSet events. Change with care.

/// <summary>What a planner has decided. A field that narrows and is left out means all.</summary>
public abstract record Rule
{
    /// <summary>The word for this kind in the contract.</summary>
    public abstract string Kind { get; }
}

/// <summary>The channels, SKUs and locations that a rule is about.</summary>
/// <param name="Channel">Null for every channel.</param>
/// <param name="Sku">Null for every SKU.</param>
/// <param name="Location">Null for every location, or those of the group.</param>
/// <param name="LocationGroup">Null for every location, or the one.</param>
public readonly record struct RuleScope(ChannelId? Channel, Sku? Sku, LocationId? Location, string? LocationGroup)
{
    /// <summary>Named fields count first, so that two beat one; then a SKU beats a location, and a location its group.</summary>
    public int Specificity =>
        ((Named(Channel) + Named(Sku) + Named(Location) + (LocationGroup is null ? 0 : 1)) * 4)
        + (Sku is null ? 0 : 2) + (Location is null ? 0 : 1);

    /// <summary>As <see cref="Specificity"/>, where a SKU says no more than a location does: only a location beats its group.</summary>
    public int UnrankedSpecificity =>
        ((Named(Channel) + Named(Sku) + Named(Location) + (LocationGroup is null ? 0 : 1)) * 2) - (LocationGroup is null ? 0 : 1);

    public static RuleScope Of(Rule rule) => rule switch
    {
        SafetyStockRule safety => new RuleScope(null, safety.Sku, safety.Location, safety.LocationGroup),
        EligibilityRule eligibility => new RuleScope(eligibility.Channel, eligibility.Sku, eligibility.Location, eligibility.LocationGroup),
        BufferRule buffer => new RuleScope(buffer.Channel, buffer.Sku, buffer.Location, buffer.LocationGroup),
        AllocationRule allocation => new RuleScope(allocation.Channel, allocation.Sku, null, null),
        PublishRule publish => new RuleScope(publish.Channel, publish.Sku, null, null),
        BackorderRule backorder => new RuleScope(backorder.Channel, backorder.Sku, null, null),
        KitRule kit => new RuleScope(null, kit.Sku, null, null),
        _ => default,
    };

    private static int Named<T>(T? field)
        where T : struct => field is null ? 0 : 1;
}

public enum SafetyStockLevel
{
    /// <summary>At each location that the rule is about.</summary>
    Location,

    /// <summary>Once, off the common pool of all locations.</summary>
    Network,
}

/// <summary>Units kept back. The most specific rule wins: sku and location, sku and group, sku, location, group, all; then the larger.</summary>
/// <param name="Sku">Null for every SKU.</param>
/// <param name="Location">Null for every location, or those of the group.</param>
/// <param name="LocationGroup">Null for every location, or the one.</param>
/// <param name="Quantity">Units, 0 or more; null when <paramref name="Percent"/> says it.</param>
/// <param name="Percent">0 to 100, of on-hand.</param>
/// <param name="Level">Where it is kept back.</param>
public sealed record SafetyStockRule(Sku? Sku, LocationId? Location, string? LocationGroup, decimal? Quantity, decimal? Percent, SafetyStockLevel Level) : Rule
{
    public override string Kind => "safety-stock";

    public decimal Of(decimal onHand) => Quantity ?? (Math.Max(0, onHand) * Percent!.Value / 100);
}

/// <summary>Whether a channel may sell from a location. Where nothing is said, it may. The most specific rule wins, then the one that forbids.</summary>
/// <param name="Channel">Null for every channel.</param>
/// <param name="Sku">Null for every SKU.</param>
/// <param name="Location">Null for every location, or those of the group.</param>
/// <param name="LocationGroup">Null for every location, or the one.</param>
public sealed record EligibilityRule(ChannelId? Channel, Sku? Sku, LocationId? Location, string? LocationGroup, bool Allowed) : Rule
{
    public override string Kind => "eligibility";
}

/// <summary>Units kept from a channel at each location that the rule is about: for those who walk in. The most specific rule wins, then the larger.</summary>
/// <param name="Channel">Null for every channel.</param>
/// <param name="Sku">Null for every SKU.</param>
/// <param name="Location">Null for every location, or those of the group.</param>
/// <param name="LocationGroup">Null for every location, or the one.</param>
/// <param name="Quantity">Units, 0 or more.</param>
public sealed record BufferRule(ChannelId? Channel, Sku? Sku, LocationId? Location, string? LocationGroup, decimal Quantity) : Rule
{
    public override string Kind => "buffer";
}

public enum AllocationMode
{
    /// <summary>A number of units. What the channel holds and ships from the rule's start on uses it up.</summary>
    Fixed,

    /// <summary>A share of what there is now, before other ring-fences.</summary>
    Percent,
}

/// <summary>
/// A ring-fence: units that no other channel may sell. A channel's most specific one counts, then the higher priority, then the lower rule id.
/// </summary>
/// <param name="Sku">Null for every SKU.</param>
/// <param name="Mode">How <paramref name="Amount"/> is meant.</param>
/// <param name="Amount">Units, or 0 to 100 percent.</param>
/// <param name="Borrow">May sell from the common pool too.</param>
/// <param name="Priority">Where there is less than all ring-fences ask for, the higher is served first, then the lower rule id.</param>
/// <param name="ReleaseAt">When it returns to the pool; null for never.</param>
public sealed record AllocationRule(ChannelId Channel, Sku? Sku, AllocationMode Mode, decimal Amount, bool Borrow, int Priority, Instant? ReleaseAt) : Rule
{
    public override string Kind => "allocation";
}

/// <summary>A name for how much there is.</summary>
/// <param name="Name">The name that is published to the channel.</param>
/// <param name="UpTo">The largest quantity of this level; null for any.</param>
public sealed record PublishLevel(string Name, decimal? UpTo);

/// <summary>Shapes what is published to a channel; refuses no hold. The most specific rule wins, then the lower rule id.</summary>
/// <param name="Channel">Null for every channel.</param>
/// <param name="Sku">Null for every SKU.</param>
/// <param name="Cap">Never more than this; null for no bound.</param>
/// <param name="Threshold">Below it, 0 is published; null for no threshold.</param>
/// <param name="Levels">Ascending; a quantity has the first level that it does not exceed.</param>
public sealed record PublishRule(ChannelId? Channel, Sku? Sku, decimal? Buffer, decimal? Cap, decimal? Threshold, ImmutableList<PublishLevel> Levels) : Rule
{
    public override string Kind => "publish";

    /// <summary>Null when the quantity is above the last level, or there are none.</summary>
    public string? LevelOf(decimal quantity) => Levels.Find(level => level.UpTo is not { } bound || quantity <= bound)?.Name;
}

/// <summary>How many units may be promised that are not there. The most specific rule wins, then the smaller.</summary>
/// <param name="Channel">Null for every channel.</param>
/// <param name="Sku">Null for every SKU.</param>
/// <param name="Limit">Units, 0 or more.</param>
public sealed record BackorderRule(ChannelId? Channel, Sku? Sku, decimal Limit) : Rule
{
    public override string Kind => "backorder";
}

/// <summary>How far supply of a kind can be relied on. The one that names the kind wins, then the lower confidence.</summary>
/// <param name="SupplyKind">Null for every kind.</param>
/// <param name="Confidence">0 to 1, multiplied with the document's own.</param>
/// <param name="HorizonDays">Supply further ahead than this many days counts for nothing; null for no bound.</param>
public sealed record SupplyRule(SupplyKind? SupplyKind, decimal Confidence, int? HorizonDays) : Rule
{
    public override string Kind => "supply";
}

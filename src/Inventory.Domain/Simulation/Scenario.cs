using System.Collections.Frozen;
using NodaTime;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Simulation;

/// <summary>A rule that is to be tried.</summary>
/// <param name="Id">A rule of this id is replaced by it, the rest of its history too.</param>
/// <param name="EffectiveFrom">From this instant on; null for all of the time that is replayed.</param>
/// <param name="EffectiveTo">No longer from this instant on; null for ever.</param>
public sealed record ProposedRule(RuleId Id, Rule Body, Instant? EffectiveFrom, Instant? EffectiveTo)
{
    /// <summary>As if it had always been known. Its version is the one that it would get, so that a ring-fence is counted from the start by it.</summary>
    internal RuleVersions Instead(RuleVersions real, Instant from) =>
        new(Id, [new RuleVersion(Id, real.Version + 1, Body, EffectiveFrom ?? from, EffectiveTo, "proposed", null, Instant.MinValue)]);
}

/// <summary>What is tried: some rules instead of those that were in force, over a time that has passed. Not for two threads.</summary>
public sealed class Scenario
{
    private readonly RuleHistory _real;
    private readonly RuleHistory _proposed;

    /// <summary>The SKUs whose rules differ; null among them for all.</summary>
    private readonly FrozenSet<Sku?> _touched;

    /// <param name="book">The real rules with their history.</param>
    /// <param name="proposed">One for each id; a rule of another id stays as it was.</param>
    /// <param name="from">What was recorded by then is what the replay begins with.</param>
    /// <param name="to">What was recorded by then is replayed. After <paramref name="from"/>.</param>
    /// <param name="channels">Whose promises are compared, each once.</param>
    /// <param name="locations">Registered locations as they are today: they have no history.</param>
    public Scenario(RuleBook book, IReadOnlyCollection<ProposedRule> proposed, Instant from, Instant to,
        IReadOnlyList<ChannelId> channels, IReadOnlyDictionary<LocationId, LocationProfile> locations)
    {
        (From, To, Channels, Locations) = (from, to, channels, locations);
        var tried = proposed.Aggregate(book, (rules, rule) => rules.With(rule.Instead(book.Find(rule.Id), from)));
        (_real, _proposed) = (new RuleHistory(book), new RuleHistory(tried));
        Kits = book.Kits.Concat(tried.Kits).SelectMany(rule => RuleHistory.SkusOf(rule)).OfType<Sku>().Distinct()
            .ToFrozenDictionary(kit => kit, kit => _real.SkusOf(kit).Union(_proposed.SkusOf(kit)).ToFrozenSet());
        OfKits = Kits.Values.SelectMany(needed => needed).ToFrozenSet();

        _touched = proposed
            .SelectMany(rule => (RuleVersions[])[book.Find(rule.Id), rule.Instead(RuleVersions.None(rule.Id), from)])
            .Where(IsAboutStock)
            .SelectMany(RuleHistory.SkusOf)
            .ToFrozenSet();
    }

    /// <summary>Courses that the replay fills in; of channels that are compared.</summary>
    public IReadOnlyList<ReplaySeries> Series { get; init; } = [];

    public Instant From { get; }

    public Instant To { get; }

    public IReadOnlyList<ChannelId> Channels { get; }

    /// <summary>Every SKU that is, was or will be a kit, really or as proposed, with itself and all that it needs then.</summary>
    internal FrozenDictionary<Sku, FrozenSet<Sku>> Kits { get; }

    /// <summary>Kits and all that they need: what one of them has counts for others, so they are replayed together.</summary>
    public IReadOnlySet<Sku> OfKits { get; }

    internal IReadOnlyDictionary<LocationId, LocationProfile> Locations { get; }

    public LocationProfile LocationOf(LocationId location) => Locations.GetValueOrDefault(location) ?? LocationProfile.Unregistered(location);

    /// <summary>Supply is for days ahead: what may be promised from stock has nothing to do with it.</summary>
    private static bool IsAboutStock(RuleVersions rule) => rule.All.Exists(version => version.Body is not SupplyRule);

    public RuleTimeline Real(Sku sku) => _real.Of(sku);

    /// <summary>Null where nothing would be different.</summary>
    public RuleTimeline? Proposed(Sku sku) =>
        _touched.Contains(null) || (Kits.GetValueOrDefault(sku)?.Any(needed => _touched.Contains(needed)) ?? _touched.Contains(sku)) ? _proposed.Of(sku) : null;
}

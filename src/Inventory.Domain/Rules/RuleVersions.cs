using System.Collections.Immutable;
using NodaTime;

namespace RetailSync.Inventory.Domain.Rules;

/// <summary>One version of a rule.</summary>
/// <param name="Version">From 1.</param>
/// <param name="Body">What it says; for the version that ended it, what it said last.</param>
/// <param name="EffectiveFrom">From this instant on.</param>
/// <param name="EffectiveTo">No longer from this instant on; null for ever.</param>
/// <param name="RecordedAt">When it was decided.</param>
public sealed record RuleVersion(RuleId Id, long Version, Rule Body, Instant EffectiveFrom, Instant? EffectiveTo, string By, string? Reason, Instant RecordedAt)
{
    /// <summary>The second person, where the kind needed one; null where none did.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>Names this version where a number is explained, and where a ring-fence's use is counted.</summary>
    public string Key => $"{Id}@{Version}";

    public bool IsEndedAt(Instant instant) => EffectiveTo <= instant;
}

/// <summary>Every version of one rule, oldest first.</summary>
public sealed record RuleVersions(RuleId Id, ImmutableList<RuleVersion> All)
{
    public static RuleVersions None(RuleId id) => new(id, []);

    public RuleVersion? Latest => All.IsEmpty ? null : All[^1];

    public long Version => All.Count;

    public RuleVersions Evolve(RuleEvent happened, Instant recordedAt) => this with
    {
        All = All.Add(happened switch
        {
            RuleSet set => new RuleVersion(Id, Version + 1, set.Body, set.EffectiveFrom, set.EffectiveTo, set.By, set.Reason, recordedAt)
            { ApprovedBy = set.ApprovedBy },
            RuleEnded ended => Latest! with
            {
                Version = Version + 1,
                EffectiveFrom = ended.At,
                EffectiveTo = ended.At,
                By = ended.By,
                Reason = ended.Reason,
                RecordedAt = recordedAt,
                ApprovedBy = ended.ApprovedBy,
            },
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened.GetType().Name, "An unknown event of a rule."),
        }),
    };

    /// <summary>
    /// The version in force: of those that have begun, the one that was decided last, unless it has ended. A version that is dated ahead
    /// leaves the one before in force until then; one that ends a rule leaves none.
    /// </summary>
    public RuleVersion? InForceAt(Instant instant) =>
        All.FindLast(version => version.EffectiveFrom <= instant) is { } begun && !begun.IsEndedAt(instant) ? begun : null;

    /// <summary>The versions that were known at an instant.</summary>
    public RuleVersions KnownAt(Instant instant) => this with { All = All.RemoveAll(version => version.RecordedAt > instant) };
}

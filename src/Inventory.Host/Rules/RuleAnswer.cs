using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using NodaTime;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Host.Rules;

/// <summary>A rule as it is shown: the fields that it was sent with, and its state.</summary>
public sealed record RuleAnswer : RuleTerms
{
    public const string Ahead = "ahead";
    public const string InForce = "in-force";
    public const string Superseded = "superseded";
    public const string Ended = "ended";

    [SetsRequiredMembers]
    private RuleAnswer(RuleVersion version, string state, long? sequence)
        : base(RuleTerms.Of(version.Body))
    {
        (Id, State, Version, Sequence) = (version.Id.Value, state, version.Version, sequence);
        (EffectiveFrom, EffectiveTo, Reason) = (version.EffectiveFrom, version.EffectiveTo, version.Reason);
        (By, ApprovedBy, RecordedAt) = (version.By, version.ApprovedBy, version.RecordedAt);
    }

    [JsonPropertyOrder(-2)]
    public required string Id { get; init; }

    public required Instant EffectiveFrom { get; init; }

    /// <summary>Null for ever.</summary>
    public required Instant? EffectiveTo { get; init; }

    public required string? Reason { get; init; }

    /// <summary>1 for the first.</summary>
    public required long Version { get; init; }

    /// <summary>ahead, in-force, superseded or ended.</summary>
    public required string State { get; init; }

    /// <summary>Who set this version: the key's name or the token's `sub`.</summary>
    public required string By { get; init; }

    /// <summary>The second person, where the kind needs one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ApprovedBy { get; }

    public required Instant RecordedAt { get; init; }

    /// <summary>The newest event when it was written, for `?minSequence=`; left out when it is read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Sequence { get; }

    public static string Tag(RuleVersion version) => version.Version.ToString(CultureInfo.InvariantCulture);

    /// <param name="rule">All its versions, which say whether it is in force.</param>
    /// <param name="sequence">The newest event when it was written; null when it is read.</param>
    public static RuleAnswer Of(RuleVersion version, RuleVersions rule, Instant now, long? sequence = null) =>
        new(version, StateOf(version, rule, now), sequence);

    public static string StateOf(RuleVersion version, RuleVersions rule, Instant now) =>
        rule.InForceAt(now)?.Version == version.Version ? InForce
        : version.IsEndedAt(now) ? Ended
        : version.EffectiveFrom > now && version.Version == rule.Version ? Ahead
        : Superseded;
}

using System.Globalization;
using System.Text.Json;
using NodaTime;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Host.Rules;

/// <summary>A rule as it is shown: the fields that it was sent with, and its state.</summary>
public static class RuleAnswer
{
    public const string Ahead = "ahead";
    public const string InForce = "in-force";
    public const string Superseded = "superseded";
    public const string Ended = "ended";

    public static string Tag(RuleVersion version) => version.Version.ToString(CultureInfo.InvariantCulture);

    /// <param name="rule">All its versions, which say whether it is in force.</param>
    /// <param name="sequence">The newest event when it was written; null when it is read.</param>
    public static IReadOnlyDictionary<string, object?> Of(RuleVersion version, RuleVersions rule, Instant now, long? sequence = null)
    {
        var answer = new Dictionary<string, object?> { ["id"] = version.Id.Value };
        foreach (var (name, value) in Fields(version.Body))
        {
            answer[name] = value;
        }

        answer["effectiveFrom"] = version.EffectiveFrom;
        answer["effectiveTo"] = version.EffectiveTo;
        answer["reason"] = version.Reason;
        answer["version"] = version.Version;
        answer["state"] = State(version, rule, now);
        answer["by"] = version.By;
        if (version.ApprovedBy is { } second)
        {
            answer["approvedBy"] = second;
        }

        answer["recordedAt"] = version.RecordedAt;
        if (sequence is not null)
        {
            answer["sequence"] = sequence;
        }

        return answer;
    }

    /// <summary>What a rule says, by the names of the contract; without what it leaves open.</summary>
    public static IReadOnlyDictionary<string, object?> Fields(Rule rule) => FieldsOf(rule).Where(field => field.Value is not null)
        .Prepend((Name: "kind", Value: rule.Kind)).ToDictionary(field => field.Name, field => field.Value);

    public static string State(RuleVersion version, RuleVersions rule, Instant now) =>
        rule.InForceAt(now)?.Version == version.Version ? InForce
        : version.IsEndedAt(now) ? Ended
        : version.EffectiveFrom > now && version.Version == rule.Version ? Ahead
        : Superseded;

    private static IEnumerable<(string Name, object? Value)> FieldsOf(Rule rule) => rule switch
    {
        SafetyStockRule safety =>
        [
            ("sku", safety.Sku?.Value), ("location", safety.Location?.Value), ("locationGroup", safety.LocationGroup), ("quantity", safety.Quantity),
            ("percent", safety.Percent), ("level", Word(safety.Level)),
        ],
        EligibilityRule eligibility =>
        [
            ("channel", eligibility.Channel?.Value), ("sku", eligibility.Sku?.Value), ("location", eligibility.Location?.Value),
            ("locationGroup", eligibility.LocationGroup), ("allowed", eligibility.Allowed),
        ],
        BufferRule buffer =>
        [
            ("channel", buffer.Channel?.Value), ("sku", buffer.Sku?.Value), ("location", buffer.Location?.Value),
            ("locationGroup", buffer.LocationGroup), ("quantity", buffer.Quantity),
        ],
        AllocationRule allocation =>
        [
            ("channel", allocation.Channel.Value), ("sku", allocation.Sku?.Value), ("mode", Word(allocation.Mode)),
            (allocation.Mode == AllocationMode.Fixed ? "quantity" : "percent", allocation.Amount),
            ("borrow", allocation.Borrow), ("priority", allocation.Priority), ("releaseAt", allocation.ReleaseAt),
        ],
        PublishRule publish =>
        [
            ("channel", publish.Channel?.Value), ("sku", publish.Sku?.Value), ("buffer", publish.Buffer), ("cap", publish.Cap),
            ("threshold", publish.Threshold),
            ("levels", publish.Levels.IsEmpty ? null : publish.Levels),
        ],
        BackorderRule backorder => [("channel", backorder.Channel?.Value), ("sku", backorder.Sku?.Value), ("limit", backorder.Limit)],
        SupplyRule supply => [("supplyKind", supply.SupplyKind is { } kind ? Word(kind) : null), ("confidence", supply.Confidence),
            ("horizonDays", supply.HorizonDays)],
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.Kind, "An unknown kind of rule."),
    };

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}

/// <summary>The fields of rules, for the description of the interface: each kind has its own of them.</summary>
/// <param name="Kind">safety-stock, eligibility, buffer, allocation, publish, backorder or supply.</param>
/// <param name="Channel">Left out: every channel.</param>
/// <param name="Sku">Left out: every SKU.</param>
/// <param name="Location">Left out: every location, or those of the group.</param>
/// <param name="LocationGroup">Left out: every location, or the one.</param>
/// <param name="Quantity">Of safety stock, a buffer, a fixed allocation.</param>
/// <param name="Percent">0 to 100, of safety stock and allocations.</param>
/// <param name="Level">Of safety stock: location or network.</param>
/// <param name="Mode">Of an allocation: fixed or percent.</param>
/// <param name="Borrow">Of an allocation: may sell from the common pool too.</param>
/// <param name="Priority">Of an allocation: the higher is served first.</param>
/// <param name="ReleaseAt">Of an allocation: when it returns to the pool.</param>
/// <param name="Buffer">Of publish: off first.</param>
/// <param name="Cap">Of publish: never more.</param>
/// <param name="Threshold">Of publish: below it, 0.</param>
/// <param name="Levels">Of publish: names for quantities, by rising upper bound.</param>
/// <param name="SupplyKind">Of supply: purchase-order or transfer.</param>
/// <param name="Confidence">Of supply: 0 to 1.</param>
/// <param name="HorizonDays">Of supply: further ahead it counts for nothing.</param>
/// <param name="EffectiveFrom">Now when left out.</param>
/// <param name="EffectiveTo">For ever when left out.</param>
/// <param name="Id">In answers, and in a rule that is tried: the one that it takes the place of.</param>
public record RuleFields(
    string Kind, string? Channel, string? Sku, string? Location, string? LocationGroup, decimal? Quantity, decimal? Percent, string? Level, bool? Allowed,
    string? Mode,
    bool? Borrow, int? Priority, Instant? ReleaseAt, decimal? Buffer, decimal? Cap, decimal? Threshold, IReadOnlyList<PublishLevel>? Levels, decimal? Limit,
    string? SupplyKind, decimal? Confidence, int? HorizonDays, Instant? EffectiveFrom, Instant? EffectiveTo, string? Reason, string? Id = null);

using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Host.Rules;

/// <summary>What a rule says, by the names of the contract. Each kind has some of the fields; what a kind lacks or a rule leaves open is left out.</summary>
public record RuleTerms
{
    /// <summary>safety-stock, eligibility, buffer, allocation, publish, backorder or supply.</summary>
    [JsonPropertyOrder(-1)]
    public required string Kind { get; init; }

    /// <summary>Left out: every channel.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Channel { get; init; }

    /// <summary>Left out: every SKU.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Sku { get; init; }

    /// <summary>Left out: every location, or those of the group.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Location { get; init; }

    /// <summary>Left out: every location, or the one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LocationGroup { get; init; }

    /// <summary>Of safety stock, a buffer, a fixed allocation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Quantity { get; init; }

    /// <summary>0 to 100, of safety stock and allocations.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Percent { get; init; }

    /// <summary>Of safety stock: location or network.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Level { get; init; }

    /// <summary>Of eligibility.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Allowed { get; init; }

    /// <summary>Of an allocation: fixed or percent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Mode { get; init; }

    /// <summary>Of an allocation: may sell from the common pool too.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Borrow { get; init; }

    /// <summary>Of an allocation: the higher is served first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Priority { get; init; }

    /// <summary>Of an allocation: when it returns to the pool.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Instant? ReleaseAt { get; init; }

    /// <summary>Of publish: off first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Buffer { get; init; }

    /// <summary>Of publish: never more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Cap { get; init; }

    /// <summary>Of publish: below it, 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Threshold { get; init; }

    /// <summary>Of publish: names for quantities, by rising upper bound.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PublishLevel>? Levels { get; init; }

    /// <summary>Of a backorder: units, at most.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Limit { get; init; }

    /// <summary>Of supply: purchase-order or transfer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SupplyKind { get; init; }

    /// <summary>Of supply: 0 to 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Confidence { get; init; }

    /// <summary>Of supply: further ahead it counts for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? HorizonDays { get; init; }

    public static RuleTerms Of(Rule rule) => rule switch
    {
        SafetyStockRule safety => new()
        {
            Kind = rule.Kind,
            Sku = safety.Sku?.Value,
            Location = safety.Location?.Value,
            LocationGroup = safety.LocationGroup,
            Quantity = safety.Quantity,
            Percent = safety.Percent,
            Level = Word(safety.Level),
        },
        EligibilityRule eligibility => new()
        {
            Kind = rule.Kind,
            Channel = eligibility.Channel?.Value,
            Sku = eligibility.Sku?.Value,
            Location = eligibility.Location?.Value,
            LocationGroup = eligibility.LocationGroup,
            Allowed = eligibility.Allowed,
        },
        BufferRule buffer => new()
        {
            Kind = rule.Kind,
            Channel = buffer.Channel?.Value,
            Sku = buffer.Sku?.Value,
            Location = buffer.Location?.Value,
            LocationGroup = buffer.LocationGroup,
            Quantity = buffer.Quantity,
        },
        AllocationRule allocation => new()
        {
            Kind = rule.Kind,
            Channel = allocation.Channel.Value,
            Sku = allocation.Sku?.Value,
            Mode = Word(allocation.Mode),
            Quantity = allocation.Mode == AllocationMode.Fixed ? allocation.Amount : null,
            Percent = allocation.Mode == AllocationMode.Fixed ? null : allocation.Amount,
            Borrow = allocation.Borrow,
            Priority = allocation.Priority,
            ReleaseAt = allocation.ReleaseAt,
        },
        PublishRule publish => new()
        {
            Kind = rule.Kind,
            Channel = publish.Channel?.Value,
            Sku = publish.Sku?.Value,
            Buffer = publish.Buffer,
            Cap = publish.Cap,
            Threshold = publish.Threshold,
            Levels = publish.Levels.IsEmpty ? null : publish.Levels,
        },
        BackorderRule backorder => new() { Kind = rule.Kind, Channel = backorder.Channel?.Value, Sku = backorder.Sku?.Value, Limit = backorder.Limit },
        SupplyRule supply => new()
        {
            Kind = rule.Kind,
            SupplyKind = supply.SupplyKind is { } kind ? Word(kind) : null,
            Confidence = supply.Confidence,
            HorizonDays = supply.HorizonDays,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.Kind, "An unknown kind of rule."),
    };

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}

/// <summary>A rule as it is sent.</summary>
public sealed record RuleFields : RuleTerms
{
    /// <summary>In a rule that is tried: the one that it takes the place of.</summary>
    public string? Id { get; init; }

    /// <summary>Now when left out.</summary>
    public Instant? EffectiveFrom { get; init; }

    /// <summary>For ever when left out.</summary>
    public Instant? EffectiveTo { get; init; }

    public string? Reason { get; init; }
}

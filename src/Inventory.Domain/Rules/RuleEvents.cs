using NodaTime;

namespace RetailSync.Inventory.Domain.Rules;

// The names and shapes below are the storage format, frozen in the approved file of stored events. Change with care.

/// <summary>Something that a planner has decided about one rule.</summary>
/// <param name="Reason">Why; null when nobody said.</param>
public abstract record RuleEvent(string By, string? Reason)
{
    /// <summary>The second person, where the kind needed one; null where none did.</summary>
    public string? ApprovedBy { get; init; }
}

/// <summary>The rule as it is to be, from an instant on.</summary>
/// <param name="EffectiveFrom">From this instant on; until then the version before stays in force.</param>
/// <param name="EffectiveTo">No longer from this instant on; null for ever.</param>
public sealed record RuleSet(string By, string? Reason, Rule Body, Instant EffectiveFrom, Instant? EffectiveTo) : RuleEvent(By, Reason);

/// <summary>The rule ends, and with it what was dated ahead.</summary>
/// <param name="At">From this instant on it is not in force.</param>
public sealed record RuleEnded(string By, string? Reason, Instant At) : RuleEvent(By, Reason);

using NodaTime;

namespace RetailSync.Inventory.Domain.Reconciliation;

/// <summary>What is done about a drift.</summary>
public enum DriftAction
{
    /// <summary>Nothing: it is within tolerance, or a person has dismissed it.</summary>
    None,

    /// <summary>An event that names the run has put our number right.</summary>
    Corrected,

    /// <summary>A person decides.</summary>
    NeedsApproval,
}

/// <summary>
/// What is done about drifts of a system and a location; what is null holds for all. The most specific rule counts: location and system, location, system, all.
/// </summary>
/// <param name="System">The system that counted.</param>
/// <param name="Tolerance">Units: up to here a difference is ignored.</param>
/// <param name="CorrectUpTo">Units: up to here our number is corrected automatically; 0 never.</param>
/// <param name="CorrectUpToValue">The same in money, where the count says what a unit is worth; a limit that cannot be evaluated is not kept. Null for no such
/// limit.</param>
/// <param name="SecondPersonAbove">Units: beyond this a correction is approved by two people, and never automatic; null for one person whatever it is.</param>
public sealed record PolicyRule(
    string? System, LocationId? Location, decimal Tolerance, decimal CorrectUpTo, decimal? CorrectUpToValue, decimal? SecondPersonAbove = null);

/// <summary>The rules of a person for all drifts. Without a rule every drift needs approval.</summary>
/// <param name="Grace">See <see cref="ComparisonTerms"/>.</param>
/// <param name="Rules">At most one for each system and location.</param>
public sealed record ReconciliationPolicy(Duration Grace, IReadOnlyList<PolicyRule> Rules)
{
    public static readonly ReconciliationPolicy NoPolicy = new(Duration.Zero, []);

    /// <summary>
    /// What should be done about the part that does not settle itself: <see cref="DriftAction.Corrected"/> means that it should be corrected.
    /// </summary>
    public DriftAction Decide(string system, Drift drift, decimal? unitValue)
    {
        var size = Math.Abs(drift.ToCorrect);
        return RuleFor(system, drift.Position.Location) is not { } rule ? DriftAction.NeedsApproval
            : size <= rule.Tolerance ? DriftAction.None
            : size <= rule.CorrectUpTo && !(size > rule.SecondPersonAbove)
            && (rule.CorrectUpToValue is null || size * unitValue <= rule.CorrectUpToValue) ? DriftAction.Corrected
            : DriftAction.NeedsApproval;
    }

    /// <summary>Whether approving the correction of a drift takes two people.</summary>
    public bool NeedsSecondPerson(string system, Drift drift) => Math.Abs(drift.ToCorrect) > RuleFor(system, drift.Position.Location)?.SecondPersonAbove;

    private PolicyRule? RuleFor(string system, LocationId location) => Rules
        .Where(rule => (rule.System is null || rule.System == system) && (rule.Location is null || rule.Location == location))
        .MaxBy(rule => (rule.Location is null ? 0 : 2) + (rule.System is null ? 0 : 1));
}

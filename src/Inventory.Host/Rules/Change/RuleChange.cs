using NodaTime;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.Rules.Change;

/// <summary>What a planner wants of one rule: another version of it, or its end.</summary>
/// <param name="Draft">The version; null to end the rule.</param>
/// <param name="Reason">Why, in the planner's words; null when none was given.</param>
public sealed record RuleChange(RuleDraft? Draft, string? Reason)
{
    /// <summary>The event that follows from the rule as it is at an instant; null when it has ended already.</summary>
    /// <exception cref="ApiProblemException">400 <c>invalid-rule</c>, 404 <c>unknown-rule</c>.</exception>
    public RuleEvent? Decide(RuleVersions rule, string by, Instant now)
    {
        if (Draft is null)
        {
            return rule.Latest is not { } latest ? throw GetRule.Unknown()
                : latest.IsEndedAt(now) ? null
                : new RuleEnded(by, Reason, now);
        }

        var from = Draft.EffectiveFrom ?? now;
        if (Draft.EffectiveTo <= from)
        {
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "invalid-rule", "'effectiveTo' must be after effectiveFrom.")
            {
                Errors = [new FieldRefusal("effectiveTo", "must be after effectiveFrom")],
            };
        }

        return new RuleSet(by, Reason, Draft.Body, from, Draft.EffectiveTo);
    }
}

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Rules.Change;

/// <param name="Ends">Whether the rule is to end; otherwise <c>rule</c> says what it is to be.</param>
/// <param name="Rule">The fields of the rule as they are to be; null where it is to end.</param>
/// <param name="EffectiveFrom">From then on; null for the instant of the approval.</param>
/// <param name="EffectiveTo">No longer from then on; null for ever.</param>
/// <param name="BasedOn">The rule's version when it was proposed; 0 for a new rule.</param>
/// <param name="By">Who proposed it: the key's name or the token's <c>sub</c>.</param>
/// <param name="Tag">For <c>If-Match</c> of an approval: it is then of this proposal and no later one.</param>
public sealed record RuleProposalAnswer(
    string Id, bool Ends, RuleTerms? Rule, Instant? EffectiveFrom, Instant? EffectiveTo, string? Reason, long BasedOn, string By,
    Instant At, string Tag)
{
    public static RuleProposalAnswer Of(RuleProposal proposal) => new(
        proposal.Id.Value, proposal.Change.Draft is null,
        proposal.Change.Draft is { } draft ? RuleTerms.Of(draft.Body) : null,
        proposal.Change.Draft?.EffectiveFrom, proposal.Change.Draft?.EffectiveTo,
        proposal.Change.Reason, proposal.BasedOn, proposal.By.Name, proposal.At, $"\"{proposal.Tag}\"");
}

/// <summary>The second person of a rule whose kind needs one (<c>Rules:SecondPersonFor</c>).</summary>
public static class ApproveRule
{
    [WolverinePost("/v1/rules/{id}/approve")]
    [Authorize(Roles = Role.Planner)]
    [Describes("Approve a proposed rule", "Another identity than the one that proposed it. It comes into force as proposed, from now on where no "
        + "`effectiveFrom` was given; `by` names who proposed, `approvedBy` who approved. `If-Match` with the `tag` of the proposal that was read guards "
        + "against approving a later one.",
        Problems = ["400 invalid-request", "404 unknown-proposal", "409 second-person-needed", "409 proposal-outdated", "412 precondition-failed"])]
    public static async Task<Ok<RuleAnswer>> Post(HttpContext http, [NotBody] RuleStore rules, [NotBody] ReadYourWrites writes, [NotBody] IClock clock)
    {
        var id = RouteText.Rule(http);
        _ = new QueryText(http.Request);
        await RequestBody.RequireEmpty(http.Request);
        var written = await rules.Approve(http, id);
        http.Response.Headers.ETag = $"\"{RuleAnswer.Tag(written.Latest!)}\"";
        return TypedResults.Ok(RuleAnswer.Of(written.Latest!, written, clock.GetCurrentInstant(), await writes.NewestSequence(http.RequestAborted)));
    }

    [WolverineDelete("/v1/rules/{id}/proposal")]
    [Authorize(Roles = Role.Planner)]
    [Describes("Withdraw a proposed rule", "The rule stays as it is.",
        Problems = ["400 invalid-request", "404 unknown-proposal"])]
    public static async Task<Ok<RuleProposalAnswer>> Delete(HttpContext http, [NotBody] RuleProposals proposals)
    {
        var id = RouteText.Rule(http);
        _ = new QueryText(http.Request);
        return TypedResults.Ok(RuleProposalAnswer.Of(await proposals.Withdraw(id, http.RequestAborted)));
    }

    [WolverineGet("/v1/rule-proposals")]
    [Authorize(Roles = $"{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("List proposed rules", "Changes that wait for a second person, by rule.",
        Query = ["limit: 1 to 1,000, default 100", "after: `next` of the page before"], Problems = ["400 invalid-request"])]
    public static async Task<Ok<Page<RuleProposalAnswer>>> Get(HttpContext http, [NotBody] RuleProposals proposals)
    {
        var query = new QueryText(http.Request, "limit", "after");
        var limit = query.Limit();
        RuleId? after = query.Text("after") is not { } text ? null
            : RuleId.TryParse(text, out var rule) ? rule
            : throw ApiProblemException.Invalid(new FieldRefusal("after", "must be `next` of the page before"));
        return TypedResults.Ok(Page<RuleProposalAnswer>.Of(
            [.. (await proposals.List(after, limit + 1, http.RequestAborted)).Select(RuleProposalAnswer.Of)], limit, row => row.Id));
    }
}

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Rules.Change;

public static class PutRule
{
    [WolverinePut("/v1/rules/{id}")]
    [Authorize(Roles = Role.Planner)]
    [Describes("Set a rule", "A new version of it, in force from `effectiveFrom` (now) on. `If-Match` guards against a lost update. A kind that the "
        + "configuration names waits for the approval of a second person (`409`, kept as a proposal).",
        Body = typeof(RuleFields),
        Problems = ["400 invalid-request", "400 invalid-rule", "409 second-person-needed", "412 precondition-failed", "415 unsupported-media-type"])]
    public static async Task<Ok<RuleAnswer>> Put(HttpContext http, [NotBody] RuleStore rules, [NotBody] ReadYourWrites writes, [NotBody] IClock clock)
    {
        var id = RouteText.Rule(http);
        _ = new QueryText(http.Request);
        var fields = RuleBody.AllFields();
        await RequestBody.ReadInto(fields, http.Request);
        var draft = RuleBody.Read(fields);
        var written = await rules.Write(http, id, new RuleChange(draft, draft.Reason));
        http.Response.Headers.ETag = $"\"{RuleAnswer.Tag(written.Latest!)}\"";
        return TypedResults.Ok(RuleAnswer.Of(written.Latest!, written, clock.GetCurrentInstant(), await writes.NewestSequence(http.RequestAborted)));
    }
}

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Rules.Change;

public static class EndRule
{
    [WolverineDelete("/v1/rules/{id}")]
    [Authorize(Roles = Role.Planner)]
    [Describes("End a rule", "From now on it is not in force, and what was dated ahead is not coming. Its history stays.",
        Query = ["reason: why"],
        Problems = ["400 invalid-request", "404 unknown-rule", "409 second-person-needed", "412 precondition-failed"])]
    public static async Task<Ok<RuleAnswer>> Delete(HttpContext http, [NotBody] RuleStore rules, [NotBody] ReadYourWrites writes, [NotBody] IClock clock)
    {
        var id = RouteText.Rule(http);
        var reason = new QueryText(http.Request, "reason").Text("reason")?.Trim();
        if (reason is { Length: 0 or > Fields.MaxWordsLength })
        {
            throw ApiProblemException.Invalid(new FieldRefusal("reason", $"must be 1 to {Fields.MaxWordsLength} characters of text"));
        }

        var written = await rules.Write(http, id, new RuleChange(Draft: null, reason)); // ending twice is answered as the first time
        http.Response.Headers.ETag = $"\"{RuleAnswer.Tag(written.Latest!)}\"";
        return TypedResults.Ok(RuleAnswer.Of(written.Latest!, written, clock.GetCurrentInstant(), await writes.NewestSequence(http.RequestAborted)));
    }
}

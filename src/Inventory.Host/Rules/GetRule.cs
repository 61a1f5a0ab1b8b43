using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Rules;

public static class GetRule
{
    [WolverineGet("/v1/rules/{id}")]
    [Authorize(Roles = $"{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A rule", "Its newest version, which may be dated ahead or ended.",
        Problems = ["304", "400 invalid-request", "404 unknown-rule"])]
    public static async Task<Results<Ok<RuleAnswer>, StatusCodeHttpResult>> Get(HttpContext http, [NotBody] RuleStore rules, [NotBody] IClock clock)
    {
        var id = RouteText.Rule(http);
        _ = new QueryText(http.Request);
        var rule = await rules.Read(id, http.RequestAborted);
        var latest = rule.Latest ?? throw Unknown();
        return EntityTag.IsKnown(http, RuleAnswer.Tag(latest))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(RuleAnswer.Of(latest, rule, clock.GetCurrentInstant()));
    }

    public static ApiProblemException Unknown() => ApiProblemException.NotFound("unknown-rule", "There is no such rule.");
}

using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Rules;

public static class GetRuleHistory
{
    [WolverineGet("/v1/rules/{id}/history")]
    [Authorize(Roles = $"{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A rule's history", "Every version, oldest first, with who and why.",
        Query = ["limit: 1 to 1,000, default 100", "after: `next` of the page before"], Problems = ["400 invalid-request", "404 unknown-rule"])]
    public static async Task<Ok<Page<RuleAnswer>>> Get(HttpContext http, [NotBody] RuleStore rules, [NotBody] IClock clock)
    {
        var id = RouteText.Rule(http);
        var query = new QueryText(http.Request, "limit", "after");
        var (limit, after) = (query.Limit(), query.Whole("after", 0, int.MaxValue) ?? 0);
        var rule = await rules.Read(id, http.RequestAborted);
        if (rule.Version == 0)
        {
            throw GetRule.Unknown();
        }

        var now = clock.GetCurrentInstant();
        var versions = rule.All.Where(version => version.Version > after).Take(limit + 1).Select(version => RuleAnswer.Of(version, rule, now)).ToList();
        return TypedResults.Ok(Page<RuleAnswer>.Of(versions, limit, version => version.Version.ToString(CultureInfo.InvariantCulture)));
    }
}

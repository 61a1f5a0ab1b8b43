using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Rules;

public static class ListRules
{
    [WolverineGet("/v1/rules")]
    [Authorize(Roles = $"{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("List rules", "By id: those in force at an instant, or all that have not ended.",
        Query = ["kind: of this kind only", "at: in force at this instant", "limit: 1 to 1,000, default 100", "after: `next` of the page before"],
        Problems = ["400 invalid-request"])]
    public static async Task<Ok<Page<RuleAnswer>>> Get(HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] IClock clock)
    {
        var query = new QueryText(http.Request, "kind", "at", "limit", "after");
        var (kind, at, limit) = (query.Choice("kind", RuleBody.KindNames), query.Instant("at"), query.Limit());
        var after = query.Text("after") is not { } text ? ""
            : RuleId.TryParse(text, out var last) ? last.Value
            : throw ApiProblemException.Invalid(new FieldRefusal("after", "must be 'next' of the page before"));
        var now = clock.GetCurrentInstant();
        var rules =
            from rule in await RuleStream.Read(database, null, http.RequestAborted)
            where !rule.Id.IsKit && string.CompareOrdinal(rule.Id.Value, after) > 0
            let version = at is { } instant ? rule.InForceAt(instant) : rule.Latest!.IsEndedAt(now) ? null : rule.Latest
            where version is not null && (kind is null || version.Body.Kind == kind)
            select RuleAnswer.Of(version, rule, now);
        return TypedResults.Ok(Page<RuleAnswer>.Of([.. rules.OrderBy(rule => rule.Id, StringComparer.Ordinal).Take(limit + 1)], limit, rule => rule.Id));
    }
}

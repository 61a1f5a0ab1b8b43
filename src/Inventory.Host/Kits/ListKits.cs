using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Kits;

public static class ListKits
{
    [WolverineGet("/v1/kits")]
    [Authorize(Roles = $"{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("List kits", "By SKU: those in force at an instant, or all that have not ended.",
        Query = ["component: that name this SKU as a component", "at: in force at this instant", "limit: 1 to 1,000, default 100",
            "after: `next` of the page before"],
        Problems = ["400 invalid-request"])]
    public static async Task<Ok<Page<KitAnswer>>> Get(HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] SkuNames names, [NotBody] IClock clock)
    {
        var query = new QueryText(http.Request, "component", "at", "limit", "after");
        var (named, at, limit, after) = (query.Sku("component"), query.Instant("at"), query.Limit(), query.Sku("after"));
        var component = named is { } name ? await names.Meant(name, http.RequestAborted) : named;
        var now = clock.GetCurrentInstant();
        var kits =
            from kit in await RuleStream.ReadKits(database, http.RequestAborted)
            let version = at is { } instant ? kit.InForceAt(instant) : kit.Latest!.IsEndedAt(now) ? null : kit.Latest
            let rule = version?.Body as KitRule
            where rule is not null && string.CompareOrdinal(rule.Sku.Value, after?.Value) > 0
                && (component is null || rule.Components.Exists(one => one.Sku == component))
            select KitAnswer.Of(version, kit, now);
        return TypedResults.Ok(Page<KitAnswer>.Of(
            [.. kits.OrderBy(kit => kit.Sku, StringComparer.Ordinal).Take(limit + 1)], limit, kit => kit.Sku));
    }
}

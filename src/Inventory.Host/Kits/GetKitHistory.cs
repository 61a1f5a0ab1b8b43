using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Kits;

public static class GetKitHistory
{
    [WolverineGet("/v1/kits/{sku}/history")]
    [Authorize(Roles = $"{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A kit's history", "Every version, oldest first, with who and why.",
        Query = ["limit: 1 to 1,000, default 100", "after: `next` of the page before"], Problems = ["400 invalid-request", "404 unknown-kit"])]
    public static async Task<Ok<Page<KitAnswer>>> Get(HttpContext http, [NotBody] KitRegistry kits, [NotBody] SkuNames names, [NotBody] IClock clock)
    {
        var named = RouteText.Sku(http);
        var query = new QueryText(http.Request, "limit", "after");
        var (limit, after) = (query.Limit(), query.Whole("after", 0, int.MaxValue) ?? 0);
        var kit = await kits.Read(await names.Meant(named, http.RequestAborted), http.RequestAborted);
        if (kit.Version == 0)
        {
            throw KitRegistry.Unknown();
        }

        var now = clock.GetCurrentInstant();
        var versions = kit.All.Where(version => version.Version > after).Take(limit + 1).Select(version => KitAnswer.Of(version, kit, now)).ToList();
        return TypedResults.Ok(Page<KitAnswer>.Of(versions, limit, version => version.Version.ToString(CultureInfo.InvariantCulture)));
    }
}

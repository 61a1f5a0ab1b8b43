using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Kits;

public static class GetKit
{
    [WolverineGet("/v1/kits/{sku}")]
    [Authorize(Roles = $"{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A kit", "Its newest version, which may be dated ahead or ended.",
        Problems = ["304", "400 invalid-request", "404 unknown-kit"])]
    public static async Task<Results<Ok<KitAnswer>, StatusCodeHttpResult>> Get(
        HttpContext http, [NotBody] KitRegistry kits, [NotBody] SkuNames names, [NotBody] IClock clock)
    {
        var named = RouteText.Sku(http);
        _ = new QueryText(http.Request);
        var kit = await kits.Read(await names.Meant(named, http.RequestAborted), http.RequestAborted);
        var latest = kit.Latest ?? throw KitRegistry.Unknown();
        return EntityTag.IsKnown(http, RuleAnswer.Tag(latest))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(KitAnswer.Of(latest, kit, clock.GetCurrentInstant()));
    }
}

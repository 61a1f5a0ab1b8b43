using Microsoft.AspNetCore.Authorization;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Skus;

/// <param name="Sku">What is in the assortment.</param>
/// <param name="Sequence">The newest event when it was written, for <c>?minSequence=</c>.</param>
public sealed record SkuAnswer(string Sku, long Sequence);

public static class RegisterSku
{
    [WolverinePut("/v1/skus/{sku}")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Register a SKU", "Adds it to the assortment. Only with `Ingestion:RequireKnownSkus` does it matter: movements of other SKUs are then "
        + "quarantined as `unknown-sku`.",
        Answer = typeof(SkuAnswer), Problems = ["400 invalid-request", "415 unsupported-media-type"])]
    public static async Task<IResult> Put(HttpContext http, [NotBody] KnownSkus skus, [NotBody] ReadYourWrites writes)
    {
        var sku = RouteText.Sku(http);
        _ = new QueryText(http.Request);
        await RequestBody.RequireEmpty(http.Request);
        await skus.Register(sku, Caller.Of(http).Actor, http.RequestAborted);
        return Results.Json(new SkuAnswer(sku.Value, await writes.NewestSequence(http.RequestAborted)));
    }
}

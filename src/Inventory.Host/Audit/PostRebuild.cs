using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using RetailSync.Inventory.Host.Callers;
using RetailSync.Inventory.Host.Door;
using RetailSync.Inventory.Host.Quotas;
using Wolverine.Http;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace RetailSync.Inventory.Host.Audit;

public static class PostRebuild
{
    [WolverinePost("/v1/audit/rebuild")]
    [Authorize(Roles = Role.Ops)]
    [Describes(
        "Rebuild positions",
        $"Folds positions again from their events, while everything goes on, and puts right what differs. No event is recorded and no channel is told anew. With `Accept: {ProgressLines.MediaType}` lines `{{ done, of }}` come while it works, and the answer is the last line.",
        Answer = typeof(Rebuilt), Query = ["sku: of this SKU only", "location: at this location only"], Problems = ["400 invalid-request", "406 not-acceptable", "415 unsupported-media-type", "429 too-many-exports"])]
    public static async Task Post(HttpContext http, [NotBody] RebuildPositions rebuild, [NotBody] ExportSlots slots, [NotBody] IOptions<JsonOptions> json)
    {
        var query = new QueryText(http.Request, "sku", "location");
        var (sku, location) = (query.Sku("sku"), query.Location("location"));
        await RequestBody.RequireEmpty(http.Request);
        var isLines = ContentNegotiation.Of(http.Request, RequestBody.Json, ProgressLines.MediaType) == ProgressLines.MediaType;

        // Many at once wait for each other, until none is through while its caller waits.
        using var slot = await slots.Enter(http);
        if (isLines)
        {
            await ProgressLines.Write(http, json.Value.SerializerOptions, async progress => await rebuild.Run(sku, location, progress, http.RequestAborted));
            return;
        }

        await Results.Json(await rebuild.Run(sku, location, null, http.RequestAborted)).ExecuteAsync(http);
    }
}

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Publications.Administration;

/// <param name="Items">At most 10,000.</param>
public sealed record MappingsBody(IReadOnlyList<Mapping> Items);

/// <param name="Imported">How many SKUs have a new or another mapping now.</param>
/// <param name="Replayed">How many publications were dead letters for want of one of them, and are published now.</param>
/// <param name="Sequence">The newest event when it was written, for <c>?minSequence=</c>.</param>
public sealed record MappingsAnswer(int Imported, int Replayed, long Sequence);

/// <summary>SKU mappings: Shopify's inventory item ids, the seller's SKUs at a marketplace.</summary>
public static class PutMappings
{
    private const int MostLines = 10_000;

    [WolverinePut("/v1/channels/{id}/mappings")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Map SKUs to a channel's ids", "Adds to the mappings that exist, as JSON or as CSV with the columns `sku,theirs`. Dead letters for want of a "
        + "mapping is published.",
        Body = typeof(MappingsBody), BodyTypes = [RequestBody.Json, RequestBody.Csv],
        Problems = ["400 invalid-request", "404 unknown-channel", "413 batch-too-large", "415 unsupported-media-type"])]
    public static async Task<Ok<MappingsAnswer>> Put(
        HttpContext http, [NotBody] KnownChannels channels, [NotBody] ChannelMappings mappings, [NotBody] ChannelProgress progress,
        [NotBody] ReadYourWrites writes)
    {
        var id = await channels.RequireOwn(http);
        _ = new QueryText(http.Request);
        var rows = (await MappingRows.Read(http.Request, MostLines, "sku", (row, name) => row.Sku(name).Value ?? "")).ConvertAll(
            row => new Mapping(row.Ours, row.ExternalId));
        await mappings.Put(id, rows, Caller.Of(http).Actor, http.RequestAborted);
        var replayed = await progress.ReplayDeadLetters(id, [.. rows.Select(row => row.Sku)], http.RequestAborted);
        return TypedResults.Ok(new MappingsAnswer(rows.Count, replayed, await writes.NewestSequence(http.RequestAborted)));
    }

    [WolverineGet("/v1/channels/{id}/mappings")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A channel's ids of our SKUs", "By SKU.",
        Query = ["sku: of this SKU only", "limit: 1 to 1,000, default 100", "after: `next` of the page before"],
        Problems = ["400 invalid-request", "404 unknown-channel"])]
    public static async Task<Ok<Page<Mapping>>> Get(HttpContext http, [NotBody] KnownChannels channels, [NotBody] ChannelMappings mappings)
    {
        var id = await channels.RequireOwn(http);
        var query = new QueryText(http.Request, "sku", "limit", "after");
        var limit = query.Limit();
        return TypedResults.Ok(Page<Mapping>.Of(
            await mappings.List(id, query.Sku("sku"), query.Sku("after"), limit + 1, http.RequestAborted), limit, row => row.Sku));
    }

    [WolverineGet("/v1/channels/{id}/drifts")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A channel's drifts", "Newest first: the quantity that it acknowledged last, and the one that was read back instead.",
        Query = ["sku: of this SKU only", "limit: 1 to 1,000, default 100"], Problems = ["400 invalid-request", "404 unknown-channel"])]
    public static async Task<Ok<Page<DriftShown>>> GetDrifts(HttpContext http, [NotBody] KnownChannels channels, [NotBody] ChannelMappings mappings)
    {
        var id = await channels.RequireOwn(http);
        var query = new QueryText(http.Request, "sku", "limit");
        return TypedResults.Ok(new Page<DriftShown>(await mappings.ListDrifts(id, query.Sku("sku"), query.Limit(), http.RequestAborted), null));
    }
}

using Marten;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Publications.Administration;

/// <param name="Items">All mappings, at most 250; with none the channel gets one quantity for all locations.</param>
public sealed record LocationMappingsBody(IReadOnlyList<LocationMapping> Items);

/// <param name="Imported">How many of our locations are mapped now.</param>
/// <param name="Sequence">The newest event when it was written, for <c>?minSequence=</c>.</param>
public sealed record LocationMappingsAnswer(int Imported, long Sequence);

/// <summary>
/// Location mappings: Shopify's location ids, Walmart's ship nodes, the source codes of Adobe Commerce. Several of our locations may map to one.
/// </summary>
public static class PutLocations
{
    /// <summary>The most locations that fit into a call of every adapter that publishes by location.</summary>
    private const int Most = 250;

    [WolverinePut("/v1/channels/{id}/locations")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Map locations to a channel's",
        "The whole list, as JSON or as CSV with the columns `location,theirs`: to a channel of the adapters shopify, walmart and adobe-commerce each SKU is "
        + "published at each of these from now on, and stock elsewhere is not. With an empty list one quantity is published again.",
        Body = typeof(LocationMappingsBody), BodyTypes = [RequestBody.Json, RequestBody.Csv],
        Problems = ["400 invalid-request", "404 unknown-channel", "413 batch-too-large", "415 unsupported-media-type"])]
    public static async Task<Ok<LocationMappingsAnswer>> Put(
        HttpContext http, [NotBody] KnownChannels channels, [NotBody] ChannelLocations locations, [NotBody] IDocumentStore store,
        [NotBody] ReadYourWrites writes)
    {
        var id = await channels.RequireOwn(http);
        _ = new QueryText(http.Request);
        var rows = await MappingRows.Read(http.Request, Most, "location", (row, name) => row.Location(name).Value ?? "");
        if (rows.GroupBy(row => row.Ours).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw ApiProblemException.Invalid(new FieldRefusal("items", $"has '{twice.Key}' twice"));
        }

        await using var session = store.QuerySession();
        if (rows.Count > 0 && await session.LoadAsync<SalesChannel>(id.Value, http.RequestAborted) is { } channel
            && !Adapters.ByLocation.Contains(channel.Adapter))
        {
            throw ApiProblemException.Invalid(new FieldRefusal("items", $"must be empty: the adapter {channel.Adapter} publishes a single quantity"));
        }

        await locations.Replace(id, rows.ConvertAll(row => new LocationMapping(row.Ours, row.ExternalId)), Caller.Of(http).Actor, http.RequestAborted);
        return TypedResults.Ok(new LocationMappingsAnswer(rows.Count, await writes.NewestSequence(http.RequestAborted)));
    }

    [WolverineGet("/v1/channels/{id}/locations")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A channel's names of our locations", "By location; all of them.",
        Problems = ["400 invalid-request", "404 unknown-channel"])]
    public static async Task<Ok<Page<LocationMapping>>> Get(HttpContext http, [NotBody] KnownChannels channels, [NotBody] ChannelLocations locations)
    {
        var id = await channels.RequireOwn(http);
        _ = new QueryText(http.Request);
        return TypedResults.Ok(new Page<LocationMapping>(await locations.List(id, http.RequestAborted), null));
    }
}

using System.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Publications;

/// <param name="Publication">As in the channel's own list.</param>
public sealed record PublicationOfChannel(string Channel, PublicationShown Publication);

public static class ListPublications
{
    [WolverineGet("/v1/channels/{id}/publications")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A channel's publications", "By SKU: the quantity to publish, the one sent, the one last acknowledged and when, and the events that caused it.",
        Query = ["sku: of this SKU only", "limit: 1 to 1,000, default 100", "after: `next` of the page before"],
        Problems = ["400 invalid-request", "404 unknown-channel", "503 not-yet-seen"])]
    public static Task<Ok<Page<PublicationShown>>> Get(HttpContext http, [NotBody] PublicationPages pages) =>
        pages.Answer(http, "true");

    [WolverineGet("/v1/publications")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A SKU's publications to all channels", "By channel, as `GET /v1/channels/{id}/publications` has them. A channel sees its own.",
        Query = ["sku: required", "limit: 1 to 1,000, default 100", "after: `next` of the page before"],
        Problems = ["400 invalid-request", "503 not-yet-seen"])]
    public static Task<Ok<Page<PublicationOfChannel>>> GetOfSku(HttpContext http, [NotBody] PublicationPages pages) =>
        pages.OfSku(http);

    [WolverineGet("/v1/channels/{id}/dead-letters")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A channel's dead letters", "Publications that were refused by the channel, or failed too often. A newer quantity of the same "
        + "SKU takes their place.",
        Query = ["sku: of this SKU only", "limit: 1 to 1,000, default 100", "after: `next` of the page before"],
        Problems = ["400 invalid-request", "404 unknown-channel", "503 not-yet-seen"])]
    public static Task<Ok<Page<PublicationShown>>> GetDead(HttpContext http, [NotBody] PublicationPages pages) =>
        pages.Answer(http, "dirty_since is not null and dead_at is not null");
}

/// <summary>Pages of the publication ledger, by SKU.</summary>
public sealed class PublicationPages(NpgsqlDataSource database, KnownChannels channels, FollowedEventFeed followed)
{
    /// <param name="http">The request: the channel in its path, the filters in its query.</param>
    /// <param name="which">An SQL condition on the rows.</param>
    /// <exception cref="ApiProblemException">400, 403 or 404.</exception>
    internal async Task<Ok<Page<PublicationShown>>> Answer(HttpContext http, string which)
    {
        var id = await channels.RequireOwn(http);
        var query = new QueryText(http.Request, "sku", "limit", "after");
        var (sku, limit, after) = (query.Sku("sku"), query.Limit(), query.Sku("after"));
        await followed.Wait(http);
        await using var command = database.CreateCommand($"""
            select {PublicationShown.Columns} from {PublicationTables.Publication}
            where channel = $1 and ($2::text is null or sku = $2) and ($3::text is null or sku > $3) and {which} order by sku limit $4
            """);
        command.Parameters.AddWithValue(id.Value);
        command.Parameters.Add(Text(sku));
        command.Parameters.Add(Text(after));
        command.Parameters.AddWithValue(limit + 1);
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        List<PublicationShown> rows = [];
        while (await reader.ReadAsync(http.RequestAborted))
        {
            rows.Add(PublicationShown.Read(reader));
        }

        return TypedResults.Ok(Page<PublicationShown>.Of(rows, limit, row => row.Sku));
    }

    /// <param name="http">The request: the SKU in its query.</param>
    /// <exception cref="ApiProblemException">400.</exception>
    internal async Task<Ok<Page<PublicationOfChannel>>> OfSku(HttpContext http)
    {
        var query = new QueryText(http.Request, "sku", "limit", "after");
        var sku = query.Sku("sku") ?? throw ApiProblemException.Invalid(new FieldRefusal("sku", "is missing"));
        var (limit, after) = (query.Limit(), query.Text("after"));
        var caller = Caller.Of(http);
        await followed.Wait(http);

        // By the names of the channels, since the ledger's key begins with them.
        var seen = caller.SeesAll
            ? (await channels.All(int.MaxValue, http.RequestAborted)).Select(channel => channel.Value)
            : caller.Channels;
        await using var command = database.CreateCommand($"""
            select channel, {PublicationShown.Columns} from {PublicationTables.Publication}
            where channel = any($1) and sku = $2 and ($3::text is null or channel > $3) order by channel limit $4
            """);
        command.Parameters.AddWithValue(seen.ToArray());
        command.Parameters.AddWithValue(sku.Value);
        command.Parameters.Add(SqlValue.OrNull(after));
        command.Parameters.AddWithValue(limit + 1);
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        List<PublicationOfChannel> rows = [];
        while (await reader.ReadAsync(http.RequestAborted))
        {
            rows.Add(new PublicationOfChannel(reader.GetString("channel"), PublicationShown.Read(reader)));
        }

        return TypedResults.Ok(Page<PublicationOfChannel>.Of(rows, limit, row => row.Channel));
    }

    private static NpgsqlParameter Text(Sku? sku) => SqlValue.OrNull(sku?.Value);
}

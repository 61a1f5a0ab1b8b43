using System.Globalization;
using Marten;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Publications.Administration;

public static class GetChannel
{
    [WolverineGet("/v1/channels/{id}")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A channel", "Its settings and the status of publication to it. Secrets are never shown.",
        Problems = ["400 invalid-request", "404 unknown-channel"])]
    public static async Task<Ok<ChannelAnswer>> Get(HttpContext http, [NotBody] IDocumentStore store, [NotBody] ChannelProgress progress)
    {
        var id = RouteText.Channel(http);
        Caller.Of(http).RequireToSee(id);
        _ = new QueryText(http.Request);
        await using var session = store.QuerySession();
        var channel = await session.LoadAsync<SalesChannel>(id.Value, http.RequestAborted) ?? throw KnownChannels.Unknown();
        http.Response.Headers.ETag = $"\"{channel.Version.ToString(CultureInfo.InvariantCulture)}\"";
        return TypedResults.Ok(ChannelAnswer.Of(channel) with { Status = await progress.Status(channel, http.RequestAborted) });
    }
}

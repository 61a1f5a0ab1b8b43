using Marten;
using Marten.Linq.MatchesSql;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Publications.Administration;

public static class ListChannels
{
    [WolverineGet("/v1/channels")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("List channels", "By id. A channel sees itself. Secrets are never shown.",
        Query = ["detail: `status` for how publication to each goes, in `status` and `overview`",
            "limit: 1 to 1,000, default 100", "after: `next` of the page before"], Problems = ["400 invalid-request"])]
    public static async Task<Ok<Page<ChannelAnswer>>> Get(HttpContext http, [NotBody] IDocumentStore store, [NotBody] ChannelProgress progress)
    {
        var caller = Caller.Of(http);
        var query = new QueryText(http.Request, "detail", "limit", "after");
        var hasStatus = query.Choice("detail", "status") is not null;
        var (limit, after) = (query.Limit(), query.Text("after") is null ? "" : query.Channel("after").Value);
        await using var session = store.QuerySession();
        var channels = session.Query<SalesChannel>().Where(channel => channel.MatchesSql("d.id > ?", after));
        if (!caller.SeesAll)
        {
            var own = caller.Channels.ToArray();
            channels = channels.Where(channel => channel.Id.IsOneOf(own));
        }

        var rows = await channels.OrderBy(channel => channel.Id).Take(limit + 1).ToListAsync(http.RequestAborted);
        var status = hasStatus ? await progress.Overview(rows, http.RequestAborted) : null;
        return TypedResults.Ok(Page<ChannelAnswer>.Of(
            [.. rows.Select(row => status?.GetValueOrDefault(row.Id) is { } known
                ? ChannelAnswer.Of(row) with { Status = known.Status, Overview = known.Overview } : ChannelAnswer.Of(row))],
            limit, channel => channel.Id));
    }
}

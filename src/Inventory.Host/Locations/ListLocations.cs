using Marten;
using Marten.Linq.MatchesSql;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Locations;

public static class ListLocations
{
    [WolverineGet("/v1/locations")]
    [Authorize(Roles = $"{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("List locations", "By id. A store sees its own.",
        Query = ["limit: 1 to 1,000, default 100", "after: `next` of the page before"], Problems = ["400 invalid-request"])]
    public static async Task<Ok<Page<LocationAnswer>>> Get(HttpContext http, [NotBody] IDocumentStore store)
    {
        var caller = Caller.Of(http);
        var query = new QueryText(http.Request, "limit", "after");
        var (limit, after) = (query.Limit(), query.Location("after")?.Value ?? "");
        await using var session = store.QuerySession();
        var locations = session.Query<Location>().Where(location => location.MatchesSql("d.id > ?", after));
        if (!caller.SeesAll)
        {
            var own = caller.Locations.ToArray();
            locations = locations.Where(location => location.Id.IsOneOf(own));
        }

        var rows = await locations.OrderBy(location => location.Id).Take(limit + 1).ToListAsync(http.RequestAborted);
        return TypedResults.Ok(Page<LocationAnswer>.Of([.. rows.Select(LocationAnswer.Of)], limit, location => location.Id));
    }
}

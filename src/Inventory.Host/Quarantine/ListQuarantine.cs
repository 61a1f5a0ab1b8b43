using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Quarantine;

public static class ListQuarantine
{
    [WolverineGet("/v1/quarantine")]
    [Authorize(Roles = $"{Role.Store},{Role.Ops}")]
    [Describes("List rejected lines",
        "Lines that could not be recorded, oldest first, each with why. A store sees what it sent, and what was sent as its own source.",
        Query =
        [
            "state: `open`, `replayed` or `dismissed`", "source: only of this source", "code: only with this code",
            "q: only lines that have this in them or in their detail, in upper or lower case",
            "document: the `id` of a file of documents: only lines of it", "limit: 1 to 1,000, default 100", "after: `next` of the page before",
        ],
        Problems = ["400 invalid-request"])]
    public static async Task<Ok<Page<QuarantineEntry>>> Get(HttpContext http, [NotBody] QuarantineStore quarantine)
    {
        var query = new QueryText(http.Request, "state", "source", "code", "q", "document", "limit", "after");
        return TypedResults.Ok(await quarantine.List(QuarantineRequest.Of(query), query.Text("after"), query.Limit(), Caller.Of(http), http.RequestAborted));
    }
}

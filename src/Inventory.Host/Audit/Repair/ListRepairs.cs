using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Audit.Repair;

public static class ListRepairs
{
    [WolverineGet("/v1/audit/repairs")]
    [Authorize(Roles = $"{Role.Finance},{Role.Ops}")]
    [Describes(
        "List repairs",
        "What was repaired, oldest first: who asked for it, when, and which events were linked late or how many numbers of channels were corrected.",
        Query = ["limit: 1 to 1,000, default 100", "after: `next` of the page before"], Problems = ["400 invalid-request"])]
    public static async Task<Ok<Page<AuditRepair>>> Get(HttpContext http, [NotBody] RepairLog repairs)
    {
        var query = new QueryText(http.Request, "limit", "after");
        var limit = query.Limit();
        var found = await repairs.List(query.Whole("after", 0, long.MaxValue) ?? 0, limit + 1, http.RequestAborted);
        return TypedResults.Ok(Page<AuditRepair>.Of(found, limit, repair => repair.Number.ToString(CultureInfo.InvariantCulture)));
    }
}

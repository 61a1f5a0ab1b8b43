using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Audit.Repair;

public static class GetRebuild
{
    [WolverineGet("/v1/audit/rebuilds/{id}")]
    [Authorize(Roles = Role.Ops)]
    [Describes("State of a rebuild", "Also of one whose caller did not wait for it. Kept for thirty days.",
        Problems = ["400 invalid-request", "404 unknown-rebuild"])]
    public static async Task<Ok<RebuildRun>> Get(HttpContext http, [NotBody] RebuildRuns runs)
    {
        _ = new QueryText(http.Request);
        return Guid.TryParse(RouteText.Segment(http, "id"), out var id) && await runs.Read(id, http.RequestAborted) is { } run
            ? TypedResults.Ok(run)
            : throw ApiProblemException.NotFound("unknown-rebuild", "There is no such rebuild.");
    }

    internal static string PathOf(Guid id) => $"/v1/audit/rebuilds/{id}";
}

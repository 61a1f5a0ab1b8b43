using Microsoft.AspNetCore.Authorization;
using RetailSync.Inventory.Host.Audit.Verify;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Audit.Repair;

public static class PostRepair
{
    [WolverinePost("/v1/audit/repair")]
    [Authorize(Roles = Role.Ops)]
    [Describes(
        "Repair chains and publications",
        $"Links events that the chains have left out and recalculates the quantities of all channels, without downtime. "
        + $"What is not a hole but a change is left. Each repair can be listed (`/v1/audit/repairs`). With `Accept: {ProgressLines.MediaType}` "
        + "lines `{ done, of }` come while it works, and the answer is the last line.",
        Problems = ["400 invalid-request", "406 not-acceptable", "409 checkpoint-differs", "409 role-may-not-repair", "415 unsupported-media-type"])]
    public static async Task<ProgressResult<Repaired>> Post(HttpContext http, [NotBody] RepairFollowers repair)
    {
        _ = new QueryText(http.Request);
        await RequestBody.RequireEmpty(http.Request);
        await repair.RequireSigned(http.RequestAborted);
        return new(progress => repair.Run(Provenance.Of(http), progress, http.RequestAborted));
    }
}

using Microsoft.AspNetCore.Authorization;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Audit.Verify;

public static class GetVerification
{
    [WolverineGet("/v1/audit/verify")]
    [Authorize(Roles = $"{Role.Finance},{Role.Ops}")]
    [Describes(
        "Verify everything",
        "Folds all events again, compares every projection, and checks the chain of hashes and every checkpoint, also against their file. "
        + $"With `Accept: {ProgressLines.MediaType}` lines `{{ done, of }}` come while it works, and the answer is the last line.",
        Problems = ["400 invalid-request", "406 not-acceptable", "503 not-yet-seen"])]
    public static ProgressResult<Verification> Get(HttpContext http, [NotBody] VerifyEverything verify)
    {
        _ = new QueryText(http.Request);
        return new(progress => verify.Run(progress, http.RequestAborted));
    }
}

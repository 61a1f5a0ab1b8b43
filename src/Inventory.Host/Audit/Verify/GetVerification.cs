using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace RetailSync.Inventory.Host.Audit.Verify;

public static class GetVerification
{
    [WolverineGet("/v1/audit/verify")]
    [Authorize(Roles = $"{Role.Finance},{Role.Ops}")]
    [Describes(
        "Verify everything",
        "Folds all events again, compares every projection, and checks the chain of hashes and every checkpoint, also against their file. "
        + $"With `Accept: {ProgressLines.MediaType}` lines `{{ done, of }}` come while it works, and the answer is the last line.",
        Answer = typeof(Verification), Problems = ["400 invalid-request", "406 not-acceptable", "503 not-yet-seen"])]
    public static async Task Get(HttpContext http, [NotBody] VerifyEverything verify, [NotBody] IOptions<JsonOptions> json)
    {
        _ = new QueryText(http.Request);
        await ProgressLines.Answer(http, json.Value.SerializerOptions, progress => verify.Run(progress, http.RequestAborted));
    }
}

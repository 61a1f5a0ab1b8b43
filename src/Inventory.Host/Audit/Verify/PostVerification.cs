using Microsoft.AspNetCore.Authorization;
using RetailSync.Inventory.Host.Audit.Checkpoints;
using RetailSync.Inventory.Host.Audit.Checkpoints.Copies;
using RetailSync.Inventory.Host.Audit.LedgerExport;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Audit.Verify;

public static class PostVerification
{
    [WolverinePost("/v1/audit/verify")]
    [Authorize(Roles = $"{Role.Finance},{Role.Ops}")]
    [Describes(
        "Verify everything, with copies of checkpoints",
        "As `GET`, and compares the checkpoints with copies that were kept elsewhere: lines of their file, answers of `GET /v1/audit/checkpoints`, or "
        + "messages of the webhook, one after the other. Changes nothing. A copy that is no longer here, or states something else than the "
        + "checkpoint of its number, is a difference `checkpoint-copy`. "
        + $"With `Accept: {ProgressLines.MediaType}` lines `{{ done, of }}` come while it works, and the answer is the last line.",
        Body = typeof(CheckpointAnswer), BodyTypes = [RequestBody.Ndjson, RequestBody.Json],
        Problems = ["400 invalid-request", "406 not-acceptable", "413 body-too-large", "415 unsupported-media-type", "503 not-yet-seen"])]
    public static async Task<ProgressResult<Verification>> Post(HttpContext http, [NotBody] VerifyEverything verify)
    {
        _ = new QueryText(http.Request);
        RequestBody.MediaType(http.Request, RequestBody.Ndjson, RequestBody.Json);
        _ = ProgressLines.AreAccepted(http.Request); // what cannot be answered is refused before its body is read
        var copies = await Read(http);
        return new(progress => verify.Run(copies, progress, http.RequestAborted));
    }

    private static async Task<IReadOnlyList<Checkpoint>> Read(HttpContext http)
    {
        using var body = await RequestBody.Read(http.Request, http.RequestAborted);
        try
        {
            var copies = CheckpointCopies.Read(body.Memory);
            return copies.Count > 0 ? copies
                : throw ApiProblemException.Malformed("The body must have at least one checkpoint: without any it proves nothing.");
        }
        catch (InvalidDataException wrong)
        {
            throw ApiProblemException.Malformed($"The body must be checkpoints as they were taken: {wrong.Message}.");
        }
    }
}

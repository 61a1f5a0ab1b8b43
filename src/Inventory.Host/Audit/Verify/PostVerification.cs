using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using RetailSync.Inventory.Host.Audit.Checkpoints;
using RetailSync.Inventory.Host.Audit.Checkpoints.Copies;
using RetailSync.Inventory.Host.Audit.LedgerExport;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

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
        Answer = typeof(Verification),
        Problems = ["400 invalid-request", "406 not-acceptable", "413 body-too-large", "415 unsupported-media-type", "503 not-yet-seen"])]
    public static async Task Post(HttpContext http, [NotBody] VerifyEverything verify, [NotBody] IOptions<JsonOptions> json)
    {
        _ = new QueryText(http.Request);
        RequestBody.MediaType(http.Request, RequestBody.Ndjson, RequestBody.Json);
        var isLines = ContentNegotiation.Of(http.Request, RequestBody.Json, ProgressLines.MediaType) == ProgressLines.MediaType;
        var copies = await Read(http);
        if (isLines)
        {
            await ProgressLines.Write(http, json.Value.SerializerOptions, async progress => await verify.Run(copies, progress, http.RequestAborted));
            return;
        }

        await Results.Json(await verify.Run(copies, null, http.RequestAborted)).ExecuteAsync(http);
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

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Channels.Documents;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.SourceDocuments.Resolve;
using RetailSync.Inventory.Host.SourceDocuments.Sources;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.SourceDocuments.Receive;

/// <summary>Documents that a vendor's webhook delivers. It has no API key: its signature proves that it has the source's <c>webhookSecret</c>.</summary>
public static class ReceiveDocumentWebhook
{
    [WolverinePost("/v1/sources/{source}/webhooks/{format}")]
    [AllowAnonymous]
    [Describes("A vendor's webhook with documents",
        "`format` is square, shopify or lightspeed. Signed with the source's `webhookSecret`, of Square also for its `webhookUrl`; then taken in as a file of "
        + "that source by `POST /v1/documents`. A delivery that comes again is one of duplicates.",
        Problems = ["400 invalid-request", "401 unauthenticated", "413 body-too-large", "429 lane-full", "503 secrets-unavailable", "503 unavailable"])]
    public static async Task<Results<Ok<FileOutcome>, StatusCodeHttpResult>> Post(
        HttpContext http, [NotBody] PostDocument documents, [NotBody] SourceSecrets secrets, [NotBody] IReadOnlyList<IDocumentFormat> formats)
    {
        var source = PutSource.SourceOf(http);
        var name = RouteText.Segment(http, "format");
        _ = new QueryText(http.Request);

        // The body is not read without a signature that can be verified, and the answer does not reveal whether there is such a source.
        if (formats.FirstOrDefault(one => one.Name == name) is not { Signature: { } signature } format
            || http.Request.Headers[signature.Header] is not [{ } header]
            || await secrets.Read(source, http.RequestAborted) is var (secret, url) && !signature.CanVerify(secret, url))
        {
            return TypedResults.StatusCode(StatusCodes.Status401Unauthorized);
        }

        using var body = await RequestBody.Read(http.Request, http.RequestAborted);
        if (!signature.IsGenuine(secret!, url, header, body.Span))
        {
            return TypedResults.StatusCode(StatusCodes.Status401Unauthorized);
        }

        var caller = Caller.OfSource($"webhook/{format.Name}", source);
        var provenance = new Provenance(http.CorrelationId(), caller.Actor);
        using var content = new MemoryStream(body.Memory.ToArray());
        return TypedResults.Ok(await documents.TakeLocal(content, format.Name, new FileSettings(source), caller, provenance, http.RequestAborted));
    }
}

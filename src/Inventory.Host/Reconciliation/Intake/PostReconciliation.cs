using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Http.Values;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Reconciliation.Compare;
using RetailSync.Inventory.Host.Reconciliation.Intake.Sheets;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reconciliation.Intake;

/// <param name="OnHand">Physical units; what is left out is not compared.</param>
/// <param name="Unsellable">Units by status; a status that is left out is not compared.</param>
/// <param name="Reserved">Units kept for orders.</param>
/// <param name="UnitValue">What one of the SKU's own unit is worth, for limits by value.</param>
/// <param name="Unit">Of the quantities: a UN/ECE code of the SKU's dimension, or one of its packs. The SKU's own when left out.</param>
public sealed record CountBody(
    string Sku, string Location, decimal? OnHand, IReadOnlyDictionary<string, decimal>? Unsellable, decimal? Reserved, decimal? UnitValue,
    string? Unit = null);

/// <param name="Id">Its number there; our movements name it as their document, or have it as their id. Of an order: the reservation's id.</param>
/// <param name="Type">A type of movement, or order, reservation, hold, shipment, fulfilment, release, cancellation, expiry.</param>
/// <param name="Quantity">Above 0; of an adjustment signed.</param>
/// <param name="OccurredAt">When, by their clock.</param>
/// <param name="Status">Of a receipt or return: the status it arrived in.</param>
/// <param name="From">Of a status change.</param>
/// <param name="To">Of a status change.</param>
/// <param name="Unit">Of the quantity, as of a count.</param>
public sealed record DocumentBody(
    string Id, string Type, string Sku, string Location, decimal Quantity, Instant OccurredAt, string? Status, string? From, string? To,
    string? Unit = null);

public sealed record ReconciliationBody(string System, Instant TakenAt, IReadOnlyList<CountBody> Counts, IReadOnlyList<DocumentBody>? Documents);

/// <param name="State"><c>running</c>.</param>
/// <param name="Sequence">The newest event when it was written, for <c>?minSequence=</c>.</param>
public sealed record ReconciliationAccepted(Guid Id, string State, long Sequence);

public static class PostReconciliation
{
    /// <summary>Bytes of a sheet, also after decompression: millions of counts.</summary>
    public const long MaxBodyLength = 2L * 1024 * 1024 * 1024;

    [WolverinePost("/v1/reconciliations")]
    [Authorize(Roles = Role.Ops)]
    [Microsoft.AspNetCore.Mvc.RequestSizeLimit(MaxBodyLength)]
    [Describes("Compare with another system", "Counts of ERP or WMS at one instant, with the documents that they rest on. Answers 202 and compares by "
        + "itself; a body with anything wrong in it changes nothing.",
        Body = typeof(ReconciliationBody), BodyTypes = [RequestBody.Json, RequestBody.Csv],
        Query = ["system: who counted; only with text/csv", "takenAt: when; only with text/csv"],
        Problems = ["400 invalid-request", "413 batch-too-large", "413 body-too-large", "415 unsupported-media-type", "503 unavailable"])]
    public static async Task<Accepted<ReconciliationAccepted>> Post(
        HttpContext http, [NotBody] ReceiveCounts receive, [NotBody] ReadYourWrites writes, [NotBody] LimitOptions limits)
    {
        var query = Query(http.Request.Query);
        var mediaType = RequestBody.MediaType(http.Request, RequestBody.Json, RequestBody.Csv);
        if (http.Request.Headers.ContentEncoding.Count > 0)
        {
            throw new ApiProblemException(
                StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "Send the body as it is, or encoded as gzip, br or deflate.");
        }

        using var tooLate = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var time = TimeSpan.FromSeconds(limits.Bodies.SheetSeconds);
        tooLate.CancelAfter(time);
        var sheet = Sheet(mediaType, query, http.Request.Body);
        try
        {
            var run = await receive.Receive(sheet, origin: null, Provenance.Of(http), tooLate.Token);
            var location = $"/v1/reconciliations/{run}";
            return TypedResults.Accepted(
                location, new ReconciliationAccepted(run!.Value, ReconciliationRun.Running, await writes.NewestSequence(http.RequestAborted)));
        }
        catch (Exception failure) when (RequestBody.IsUndecodable(failure))
        {
            throw ApiProblemException.Malformed("The body cannot be decompressed.");
        }
        catch (OperationCanceledException) when (tooLate.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            throw ApiProblemException.TooSlow(time);
        }
    }

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    internal static QueryText Query(IQueryCollection parameters) => new(parameters, "system", "takenAt");

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>: what the query says belongs in the body, or is no instant.</exception>
    internal static CountSheet Sheet(string mediaType, QueryText query, Stream body)
    {
        if (mediaType != RequestBody.Csv)
        {
            var misplaced = new[] { "system", "takenAt" }.Where(name => query.Text(name) is not null).ToArray();
            return misplaced.Length > 0 ? throw ApiProblemException.Invalid([.. misplaced.Select(name => new FieldRefusal(name, "belongs in the body"))])
                : new CountJson(body);
        }

        Instant? takenAt = query.Text("takenAt") is not { } text ? null : Instants.TryParse(text, out var instant) ? instant : throw CountJson.NotAnInstant();
        return new CountCsv(body, query.Text("system"), takenAt);
    }
}

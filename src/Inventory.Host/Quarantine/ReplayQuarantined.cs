using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.ChannelOrders;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Movements;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.SourceDocuments.Receive;
using RetailSync.Inventory.Host.Storage;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Quarantine;

/// <param name="Line">The corrected line, a movement's or an order's as it was sent; without it, the one that was sent.</param>
/// <param name="Override">Takes a document in although its control totals do not fit.</param>
public sealed record ReplayBody(MovementBody? Line, bool? Override);

public static class ReplayQuarantined
{
    [WolverinePost("/v1/quarantine/{id}/replay")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Replay a rejected line", "Records the line, or a corrected one, as a batch of one; an order of a channel is taken as its channel would "
        + "have sent it, a line of a document as it was read. A document whose control totals do not fit is taken in with "
        + "`override`. The entry stays open when it is rejected again.",
        Body = typeof(ReplayBody),
        Problems = ["400 invalid-request", "404 unknown-quarantine-entry", "409 quarantine-already-settled", "429 lane-full", "503 unavailable"])]
    public static async Task<Ok<BatchResult>> Post(
        HttpContext http, [NotBody] QuarantineStore quarantine, [NotBody] RecordMovements record, [NotBody] ReplayOrder orders,
        [NotBody] ReplayDocumentLines documents)
    {
        _ = new QueryText(http.Request);
        var fields = new Fields("line", "override");
        await RequestBody.ReadInto(fields, http.Request, mayBeEmpty: true);
        var corrected = fields.Nested("line", '{');
        var isOverridden = fields.Boolean("override") ?? false;
        fields.ThrowIfRefused();

        await using var open = await quarantine.Hold(QuarantineStore.IdOf(http), http.RequestAborted);
        var result = await Replay(open, corrected, isOverridden, http, record, orders, documents);
        ActionNote.Set(http, before: open.Entry, after: result);
        return TypedResults.Ok(result);
    }

    /// <summary>Records an entry that is held, and settles it unless it is rejected again.</summary>
    internal static async Task<BatchResult> Replay(
        QuarantineStore.OpenEntry open, string? corrected, bool isOverridden, HttpContext http, RecordMovements record, ReplayOrder orders,
        ReplayDocumentLines documents)
    {
        var result = ReplayOrder.ChannelOf(open.Entry) is { } channel
            ? await orders.Replay(channel, open.Entry, corrected, Provenance.Of(http), http.RequestAborted)
            : open.Entry.File is not null && corrected is null
            ? await documents.Replay(
                open.Entry.Source, open.Entry.Id, open.Line, isOverridden, Caller.Of(http), Provenance.Of(http), http.RequestAborted)
            : await Movement(record, MovementBatch.OfOne(open.Entry.Source, corrected ?? open.Line), http);
        if (result.Rejected == 0)
        {
            await open.Close(QuarantineStore.Replayed, null, Caller.Of(http).Actor);
        }

        return result;
    }

    private static async Task<BatchResult> Movement(RecordMovements record, MovementBatch batch, HttpContext http) =>
        RecordMovements.Summary(batch, await record.Decide(batch, Caller.Of(http), Provenance.Of(http), http.RequestAborted), all: false);
}

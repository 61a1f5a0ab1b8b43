using Microsoft.AspNetCore.Authorization;
using RetailSync.Inventory.Host.Callers;
using RetailSync.Inventory.Host.Door;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Movements;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Quarantine;

/// <param name="Line">The corrected line; without it, the one that was sent.</param>
public sealed record ReplayBody(MovementBody? Line);

public static class ReplayQuarantined
{
    [WolverinePost("/v1/quarantine/{id}/replay")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Replay a rejected line", "Records the line, or a corrected one, as a batch of one. The entry stays open when it is rejected again.",
        Body = typeof(ReplayBody), Answer = typeof(BatchResult),
        Problems = ["400 invalid-request", "404 unknown-quarantine-entry", "409 quarantine-already-settled", "429 lane-full", "503 unavailable"])]
    public static async Task<IResult> Post(HttpContext http, [NotBody] QuarantineStore quarantine, [NotBody] RecordMovements record)
    {
        var fields = new Fields("line");
        await RequestBody.ReadInto(fields, http.Request, mayBeEmpty: true);
        var corrected = fields.Nested("line", '{');
        fields.ThrowIfRefused();

        var id = QuarantineStore.IdOf(http);
        var (entry, line) = await quarantine.RequireOpen(id, http.RequestAborted);
        var batch = MovementBatch.OfOne(entry.Source, corrected ?? line);
        var outcomes = await record.Decide(batch, Caller.Of(http), http.CorrelationId(), http.RequestAborted);
        if (outcomes[0].Outcome != Outcome.Rejected)
        {
            await quarantine.IsRecorded(id, CancellationToken.None);
        }

        return Results.Json(RecordMovements.Summary(batch, outcomes, all: false));
    }
}

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Quarantine;

/// <param name="Reason">Why it will not be recorded: 1 to 1,000 characters.</param>
public sealed record DismissBody(string Reason);

public static class DismissQuarantined
{
    [WolverinePost("/v1/quarantine/{id}/dismiss")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Dismiss a rejected line", "It will not be recorded. The entry stays, with the reason.",
        Body = typeof(DismissBody),
        Problems = ["400 invalid-request", "404 unknown-quarantine-entry", "409 quarantine-already-settled"])]
    public static async Task<Ok<QuarantineEntry>> Post(HttpContext http, [NotBody] QuarantineStore quarantine, [NotBody] ReadYourWrites writes)
    {
        _ = new QueryText(http.Request);
        var fields = new Fields("reason");
        await RequestBody.ReadInto(fields, http.Request);
        var reason = fields.Words("reason", required: true);
        fields.ThrowIfRefused();

        var caller = Caller.Of(http).Actor;
        await using var open = await quarantine.Hold(QuarantineStore.IdOf(http), http.RequestAborted);
        await open.Close(QuarantineStore.Dismissed, reason, caller);
        ActionNote.Set(http, reason, before: open.Entry, after: new { State = QuarantineStore.Dismissed });
        return TypedResults.Ok(open.Entry
            with
        { State = QuarantineStore.Dismissed, Reason = reason, ClosedBy = caller.Name, Sequence = await writes.NewestSequence(http.RequestAborted) });
    }
}

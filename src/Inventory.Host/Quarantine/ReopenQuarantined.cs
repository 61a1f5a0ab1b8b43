using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Quarantine;

/// <param name="Reason">Why it should be looked at again: 1 to 1,000 characters.</param>
public sealed record ReopenBody(string Reason);

public static class ReopenQuarantined
{
    [WolverinePost("/v1/quarantine/{id}/reopen")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Open a dismissed line again", "It can be replayed or dismissed anew, and keeps why it had been dismissed.",
        Body = typeof(ReopenBody),
        Problems = ["400 invalid-request", "404 unknown-quarantine-entry", "409 quarantine-not-dismissed"])]
    public static async Task<Ok<QuarantineEntry>> Post(HttpContext http, [NotBody] QuarantineStore quarantine, [NotBody] ReadYourWrites writes)
    {
        _ = new QueryText(http.Request);
        var fields = new Fields("reason");
        await RequestBody.ReadInto(fields, http.Request);
        var reason = fields.Words("reason", required: true);
        fields.ThrowIfRefused();
        var entry = await quarantine.Reopen(QuarantineStore.IdOf(http), reason!, Caller.Of(http).Actor, http.RequestAborted);
        return TypedResults.Ok(entry with { Sequence = await writes.NewestSequence(http.RequestAborted) });
    }
}

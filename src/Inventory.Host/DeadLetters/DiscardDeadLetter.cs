using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.DeadLetters;

/// <param name="Reason">Why it will not be handled: 1 to 1,000 characters.</param>
public sealed record DiscardBody(string Reason);

public static class DiscardDeadLetter
{
    [WolverinePost("/v1/messages/dead-letters/{id}/discard")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Discard a dead letter", "It will not be handled. It stays until it ages out, with the reason.",
        Body = typeof(DiscardBody),
        Problems = ["400 invalid-request", "404 unknown-dead-letter", "409 dead-letter-already-settled"])]
    public static async Task<Ok<DeadLetter>> Post(HttpContext http, [NotBody] DeadLetterStore letters, [NotBody] ReadYourWrites writes)
    {
        _ = new QueryText(http.Request);
        var fields = new Fields("reason");
        await RequestBody.ReadInto(fields, http.Request);
        var reason = fields.Words("reason", required: true);
        fields.ThrowIfRefused();

        var letter = await letters.Discard(ListDeadLetters.IdOf(http), reason!, Caller.Of(http).Actor, http.RequestAborted);
        ActionNote.Set(http, reason);
        return TypedResults.Ok(letter with { Sequence = await writes.NewestSequence(http.RequestAborted) });
    }
}

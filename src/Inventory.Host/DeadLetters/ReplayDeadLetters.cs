using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.DeadLetters;

/// <param name="Type">Of this type only; all when left out.</param>
public sealed record ReplayMessagesBody(string? Type);

/// <param name="Replayed">How many are handled again.</param>
/// <param name="Sequence">The newest event when it was written, for <c>?minSequence=</c>.</param>
public sealed record ReplayMessagesAnswer(int Replayed, long Sequence);

public static class ReplayDeadLetters
{
    [WolverinePost("/v1/messages/dead-letters/{id}/replay")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Replay a dead letter", "Handles the message again, within seconds and on whichever host. It is listed again when it fails again.",
        Problems = ["400 invalid-request", "404 unknown-dead-letter", "409 dead-letter-already-settled"])]
    public static async Task<Ok<DeadLetter>> One(HttpContext http, [NotBody] DeadLetterStore letters, [NotBody] ReadYourWrites writes)
    {
        await Read(http);
        var letter = await letters.Replay(ListDeadLetters.IdOf(http), http.RequestAborted);
        return TypedResults.Ok(letter with { Sequence = await writes.NewestSequence(http.RequestAborted) });
    }

    [WolverinePost("/v1/messages/dead-letters/replay")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Replay dead letters", "Handles all open ones again, or those of a `type`.",
        Body = typeof(ReplayMessagesBody), Problems = ["400 invalid-request"])]
    public static async Task<Ok<ReplayMessagesAnswer>> All(HttpContext http, [NotBody] DeadLetterStore letters, [NotBody] ReadYourWrites writes)
    {
        var type = (await Read(http, "type")).Text("type");
        return TypedResults.Ok(new ReplayMessagesAnswer(await letters.ReplayAll(type, http.RequestAborted), await writes.NewestSequence(http.RequestAborted)));
    }

    private static async Task<Fields> Read(HttpContext http, params string[] names)
    {
        _ = new QueryText(http.Request);
        var fields = new Fields(names);
        await RequestBody.ReadInto(fields, http.Request, mayBeEmpty: true);
        foreach (var name in names)
        {
            fields.Text(name);
        }

        fields.ThrowIfRefused();
        return fields;
    }
}

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.ChannelOrders;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Movements;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.SourceDocuments.Receive;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Quarantine;

/// <summary>Which open lines are meant: at least one of the first four.</summary>
/// <param name="Source">The whole name of one.</param>
/// <param name="Code">The whole code of one.</param>
/// <param name="Q">What the line or the detail has in it, in upper or lower case: 1 to 128 characters.</param>
/// <param name="Document">The id of a file of documents.</param>
/// <param name="After">The <c>next</c> of the answer before, to go on.</param>
public sealed record ReplayManyBody(string? Source, string? Code, string? Q, Guid? Document, string? After);

/// <inheritdoc cref="ReplayManyBody"/>
/// <param name="Reason">Why they will not be recorded: 1 to 1,000 characters.</param>
public sealed record DismissManyBody(string Reason, string? Source, string? Code, string? Q, Guid? Document, string? After);

/// <param name="Outcome"><c>replayed</c> or <c>dismissed</c> now; <c>rejected</c>: it is still wrong and stays open; <c>refused</c>: somebody else was
/// quicker.</param>
/// <param name="Code">Why it was rejected or refused; null otherwise.</param>
/// <param name="Detail">The same in a sentence.</param>
public sealed record QuarantineOutcome(Guid Id, string Outcome, string? Code, string? Detail);

/// <param name="Settled">How many were replayed or dismissed now.</param>
/// <param name="Results">The oldest first, at most 500.</param>
/// <param name="Next">For <c>after</c> where there are more that are meant; null at the end.</param>
/// <param name="Sequence">The newest event after it, for <c>?minSequence=</c>.</param>
public sealed record CloseManyAnswer(int Settled, IReadOnlyList<QuarantineOutcome> Results, string? Next, long Sequence);

/// <summary>Settles many lines, each by itself.</summary>
public static class CloseQuarantined
{
    [WolverinePost("/v1/quarantine/replay")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Replay many rejected lines", "Replays up to 500 open lines as they were sent, the oldest first, each as if it were alone and with an outcome. "
        + "What is rejected again stays open.",
        Body = typeof(ReplayManyBody), Problems = ["400 invalid-request", "429 lane-full", "503 unavailable"])]
    public static async Task<Ok<CloseManyAnswer>> Replay(
        HttpContext http, [NotBody] QuarantineStore quarantine, [NotBody] RecordMovements record, [NotBody] ReplayOrder orders,
        [NotBody] ReplayDocumentLines documents, [NotBody] ReadYourWrites writes)
    {
        _ = new QueryText(http.Request);
        var fields = new Fields(QuarantineRequest.FieldNames);
        await RequestBody.ReadInto(fields, http.Request);
        var (filter, after) = QuarantineRequest.Of(fields);
        var page = await quarantine.List(filter, after, QuarantineRequest.Most, Caller.Of(http), http.RequestAborted);
        List<QuarantineOutcome> results = [];
        foreach (var entry in page.Items)
        {
            try
            {
                await using var open = await quarantine.Hold(entry.Id, http.RequestAborted);
                var result = await ReplayQuarantined.Replay(open, corrected: null, isOverridden: false, http, record, orders, documents);
                var rejected = result.Rejected == 0 ? null : result.Results.FirstOrDefault(line => line.Code is not null);
                results.Add(new QuarantineOutcome(
                    entry.Id, result.Rejected == 0 ? QuarantineStore.Replayed : "rejected", rejected?.Code, rejected?.Detail));
            }
            catch (ApiProblemException refused) when (refused.Status is StatusCodes.Status404NotFound or StatusCodes.Status409Conflict)
            {
                results.Add(new QuarantineOutcome(entry.Id, "refused", refused.Code, refused.Message));
            }
        }

        return TypedResults.Ok(await Answer(results, page.Next, QuarantineStore.Replayed, writes, http));
    }

    [WolverinePost("/v1/quarantine/dismiss")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Dismiss many rejected lines", "Up to 500 open lines, the oldest first, will not be recorded. They stay, with the reason.",
        Body = typeof(DismissManyBody), Problems = ["400 invalid-request"])]
    public static async Task<Ok<CloseManyAnswer>> Dismiss(
        HttpContext http, [NotBody] QuarantineStore quarantine, [NotBody] NpgsqlDataSource database, [NotBody] IClock clock,
        [NotBody] ReadYourWrites writes)
    {
        _ = new QueryText(http.Request);
        var fields = new Fields([.. QuarantineRequest.FieldNames, "reason"]);
        await RequestBody.ReadInto(fields, http.Request);
        var reason = fields.Words("reason", required: true);
        var (filter, after) = QuarantineRequest.Of(fields);
        var page = await quarantine.List(filter, after, QuarantineRequest.Most, Caller.Of(http), http.RequestAborted);
        var dismissed = await DismissOpen(
            database, [.. page.Items.Select(entry => entry.Id)], reason!, Caller.Of(http).Actor, clock.GetCurrentInstant(), http.RequestAborted);
        var results = page.Items.Select(entry => dismissed.Contains(entry.Id)
            ? new QuarantineOutcome(entry.Id, QuarantineStore.Dismissed, null, null)
            : new QuarantineOutcome(entry.Id, "refused", "quarantine-already-settled", "Somebody else has settled it.")).ToList();
        return TypedResults.Ok(await Answer(results, page.Next, QuarantineStore.Dismissed, writes, http));
    }

    private static async Task<CloseManyAnswer> Answer(
        IReadOnlyList<QuarantineOutcome> results, string? next, string settled, ReadYourWrites writes, HttpContext http) =>
        new(results.Count(result => result.Outcome == settled), results, next, await writes.NewestSequence(http.RequestAborted));

    private static async Task<HashSet<Guid>> DismissOpen(
        NpgsqlDataSource database, Guid[] entries, string reason, Actor by, Instant at, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             update {OperationsTables.Quarantine} set state = '{QuarantineStore.Dismissed}', reason = $2, settled_at = $3, settled_by = $4
             where id = any($1) and state = '{QuarantineStore.Open}' returning id
             """);
        command.Parameters.AddWithValue(entries);
        command.Parameters.AddWithValue(reason);
        command.Parameters.AddWithValue(at);
        command.Parameters.AddWithValue(by.ToString());
        HashSet<Guid> dismissed = [];
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            dismissed.Add(reader.GetGuid(0));
        }

        return dismissed;
    }
}

using System.Data;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Reconciliation.Compare;
using RetailSync.Inventory.Host.Reconciliation.Settle;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reconciliation.Report;

/// <summary>A part of a difference.</summary>
/// <param name="Cause">missing-movement, duplicate-movement, mis-timed-movement, wrong-quantity, wrong-location, lost-release or unexplained.</param>
/// <param name="Document">Theirs or ours; null when unexplained.</param>
/// <param name="Quantity">Signed; the parts add up to the difference.</param>
/// <param name="Confidence">1 where document ids say so on both sides, less where quantity and time do, 0 when unexplained.</param>
/// <param name="SettlesItself">Both sides have it, a little apart: it needs no correction.</param>
public sealed record AttributionAnswer(string Cause, string? Document, decimal Quantity, decimal Confidence, bool SettlesItself)
{
    internal static IReadOnlyList<AttributionAnswer> Of(IReadOnlyList<Attribution> parts) =>
        [.. parts.Select(part => new AttributionAnswer(DriftTable.Word(part.Cause), part.Document, part.Quantity, part.Confidence, part.SettlesItself))];
}

/// <summary>A difference.</summary>
/// <param name="N">Its number in the run, from 1.</param>
/// <param name="Field"><c>onHand</c>, <c>unsellable.{status}</c> or <c>reserved</c>.</param>
/// <param name="Ours">Our number as of the instant.</param>
/// <param name="Difference">Ours - theirs.</param>
/// <param name="Severity"><c>low</c>, <c>medium</c> or <c>high</c>.</param>
/// <param name="Action"><c>none</c>, <c>corrected</c> or <c>needs-approval</c>.</param>
/// <param name="Unknown">What is unknown here: <c>sku</c>, <c>location</c> or both; null where both are known.</param>
/// <param name="Settled">Who decided, and why; null while it is undecided.</param>
/// <param name="FirstApproval">Who approved it first, where the policy wants two people; null where that has not happened or one is enough.</param>
/// <param name="Reverted">Who took the correction back, and why; null where nobody has.</param>
/// <param name="Reopened">Who opened it again after it had been dismissed, and why; null where nobody has.</param>
/// <param name="Sequence">The newest event when it was written, for <c>?minSequence=</c>; null when read.</param>
public record DriftAnswer(
    int N, string Sku, string Location, string Field, decimal Ours, decimal Theirs, decimal Difference, string Severity,
    IReadOnlyList<AttributionAnswer> Attribution, string Action,
    string? Unknown, Settlement? Settled, Approval? FirstApproval, Undone? Reverted, Undone? Reopened, long? Sequence = null)
{
    internal static DriftAnswer Of(StoredDrift drift) => new(
        drift.N, drift.Position.Sku.Value, drift.Position.Location.Value, drift.Field.Name, drift.Ours, drift.Theirs, drift.Ours - drift.Theirs, drift.Severity,
        AttributionAnswer.Of(drift.Attribution), drift.Action, drift.Unknown, drift.Settled, drift.FirstApproval, drift.Reverted, drift.Reopened);
}

/// <summary>A comparison.</summary>
/// <param name="State"><c>running</c>, <c>done</c> or <c>failed</c>.</param>
/// <param name="Compared">Positions that were compared.</param>
/// <param name="Matching">Those that agree in everything that was counted.</param>
/// <param name="DriftCount">How many differences there are, also beyond this page of them.</param>
/// <param name="ReceivedAt">When the counts came.</param>
/// <param name="FinishedAt">When it was done; null before.</param>
/// <param name="By">Who sent the counts: the key's name, the token's <c>sub</c> or the job that fetched them; null for what is older than this record.</param>
public record ReconciliationSummary(
    Guid Id, string System, Instant TakenAt, string State, long Compared, long Matching, long DriftCount, Instant ReceivedAt, Instant? FinishedAt,
    string? Error, string? By)
{
    internal const string Columns = "id, system, taken_at, state, compared, matching, drifts, received_at, finished_at, error, by";

    internal static ReconciliationSummary Read(NpgsqlDataReader reader) => new(
        reader.GetGuid("id"), reader.GetString("system"), reader.GetFieldValue<Instant>("taken_at"), reader.GetString("state"),
        reader.GetInt64("compared"), reader.GetInt64("matching"),
        reader.GetInt64("drifts"),
        reader.GetFieldValue<Instant>("received_at"), reader.ValueOrNull<Instant>("finished_at"), reader.TextOrNull("error"),
        Actor.NameIn(reader.TextOrNull("by")));
}

/// <summary>
/// A comparison with its drifts, by SKU, location and field; <c>next</c> is the value of <c>after</c> for more of them, null at the end. <c>unknown</c> has
/// the counts of unknown SKUs and locations, at most the first 1,000.
/// </summary>
public sealed record ReconciliationAnswer(
    Guid Id, string System, Instant TakenAt, string State, long Compared, long Matching, long DriftCount, Instant ReceivedAt, Instant? FinishedAt,
    string? Error, string? By,
    IReadOnlyList<DriftAnswer> Drifts, string? Next, IReadOnlyList<UnknownCount> Unknown)
    : ReconciliationSummary(Id, System, TakenAt, State, Compared, Matching, DriftCount, ReceivedAt, FinishedAt, Error, By);

public static class GetReconciliation
{
    private const int MostDrifts = 10_000;

    [WolverineGet("/v1/reconciliations/{id}")]
    [Authorize(Roles = $"{Role.Ops},{Role.Finance},{Role.Planner}")]
    [Describes("What a comparison found", "Each difference, what explains it, and what is done about it.",
        Query = ["limit: of drifts, 1 to 10,000, default 10,000", "after: `next` of the page before",
            "action: only drifts with `none`, `corrected` or `needs-approval`"],
        Problems = ["400 invalid-request", "404 unknown-reconciliation"])]
    public static async Task<Ok<ReconciliationAnswer>> Get(HttpContext http, [NotBody] NpgsqlDataSource database)
    {
        var query = new QueryText(http.Request, "limit", "after", "action");
        var (limit, after) = ((int)(query.Whole("limit", 1, MostDrifts) ?? MostDrifts), (int)(query.Whole("after", 0, int.MaxValue) ?? 0));
        var action = query.Choice("action", DriftTable.None, DriftTable.Corrected, DriftTable.NeedsApproval);
        var id = IdOf(http);
        await using var connection = await database.OpenConnectionAsync(http.RequestAborted);
        var (run, unknown) = await Run(connection, id, http.RequestAborted);
        var drifts = Page<DriftAnswer>.Of(
            await Drifts(connection, id, after, limit + 1, action, http.RequestAborted), limit, drift => FormattableString.Invariant($"{drift.N}"));
        return TypedResults.Ok(new ReconciliationAnswer(
            run.Id, run.System, run.TakenAt, run.State, run.Compared, run.Matching, run.DriftCount, run.ReceivedAt, run.FinishedAt, run.Error, run.By,
            drifts.Items, drifts.Next, unknown));
    }

    /// <summary>The run that a path names. An id that is none names nothing.</summary>
    /// <exception cref="ApiProblemException">404 <c>unknown-reconciliation</c>.</exception>
    internal static Guid IdOf(HttpContext http) => Guid.TryParse(RouteText.Segment(http, "id"), out var id) ? id : throw UnknownRun();

    /// <summary>The system that a query narrows to; null for all.</summary>
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    internal static string? SystemOf(QueryText query) =>
        query.Text("system") is not { } text ? null
        : Identifier.TryParse(text, out var system) ? system
        : throw ApiProblemException.Invalid(new FieldRefusal("system", "must be 1 to 128 printable characters"));

    internal static ApiProblemException UnknownRun() => ApiProblemException.NotFound("unknown-reconciliation", "There is no such comparison.");

    private static async Task<(ReconciliationSummary Run, IReadOnlyList<UnknownCount> Unknown)> Run(
        NpgsqlConnection connection, Guid id, CancellationToken cancellation)
    {
        await using var command =
            new NpgsqlCommand($"select {ReconciliationSummary.Columns}, unknown::text as unknown from {ReconciliationTables.Runs} where id = $1", connection);
        command.Parameters.AddWithValue(id);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? (ReconciliationSummary.Read(reader), reader.IsDBNull("unknown") ? []
                : JsonSerializer.Deserialize<UnknownCount[]>(reader.GetString("unknown"), EventJson.Options)!)
            : throw UnknownRun();
    }

    private static async Task<List<DriftAnswer>> Drifts(
        NpgsqlConnection connection, Guid id, int after, int limit, string? action, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"select {DriftTable.Columns} from {ReconciliationTables.Drifts} where run = $1 and n > $2 and ($4::text is null or action = $4) order by n "
                + $"limit $3", connection);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(limit);
        command.Parameters.Add(SqlValue.OrNull(action));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var drifts = new List<DriftAnswer>();
        while (await reader.ReadAsync(cancellation))
        {
            drifts.Add(DriftAnswer.Of(DriftTable.Read(reader)));
        }

        return drifts;
    }
}

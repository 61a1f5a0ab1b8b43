using System.Data;
using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Reconciliation.Settle;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reconciliation.Report;

/// <summary>A drift with the run that found it.</summary>
/// <param name="TakenAt">When the system counted.</param>
/// <param name="State"><c>open</c>, <c>approved</c>, <c>dismissed</c>, <c>policy</c> (corrected by it), <c>reverted</c> or <c>tolerated</c>.</param>
/// <param name="Newest">No later count of this system has found this field of this position to differ.</param>
/// <param name="Class">Of the SKU when it was compared; null in runs of before there were classes.</param>
public sealed record FoundDrift(
    Guid Run, string System, Instant TakenAt, string State, bool Newest, string? Class,
    int N, string Sku, string Location, string Field, decimal Ours, decimal Theirs, decimal Difference, string Severity,
    IReadOnlyList<AttributionAnswer> Attribution, string Action, string? Unknown, Settlement? Settled, Approval? FirstApproval, Undone? Reverted,
    Undone? Reopened)
    : DriftAnswer(N, Sku, Location, Field, Ours, Theirs, Difference, Severity, Attribution, Action, Unknown, Settled, FirstApproval, Reverted, Reopened)
{
    internal static FoundDrift Read(NpgsqlDataReader reader)
    {
        var drift = DriftTable.Read(reader);
        return new FoundDrift(
            reader.GetGuid("run"), reader.GetString("system"), reader.GetFieldValue<Instant>("taken_at"), reader.GetString("state"),
            reader.GetBoolean("newest"), reader.TextOrNull("class"),
            drift.N, drift.Position.Sku.Value, drift.Position.Location.Value, drift.Field.Name, drift.Ours, drift.Theirs, drift.Ours - drift.Theirs,
            drift.Severity, AttributionAnswer.Of(drift.Attribution), drift.Action, drift.Unknown, drift.Settled, drift.FirstApproval, drift.Reverted,
            drift.Reopened);
    }
}

/// <summary>Which drifts are asked for; null narrows nothing.</summary>
/// <param name="State">One of <see cref="DriftTable.States"/>.</param>
/// <param name="Cause">Of any part of the difference.</param>
/// <param name="From">Counted at this instant or later.</param>
/// <param name="To">Counted before this instant.</param>
/// <param name="NewestOnly">Only the newest of each field of a position, by system.</param>
/// <param name="After">The last drift of the page before.</param>
internal sealed record DriftsRequest(
    string? State, string? System, LocationId? Location, Sku? Sku, string? Cause, Instant? From, Instant? To, bool NewestOnly, int Limit,
    (Instant TakenAt, Guid Run, int N)? After)
{
    private static readonly long Latest = Instant.FromUtc(9999, 12, 31, 0, 0).ToUnixTimeTicks();

    private static readonly string[] Causes = [.. Enum.GetValues<DriftCause>().Select(DriftTable.Word)];

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static DriftsRequest Of(IQueryCollection parameters)
    {
        var query = new QueryText(parameters, "state", "system", "location", "sku", "cause", "from", "to", "newest", "limit", "after");
        return new DriftsRequest(
            query.Choice("state", [.. DriftTable.States.Keys]), GetReconciliation.SystemOf(query), query.Location("location"), query.Sku("sku"),
            query.Choice("cause", Causes), query.Instant("from"), query.Instant("to"), query.Choice("newest", "true", "false") == "true", query.Limit(),
            query.Text("after") is { } after ? CursorOf(after) : null);
    }

    public static string CursorOf(FoundDrift drift) => FormattableString.Invariant($"{drift.TakenAt.ToUnixTimeTicks()}-{drift.Run:N}-{drift.N}");

    private static (Instant TakenAt, Guid Run, int N) CursorOf(string after) =>
        after.Split('-') is [var ticks, var run, var n]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= Latest
        && Guid.TryParseExact(run, "N", out var id)
        && int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (Instant.FromUnixTimeTicks(at), id, number)
            : throw ApiProblemException.Invalid(new FieldRefusal("after", "must be 'next' of the page before"));
}

public static class ListDrifts
{
    private const string IsNewest =
        $"""
         not exists (select from {ReconciliationTables.Drifts} o join {ReconciliationTables.Runs} p on p.id = o.run
           where o.sku = d.sku and o.location = d.location and o.field = d.field and p.system = r.system and (p.taken_at, p.id) > (r.taken_at, r.id))
         """;

    [WolverineGet("/v1/reconciliations/drifts")]
    [Authorize(Roles = $"{Role.Ops},{Role.Finance},{Role.Planner}")]
    [Describes("Drifts of all comparisons", "The latest count first. Each with its run, what explains it, who decided about it and why. `newest` marks the "
        + "latest of a field of a position that a system's counts have found to differ.",
        Query =
        [
            "state: `open`, `approved`, `dismissed`, `policy`, `reverted` or `tolerated`", "system: only one system", "location: only one location",
            "sku: only one SKU", "cause: of any part of the difference", "from: counted at this instant or later", "to: counted before this instant",
            "newest: `true` for the newest of each position only", "limit: 1 to 1,000, default 100", "after: `next` of the page before",
        ],
        Problems = ["400 invalid-request"])]
    public static async Task<Ok<Page<FoundDrift>>> Get(HttpContext http, [NotBody] NpgsqlDataSource database)
    {
        var request = DriftsRequest.Of(http.Request.Query);
        await using var command = database.CreateCommand(
            $"""
             select run, system, taken_at, state, newest, class, {DriftTable.Columns}
             from (
               select d.*, r.system, r.taken_at, {DriftTable.State} as state, {IsNewest} as newest
               from {ReconciliationTables.Drifts} d join {ReconciliationTables.Runs} r on r.id = d.run
               where ($1::text is null or r.system = $1) and ($2::text is null or d.location = $2) and ($3::text is null or d.sku = $3)
                 and ($4::text is null or d.attribution @> jsonb_build_array(jsonb_build_object('cause', $4)))
                 and ($5::timestamptz is null or r.taken_at >= $5) and ($6::timestamptz is null or r.taken_at < $6)
                 and ($7::timestamptz is null or (r.taken_at, r.id) < ($7, $8) or (r.taken_at = $7 and r.id = $8 and d.n > $9))
                 {(request.State is { } state ? $"and {DriftTable.States[state]}" : "")} {(request.NewestOnly ? $"and {IsNewest}" : "")}
               order by r.taken_at desc, r.id desc, d.n limit $10) as found
             order by taken_at desc, run desc, n
             """);
        command.Parameters.Add(SqlValue.OrNull(request.System));
        command.Parameters.Add(SqlValue.OrNull(request.Location?.Value));
        command.Parameters.Add(SqlValue.OrNull(request.Sku?.Value));
        command.Parameters.Add(SqlValue.OrNull(request.Cause));
        command.Parameters.Add(SqlValue.OrNull(request.From));
        command.Parameters.Add(SqlValue.OrNull(request.To));
        command.Parameters.Add(SqlValue.OrNull(request.After?.TakenAt));
        command.Parameters.Add(SqlValue.OrNull(request.After?.Run));
        command.Parameters.Add(SqlValue.OrNull(request.After?.N));
        command.Parameters.AddWithValue(request.Limit + 1);
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        List<FoundDrift> rows = [];
        while (await reader.ReadAsync(http.RequestAborted))
        {
            rows.Add(FoundDrift.Read(reader));
        }

        return TypedResults.Ok(Page<FoundDrift>.Of(rows, request.Limit, DriftsRequest.CursorOf));
    }
}

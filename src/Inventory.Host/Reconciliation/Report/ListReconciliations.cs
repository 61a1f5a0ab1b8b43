using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Reconciliation.Compare;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reconciliation.Report;

public static class ListReconciliations
{
    private static readonly long Latest = Instant.FromUtc(9999, 12, 31, 0, 0).ToUnixTimeTicks();

    [WolverineGet("/v1/reconciliations")]
    [Authorize(Roles = $"{Role.Ops},{Role.Finance},{Role.Planner}")]
    [Describes("List comparisons", "The newest first, without their drifts.",
        Query = ["system: only those of one system", "state: `running`, `done` or `failed`", "limit: 1 to 1,000, default 100",
            "after: `next` of the page before"], Problems = ["400 invalid-request"])]
    public static async Task<Ok<Page<ReconciliationSummary>>> Get(HttpContext http, [NotBody] NpgsqlDataSource database)
    {
        var query = new QueryText(http.Request, "system", "state", "limit", "after");
        var limit = query.Limit();
        var (at, id) = query.Text("after") is { } after ? CursorOf(after) : (Instant.FromUnixTimeTicks(Latest), Guid.Empty);
        await using var command = database.CreateCommand(
            $"""
             select {ReconciliationSummary.Columns} from {ReconciliationTables.Runs}
             where (received_at, id) < ($1, $2) and ($3::text is null or system = $3) and ($4::text is null or state = $4)
               order by received_at desc, id desc limit $5
             """);
        command.Parameters.AddWithValue(at);
        command.Parameters.AddWithValue(id);
        command.Parameters.Add(SqlValue.OrNull(GetReconciliation.SystemOf(query)));
        command.Parameters.Add(SqlValue.OrNull(query.Choice("state", ReconciliationRun.Running, ReconciliationRun.Done, ReconciliationRun.Failed)));
        command.Parameters.AddWithValue(limit + 1);
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        List<ReconciliationSummary> rows = [];
        while (await reader.ReadAsync(http.RequestAborted))
        {
            rows.Add(ReconciliationSummary.Read(reader));
        }

        return TypedResults.Ok(
            Page<ReconciliationSummary>.Of(rows, limit, row => FormattableString.Invariant($"{row.ReceivedAt.ToUnixTimeTicks()}-{row.Id:N}")));
    }

    private static (Instant At, Guid Id) CursorOf(string after) =>
        after.Split('-') is [var ticks, var id]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= Latest
        && Guid.TryParseExact(id, "N", out var guid)
            ? (Instant.FromUnixTimeTicks(at), guid)
            : throw ApiProblemException.Invalid(new FieldRefusal("after", "must be 'next' of the page before"));
}

using System.Data;
using Microsoft.AspNetCore.Authorization;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Monitoring;

/// <summary>A condition that needs a person's attention.</summary>
/// <param name="Id">Kind and subject: the same condition has the same id.</param>
/// <param name="Severity">critical, high, medium or low, by what it does to the business.</param>
/// <param name="Sku">What it is about.</param>
/// <param name="Rule">Because of which rule.</param>
/// <param name="State"><c>open</c> or <c>resolved</c>.</param>
/// <param name="RaisedAt">When its cause was found.</param>
/// <param name="ResolvedAt">When its cause had ended; null while it has not.</param>
public sealed record AlertAnswer(
    string Id, string Kind, string Severity, string Detail, string? Sku, string? Location, string? Channel, string? Rule, string State, Instant RaisedAt,
    Instant? ResolvedAt);

public static class ListAlerts
{
    [WolverineGet("/v1/alerts")]
    [Authorize(Roles = $"{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("List alerts", "The worst first. Each condition is one alert, which is resolved automatically when its cause has ended.",
        Answer = typeof(Page<AlertAnswer>),
        Query = ["state: `open` (default), `resolved` or `all`", "severity: this one only", "kind: this one only",
            "limit: 1 to 1,000, default 100", "after: `next` of the page before"],
        Problems = ["400 invalid-request"])]
    public static async Task<IResult> Get(HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] FindAlertsHandler find)
    {
        var query = new QueryText(http.Request, "state", "severity", "kind", "limit", "after");
        var (state, severity, kind, limit) = (
            query.Choice("state", "open", "resolved", "all") ?? "open", query.Choice("severity", AlertKind.Severities), query.Text("kind"), query.Limit());
        var after = query.Text("after") ?? "";
        await find.Settle(http.RequestAborted);
        await using var command = database.CreateCommand(
            $"""
             select * from (
               select array_position($1, severity)::text || '/' || kind || '/' || subject as place, kind, subject,
                 severity, detail, sku, location, channel, rule, raised_at, resolved_at
               from {OperationsTables.Alerts}
               where ($2 = 'all' or (resolved_at is null) = ($2 = 'open')) and ($3::text is null or severity = $3) and ($4::text is null or kind = $4)) as alert
             where place > $5 order by place limit $6
             """);
        command.Parameters.AddWithValue(AlertKind.Severities);
        command.Parameters.AddWithValue(state);
        command.Parameters.Add(SqlValue.OrNull(severity));
        command.Parameters.Add(SqlValue.OrNull(kind));
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(limit + 1);
        var rows = new List<(string Place, AlertAnswer Alert)>();
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        while (await reader.ReadAsync(http.RequestAborted))
        {
            Instant? resolvedAt = reader.ValueOrNull<Instant>("resolved_at");
            rows.Add((reader.GetString("place"), new AlertAnswer(
                $"{reader.GetString("kind")}/{reader.GetString("subject")}", reader.GetString("kind"), reader.GetString("severity"),
                reader.GetString("detail"), reader.TextOrNull("sku"), reader.TextOrNull("location"),
                reader.TextOrNull("channel"), reader.TextOrNull("rule"), resolvedAt is null ? "open" : "resolved",
                reader.GetFieldValue<Instant>("raised_at"), resolvedAt)));
        }

        var page = Page<(string Place, AlertAnswer Alert)>.Of(rows, limit, row => row.Place);
        return Results.Json(new Page<AlertAnswer>([.. page.Items.Select(row => row.Alert)], page.Next));
    }
}

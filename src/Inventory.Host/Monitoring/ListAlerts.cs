using System.Data;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
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
/// <param name="Acknowledged">Who knows of it; null where nobody does, the time has come, or it was raised anew since.</param>
/// <param name="Sequence">The newest event when it was acknowledged, for <c>?minSequence=</c>; null when read.</param>
public sealed record AlertAnswer(
    string Id, string Kind, string Severity, string Detail, string? Sku, string? Location, string? Channel, string? Rule, string State, Instant RaisedAt,
    Instant? ResolvedAt, Acknowledgement? Acknowledged, long? Sequence = null)
{
    internal const string Columns =
        "kind, subject, severity, detail, sku, location, channel, rule, raised_at, resolved_at, acknowledged::text as acknowledged";

    /// <param name="reader">At a row of <see cref="Columns"/>.</param>
    /// <param name="now">Acknowledgements end by this clock.</param>
    internal static AlertAnswer Read(NpgsqlDataReader reader, Instant now)
    {
        Instant? resolvedAt = reader.ValueOrNull<Instant>("resolved_at");
        var acknowledged = reader.TextOrNull("acknowledged") is { } json ? JsonSerializer.Deserialize<Acknowledgement>(json, EventJson.Options) : null;
        return new AlertAnswer(
            $"{reader.GetString("kind")}/{reader.GetString("subject")}", reader.GetString("kind"), reader.GetString("severity"),
            reader.GetString("detail"), reader.TextOrNull("sku"), reader.TextOrNull("location"),
            reader.TextOrNull("channel"), reader.TextOrNull("rule"), resolvedAt is null ? "open" : "resolved",
            reader.GetFieldValue<Instant>("raised_at"), resolvedAt, acknowledged?.Until > now ? acknowledged : null);
    }
}

/// <summary>That somebody knows of an alert.</summary>
/// <param name="By">Who: the key's name or the token's <c>sub</c>.</param>
/// <param name="Note">In a person's words.</param>
/// <param name="Until">From this instant on it is as if nobody had acknowledged it.</param>
public sealed record Acknowledgement(string By, string Note, Instant At, Instant Until);

/// <summary>Which alerts are asked for.</summary>
/// <param name="State"><c>open</c>, <c>resolved</c> or <c>all</c>.</param>
/// <param name="Severity">Of this one only; null for all.</param>
/// <param name="Kind">Of this one only; null for all.</param>
/// <param name="After"><c>next</c> of the page before; empty for the first.</param>
/// <param name="IsAcknowledged">Whether somebody has acknowledged it; null for all.</param>
internal sealed record AlertsRequest(string State, string? Severity, string? Kind, int Limit, string After, bool? IsAcknowledged = null)
{
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static AlertsRequest Of(IQueryCollection parameters)
    {
        var query = new QueryText(parameters, "state", "severity", "kind", "acknowledged", "limit", "after");
        return new AlertsRequest(
            query.Choice("state", "open", "resolved", "all") ?? "open", query.Choice("severity", AlertKind.Severities), query.Text("kind"), query.Limit(),
            query.Text("after") ?? "", query.Choice("acknowledged", "true", "false") is { } acknowledged ? acknowledged == "true" : null);
    }
}

public static class ListAlerts
{
    [WolverineGet("/v1/alerts")]
    [Authorize(Roles = $"{Role.Channel},{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("List alerts", "The worst first. Each condition is one alert, which is resolved automatically when its cause has ended. "
            + "A channel sees those about itself, a store those about its location.",
        Query = ["state: `open` (default), `resolved` or `all`", "severity: this one only", "kind: this one only",
            "acknowledged: `true` for those that somebody has acknowledged, `false` for others",
            "limit: 1 to 1,000, default 100", "after: `next` of the page before"],
        Problems = ["400 invalid-request"])]
    public static async Task<Ok<Page<AlertAnswer>>> Get(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] FindAlertsHandler find, [NotBody] IClock clock)
    {
        var request = AlertsRequest.Of(http.Request.Query);
        await find.Update(http.RequestAborted);
        return TypedResults.Ok(await Read(database, request, Caller.Of(http), clock.GetCurrentInstant(), http.RequestAborted));
    }

    private static async Task<Page<AlertAnswer>> Read(
        NpgsqlDataSource database, AlertsRequest request, Caller caller, Instant now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select * from (
               select array_position($1, severity)::text || '/' || kind || '/' || subject as place, {AlertAnswer.Columns}
               from {OperationsTables.Alerts}
               where ($2 = 'all' or (resolved_at is null) = ($2 = 'open')) and ($3::text is null or severity = $3) and ($4::text is null or kind = $4)
                 and ($7::boolean is null or coalesce((acknowledged->>'until')::timestamptz > $8, false) = $7)
                 and ($9 or channel = any($10) or location = any($11))) as alert
             where place > $5 order by place limit $6
             """);
        command.Parameters.AddWithValue(AlertKind.Severities);
        command.Parameters.AddWithValue(request.State);
        command.Parameters.Add(SqlValue.OrNull(request.Severity));
        command.Parameters.Add(SqlValue.OrNull(request.Kind));
        command.Parameters.AddWithValue(request.After);
        command.Parameters.AddWithValue(request.Limit + 1);
        command.Parameters.Add(SqlValue.OrNull(request.IsAcknowledged));
        command.Parameters.AddWithValue(now);
        command.Parameters.AddWithValue(caller.SeesAll);
        command.Parameters.AddWithValue(caller.Roles.Contains(Role.Channel) ? caller.Channels.ToArray() : []);
        command.Parameters.AddWithValue(caller.Roles.Contains(Role.Store) ? caller.Locations.ToArray() : []);
        var rows = new List<(string Cursor, AlertAnswer Alert)>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add((reader.GetString("place"), AlertAnswer.Read(reader, now)));
        }

        var page = Page<(string Cursor, AlertAnswer Alert)>.Of(rows, request.Limit, row => row.Cursor);
        return new Page<AlertAnswer>([.. page.Items.Select(row => row.Alert)], page.Next);
    }
}

using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Callers;
using RetailSync.Inventory.Host.Door;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Positions;

/// <summary>Something that happened to a position.</summary>
/// <param name="Version">Its place among the events of the position, from 1.</param>
/// <param name="Type">The event's stored name.</param>
/// <param name="Quantity">What the source said; null where it said none.</param>
/// <param name="OccurredAt">When it happened, by the source's clock.</param>
/// <param name="RecordedAt">When we heard of it.</param>
/// <param name="Source">Who reported it.</param>
/// <param name="Id">The source's name for it.</param>
/// <param name="Document">What proves it.</param>
/// <param name="Absorbed">Whether a later count includes it already, so that on-hand did not change.</param>
/// <param name="OnHandAfter">On-hand with it.</param>
/// <param name="CorrelationId">Of the request that brought it.</param>
/// <param name="Sequence">Its place among all events.</param>
public sealed record PositionEvent(
    long Version, string Type, decimal? Quantity, string? OccurredAt, Instant RecordedAt, string? Source, string? Id, string? Document, bool Absorbed,
    decimal? OnHandAfter, string? CorrelationId, long Sequence);

public static class ListPositionEvents
{
    [WolverineGet("/v1/positions/{sku}/{location}/events")]
    [Authorize(Roles = $"{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("What happened to a position", "Every event, oldest first.", Answer = typeof(Page<PositionEvent>),
        Query = ["limit: 1 to 1,000, default 100", "after: `next` of the page before"],
        Problems = ["400 invalid-request", "404 unknown-position", "503 not-yet-seen"])]
    public static async Task<IResult> Get(HttpContext http, [NotBody] NpgsqlDataSource database)
    {
        var position = new PositionKey(RouteText.Sku(http), RouteText.Location(http));
        Caller.Of(http).RequireToSee(position.Location);
        var query = new QueryText(http.Request, "limit", "after");
        var (limit, after) = (query.Limit(), query.Whole("after", 0, long.MaxValue) ?? 0);

        await using var command = database.CreateCommand($"""
            select version, type, data::text, timestamp, correlation_id, seq_id from {Projections.Projections.Schema}.mt_events
            where stream_id = $1 and version > $2 order by version limit $3
            """);
        command.Parameters.AddWithValue(position.ToString());
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(limit + 1);
        List<PositionEvent> rows = [];
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        while (await reader.ReadAsync(http.RequestAborted))
        {
            rows.Add(Read(reader));
        }

        return rows.Count == 0 && after == 0
            ? throw GetPosition.Unknown()
            : Results.Json(Page<PositionEvent>.Of(rows, limit, row => row.Version.ToString(CultureInfo.InvariantCulture)));
    }

    private static PositionEvent Read(NpgsqlDataReader reader)
    {
        using var document = JsonDocument.Parse(reader.GetString(2));
        var data = document.RootElement;
        return new PositionEvent(
            reader.GetInt64(0), reader.GetString(1), Number("quantity"), Text("occurredAt"), reader.GetFieldValue<Instant>(3), Text("source"), Text("id"),
            Text("document"), data.TryGetProperty("absorbed", out var absorbed) && absorbed.ValueKind == JsonValueKind.True, Number("onHandAfter"),
            reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetInt64(5));

        string? Text(string name) => data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        decimal? Number(string name) => data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDecimal() : null;
    }
}

using System.Data;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Locations;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Positions;

/// <summary>Something that happened to a position.</summary>
/// <param name="Version">Its place among the events of the position, from 1.</param>
/// <param name="Type">The type of the movement; or the step of a reservation: reserved, changed, confirmed, fulfilled, released, expired.</param>
/// <param name="Quantity">Of a movement, what the source said (null: it did not occur); of a reservation, what it added to reserved.</param>
/// <param name="OccurredAt">When it happened, by the source's clock; null for a reservation, which is decided here.</param>
/// <param name="RecordedAt">When it was recorded here.</param>
/// <param name="Source">Who reported it; null for a reservation.</param>
/// <param name="Id">The source's name for it, or the reservation's.</param>
/// <param name="Absorbed">Whether a later count includes it already, so that on-hand did not change.</param>
/// <param name="OnHandAfter">On-hand units after the event.</param>
/// <param name="CorrelationId">Of the request that brought it.</param>
/// <param name="By">Who recorded it: the key's name, the token's <c>sub</c>, or a job of the product's own; null for what is older than this record.</param>
/// <param name="Role">In which role; <c>product</c> for a job of the product's own.</param>
/// <param name="Sequence">Its place among all events.</param>
public sealed record PositionEvent(
    long Version, string Type, decimal? Quantity, Instant? OccurredAt, Instant RecordedAt, string? Source, string? Id, string? Document, bool Absorbed,
    decimal OnHandAfter, string? CorrelationId, string? By, string? Role, long Sequence)
{
    /// <summary>Whose reservation it is about: its id is one of that channel's. Null for a movement, and where an older build recorded it.</summary>
    public string? Channel { get; init; }
}

public static class ListPositionEvents
{
    private static readonly Dictionary<string, Type> EventTypes = Projections.InventorySchema.EventNames.ToDictionary(name => name.Value, name => name.Key);

    [WolverineGet("/v1/positions/{sku}/{location}/events")]
    [Authorize(Roles = $"{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("What happened to a position", "Every event, oldest first.",
        Query = ["limit: 1 to 1,000, default 100", "after: `next` of the page before"],
        Problems = ["400 invalid-request", "404 unknown-position", "503 not-yet-seen"])]
    public static async Task<Ok<Page<PositionEvent>>> Get(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] LocationNames names, [NotBody] SkuNames skus)
    {
        var position = new PositionKey(RouteText.Sku(http), RouteText.Location(http));
        Caller.Of(http).RequireToSee(position.Location);
        position = position with { Sku = await skus.Meant(position.Sku, http.RequestAborted) };
        position = await names.Meant(position, Caller.Of(http), http.RequestAborted);
        var query = new QueryText(http.Request, "limit", "after");
        var limit = query.Limit();
        var after = Math.Min(query.Whole("after", 0, long.MaxValue) ?? 0, long.MaxValue - limit - 1); // no position has as many

        // Reservations leave on-hand as the newest fact before them left it, which may be on an earlier page.
        await using var command = database.CreateCommand($"""
            select version, type, data::text as data, timestamp, correlation_id, seq_id, user_name,
                coalesce(
                  (select (data->>'onHandAfter')::numeric from {Projections.InventorySchema.Name}.mt_events
                    where stream_id = $1 and version <= $2 and data ? 'onHandAfter' order by version desc limit 1),
                  (select (e.data->>'onHandAfter')::numeric from {EventHistory.Archive} as a cross join lateral {EventHistory.Unpacked}
                    where a.stream = $1 and a.version <= $2 and a.version + e.n - 1 <= $2 and e.data ? 'onHandAfter' order by a.version desc, e.n desc limit 1),
                  0) as on_hand_before
            from {EventHistory.Of("$1", from: "$2 + 1", to: "$2 + $3")} order by version
            """);
        command.Parameters.AddWithValue(position.ToString());
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(limit + 1);
        List<PositionEvent> rows = [];
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        while (await reader.ReadAsync(http.RequestAborted))
        {
            rows.Add(Read(reader, onHand: rows.Count == 0 ? reader.GetDecimal("on_hand_before") : rows[^1].OnHandAfter));
        }

        return rows.Count == 0 && after == 0
            ? throw GetPosition.Unknown()
            : TypedResults.Ok(Page<PositionEvent>.Of(rows, limit, row => row.Version.ToString(CultureInfo.InvariantCulture)));
    }

    private static PositionEvent Read(NpgsqlDataReader reader, decimal onHand)
    {
        var happened = JsonSerializer.Deserialize(reader.GetString("data"), EventTypes[reader.GetString("type")], EventJson.Options);
        var by = Actor.Parse(reader.TextOrNull("user_name"));
        var shown = new PositionEvent(
            reader.GetInt64("version"), Word(happened), null, null, reader.GetFieldValue<Instant>("timestamp"), null, null, null, Absorbed: false, onHand,
            reader.TextOrNull("correlation_id"), by?.Name, by?.Role, reader.GetInt64("seq_id"));
        return happened switch
        {
            ReservationFulfilled fulfilled =>
                shown with
                {
                    Quantity = -fulfilled.Quantity,
                    Id = fulfilled.Id,
                    Channel = fulfilled.Channel,
                    Absorbed = fulfilled.Absorbed,
                    OnHandAfter = fulfilled.OnHandAfter
                },
            ReservationEvent reservation => shown with { Quantity = reservation.Change, Id = reservation.Reservation, Channel = reservation.Channel },
            SupplyEvent supply => shown with { Quantity = supply.Units, Id = supply.Reservation, Channel = supply.Channel, Document = supply.Document },
            StockFact fact => shown with
            {
                Quantity = fact is MovementCorrected { DidNotOccur: true } ? null : fact.Quantity,
                OccurredAt = fact.OccurredAt,
                Source = fact.Source,
                Id = fact.Id,
                Document = fact.Document,
                Absorbed = fact.Absorbed,
                OnHandAfter = fact.OnHandAfter,
            },
            _ => shown,
        };
    }

    internal static string Word(object? happened) => happened switch
    {
        ReservationFulfilled => "fulfilled",
        StockFact fact => fact.Type,
        StockReserved => "reserved",
        ReservationChanged => "changed",
        ReservationConfirmed => "confirmed",
        ReservationReleased => "released",
        ReservationExpired => "expired",
        SupplyReserved => "supply-reserved",
        SupplyReleased => "supply-released",
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened?.GetType(), "An event without a word."),
    };
}

using System.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reservations.Reading;

/// <param name="Id">The caller's id for it.</param>
/// <param name="State">held, confirmed, fulfilled, released or expired, by the clock.</param>
/// <param name="Items">The oldest first, at most 1,000.</param>
/// <param name="AsOfSequence">The newest event that this has seen.</param>
public sealed record ReservationLifeAnswer(
    string Id, string Channel, string State, Instant? ExpiresAt, IReadOnlyList<ReservationLifeStep> Items, Instant AsOf, long AsOfSequence);

public static class GetReservationEvents
{
    private const int MostEvents = 10_000;
    private const int MostSteps = 1_000;

    /// <summary>The hold and its first events have the same instant but for rounding.</summary>
    private static readonly Duration Before = Duration.FromMinutes(1);

    private static readonly string[] Types =
    [
        .. new[]
        {
            typeof(StockReserved), typeof(ReservationChanged), typeof(ReservationConfirmed), typeof(ReservationReleased), typeof(ReservationExpired),
            typeof(SupplyReserved), typeof(SupplyReleased), typeof(StockSold), typeof(ReservationFulfilled),
        }.Select(type => InventorySchema.EventNames[type]),
    ];

    private static readonly string Sql =
        $"""
         select e.stream_id, e.seq_id, e.type, e.data, e.timestamp, e.correlation_id, e.user_name
         from unnest($1) as wanted(id)
         cross join lateral (
           select * from {EventHistory.Of("wanted.id")}
           where timestamp >= $2 and type = any($3) and coalesce(data->>'channel', $5) = $5
             and case when type = '{InventorySchema.EventNames[typeof(ReservationFulfilled)]}' then data->>'id' else data->>'reservation' end = $4
           offset 0) e
         order by e.seq_id limit {MostEvents}
         """;

    [WolverineGet("/v1/reservations/{id}/events")]
    [Authorize(Roles = ReservationScope.Roles)]
    [Describes("The life of a reservation", "Each step, the oldest first: when, by whom, under which step id, and what it changed at each location. Of a "
        + "reservation whose lines were changed, what was kept before at places that it no longer names is left out.",
        Query = [StepRequest.DescribesChannel],
        Problems = ["400 invalid-request", "404 unknown-reservation", "409 ambiguous-reservation", "503 not-yet-seen"])]
    public static async Task<Ok<ReservationLifeAnswer>> Get(HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] IClock clock)
    {
        var (reservation, sequence) = await GetReservation.Read(http, database);
        var steps = ReservationLife.Of(reservation, await Read(database, reservation, http.RequestAborted));
        var now = clock.GetCurrentInstant();
        var shown = ReservationShown.Of(reservation, now, sequence);
        return TypedResults.Ok(new ReservationLifeAnswer(
            shown.Id, shown.Channel, shown.State, shown.ExpiresAt, [.. steps.Take(MostSteps)], now, sequence));
    }

    private static async Task<List<HoldRecord>> Read(NpgsqlDataSource database, Reservation reservation, CancellationToken cancellation)
    {
        var positions = reservation.Lines.SelectMany(line => line.Allocations, (line, units) => new PositionKey(line.Sku, units.Location))
            .Concat(reservation.SupplyPositions).Distinct();
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue(positions.Select(position => position.ToString()).ToArray());
        command.Parameters.AddWithValue(reservation.HeldAt > NodaConstants.UnixEpoch ? reservation.HeldAt - Before : NodaConstants.UnixEpoch);
        command.Parameters.AddWithValue(Types);
        command.Parameters.AddWithValue(reservation.Id);
        command.Parameters.AddWithValue(reservation.Channel.Value);
        List<HoldRecord> records = [];
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            records.Add(new HoldRecord(
                PositionKey.Parse(reader.GetString("stream_id")),
                StoredEvents.Read(reader.GetString("type"), reader.GetFieldValue<byte[]>("data")),
                reader.GetFieldValue<Instant>("timestamp"), reader.TextOrNull("correlation_id"), reader.TextOrNull("user_name"), reader.GetInt64("seq_id")));
        }

        return records;
    }
}

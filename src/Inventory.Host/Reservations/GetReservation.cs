using Microsoft.AspNetCore.Authorization;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.Callers;
using RetailSync.Inventory.Host.Door;
using RetailSync.Inventory.Projections.Reservations;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reservations;

public static class GetReservation
{
    [WolverineGet("/v1/reservations/{id}")]
    [Authorize(Roles = $"{Role.Channel},{Role.Ops}")]
    [Describes("A reservation", "As it is by the clock. A channel sees its own.", Answer = typeof(ReservationShown),
        Problems = ["400 invalid-request", "404 unknown-reservation", "503 not-yet-seen"])]
    public static async Task<IResult> Get(HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] IClock clock)
    {
        var id = StepRequest.Reservation(http);
        _ = new QueryText(http.Request);
        await using var command = database.CreateCommand(ReservationTable.SelectByIdWithNewestSequence);
        command.Parameters.AddWithValue(id);
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        var found = await reader.ReadAsync(http.RequestAborted) ? ReservationTable.Read(reader) : null;
        if (found is null || !Caller.Of(http).MayReserveFor(found.Channel))
        {
            throw ReservationShown.Refused(ReservationRefusal.Unknown);
        }

        var now = clock.GetCurrentInstant();
        return EntityTag.IsKnown(http, ReservationShown.Tag(found, now))
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Json(ReservationShown.Of(found, now, reader.GetInt64(1)));
    }
}

using System.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Projections.Reservations;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reservations;

public static class GetReservation
{
    [WolverineGet("/v1/reservations/{id}")]
    [Authorize(Roles = $"{Role.Channel},{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A reservation", "As it is by the clock. A channel sees its own, a store those with lines at its location, and of these no other lines.", Query = [StepRequest.DescribesChannel],
        Problems = ["400 invalid-request", "404 unknown-reservation", "409 ambiguous-reservation", "503 not-yet-seen"])]
    public static async Task<Results<Ok<ReservationShown>, StatusCodeHttpResult>> Get(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] IClock clock)
    {
        var (id, caller, isMeant) = (StepRequest.Reservation(http), Caller.Of(http), StepRequest.Named(http));
        await using var command = database.CreateCommand(ReservationTable.SelectByIdWithNewestSequence);
        command.Parameters.AddWithValue(id);
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        var (named, sequence) = (new List<Reservation>(), 0L);
        while (await reader.ReadAsync(http.RequestAborted))
        {
            var whole = ReservationTable.Read(reader);
            if ((caller.MaySee(whole.Channel) ? whole : whole.At(caller.MaySee)) is { } seen)
            {
                named.Add(seen);
            }

            sequence = reader.GetInt64("newest");
        }

        var (found, refusal) = ReservationRefusal.OneOf(named, isMeant);
        if (found is null)
        {
            throw ReservationShown.Refused(refusal ?? ReservationRefusal.Unknown);
        }

        var now = clock.GetCurrentInstant();
        return EntityTag.IsKnown(http, ReservationShown.Tag(found, now))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(ReservationShown.Of(found, now, sequence));
    }
}

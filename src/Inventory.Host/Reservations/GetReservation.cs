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
    [Authorize(Roles = ReservationScope.Roles)]
    [Describes("A reservation",
        "As it is by the clock. A channel sees its own, a store those with lines at its location, and of these no other lines.",
        Query = [StepRequest.DescribesChannel],
        Problems = ["400 invalid-request", "404 unknown-reservation", "409 ambiguous-reservation", "503 not-yet-seen"])]
    public static async Task<Results<Ok<ReservationShown>, StatusCodeHttpResult>> Get(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] IClock clock)
    {
        var (found, sequence) = await Read(http, database);
        var now = clock.GetCurrentInstant();
        return EntityTag.IsKnown(http, ReservationShown.Tag(found, now))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(ReservationShown.Of(found, now, sequence));
    }

    /// <summary>The reservation that a path names, as it is recorded, and the newest event of all.</summary>
    /// <exception cref="ApiProblemException">404 <c>unknown-reservation</c>, 409 <c>ambiguous-reservation</c>.</exception>
    internal static async Task<(Reservation Found, long Sequence)> Read(HttpContext http, NpgsqlDataSource database)
    {
        var (id, scope, isMeant) = (StepRequest.Reservation(http), new ReservationScope(Caller.Of(http)), StepRequest.Named(http));
        await using var command = database.CreateCommand(ReservationTable.SelectByIdWithNewestSequence);
        command.Parameters.AddWithValue(id);
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        var (named, sequence) = (new List<Reservation>(), 0L);
        while (await reader.ReadAsync(http.RequestAborted))
        {
            if (scope.Seen(ReservationTable.Read(reader)) is { } seen)
            {
                named.Add(seen);
            }

            sequence = reader.GetInt64("newest");
        }

        var (found, refusal) = ReservationRefusal.OneOf(named, isMeant);
        return found is null ? throw ReservationShown.Refused(refusal ?? ReservationRefusal.Unknown) : (found, sequence);
    }
}

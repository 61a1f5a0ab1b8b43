using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reservations;

/// <param name="Step">The caller's id for this step, its idempotency key: a repeat is answered as the first time.</param>
public sealed record ReleaseBody(string? Step);

public static class ReleaseHold
{
    [WolverinePost("/v1/reservations/{id}/release")]
    [Authorize(Roles = $"{Role.Channel},{Role.Ops}")]
    [Describes("Release a reservation",
        "Gives back what has not shipped.",
        Body = typeof(ReleaseBody), RecordsEvents = true, Query = [StepRequest.DescribesChannel],
        Problems = ["400 invalid-request", "404 unknown-reservation", "409 ambiguous-reservation",
            "409 reservation-expired", "412 precondition-failed", "429 lane-full", "503 unavailable"])]
    public static async Task<Results<Ok<ReservationShown>, ProblemHttpResult>> Post(
        HttpContext http, [NotBody] WriteLanes lanes, [NotBody] ReadYourWrites writes)
    {
        var (id, isMeant) = (StepRequest.Reservation(http), StepRequest.Meant(http));
        var (step, _) = await StepRequest.Read(http, "step");
        return await lanes.Take(http, new ReleaseReservation(id, step), isMeant, writes);
    }
}

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reservations;

public static class FulfilHold
{
    [WolverinePost("/v1/reservations/{id}/fulfil")]
    [Authorize(Roles = $"{Role.Channel},{Role.Ops}")]
    [Describes("Ship a reservation",
        "On-hand and reserved both go down. Without `lines`, everything that has not shipped; what is only held is confirmed first.",
        Body = typeof(StepBody), RecordsEvents = true, Query = [StepRequest.DescribesChannel],
        Problems = ["400 invalid-request", "404 unknown-reservation", "409 ambiguous-reservation",
            "409 reservation-expired", "409 more-than-held", "409 supply-not-received", "412 precondition-failed", "429 lane-full", "503 unavailable"])]
    public static async Task<Results<Ok<ReservationShown>, ProblemHttpResult>> Post(
        HttpContext http, [NotBody] WriteLanes lanes, [NotBody] ReadYourWrites writes)
    {
        var (id, isMeant) = (StepRequest.Reservation(http), StepRequest.Meant(http));
        var (step, lines) = await StepRequest.Read(http, "step", ReservationLines.Name);
        return await lanes.Take(http, new FulfilReservation(id, step, lines), isMeant, writes);
    }
}

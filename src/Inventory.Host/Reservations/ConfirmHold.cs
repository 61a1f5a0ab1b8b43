using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reservations;

public static class ConfirmHold
{
    [WolverinePost("/v1/reservations/{id}/confirm")]
    [Authorize(Roles = $"{Role.Channel},{Role.Ops}")]
    [Describes("Confirm a reservation",
        "It no longer expires. With `lines` for less than is held, the rest is given back.",
        Body = typeof(StepBody), RecordsEvents = true, Query = [StepRequest.DescribesChannel],
        Problems = ["400 invalid-request", "404 unknown-reservation", "409 ambiguous-reservation",
            "409 reservation-expired", "409 more-than-held", "412 precondition-failed", "429 lane-full", "503 unavailable"])]
    public static async Task<Results<Ok<ReservationShown>, ProblemHttpResult>> Post(
        HttpContext http, [NotBody] WriteLanes lanes, [NotBody] ReadYourWrites writes)
    {
        var (id, isMeant) = (StepRequest.Reservation(http), StepRequest.Meant(http));
        var (step, lines) = await StepRequest.Read(http, "step", ReservationLines.Name);
        return await lanes.Take(http, new ConfirmReservation(id, step, lines), isMeant, writes);
    }
}

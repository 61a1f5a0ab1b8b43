using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reservations;

/// <param name="Lines">1 to 1,000, instead of those that are held.</param>
public sealed record ChangeBody(IReadOnlyList<LineBody> Lines);

public static class ChangeHold
{
    [WolverinePut("/v1/reservations/{id}")]
    [Authorize(Roles = $"{Role.Channel},{Role.Ops}")]
    [Describes("Change a held reservation", "Other lines instead, all or none. Only the difference needs stock, and it lasts no longer than before.",
        Body = typeof(ChangeBody), RecordsEvents = true, Query = [StepRequest.DescribesChannel],
        Problems = ["400 invalid-request", "400 unknown-unit", "400 fractional-unit", "404 unknown-reservation", "409 ambiguous-reservation",
            "409 hold-limit", "409 insufficient-stock", "409 insufficient-supply",
            "409 reservation-already-confirmed", "412 precondition-failed", "429 lane-full", "503 unavailable"])]
    public static async Task<Results<Ok<ReservationShown>, ProblemHttpResult>> Put(
        HttpContext http, [NotBody] WriteLanes lanes, [NotBody] KnownChannels channels, [NotBody] BaseQuantities quantities, [NotBody] ReadYourWrites writes)
    {
        var (id, isMeant) = (StepRequest.Reservation(http), StepRequest.Meant(http));
        var fields = new Fields(ReservationLines.Name);
        await RequestBody.ReadInto(fields, http.Request);
        var lines = ReservationLines.Read(fields, required: true, mayBackorder: true);
        fields.ThrowIfRefused();
        var meant = await ReservationLines.InBase(lines!, quantities, http.RequestAborted);
        var zones = meant.Any(line => line.By is not null) ? await channels.ZonesOfReservations(id, http.RequestAborted) : null;
        return await lanes.Take(http, new ChangeReservation(id, meant) { Zones = zones }, isMeant, writes);
    }
}

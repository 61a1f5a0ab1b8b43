using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.Callers;
using RetailSync.Inventory.Host.Door;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Quotas;

namespace RetailSync.Inventory.Host.Reservations;

/// <param name="Step">The caller's id for this step: the same one again is answered as the first time.</param>
/// <param name="Lines">A part; everything when left out.</param>
public sealed record StepBody(string? Step, IReadOnlyList<LineBody>? Lines);

/// <summary>How every step with a reservation is asked for and answered.</summary>
internal static class StepRequest
{
    /// <exception cref="RequestRefused">400 <c>invalid-request</c>.</exception>
    public static string Reservation(HttpContext http) =>
        Identifier.TryParseName(RouteText.Segment(http, "id"), out var id) ? id
        : throw RequestRefused.Invalid(new FieldRefusal("id", Fields.NameForm));

    /// <summary>The body of a step that has an id, and lines where <paramref name="names"/> has them; both may be left out, and so may the body.</summary>
    public static async Task<(string? Step, IReadOnlyList<RequestedLine>? Lines)> Read(HttpContext http, params string[] names)
    {
        _ = new QueryText(http.Request);
        var fields = new Fields(names);
        await RequestBody.ReadInto(fields, http.Request, mayBeEmpty: true);
        var step = fields.OptionalIdentifier("step");
        var lines = names.Contains(ReservationLines.Name) ? ReservationLines.Read(fields, required: false, mayBackorder: false) : null;
        fields.ThrowIfRefused();
        return (step, lines);
    }

    /// <summary>Takes the step for a caller to whom other channels' reservations are unknown.</summary>
    public static async Task<IResult> Take(
        this WriteLanes lanes, HttpContext http, ReservationStep step, ReadYourWrites writes)
    {
        var condition = EntityTag.Condition(http);
        var answer = await lanes.Step(
            step, Caller.Of(http).MayReserveFor, Provenance.Of(http), http.RequestAborted, (reservation, now) => condition(ReservationShown.Tag(reservation, now)),
            http.RequestServices.GetRequiredService<HoldQuotas>());
        return await ReservationShown.Answer(http, answer, writes);
    }
}

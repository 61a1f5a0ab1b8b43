using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Http.Pipeline;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;

namespace RetailSync.Inventory.Host.Reservations;

/// <param name="Step">The caller's id for this step, its idempotency key: a repeat is answered as the first time.</param>
/// <param name="Lines">A part; everything when left out.</param>
public sealed record StepBody(string? Step, IReadOnlyList<LineBody>? Lines);

/// <summary>How every step with a reservation is asked for and answered.</summary>
internal static class StepRequest
{
    public const string ChannelParameter = "channel";

    /// <summary>For the description of an operation.</summary>
    public const string DescribesChannel = "channel: whose reservation it is, where several channels of the caller's have one of this id";

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static string Reservation(HttpContext http) =>
        OrderPlan.TryParseReservation(RouteText.Segment(http, "id"), out var id) ? id
        : throw ApiProblemException.Invalid(new FieldRefusal("id", Fields.NameForm));

    /// <summary>
    /// Whose reservation the caller may mean by an id: its own, or everybody's for <c>ops</c>, and only that of the channel which it names with
    /// <c>?channel=</c>. Another channel's reservation is absent.
    /// </summary>
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static Func<ChannelId, bool> Meant(HttpContext http) => Named(http, Caller.Of(http).MayReserveFor);

    /// <summary>The same of a caller who only reads.</summary>
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static Func<ChannelId, bool> Readable(HttpContext http) => Named(http, ReservationScope.Of(Caller.Of(http)).Includes);

    private static Func<ChannelId, bool> Named(HttpContext http, Func<ChannelId, bool> may)
    {
        var query = new QueryText(http.Request, ChannelParameter);
        ChannelId? named = query.Text(ChannelParameter) is null ? null : query.Channel(ChannelParameter);
        return channel => may(channel) && (named is null || channel == named);
    }

    /// <summary>The body of a step that has an id, and lines where <paramref name="names"/> has them; both may be left out, and so may the body.</summary>
    public static async Task<(string? Step, IReadOnlyList<RequestedLine>? Lines)> Read(HttpContext http, params string[] names)
    {
        var fields = new Fields(names);
        await RequestBody.ReadInto(fields, http.Request, mayBeEmpty: true);
        var step = fields.OptionalIdentifier("step");
        var lines = names.Contains(ReservationLines.Name) ? ReservationLines.Read(fields, required: false, mayBackorder: false) : null;
        fields.ThrowIfRefused();
        var quantities = http.RequestServices.GetRequiredService<BaseQuantities>();
        return (step, lines is null ? null : await ReservationLines.InBase(lines, quantities, http.RequestAborted));
    }

    /// <summary>Takes the step for a caller to whom other channels' reservations are unknown.</summary>
    /// <param name="lanes">Where it is decided.</param>
    /// <param name="isMeant">Of <see cref="Meant"/>.</param>
    /// <param name="writes">Say what the answer has seen.</param>
    public static async Task<Results<Ok<ReservationShown>, ProblemHttpResult>> Take(
        this WriteLanes lanes, HttpContext http, ReservationStep step, Func<ChannelId, bool> isMeant, ReadYourWrites writes)
    {
        var condition = EntityTag.Condition(http);
        var answer = await lanes.Step(
            step, isMeant, Provenance.Of(http), http.RequestAborted, (reservation, now) => condition(ReservationShown.Tag(reservation, now)),
            http.RequestServices.GetRequiredService<HoldQuotas>());
        return answer.Refusal is { } refusal
            ? Problem.Of(ReservationShown.Refused(refusal))
            : TypedResults.Ok(await ReservationShown.Show(http, answer, writes));
    }
}

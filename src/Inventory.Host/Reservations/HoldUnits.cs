using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Http.Pipeline;
using RetailSync.Inventory.Host.Http.Values;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reservations;

/// <param name="Id">The caller's own id, the idempotency key: a repeat is answered as the first time.</param>
/// <param name="HoldFor">ISO 8601, PT1S to P30D; PT15M when left out. After that the units are free again.</param>
/// <param name="Lines">1 to 1,000, all or none.</param>
/// <param name="Priority">The higher keeps its supply longer where there is too little, then the older; 0 when left out.</param>
public sealed record HoldBody(string Id, string Channel, string? HoldFor, IReadOnlyList<LineBody> Lines, int? Priority = null);

public static class HoldUnits
{
    [ThreadStatic]
    private static Fields? _fields;

    [WolverinePost("/v1/reservations")]
    [Authorize(Roles = $"{Role.Channel},{Role.Ops}")]
    [Describes("Hold units", "Keeps units for an order, all or none. 201 when they are held; 200 when this very request was made before.",
        Body = typeof(HoldBody), RecordsEvents = true,
        Problems = ["400 invalid-request", "400 unknown-unit", "400 fractional-unit", "404 unknown-channel", "409 hold-limit", "409 insufficient-stock",
            "409 insufficient-supply", "409 reservation-id-reused", "415 unsupported-media-type", "429 lane-full", "503 unavailable"])]
    public static async Task<Results<Ok<ReservationShown>, Created<ReservationShown>, ProblemHttpResult>> Post(
        HttpContext http, [NotBody] WriteLanes lanes, [NotBody] KnownChannels channels, [NotBody] HoldQuotas quotas,
        [NotBody] BaseQuantities quantities, [NotBody] ReadYourWrites writes)
    {
        _ = new QueryText(http.Request);
        RequestBody.MediaType(http.Request, RequestBody.Json);
        using var body = await RequestBody.Read(http.Request, http.RequestAborted);
        var request = Read(body.Span);
        if (!Caller.Of(http).MayReserveFor(request.Channel))
        {
            throw ApiProblemException.Forbidden();
        }

        await channels.RequireKnown(request.Channel, http.RequestAborted);
        request = request with { Lines = await ReservationLines.InBase(request.Lines, quantities, http.RequestAborted) };

        if (request.Lines.Any(line => line.By is not null))
        {
            request = request with { Zone = await channels.Zone(request.Channel, http.RequestAborted) };
        }

        var answer = await lanes.Hold(request, Provenance.Of(http), http.RequestAborted, quotas);
        if (answer.Refusal is { } refusal)
        {
            return Problem.Of(ReservationShown.Refused(refusal));
        }

        var shown = await ReservationShown.Show(http, answer, writes);
        return answer.Changed ? TypedResults.Created(PathOf(shown), shown) : TypedResults.Ok(shown);
    }

    /// <summary>With its channel: role ops may meet the id at several channels.</summary>
    private static string PathOf(ReservationShown shown) =>
        $"/v1/reservations/{Uri.EscapeDataString(shown.Id)}?{StepRequest.ChannelParameter}={Uri.EscapeDataString(shown.Channel)}";

    private static HoldStock Read(ReadOnlySpan<byte> body)
    {
        var fields = _fields ??= new Fields("id", "channel", "holdFor", "priority", ReservationLines.Name);
        if (!fields.ReadJson(body))
        {
            throw ApiProblemException.Malformed("The body must be one JSON object, well-formed and in UTF-8.");
        }

        var id = fields.OptionalName("id", required: true);
        var channel = ChannelId.TryParse(fields.OptionalName("channel", required: true), out var parsed) ? parsed : default;
        var holdFor = HoldFor(fields);
        var priority = fields.Number("priority") ?? 0;
        if (priority != decimal.Truncate(priority) || priority is < int.MinValue or > int.MaxValue)
        {
            fields.Refuse("priority", "must be a whole number of 32 bits");
        }

        var lines = ReservationLines.Read(fields, required: true, mayBackorder: true);
        fields.ThrowIfRefused();
        return new HoldStock(id!, channel, holdFor, lines!) { Priority = (int)priority };
    }

    private static Duration HoldFor(Fields fields)
    {
        if (fields.Text("holdFor") is not { } text)
        {
            return HoldStock.DefaultHold;
        }

        if (!Durations.TryParse(text, out var duration) || duration < HoldStock.ShortestHold || duration > HoldStock.LongestHold)
        {
            fields.Refuse("holdFor", "must be an ISO 8601 duration from PT1S to P30D");
        }

        return duration;
    }
}

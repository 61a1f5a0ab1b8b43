using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Lanes.Commands;
using RetailSync.Inventory.Host.Quotas;

namespace RetailSync.Inventory.Host.Reservations;

/// <summary>Units in stock; or, with a document, units that are expected.</summary>
/// <param name="Location">Where the units are, or are expected.</param>
/// <param name="Quantity">Units, those that have shipped included.</param>
/// <param name="Fulfilled">Units that have shipped.</param>
/// <param name="Document">By what they are expected.</param>
/// <param name="ExpectedOn">The day on which they are expected now; left out where they have lost their supply, or nobody says when it comes.</param>
/// <param name="PromisedOn">The day for which they were promised.</param>
/// <param name="AtRisk"><c>late</c>, <c>short</c> or <c>cancelled</c> where they do not come when they were promised, as things are.</param>
public sealed record AllocationShown(
    string Location, decimal Quantity, decimal Fulfilled,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Document = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LocalDate? ExpectedOn = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LocalDate? PromisedOn = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? AtRisk = null)
{
    public static AllocationShown Of(SupplyUnits units) => new(
        units.Location.Value, units.Quantity, 0, units.Document, units.ExpectedOn, units.PromisedOn,
        units.Risk is { } risk ? JsonNamingPolicy.KebabCaseLower.ConvertName(risk.Reason.ToString()) : null);
}

/// <param name="Quantity">Over all its allocations; of a kit, those that are prepacked and those that its components make.</param>
/// <param name="Location">Where the line wanted it; null when it left that open.</param>
/// <param name="Allocations">Units of the SKU itself; of a kit, those that are prepacked.</param>
/// <param name="PromisedOn">The latest day for which a part of it was promised; left out when nothing is still to come.</param>
public sealed record LineShown(
    string Sku, decimal Quantity, string? Location, IReadOnlyList<AllocationShown> Allocations,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LocalDate? PromisedOn = null)
{
    /// <summary>Of a kit: the components that are kept for it. Left out where the line is of no kit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ComponentShown>? Components { get; init; }
}

/// <param name="Quantity">Units over all its allocations, those that have shipped included.</param>
/// <param name="PerKit">Units that one kit needs.</param>
public sealed record ComponentShown(string Sku, decimal Quantity, decimal PerKit, IReadOnlyList<AllocationShown> Allocations);

/// <summary>A reservation as it is by the clock.</summary>
/// <param name="Id">The caller's id for it.</param>
/// <param name="State">held, confirmed, fulfilled, released or expired.</param>
/// <param name="ExpiresAt">When its units are or were free again by expiry; null once that can no longer happen.</param>
/// <param name="Lines">What is, or was, kept.</param>
/// <param name="Version">How often it has changed.</param>
/// <param name="AsOf">The instant by whose clock this is so.</param>
/// <param name="Sequence">The newest event that this has seen, for <c>?minSequence=</c>.</param>
/// <param name="PromisedOn">The latest of its lines; left out when nothing is still to come.</param>
public sealed record ReservationShown(
    string Id, string Channel, string State, Instant? ExpiresAt, IReadOnlyList<LineShown> Lines, long Version, Instant AsOf, long Sequence,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LocalDate? PromisedOn = null)
{
    public static ReservationShown Of(Reservation reservation, Instant asOf, long sequence)
    {
        var state = reservation.StateAt(asOf);
        return new ReservationShown(
            reservation.Id,
            reservation.Channel.Value,
            JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString()),
            state is ReservationState.Held or ReservationState.Expired ? reservation.ExpiresAt : null,
            [.. reservation.Lines.Select((line, index) => (line, index))
                .GroupBy(one => one.line.Kit is { } kit ? (kit.Sku, kit.Line) : (default(Sku), one.index))
                .Select(parts => Line([.. parts.Select(part => part.line)]))],
            reservation.Version,
            asOf,
            sequence,
            reservation.Lines.Max(line => line.PromisedOn));
    }

    /// <summary>The line as it was requested: a kit is one line, whatever it is held of.</summary>
    private static LineShown Line(IReadOnlyList<ReservedLine> parts)
    {
        var first = parts[0];
        if (first.Kit is not { } kit)
        {
            return new LineShown(first.Sku.Value, first.Quantity, first.Location?.Value, Allocations(first), first.PromisedOn);
        }

        var prepacked = parts.Where(part => part.Sku == kit.Sku).ToList();
        var components = parts.Where(part => part.Sku != kit.Sku).ToList();
        var assembled = components.Count < kit.Components ? 0 : components.Min(part => decimal.Floor(part.Quantity / part.Kit!.PerKit));
        return new LineShown(
            kit.Sku.Value, assembled + prepacked.Sum(part => part.Quantity), first.Location?.Value, [.. prepacked.SelectMany(Allocations)],
            parts.Max(part => part.PromisedOn))
        {
            Components = components.ConvertAll(part => new ComponentShown(part.Sku.Value, part.Quantity, part.Kit!.PerKit, Allocations(part))),
        };
    }

    private static IReadOnlyList<AllocationShown> Allocations(ReservedLine line) =>
    [
        .. line.Allocations.Select(units => new AllocationShown(units.Location.Value, units.Quantity, units.Fulfilled)),
        .. (line.Supply ?? []).Select(AllocationShown.Of),
    ];

    /// <summary>Names what a caller has seen: it changes with every step, and when the clock ends the hold, but not once more when that is recorded.</summary>
    public static string Tag(Reservation reservation, Instant asOf) => reservation.StateAt(asOf) == ReservationState.Expired
        ? FormattableString.Invariant($"{(reservation.State == ReservationState.Expired ? reservation.Version - 1 : reservation.Version)}-over")
        : FormattableString.Invariant($"{reservation.Version}");

    /// <summary>The reservation of a request that was not refused; the response has its entity tag.</summary>
    public static async Task<ReservationShown> Show(HttpContext http, ReservationAnswer answer, ReadYourWrites writes)
    {
        // What was done before has no event of this request; whatever is there by now has seen it.
        var sequence = answer.Changed ? answer.Sequence : await writes.NewestSequence(http.RequestAborted);
        http.Response.Headers.ETag = $"\"{Tag(answer.Reservation!, answer.DecidedAt)}\"";
        return Of(answer.Reservation!, answer.DecidedAt, sequence);
    }

    public static ApiProblemException Refused(ReservationRefusal refusal)
    {
        if (refusal.Field is { } field)
        {
            return ApiProblemException.Invalid(new FieldRefusal(field, refusal.Detail));
        }

        var status = refusal == ReservationRefusal.Unknown ? StatusCodes.Status404NotFound
            : refusal == ReservationRefusal.FractionalKit ? StatusCodes.Status400BadRequest
            : refusal == ReservationRefusal.Changed ? StatusCodes.Status412PreconditionFailed
            : StatusCodes.Status409Conflict;
        return new ApiProblemException(status, refusal.Code, refusal.Detail)
        {
            Members = Members(refusal),
        };
    }

    private static Dictionary<string, object?> Members(ReservationRefusal refusal) => refusal switch
    {
        { Shortages: { } shortages } => new()
        {
            ["shortages"] = shortages.Select(
                lacking => new ShortageShown(lacking.Sku.Value, lacking.Location?.Value, lacking.Requested, lacking.Available, lacking.Component?.Value))
                .ToList(),
        },
        { Limit: { } limit } => new() { ["limit"] = $"{LimitOptions.Section}:{nameof(LimitOptions.Holds)}:{limit}" },
        _ => [],
    };

    /// <param name="Sku">What there is too little of.</param>
    /// <param name="Location">Where; null when any location would have done.</param>
    /// <param name="Requested">By all lines together.</param>
    /// <param name="Available">What could have been held.</param>
    /// <param name="Component">Of a kit: the component that limits it.</param>
    private sealed record ShortageShown(
        string Sku, string? Location, decimal Requested, decimal Available,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Component);
}

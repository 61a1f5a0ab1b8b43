using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Reservations;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reservations.Reading;

/// <summary>Which open reservations are asked for; null narrows nothing.</summary>
/// <param name="State">Held or confirmed, by the clock.</param>
/// <param name="Location">Where they keep or await units.</param>
/// <param name="EndsBefore">Held ones that expire before this instant.</param>
/// <param name="After">The last of the page before; without an end, it is confirmed.</param>
internal sealed record ReservationsRequest(
    ChannelId? Channel, ReservationState? State, Sku? Sku, LocationId? Location, Instant? EndsBefore, int Limit,
    (Instant? Ends, string Id, string Channel)? After)
{
    private const string Confirmed = "confirmed";

    private static readonly long Latest = Instant.FromUtc(9999, 12, 31, 0, 0).ToUnixTimeTicks();

    public bool WantsHeld => State != ReservationState.Confirmed && After is null or { Ends: not null };

    public bool WantsConfirmed => State != ReservationState.Held && EndsBefore is null;

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static ReservationsRequest Of(QueryText query) => new(
        query.Text("channel") is null ? null : query.Channel("channel"),
        query.Choice("state", "held", Confirmed) switch { null => null, Confirmed => ReservationState.Confirmed, _ => ReservationState.Held },
        query.Sku("sku"), query.Location("location"), query.Instant("endsBefore"), query.Limit(),
        query.Text("after") is { } after ? CursorOf(after) : null);

    /// <summary>Whether a reservation that is held or confirmed is one of them, whatever its SKU.</summary>
    public bool Includes(Reservation reservation, Instant now) =>
        reservation.StateAt(now) is var state && (State is null || state == State)
        && state is ReservationState.Held or ReservationState.Confirmed
        && (Channel is null || reservation.Channel == Channel)
        && (EndsBefore is null || (state == ReservationState.Held && reservation.ExpiresAt < EndsBefore))
        && (Location is not { } location || reservation.Lines.Exists(line =>
            line.Allocations.Exists(units => units.Location == location) || line.Supply?.Exists(units => units.Location == location) == true))
        && (After is not { } after || Order.Compare(Place(reservation), Place(after)) > 0);

    /// <summary>The next to expire first, then those that do not expire.</summary>
    public static IComparer<(long Ends, string Id, string Channel)> Order { get; } = Comparer<(long Ends, string Id, string Channel)>.Create((one, other) =>
    {
        var (byEnd, byId) = (one.Ends.CompareTo(other.Ends), string.CompareOrdinal(one.Id, other.Id));
        return byEnd != 0 ? byEnd : byId != 0 ? byId : string.CompareOrdinal(one.Channel, other.Channel);
    });

    public static (long Ends, string Id, string Channel) Place(Reservation reservation) => Place((
        reservation.State == ReservationState.Held ? reservation.ExpiresAt : (Instant?)null, reservation.Id, reservation.Channel.Value));

    /// <summary>A channel has no slash; what comes behind the second one is the id.</summary>
    public static string CursorOf(ReservationShown shown) => FormattableString.Invariant(
        $"{(shown.ExpiresAt is { } ends ? ends.ToUnixTimeTicks().ToString(CultureInfo.InvariantCulture) : Confirmed)}/{shown.Channel}/{shown.Id}");

    private static (long Ends, string Id, string Channel) Place((Instant? Ends, string Id, string Channel) one) =>
        (one.Ends?.ToUnixTimeTicks() ?? long.MaxValue, one.Id, one.Channel);

    private static (Instant? Ends, string Id, string Channel) CursorOf(string after) =>
        after.Split('/', 3) is [var ends, var channel, var id]
            ? ends == Confirmed ? (null, id, channel)
                : long.TryParse(ends, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= Latest
                ? (Instant.FromUnixTimeTicks(ticks), id, channel)
                : throw NotAPage()
            : throw NotAPage();

    private static ApiProblemException NotAPage() => ApiProblemException.Invalid(new FieldRefusal("after", "must be 'next' of the page before"));
}

public static class ListReservations
{
    [WolverineGet("/v1/reservations")]
    [Authorize(Roles = ReservationScope.Roles)]
    [Describes("Open reservations", "Those that keep units now, as they are by the clock: the next to expire first, then those that are confirmed. "
        + "Reservations that have ended are answered by their id only. A channel sees its own, a store those with lines at its location.",
        Query =
        [
            "channel: only of this channel", "state: `held` or `confirmed`", "sku: only those that keep units of this SKU, also as a component of a kit",
            "location: only those that keep or await units there", "endsBefore: only held ones that expire before this instant",
            "limit: 1 to 1,000, default 100", "after: `next` of the page before",
        ],
        Problems = ["400 invalid-request", "503 not-yet-seen"])]
    public static async Task<Ok<Page<ReservationShown>>> Get(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] ReadAvailability availability, [NotBody] SkuNames names,
        [NotBody] ReadYourWrites writes, [NotBody] IClock clock)
    {
        var query = new QueryText(http.Request, "channel", "state", "sku", "location", "endsBefore", "limit", "after");
        var request = ReservationsRequest.Of(query);
        var scope = new ReservationScope(Caller.Of(http));
        request = request with { Location = scope.At(request.Location) };
        if (request.Channel is { } channel)
        {
            scope.RequireToSee(channel);
        }

        var sequence = await writes.NewestSequence(http.RequestAborted);
        var now = clock.GetCurrentInstant();
        var found = request.Sku is { } sku
            ? await OfSku(
                availability, await names.Meant(sku, http.RequestAborted), request, scope, query.Whole(QueryText.MinSequence, 0, long.MaxValue) ?? 0, now,
                http.RequestAborted)
            : await ByIndex(database, request, scope, now, http.RequestAborted);
        return TypedResults.Ok(Page<ReservationShown>.Of(
            [.. found.Select(scope.Seen).OfType<Reservation>().Select(reservation => ReservationShown.Of(reservation, now, sequence))],
            request.Limit, ReservationsRequest.CursorOf));
    }

    /// <summary>Of one SKU they are in the cache by that SKU.</summary>
    private static async Task<List<Reservation>> OfSku(
        ReadAvailability availability, Sku sku, ReservationsRequest request, ReservationScope scope, long minSequence, Instant now,
        CancellationToken cancellation)
    {
        var basis = await availability.Read([sku], minSequence, cancellation);
        return [.. basis.Book.Open(sku)
            .Where(reservation => scope.Channels?.Contains(reservation.Channel.Value) != false && request.Includes(reservation, now))
            .OrderBy(ReservationsRequest.Place, ReservationsRequest.Order).Take(request.Limit + 1)];
    }

    /// <summary>The indexes of open ones have no other: what has ended is not read.</summary>
    private static async Task<List<Reservation>> ByIndex(
        NpgsqlDataSource database, ReservationsRequest request, ReservationScope scope, Instant now, CancellationToken cancellation)
    {
        List<Reservation> found = [];
        if (request.WantsHeld)
        {
            await Read(ReservationTable.SelectHeldPage, [
                new() { Value = now }, SqlValue.OrNull(request.EndsBefore), SqlValue.OrNull(request.After?.Ends), SqlValue.OrNull(request.After?.Id),
                SqlValue.OrNull(request.After?.Channel)]);
        }

        if (request.WantsConfirmed && found.Count <= request.Limit)
        {
            var after = request.After is { Ends: null } last ? last : default;
            await Read(ReservationTable.SelectConfirmedPage, [SqlValue.OrNull(after.Id), SqlValue.OrNull(after.Channel)]);
        }

        return found;

        async Task Read(string sql, NpgsqlParameter[] more)
        {
            await using var batch = database.CreateBatch();
            batch.BatchCommands.Add(new NpgsqlBatchCommand(ReservationTable.OnlyIndexes));
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.Add(SqlValue.OrNull(scope.Channels?.ToArray()));
            command.Parameters.Add(SqlValue.OrNull(request.Channel?.Value));
            command.Parameters.Add(SqlValue.OrNull(request.Location?.Value));
            command.Parameters.AddWithValue(request.Limit + 1 - found.Count);
            command.Parameters.AddRange(more);
            batch.BatchCommands.Add(command);
            await using var reader = await batch.ExecuteReaderAsync(cancellation);
            await reader.NextResultAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                found.Add(ReservationTable.Read(reader));
            }
        }
    }
}

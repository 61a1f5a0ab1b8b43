using System.Text.Json;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Reservations;

namespace RetailSync.Inventory.Host.Availability.Query;

/// <summary>What a day brings.</summary>
/// <param name="Day">In the channel's time zone; one before the schedule's first for documents that are late.</param>
/// <param name="Arrivals">Documents that are expected on it.</param>
/// <param name="HoldsEnding">Holds that expire on it unless they are confirmed. Their units are not counted as free ahead of that.</param>
public sealed record DayReasons(LocalDate Day, IReadOnlyList<ArrivalReason> Arrivals, IReadOnlyList<HoldEnding> HoldsEnding);

/// <param name="Sku">Of a kit, the SKU itself or one of its components.</param>
/// <param name="Expected">Units that are outstanding.</param>
/// <param name="Confidence">0 to 1, of the document and of supply rules together.</param>
/// <param name="Held">Of what is outstanding, units that reservations keep.</param>
/// <param name="Counted">Units that the promise counts from that day on: 0 for what is late, beyond a horizon, or where the channel may not sell.</param>
public sealed record ArrivalReason(
    string Document, string Kind, string Sku, string Location, decimal Expected, decimal Confidence, decimal Held, decimal Counted);

/// <param name="Reservation">Null for the sum of those that the caller may not see, or that are beyond the first 100 of the day.</param>
/// <param name="Sku">Of a kit, the SKU itself or one of its components.</param>
/// <param name="Quantity">Units that would be free.</param>
/// <param name="EndsAt">When the hold expires; of a sum, the first of them.</param>
public sealed record HoldEnding(string? Reservation, string Sku, string Location, decimal Quantity, Instant EndsAt);

/// <summary>The documents and holds behind a schedule, by day.</summary>
internal static class ScheduleReasons
{
    private const int NamedAtMost = 100;

    /// <param name="open">Reservations that keep units of a SKU.</param>
    /// <param name="maySee">Whether the caller may see reservations of a channel.</param>
    /// <param name="location">At this location only; null for all.</param>
    public static IReadOnlyList<DayReasons> Of(
        IReadOnlyList<ExpectedArrival> arrivals, SkuStock stock, Func<Sku, IReadOnlyList<Reservation>> open, Func<ChannelId, bool> maySee, Instant now,
        DateTimeZone zone, int days, LocationId? location)
    {
        var last = now.InZone(zone).Date.PlusDays(days - 1);
        var holds = (
            from sku in (stock.Kit?.Components ?? []).Append(stock).Select(one => one.Sku)
            from reservation in open(sku)
            where reservation.StateAt(now) == ReservationState.Held
            let day = reservation.ExpiresAt.InZone(zone).Date
            where day <= last
            from units in reservation.Open
            where units.Key.Sku == sku && (location is null || units.Key.Location == location)
            orderby reservation.ExpiresAt
            select (day, Hold: new HoldEnding(
                maySee(reservation.Channel) ? reservation.Id : null, sku.Value, units.Key.Location.Value, units.Quantity, reservation.ExpiresAt)))
            .ToLookup(one => one.day, one => one.Hold);
        var documents = arrivals.Where(arrival => location is null || arrival.Location == location).ToLookup(arrival => arrival.Day);
        return
        [
            .. from day in holds.Select(day => day.Key).Union(documents.Select(day => day.Key))
               orderby day
               select new DayReasons(day, [.. documents[day].Select(Show)], [.. Named(holds[day])]),
        ];
    }

    private static ArrivalReason Show(ExpectedArrival arrival) => new(
        arrival.Document, JsonNamingPolicy.KebabCaseLower.ConvertName(arrival.Kind.ToString()), arrival.Sku.Value, arrival.Location.Value, arrival.Expected,
        arrival.Confidence, arrival.Held, arrival.Counted);

    private static IEnumerable<HoldEnding> Named(IEnumerable<HoldEnding> holds)
    {
        var all = holds.ToList();
        var named = all.Where(hold => hold.Reservation is not null).Take(NamedAtMost).ToHashSet();
        return all.Where(named.Contains).Concat(
            from hold in all
            where !named.Contains(hold)
            group hold by (hold.Sku, hold.Location) into rest
            select new HoldEnding(null, rest.Key.Sku, rest.Key.Location, rest.Sum(hold => hold.Quantity), rest.Min(hold => hold.EndsAt)));
    }
}

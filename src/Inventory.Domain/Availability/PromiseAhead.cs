using NodaTime;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Availability;

/// <param name="Day">In the channel's time zone.</param>
/// <param name="Quantity">What may be promised for that day.</param>
public readonly record struct DayPromise(LocalDate Day, decimal Quantity);

/// <summary>
/// What may be promised on days ahead: stock and the supply that has come by then, as far as it can be relied on. What is promised for a
/// day must still be there on every later one, so a day's number is the least of those from it on (the cumulative available-to-promise
/// of Dynamics 365 Inventory Visibility, and of any text on the subject), up to <see cref="DaysAtMost"/> ahead: it does not depend on how many
/// days are asked for, and is what <see cref="AheadStock"/> lets a channel hold.
/// </summary>
public static class PromiseAhead
{
    public const int DaysAtMost = 180;

    /// <param name="stock">As it is now; what it can be assembled from by the rules.</param>
    /// <param name="rules">Those in force at an instant.</param>
    /// <param name="now">Of the question; its day in <paramref name="zone"/> is the first.</param>
    /// <param name="days">1 to <see cref="DaysAtMost"/>.</param>
    /// <param name="at">Of this location only; null for all.</param>
    public static IReadOnlyList<DayPromise> Of(
        ChannelId channel, Func<RulesInForce, SkuStock> stock, Func<Instant, RulesInForce> rules, Instant now, DateTimeZone zone, int days,
        LocationId? at = null)
    {
        var today = now.InZone(zone).Date;
        var promises = new DayPromise[DaysAtMost + 1];
        var inForce = rules(now);
        var (there, supply) = (stock(inForce), inForce);
        var arrivals = ArrivalDays(there, supply, today);
        decimal? quantity = null;
        for (var index = 0; index < promises.Length; index++)
        {
            var day = today.PlusDays(index);
            var begins = zone.AtStartOfDay(day).ToInstant();
            if (index > 0 && inForce.Until <= begins)
            {
                inForce = rules(begins);
                (quantity, there) = (null, stock(inForce));
                arrivals = ArrivalDays(there, supply, today);
            }

            if (quantity is null || arrivals.Contains(day))
            {
                quantity = ChannelPromise.Of(channel, On(day, there, supply, today), inForce, at).Quantity;
            }

            promises[index] = new DayPromise(day, quantity.Value);
        }

        for (var index = promises.Length - 2; index >= 0; index--)
        {
            promises[index] = promises[index] with { Quantity = Math.Min(promises[index].Quantity, promises[index + 1].Quantity) };
        }

        return promises[..days];
    }

    private static HashSet<LocalDate> ArrivalDays(SkuStock stock, RulesInForce rules, LocalDate today) =>
        [.. (stock.Kit?.Components ?? []).Append(stock).SelectMany(one => SupplyAhead.Arrivals(one, rules, today).Select(arrival => arrival.Day))];

    private static SkuStock On(LocalDate day, SkuStock stock, RulesInForce rules, LocalDate today) =>
        SupplyAhead.On(day, stock, SupplyAhead.Arrivals(stock, rules, today)) with
        {
            Kit = stock.Kit is { } kit ? kit with { Components = [.. kit.Components.Select(component => On(day, component, rules, today))] } : null,
        };
}

/// <summary>What a document says of one SKU at one location, and how much of it a promise counts.</summary>
/// <param name="Day">On which it is expected; one that has passed is late.</param>
/// <param name="Sku">Of a kit, the SKU itself or one of its components.</param>
/// <param name="Expected">Units that are outstanding.</param>
/// <param name="Confidence">0 to 1, of the document and of supply rules together.</param>
/// <param name="Held">Of what is outstanding, units that reservations keep.</param>
/// <param name="Counted">Units that the promise counts from that day on; 0 for what is late, beyond a horizon, or where the channel may not sell.</param>
public readonly record struct ExpectedArrival(
    LocalDate Day, Sku Sku, LocationId Location, string Document, SupplyKind Kind, decimal Expected, decimal Confidence, decimal Held, decimal Counted);

/// <summary>The documents that <see cref="PromiseAhead"/> rests on, and those that it leaves out.</summary>
public static class ExpectedArrivals
{
    /// <param name="stock">As it is now.</param>
    /// <param name="rules">Those in force now, as <see cref="PromiseAhead"/> judges supply.</param>
    /// <param name="today">In the channel's time zone.</param>
    /// <param name="last">The last day that is asked for.</param>
    /// <returns>By day, document, SKU and location.</returns>
    public static IReadOnlyList<ExpectedArrival> Of(ChannelId channel, SkuStock stock, RulesInForce rules, LocalDate today, LocalDate last)
    {
        var arrivals =
            from one in (stock.Kit?.Components ?? []).Append(stock)
            let counted = SupplyAhead.Arrivals(one, rules, today).ToDictionary(arrival => (arrival.Location, arrival.Document), arrival => arrival.Left)
            from location in one.Locations
            from document in location.Supply
            let outstanding = document.Outstanding
            let id = location.Profile.Id
            where outstanding.Quantity > 0 && outstanding.ExpectedOn <= last
            select new ExpectedArrival(
                outstanding.ExpectedOn.GetValueOrDefault(), one.Sku, id, document.Document, outstanding.Kind, outstanding.Quantity,
                outstanding.Confidence * (rules.Supply(outstanding.Kind)?.Body.Confidence ?? 1), document.Held,
                rules.MaySell(channel, one.Sku, location.Profile) ? counted.GetValueOrDefault((id, document.Document)) : 0);
        return
        [
            .. arrivals.OrderBy(arrival => arrival.Day).ThenBy(arrival => arrival.Document, StringComparer.Ordinal)
                .ThenBy(arrival => arrival.Sku.Value, StringComparer.Ordinal).ThenBy(arrival => arrival.Location.Value, StringComparer.Ordinal),
        ];
    }
}

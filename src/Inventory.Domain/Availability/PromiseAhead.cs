using NodaTime;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Availability;

/// <param name="Day">In the channel's time zone.</param>
/// <param name="Quantity">What may be promised for that day.</param>
public readonly record struct DayPromise(LocalDate Day, decimal Quantity);

/// <summary>
/// What may be promised on days ahead: stock and the supply that has come by then, as far as it can be relied on. What is promised for a
/// day must still be there on every later one, so a day's number is the least of those from it on (the cumulative available-to-promise
/// of Dynamics 365 Inventory Visibility, and of any text on the subject).
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
        var promises = new DayPromise[days];
        var inForce = rules(now);
        var (there, supply) = (stock(inForce), inForce);
        var arrivals = ArrivalDays(there, supply, today);
        decimal? quantity = null;
        for (var index = 0; index < days; index++)
        {
            var day = today.PlusDays(index);
            var inForceThen = index == 0 ? inForce : rules(zone.AtStartOfDay(day).ToInstant());
            if (inForceThen != inForce)
            {
                (quantity, inForce, there) = (null, inForceThen, stock(inForceThen));
                arrivals = ArrivalDays(there, supply, today);
            }

            if (quantity is null || arrivals.Contains(day))
            {
                quantity = ChannelPromise.Of(channel, On(day, there, supply, today), inForce, at).Quantity;
            }

            promises[index] = new DayPromise(day, quantity.Value);
        }

        for (var index = days - 2; index >= 0; index--)
        {
            promises[index] = promises[index] with { Quantity = Math.Min(promises[index].Quantity, promises[index + 1].Quantity) };
        }

        return promises;
    }

    private static HashSet<LocalDate> ArrivalDays(SkuStock stock, RulesInForce rules, LocalDate today) =>
        [.. (stock.Kit?.Components ?? []).Append(stock).SelectMany(one => SupplyAhead.Arrivals(one, rules, today).Select(arrival => arrival.Day))];

    private static SkuStock On(LocalDate day, SkuStock stock, RulesInForce rules, LocalDate today) =>
        SupplyAhead.On(day, stock, SupplyAhead.Arrivals(stock, rules, today)) with
        {
            Kit = stock.Kit is { } kit ? kit with { Components = [.. kit.Components.Select(component => On(day, component, rules, today))] } : null,
        };
}

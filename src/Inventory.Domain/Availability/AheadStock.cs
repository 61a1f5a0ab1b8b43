using NodaTime;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Availability;

/// <summary>Units of one document that are taken.</summary>
/// <param name="Quantity">Above 0.</param>
/// <param name="ExpectedOn">The day by which they are expected.</param>
public readonly record struct SupplyTaken(LocationId Location, string Document, decimal Quantity, LocalDate ExpectedOn);

/// <summary>
/// One SKU as one channel may use it on the days ahead: stock, and the supply that has come by then as far as it can be relied on. What is taken of a day's
/// supply has to be there on every later day too, as with <see cref="PromiseAhead"/>. A hold takes from it. Not for two threads.
/// </summary>
public sealed class AheadStock
{
    private readonly IReadOnlyList<Arrival> _arrivals;
    private readonly decimal[] _left;
    private readonly List<(LocalDate From, ChannelStock Stock)> _days = [];

    private AheadStock(IReadOnlyList<Arrival> arrivals) =>
        (_arrivals, _left) = (arrivals, [.. arrivals.Select(arrival => arrival.Left + arrival.Own)]);

    /// <param name="stock">As it is now, with what whoever asks keeps already as its own.</param>
    /// <param name="rules">Those in force at an instant.</param>
    /// <param name="now">Of the question; its day in <paramref name="zone"/> is the first.</param>
    /// <param name="zone">The channel's time zone, in which its days are.</param>
    public static AheadStock Of(ChannelId channel, SkuStock stock, Func<Instant, RulesInForce> rules, Instant now, DateTimeZone zone)
    {
        var (today, inForce) = (now.InZone(zone).Date, rules(now));
        var last = today.PlusDays(PromiseAhead.DaysAtMost);
        var ahead = new AheadStock([.. SupplyAhead.Arrivals(stock, inForce, today).Where(arrival => arrival.Day <= last)]);
        var arrivalDays = ahead._arrivals.Select(arrival => arrival.Day).ToHashSet();
        for (var day = today; day <= last; day = day.PlusDays(1))
        {
            var hasChanged = day == today || arrivalDays.Contains(day);
            if (day > today && inForce.Until <= zone.AtStartOfDay(day).ToInstant())
            {
                (inForce, hasChanged) = (rules(zone.AtStartOfDay(day).ToInstant()), true);
            }

            if (hasChanged)
            {
                ahead._days.Add((day, ChannelStock.Of(channel, SupplyAhead.On(day, stock, ahead._arrivals), inForce)));
            }
        }

        return ahead;
    }

    /// <summary>Takes supply, the earliest first, in steps of the last digit that is wanted: of 3 units never 2.5.</summary>
    /// <param name="wanted">Units, above 0.</param>
    /// <param name="at">Supply of this location only; null for any that the channel may sell from.</param>
    /// <param name="by">The last day on which it may come.</param>
    /// <returns>As much as there is of it, at most what is wanted.</returns>
    public IReadOnlyList<SupplyTaken> Take(decimal wanted, LocationId? at, LocalDate by)
    {
        var (digits, missing) = (Quantity.Canonical(wanted).Scale, wanted);
        List<SupplyTaken> taken = [];
        for (var index = 0; index < _arrivals.Count && missing > 0 && _arrivals[index].Day <= by; index++)
        {
            var arrival = _arrivals[index];
            if (at is { } only && arrival.Location != only)
            {
                continue;
            }

            var days = _days.Where(day => day.From >= arrival.Day).ToList();
            var least = days.Min(day => day.Stock.At(arrival.Location));
            var units = decimal.Round(Math.Min(Math.Min(missing, _left[index]), least), digits, MidpointRounding.ToZero);
            if (units <= 0)
            {
                continue;
            }

            days.ForEach(day => day.Stock.Take(arrival.Location, units));
            _left[index] -= units;
            missing -= units;
            taken.Add(new SupplyTaken(arrival.Location, arrival.Document, units, arrival.Day));
        }

        return taken;
    }

    /// <summary>Units of stock that are taken today are there on no later day.</summary>
    internal void TakeStock(LocationId location, decimal units) => _days.ForEach(day => day.Stock.Take(location, units));
}

/// <summary>What may be relied on of one document at one location.</summary>
/// <param name="Day">From which it counts.</param>
/// <param name="Left">Units that nobody keeps, 0 or more.</param>
/// <param name="Own">Units that whoever asks keeps already, 0 or more.</param>
internal readonly record struct Arrival(LocalDate Day, LocationId Location, string Document, decimal Left, decimal Own);

/// <summary>Expected supply, day by day, as <c>supply</c> rules have it.</summary>
internal static class SupplyAhead
{
    /// <summary>
    /// Earliest first, then by document and location. Supply without a day, beyond the horizon of its rule, or whose day has passed, is ignored.
    /// </summary>
    public static IReadOnlyList<Arrival> Arrivals(SkuStock stock, RulesInForce rules, LocalDate today)
    {
        var arrivals =
            from location in stock.Locations
            from document in location.Supply
            let outstanding = document.Outstanding
            let rule = rules.Supply(outstanding.Kind)?.Body
            let day = outstanding.ExpectedOn
            where day >= today && !(Period.DaysBetween(today, day.Value) > rule?.HorizonDays)
            let left = Math.Max(0, (outstanding.Quantity * outstanding.Confidence * (rule?.Confidence ?? 1)) - document.Held)
            where left + document.Own > 0
            select new Arrival(day.Value, location.Profile.Id, document.Document, left, document.Own);
        return
        [
            .. arrivals.OrderBy(arrival => arrival.Day)
                .ThenBy(arrival => arrival.Document, StringComparer.Ordinal).ThenBy(arrival => arrival.Location.Value, StringComparer.Ordinal),
        ];
    }

    /// <summary>The stock as it is on a day, with what has arrived by then.</summary>
    public static SkuStock On(LocalDate day, SkuStock stock, IReadOnlyList<Arrival> arrivals)
    {
        var arrived = arrivals.Where(arrival => arrival.Day <= day).ToLookup(arrival => arrival.Location);
        return stock with
        {
            Locations =
            [
                .. stock.Locations.Select(location => location with
                {
                    OnHand = location.OnHand + arrived[location.Profile.Id].Sum(arrival => arrival.Left),
                    Kept = location.Kept + arrived[location.Profile.Id].Sum(arrival => arrival.Own),
                }),
            ],
        };
    }
}

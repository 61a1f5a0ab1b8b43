using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Availability;

/// <summary>A channel's promise by location, for channels that it is published to by location.</summary>
public static class PromiseByLocation
{
    /// <summary>
    /// The parts of <see cref="ChannelPromise.Of(ChannelId, SkuStock, RulesInForce, LocationId?)"/>, which they add up to. What a publish rule keeps back comes
    /// off where the least is; what may be promised beyond stock is where the most is.
    /// </summary>
    /// <returns>Each location with any, once; none where nothing may be sold from anywhere.</returns>
    public static IReadOnlyList<(LocationId Location, decimal Quantity)> Of(ChannelId channel, SkuStock stock, RulesInForce rules)
    {
        var left = ChannelPromise.Of(channel, stock, rules).Quantity;
        var offer = ChannelOffer.Of(channel, stock, rules);
        List<(LocationId Location, decimal Quantity)> parts = [];
        foreach (var (location, part) in offer.Parts())
        {
            var here = Math.Min(left, part);
            left -= here;
            if (here > 0)
            {
                parts.Add((location, here));
            }
        }

        // What takes several locations to assemble is where the most is too.
        var most = offer.Own.MostAvailable().Concat((stock.Kit?.Components ?? []).SelectMany(component => component.Locations)
            .Select(location => location.Profile.Id).OrderBy(location => location.Value, StringComparer.Ordinal));
        if (left > 0 && most.Where(offer.MaySellFrom).Take(1).ToList() is [var first])
        {
            var already = parts.Where(part => part.Location == first).Sum(part => part.Quantity);
            parts = [(first, already + left), .. parts.Where(part => part.Location != first)];
        }

        return parts;
    }
}

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
        var own = ChannelStock.Of(channel, stock, rules);
        List<(LocationId Location, decimal Quantity)> parts = [];
        foreach (var (location, part) in own.Parts())
        {
            var here = Math.Min(left, part);
            left -= here;
            if (here > 0)
            {
                parts.Add((location, here));
            }
        }

        if (left > 0 && own.MostAvailable().Where(own.MaySellFrom).Take(1).ToList() is [var first])
        {
            var already = parts.Where(part => part.Location == first).Sum(part => part.Quantity);
            parts = [(first, already + left), .. parts.Where(part => part.Location != first)];
        }

        return parts;
    }
}

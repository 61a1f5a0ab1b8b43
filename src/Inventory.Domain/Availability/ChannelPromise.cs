using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Availability;

/// <summary>How many units a channel may promise.</summary>
/// <param name="Quantity">Never below 0.</param>
/// <param name="Level">The name for it that a publish rule gives; null when none does.</param>
public readonly record struct ChannelPromise(decimal Quantity, string? Level)
{
    /// <summary>The one formula: what the cache serves, what a channel is told, what explain shows and what is replayed for a past instant.</summary>
    /// <param name="channel">Whose promise.</param>
    /// <param name="stock">One SKU.</param>
    /// <param name="rules">In force.</param>
    /// <param name="at">Of this location only; what a channel is told is of all of them.</param>
    public static ChannelPromise Of(ChannelId channel, SkuStock stock, RulesInForce rules, LocationId? at = null)
    {
        if (at is { } location)
        {
            var here = ChannelStock.Of(channel, stock, rules);
            return new ChannelPromise(here.At(location) + here.BackorderAt(location), null);
        }

        var own = ChannelStock.Of(channel, stock, rules);
        return Of(own.Everywhere() + own.Backorder, rules.Publish(channel, stock.Sku)?.Body);
    }

    /// <summary>Buffer off first, then the cap, then nothing where it is below the threshold.</summary>
    internal static ChannelPromise Of(decimal promised, PublishRule? rule)
    {
        if (rule is null)
        {
            return new ChannelPromise(promised, null);
        }

        var told = Math.Min(Math.Max(0, promised - (rule.Buffer ?? 0)), rule.Cap ?? decimal.MaxValue);
        told = told < rule.Threshold ? 0 : told;
        return new ChannelPromise(told, rule.LevelOf(told));
    }
}

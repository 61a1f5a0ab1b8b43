using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Availability;

/// <summary>How many units a channel may promise.</summary>
/// <param name="Quantity">Never below 0.</param>
/// <param name="Level">The name for it that a publish rule gives; null when none does.</param>
public readonly record struct ChannelPromise(decimal Quantity, string? Level)
{
    /// <summary>The one formula: for what the cache serves, what is published, what explain shows and what is replayed for a past instant.</summary>
    /// <param name="at">Of this location only; publish rules apply to all locations together.</param>
    public static ChannelPromise Of(ChannelId channel, SkuStock stock, RulesInForce rules, LocationId? at = null)
    {
        var promised = ChannelOffer.Of(channel, stock, rules).Promised(at);
        return at is null ? Of(channel, stock.Sku, promised, rules) : new ChannelPromise(promised, null);
    }

    /// <summary>What is published of a number of units at all locations together.</summary>
    public static ChannelPromise Of(ChannelId channel, Sku sku, decimal promised, RulesInForce rules) => Of(promised, rules.Publish(channel, sku)?.Body);

    /// <summary>Buffer off first, then the cap, then nothing where it is below the threshold.</summary>
    internal static ChannelPromise Of(decimal promised, PublishRule? rule)
    {
        if (rule is null)
        {
            return new ChannelPromise(promised, null);
        }

        var published = Math.Min(Math.Max(0, promised - (rule.Buffer ?? 0)), rule.Cap ?? decimal.MaxValue);
        published = published < rule.Threshold ? 0 : published;
        return new ChannelPromise(published, rule.LevelOf(published));
    }
}

using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Availability;

/// <summary>What one channel may promise of a SKU: units of its own, and kits from components where it is a kit. Not for two threads.</summary>
public sealed class ChannelOffer
{
    private ChannelOffer(ChannelStock own, ChannelKit? kit) => (Own, Kit) = (own, kit);

    /// <summary>Units of the SKU itself; of a kit those that are prepacked.</summary>
    public ChannelStock Own { get; }

    /// <summary>Null for a SKU that is no kit.</summary>
    public ChannelKit? Kit { get; }

    public static ChannelOffer Of(ChannelId channel, SkuStock stock, RulesInForce rules) =>
        new(ChannelStock.Of(channel, stock, rules), stock.Kit is { } kit ? ChannelKit.Of(channel, kit, rules) : null);

    /// <summary>What is promised, before publish rules; with what may be promised beyond the SKU's own stock.</summary>
    /// <param name="at">At this location only; null for all of them.</param>
    public decimal Promised(LocationId? at) => (at is { } location ? Own.At(location) + (Kit?.At(location) ?? 0) : Own.Everywhere() + (Kit?.Everywhere() ?? 0))
        + Own.BackorderAt(at);

    /// <summary>
    /// Each location's part, as holds would take them, each location once. What takes several locations to assemble is in none of them.
    /// </summary>
    public IReadOnlyList<(LocationId Location, decimal Quantity)> Parts()
    {
        List<(LocationId Location, decimal Quantity)> parts = [.. Own.Parts()];
        return Kit is null ? parts
            : [.. parts.Concat(Kit.Parts()).GroupBy(part => part.Location, part => part.Quantity)
                .Select(part => (Location: part.Key, Quantity: part.Sum()))
                .OrderByDescending(part => part.Quantity).ThenBy(part => part.Location.Value, StringComparer.Ordinal)];
    }

    public bool MaySellFrom(LocationId location) => Own.MaySellFrom(location) || Kit?.MaySellFrom(location) == true;
}

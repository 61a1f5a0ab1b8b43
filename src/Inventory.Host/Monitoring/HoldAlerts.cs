using NodaTime;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Availability;

namespace RetailSync.Inventory.Host.Monitoring;

/// <summary>Alerts on channels whose unconfirmed holds have most of a SKU's stock, so that other channels cannot sell it although it is unsold.</summary>
public static class HoldAlerts
{
    /// <summary>More than so many are one trouble, not as many.</summary>
    private const int AtMost = 1_000;

    public static IEnumerable<Finding> Find(StockCache book, HoldQuotas quotas, Instant now) =>
        (from kept in book.LargeHolds(quotas.AlertUnits, now)
         let sellable = book.Sellable(kept.Sku)
         where kept.Units * 100 > Math.Max(0, sellable) * quotas.AlertShare
         orderby kept.Units descending
         select new Finding(
             AlertKind.ChannelHoldsMost, $"{kept.Channel}/{kept.Sku}",
             FormattableString.Invariant(
                 $"{kept.Channel} keeps {kept.Units:0.####} of {sellable:0.####} sellable units of {kept.Sku} in holds that are not confirmed."),
             kept.Sku.Value, Channel: kept.Channel.Value)).Take(AtMost);
}

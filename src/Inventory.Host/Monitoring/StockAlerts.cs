using NodaTime;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Availability;

namespace RetailSync.Inventory.Host.Monitoring;

/// <summary>What is wrong with positions.</summary>
public static class StockAlerts
{
    /// <summary>More than so many are one trouble, not as many.</summary>
    private const int AtMost = 10_000;

    public static IEnumerable<Finding> Find(StockCache book, Instant now)
    {
        foreach (var key in book.InTrouble.Take(AtMost))
        {
            var (position, over) = book.Position(key, now);
            if (position.OnHand < 0)
            {
                yield return new Finding(
                    AlertKind.PositionBelowZero, $"{key}", FormattableString.Invariant($"On-hand is {position.OnHand:0.####}."), key.Sku.Value,
                    key.Location.Value);
            }

            var reserved = position.Reserved - over;
            if (reserved > Math.Max(0, position.OnHand))
            {
                yield return new Finding(
                    AlertKind.ReservedAboveOnHand, $"{key}",
                    FormattableString.Invariant($"{reserved:0.####} units are kept for orders and {position.OnHand:0.####} are on hand."), key.Sku.Value,
                    key.Location.Value);
            }
        }
    }
}

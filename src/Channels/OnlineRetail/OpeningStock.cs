using NodaTime;
using NodaTime.Text;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Channels.OnlineRetail;

/// <summary>
/// A ledger of sales says nothing of what was there before. This receives, per SKU, just enough before the first row that
/// no row takes on-hand below zero, as receipts of the document <see cref="Document"/>.
/// </summary>
public static class OpeningStock
{
    public const string Document = "opening-stock";

    /// <summary>The receipts, by SKU. Memory grows with the SKUs of the file, not with its rows.</summary>
    /// <param name="rows">In the order in which they will be recorded.</param>
    public static IReadOnlyList<Receipt> Covering(IEnumerable<TranslatedRow> rows)
    {
        var balances = new Dictionary<PositionKey, (decimal OnHand, decimal Lowest)>();
        var source = "";
        Instant? first = null;
        foreach (var movement in rows.OfType<StockMoved>().Select(row => row.Movement))
        {
            source = movement.Name.Source;
            first = first is { } earliest && earliest <= movement.OccurredAt ? earliest : movement.OccurredAt;
            var (onHand, lowest) = balances.GetValueOrDefault(movement.Position);
            onHand += Change(movement);
            balances[movement.Position] = (onHand, Math.Min(lowest, onHand));
        }

        if (first is not { } start)
        {
            return [];
        }

        // The day is part of the name, so that two files that follow each other do not share names.
        var opening = $"{Document}/{LocalDatePattern.Iso.Format(start.InUtc().Date)}";
        return
        [
            .. from balance in balances.OrderBy(balance => balance.Key.Sku.Value, StringComparer.Ordinal)
               where balance.Value.Lowest < 0
               select new Receipt(new MovementId(source, $"{opening}/{balance.Key.Sku}"), balance.Key,
                   start - Duration.FromMinutes(1), Document, -balance.Value.Lowest, Status: null)
        ];
    }

    private static decimal Change(Movement movement) => movement switch
    {
        Receipt receipt => receipt.Quantity,
        Sale sale => -sale.Quantity,
        Return goodsBack => goodsBack.Quantity,
        Adjustment adjustment => adjustment.Quantity,
        _ => 0,
    };
}

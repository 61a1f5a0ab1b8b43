using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reservations;

/// <summary>What a sale does to the reservation that it names.</summary>
/// <param name="After">The reservation afterwards; null when the sale leaves every reservation as it is.</param>
/// <param name="Shipped">Units that the sale takes off reserved at its position; the rest of it is an ordinary sale.</param>
/// <param name="Beside">Events beside the sale, all at the sale's own location.</param>
/// <param name="Holding">Whose reservations of that id hold units there, before the sale. Several: nothing is shipped from any.</param>
public sealed record SaleFromHold(
    Reservation? After, decimal Shipped, IReadOnlyList<(PositionKey Key, StockEvent Happened)> Beside, IReadOnlyList<ChannelId> Holding);

using NodaTime;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Kits;

/// <summary>
/// A kit that was sold has left as prepacked ones or as components, all from the sale's location: first what the reservation holds that the sale names, then
/// prepacked ones that nobody holds, then components, below 0 where there are too few, since the kit was assembled there. Pure.
/// </summary>
public static class KitSale
{
    /// <summary>
    /// The movement as it is recorded: with the number of kits that its source stated, of which only the prepacked ones are moved at the kit's own position.
    /// </summary>
    public static Movement AsStated(Movement movement, decimal kits) =>
        movement with { AsStated = movement.AsStated ?? new AsStated(movement.Position.Sku.Value, kits, null) };

    /// <summary>
    /// The right number of kits of a sale or a return, divided: prepacked ones stay so as far as they are wanted, the rest is components.
    /// </summary>
    /// <param name="kits">The right number, above 0.</param>
    /// <param name="prepacked">Those of the original that were prepacked.</param>
    public static (decimal Prepacked, decimal Assembled) Corrected(decimal kits, decimal prepacked) =>
        (Math.Min(kits, prepacked), kits - Math.Min(kits, prepacked));

    /// <summary>Positions of the components.</summary>
    public static IEnumerable<PositionKey> Components(Kit kit, LocationId location) => kit.Components.Select(one => new PositionKey(one.Sku, location));

    /// <param name="sale">Its quantity is a whole number of kits.</param>
    /// <param name="kit">As it was when they were sold.</param>
    /// <param name="own">The position of the kit's own SKU there.</param>
    /// <param name="named">Reservations that the sale may mean; none where it names none.</param>
    /// <returns>Prepacked kits, 0 or more, at the sale's own position; then what left of each component.</returns>
    public static IReadOnlyList<Sale> Parts(Sale sale, Kit kit, StockPosition own, IReadOnlyList<Reservation> named, Instant now)
    {
        var held = named.Where(one => one.StateAt(now) is ReservationState.Held or ReservationState.Confirmed).SelectMany(one => one.Open)
            .GroupBy(units => units.Key, units => units.Quantity).ToDictionary(units => units.Key, units => units.Sum());
        var heldPrepacked = Math.Min(sale.Quantity, decimal.Floor(held.GetValueOrDefault(sale.Position)));
        var left = sale.Quantity - heldPrepacked;
        var heldAssembled = Math.Min(left, kit.Components.Min(
            one => decimal.Floor(held.GetValueOrDefault(new PositionKey(one.Sku, sale.Position.Location)) / one.Quantity)));
        var free = decimal.Floor(Math.Max(0, own.OnHand - own.UnsellableTotal - own.Reserved));
        var prepacked = heldPrepacked + Math.Min(free, left - heldAssembled);
        var assembled = sale.Quantity - prepacked;
        return
        [
            sale with { Quantity = prepacked },
            .. kit.Components.Where(_ => assembled > 0).Select(one => sale with
            {
                Position = new PositionKey(one.Sku, sale.Position.Location),
                Quantity = assembled * one.Quantity,
            }),
        ];
    }
}

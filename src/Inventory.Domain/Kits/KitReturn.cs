using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;

namespace RetailSync.Inventory.Domain.Kits;

/// <summary>
/// A kit that a customer brought back is what it was sold as there, as far as that is known: as the newest sale of it, then as others that have not come back.
/// One that was sold elsewhere comes back as its components. Pure.
/// </summary>
public static class KitReturn
{
    /// <summary>Positions at which something has come back.</summary>
    /// <param name="back">Its quantity is a whole number of kits.</param>
    /// <param name="kit">As it was when they came back.</param>
    /// <param name="history">Facts of the position of the kit's own SKU there, in the order in which they were recorded.</param>
    /// <returns>Prepacked kits, 0 or more, at the return's own position; then what came back of each component.</returns>
    public static IReadOnlyList<Return> Parts(Return back, Kit kit, IReadOnlyList<StockFact> history)
    {
        var (prepacked, assembled, newestIsPrepacked) = (0m, 0m, false);
        foreach (var (fact, quantity) in History.Effective(history))
        {
            var kits = fact.AsStated is { Unit: null, Quantity: { } all } stated && stated.Sku == kit.Sku.Value ? all : quantity;
            var components = Math.Max(0, kits - quantity);
            if (fact is StockSold)
            {
                (prepacked, assembled, newestIsPrepacked) = (prepacked + quantity, assembled + components, quantity > 0);
            }
            else if (fact is StockReturned)
            {
                (prepacked, assembled) = (Math.Max(0, prepacked - quantity), Math.Max(0, assembled - components));
            }
        }

        var whole = Math.Min(prepacked, newestIsPrepacked ? back.Quantity : Math.Max(0, back.Quantity - assembled));
        return
        [
            back with { Quantity = whole },
            .. kit.Components.Where(_ => whole < back.Quantity).Select(one => back with
            {
                Position = new PositionKey(one.Sku, back.Position.Location),
                Quantity = (back.Quantity - whole) * one.Quantity,
            }),
        ];
    }
}

using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Domain.Reservations;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <summary>What an order is about, by the SKUs that its channel states: a kit is one, whatever it is held of.</summary>
/// <param name="Open">Units that are to be held: max(0, ordered - cancelled - shipped).</param>
/// <param name="Missing">Of these, units that are neither held nor set aside.</param>
/// <param name="Wanted">Where open units are wanted.</param>
/// <param name="Components">Of a kit; none of anything else.</param>
public sealed record OrderedSku(Sku Sku, decimal Open, decimal Missing, IReadOnlyList<WantedUnits> Wanted, IReadOnlyList<KitComponent> Components)
{
    public static IReadOnlyList<OrderedSku> Of(OrderState state, Reservation? hold)
    {
        var missing = OrderDecider.MissingKits(state, hold);
        var besideKits = OrderDecider.MissingByThemselves(state, hold);
        return
        [
            .. from line in state.Lines
               where line.Kit is null
               let held = line.SetAside + (hold?.Kept(line.Sku) ?? 0)
               let lacking = besideKits.TryGetValue(line.Sku, out var units) ? units : Math.Max(0, line.Open - held)
               select new OrderedSku(line.Sku, line.Open, lacking, line.Wanted, []),
            .. from kit in state.Kits
               where kit.Components.Count > 0
               select new OrderedSku(kit.Sku, kit.Open, missing[kit.Sku], kit.Wanted, kit.Kit.Components),
        ];
    }
}

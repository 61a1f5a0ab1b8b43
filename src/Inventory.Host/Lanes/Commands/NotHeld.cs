using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Monitoring;

namespace RetailSync.Inventory.Host.Lanes.Commands;

/// <summary>
/// A sale that names a reservation and takes more than is held for it there: a wrong id, or a hold that keeps units which have left from elsewhere.
/// </summary>
internal static class NotHeld
{
    /// <param name="reservation">The id that it names.</param>
    /// <param name="sold">What it shipped of that.</param>
    /// <returns>One alert for the reservation's id at the position; <see cref="FindAlerts"/> resolves it by the id, which the subject begins with.</returns>
    public static Finding By(Sale sale, string reservation, SaleFromHold sold)
    {
        var why = sold.Holding.Count > 1
            ? $"Channels {string.Join(", ", sold.Holding.Select(channel => channel.Value).Order(StringComparer.Ordinal))} hold units there under this id, "
                + $"and the sale does not say whose it is"
            : FormattableString.Invariant($"{sold.Shipped:0.####} were held for it there");
        var detail = FormattableString.Invariant(
            $"Sale {sale.Name.Id} of {sale.Name.Source} took {sale.Quantity:0.####} units for reservation {reservation}. {why}: {sale.Quantity - sold.Shipped:0.####} are an ordinary sale.");
        return new Finding(AlertKind.SaleNotHeld, $"{reservation} {sale.Position}", detail, sale.Position.Sku.Value, sale.Position.Location.Value);
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RetailSync.Channels.Shopify;

/// <summary>A webhook of Shopify about an order, as far as it concerns stock: <c>orders/create</c>, <c>orders/cancelled</c>, <c>fulfillments/create</c>, <c>refunds/create</c>.</summary>
public sealed record ShopifyOrder(
    [property: JsonPropertyName("id")] long Id, [property: JsonPropertyName("name")] string? Name, [property: JsonPropertyName("order_id")] long? OrderId,
    [property: JsonPropertyName("created_at")] DateTimeOffset? CreatedAt, [property: JsonPropertyName("cancelled_at")] DateTimeOffset? CancelledAt,
    [property: JsonPropertyName("line_items")] IReadOnlyList<ShopifyLineItem>? LineItems,
    [property: JsonPropertyName("refund_line_items")] IReadOnlyList<ShopifyRefundLineItem>? RefundLineItems);

public sealed record ShopifyLineItem([property: JsonPropertyName("sku")] string? Sku, [property: JsonPropertyName("quantity")] long Quantity);

/// <param name="Quantity">Units.</param>
/// <param name="RestockType">return, cancel, no_restock or legacy_restock: only a return brings goods back.</param>
/// <param name="LineItem">Of what.</param>
public sealed record ShopifyRefundLineItem(
    [property: JsonPropertyName("quantity")] long Quantity, [property: JsonPropertyName("restock_type")] string? RestockType, [property: JsonPropertyName("line_item")] ShopifyLineItem? LineItem);

/// <summary>Reads Shopify's order webhooks. Its SKUs are the seller's own, whatever its inventory items are called.</summary>
public sealed class ShopifyOrders : IOrderWebhook
{
    public bool SpeaksInItsNames => false;

    public bool IsGenuine(AdapterSettings settings, VendorMessage message, IReadOnlyDictionary<Uri, string> keys) =>
        SharedSecret.IsSigned(settings, message.Body.Span, message.Header("X-Shopify-Hmac-Sha256")) && ShopifyMessage.IsConsistent(settings, message);

    public IReadOnlyList<ReportedOrder> Read(VendorMessage message)
    {
        var topic = message.Header("X-Shopify-Topic");
        if (topic is not ("orders/create" or "orders/cancelled" or "fulfillments/create" or "refunds/create"))
        {
            return [];
        }

        ShopifyOrder? order;
        try
        {
            order = JsonSerializer.Deserialize<ShopifyOrder>(message.Body.Span);
        }
        catch (JsonException)
        {
            order = null;
        }

        ReportedOrder? reported = (topic, order) switch
        {
            (_, null or { Id: 0 }) => ReportedOrder.NotUnderstood(message.Text),
            ("orders/create", var placed) => Of("order", placed.Id, placed, placed.CreatedAt, Lines(placed.LineItems)),
            ("orders/cancelled", var cancelled) => Of("cancellation", cancelled.Id, cancelled, cancelled.CancelledAt, null),
            ("fulfillments/create", { OrderId: { } id } shipped) => Of("shipment", id, shipped, shipped.CreatedAt, Lines(shipped.LineItems)),
            ("refunds/create", { OrderId: { } id } refunded) => Of("return", id, refunded, refunded.CreatedAt, Lines(refunded.RefundLineItems?
                .Where(line => line.RestockType == "return" && line.LineItem is not null).Select(line => line.LineItem! with { Quantity = line.Quantity }))),
            _ => ReportedOrder.NotUnderstood(message.Text),
        };
        return reported is null ? [] : [reported];
    }

    private static ReportedOrder? Of(string type, long order, ShopifyOrder message, DateTimeOffset? at, IReadOnlyList<(string Sku, decimal Quantity)>? lines) =>
        type is not "cancellation" && lines is not { Count: > 0 } ? null : new ReportedOrder(
            type, order.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"{type}-{message.Id}"),
            at is { } instant ? NodaTime.Instant.FromDateTimeOffset(instant) : null, lines);

    /// <summary>A line without a SKU (a gift card, a tip) is no stock.</summary>
    private static IReadOnlyList<(string Sku, decimal Quantity)>? Lines(IEnumerable<ShopifyLineItem>? items) =>
        items?.Where(item => !string.IsNullOrWhiteSpace(item.Sku) && item.Quantity > 0).Select(item => (item.Sku!, (decimal)item.Quantity)).ToList();
}

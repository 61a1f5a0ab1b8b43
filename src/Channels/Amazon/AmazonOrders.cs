using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;

namespace RetailSync.Channels.Amazon;

// Exactly the names of the notification ORDER_CHANGE, payload version 1.0, as far as it concerns stock.

public sealed record OrderChange(string? NotificationType, OrderChangePayload? Payload, NotificationMetadata? NotificationMetadata);

public sealed record NotificationMetadata(string? NotificationId);

public sealed record OrderChangePayload(OrderChangeNotification? OrderChangeNotification);

/// <param name="NotificationLevel">OrderLevel says everything of the order, OrderItemLevel one item only.</param>
/// <param name="AmazonOrderId">3-7-7 digits.</param>
/// <param name="OrderChangeTrigger">When.</param>
/// <param name="Summary">How the order stands.</param>
public sealed record OrderChangeNotification(string? NotificationLevel, string? AmazonOrderId, OrderChangeTrigger? OrderChangeTrigger, OrderSummary? Summary);

public sealed record OrderChangeTrigger(DateTimeOffset? TimeOfOrderChange);

/// <param name="OrderStatus">Pending, Unshipped, PartiallyShipped, Shipped, Canceled, Unfulfillable, InvoiceUnconfirmed or PendingAvailability.</param>
/// <param name="PurchaseDate">When it was placed.</param>
/// <param name="FulfillmentType">MFN when the seller ships it, AFN when Amazon does.</param>
/// <param name="EasyShipShipmentStatus">Where Amazon carries what the seller ships.</param>
/// <param name="OrderItems">All of them.</param>
public sealed record OrderSummary(
    string? OrderStatus, DateTimeOffset? PurchaseDate, string? FulfillmentType, string? EasyShipShipmentStatus, IReadOnlyList<AmazonOrderItem>? OrderItems);

public sealed record AmazonOrderItem([property: JsonPropertyName("SellerSKU")] string? SellerSku, long Quantity, long? QuantityShipped);

/// <summary>
/// Reads Amazon's notification ORDER_CHANGE. It comes through a queue or an event bus of the seller's, whose relay posts it here and shows that it knows
/// the secret. What Amazon ships is Amazon's stock, and what is about one item of an order says too little of it: both are left alone.
/// </summary>
public sealed class AmazonOrders : IOrderWebhook
{
    public bool SpeaksInItsNames => true;

    public bool IsGenuine(AdapterSettings settings, VendorMessage message, IReadOnlyDictionary<Uri, string> keys) => SharedSecret.IsKnownTo(settings, message);

    public IReadOnlyList<ReportedOrder> Read(VendorMessage message) => Parse(message.Body.Span) switch
    {
        {
            NotificationType: "ORDER_CHANGE",
            NotificationMetadata.NotificationId: { Length: > 0 } notification,
            Payload.OrderChangeNotification: { NotificationLevel: "OrderLevel", AmazonOrderId: { Length: > 0 } order, Summary: { FulfillmentType: "MFN" } summary } change,
        } => [.. Read(order, notification, At(change.OrderChangeTrigger?.TimeOfOrderChange), summary)],
        { NotificationType: not (null or "ORDER_CHANGE") } or { Payload.OrderChangeNotification: { NotificationLevel: not (null or "OrderLevel") } or { Summary.FulfillmentType: not (null or "MFN") } } => [],
        _ => [ReportedOrder.NotUnderstood(message.Text)],
    };

    private static IEnumerable<ReportedOrder> Read(string order, string notification, Instant? changedAt, OrderSummary summary)
    {
        if (summary.OrderStatus == "Canceled")
        {
            return [new ReportedOrder("cancellation", order, $"cancellation-{notification}", changedAt, null)];
        }

        var placed = new ReportedOrder("order", order, "order", At(summary.PurchaseDate), Lines(summary, item => item.Quantity)) { IsStanding = true };
        var shipped = Lines(summary, item => item.QuantityShipped ?? (summary.OrderStatus == "Shipped" ? item.Quantity : 0));
        if (placed.Lines is { Count: 0 } || summary.OrderStatus is not ("Pending" or "Unshipped" or "InvoiceUnconfirmed" or "PartiallyShipped" or "Shipped"))
        {
            return [];
        }

        List<ReportedOrder> reported = [placed];
        if (shipped.Count > 0)
        {
            reported.Add(new ReportedOrder("shipment", order, $"shipment-{notification}", changedAt, shipped) { IsStanding = true });
        }

        if (summary.EasyShipShipmentStatus == "ReturnedToSeller")
        {
            reported.Add(new ReportedOrder("return", order, "return", changedAt, shipped) { IsStanding = true });
        }

        return reported.Where(one => one.Lines is not { Count: 0 });
    }

    private static List<(string Sku, decimal Quantity)> Lines(OrderSummary summary, Func<AmazonOrderItem, decimal> quantity) =>
        [.. (summary.OrderItems ?? []).Where(item => !string.IsNullOrWhiteSpace(item.SellerSku) && quantity(item) > 0).Select(item => (item.SellerSku!, quantity(item)))];

    /// <summary>An event bus puts the notification into an envelope of its own, under <c>detail</c>.</summary>
    private static OrderChange? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            var document = JsonSerializer.Deserialize<JsonElement>(body);
            return document.ValueKind != JsonValueKind.Object ? null : (document.TryGetProperty("detail", out var detail) ? detail : document).Deserialize<OrderChange>();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Instant? At(DateTimeOffset? time) => time is { } at ? Instant.FromDateTimeOffset(at) : null;
}

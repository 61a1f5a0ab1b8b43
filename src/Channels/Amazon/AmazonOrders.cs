using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;

namespace RetailSync.Channels.Amazon;

// Exactly the names of the notification ORDER_CHANGE, payload version 1.0, as far as it concerns stock.

/// <param name="NotificationType">What it is about.</param>
/// <param name="EventTime">When it was published.</param>
public sealed record OrderChange(string? NotificationType, DateTimeOffset? EventTime, OrderChangePayload? Payload, NotificationMetadata? NotificationMetadata);

public sealed record NotificationMetadata(string? NotificationId);

public sealed record OrderChangePayload(OrderChangeNotification? OrderChangeNotification);

/// <param name="NotificationLevel">OrderLevel says everything of the order, OrderItemLevel one item only.</param>
/// <param name="AmazonOrderId">3-7-7 digits.</param>
/// <param name="Summary">How the order stands.</param>
public sealed record OrderChangeNotification(string? NotificationLevel, string? AmazonOrderId, OrderChangeTrigger? OrderChangeTrigger, OrderSummary? Summary);

public sealed record OrderChangeTrigger(DateTimeOffset? TimeOfOrderChange);

/// <param name="OrderStatus">Pending, Unshipped, PartiallyShipped, Shipped, Canceled, Unfulfillable, InvoiceUnconfirmed or PendingAvailability.</param>
/// <param name="PurchaseDate">When it was placed.</param>
/// <param name="FulfillmentType">MFN when the seller ships it, AFN when Amazon does.</param>
/// <param name="EasyShipShipmentStatus">Where Amazon carries what the seller ships.</param>
public sealed record OrderSummary(
    string? OrderStatus, DateTimeOffset? PurchaseDate, string? FulfillmentType, string? EasyShipShipmentStatus, IReadOnlyList<AmazonOrderItem>? OrderItems);

/// <param name="SupplySourceId">The source that it ships from; null where Amazon has not assigned one.</param>
/// <param name="Quantity">Units in the order, without those that were cancelled.</param>
/// <param name="QuantityShipped">Units that have shipped.</param>
public sealed record AmazonOrderItem(
    string? OrderItemId, [property: JsonPropertyName("SellerSKU")] string? SellerSku, string? SupplySourceId, long Quantity, long? QuantityShipped);

/// <summary>
/// Reads Amazon's notification ORDER_CHANGE. It comes through a queue or an event bus of the seller's, whose relay posts it here and shows that it knows
/// the secret. It says how the whole order stands, so it is what is wanted now and what has shipped in all. What Amazon ships is Amazon's stock.
/// Types: <see href="https://developer-docs.amazon.com/sp-api/docs/notification-type-values">Notification type values</see>.
/// </summary>
public sealed class AmazonOrders : IOrderWebhook
{
    /// <summary>
    /// Notifications about listings, prices, reports, and stock that Amazon keeps or that it only repeats to us: what may move ours and is not read below is
    /// for a person.
    /// </summary>
    private static readonly HashSet<string> Harmless =
    [
        "ACCOUNT_STATUS_CHANGED", "ANY_OFFER_CHANGED", "B2B_ANY_OFFER_CHANGED", "BRANDED_ITEM_CONTENT_CHANGE", "DATA_KIOSK_QUERY_PROCESSING_FINISHED",
        "DETAIL_PAGE_TRAFFIC_EVENT", "EXTERNAL_FULFILLMENT_RETURN_STATUS_CHANGE", "FBA_INVENTORY_AVAILABILITY_CHANGES", "FBA_OUTBOUND_SHIPMENT_STATUS",
        "FEE_PROMOTION", "FEED_PROCESSING_FINISHED", "FULFILLMENT_ORDER_STATUS", "ITEM_INVENTORY_EVENT_CHANGE", "ITEM_PRODUCT_TYPE_CHANGE",
        "ITEM_SALES_EVENT_CHANGE", "LISTINGS_ITEM_ISSUES_CHANGE", "LISTINGS_ITEM_MFN_QUANTITY_CHANGE", "LISTINGS_ITEM_STATUS_CHANGE", "PRICING_HEALTH",
        "PRODUCT_TYPE_DEFINITIONS_CHANGE", "REPORT_PROCESSING_FINISHED", "TRANSACTION_UPDATE",
    ];

    /// <summary>In the order in which an order goes through them: of two notifications of one instant the later state counts.</summary>
    private static readonly string[] Known = ["Pending", "InvoiceUnconfirmed", "Unshipped", "PartiallyShipped", "Shipped", "Canceled"];

    public bool SpeaksInItsNames => true;

    public bool IsGenuine(AdapterSettings settings, VendorMessage message, IReadOnlyDictionary<Uri, string> keys) => SharedSecret.IsKnownTo(settings, message);

    public IReadOnlyList<ReportedOrder> Read(VendorMessage message) => Parse(message.Body.Span) switch
    {
        { NotificationType: { } type } when Harmless.Contains(type) => [],
        { NotificationType: "ORDER_CHANGE", Payload.OrderChangeNotification.Summary.FulfillmentType: "AFN" } => [],
        {
            NotificationType: "ORDER_CHANGE",
            NotificationMetadata.NotificationId: { Length: > 0 } notification,
            Payload.OrderChangeNotification:
            {
                NotificationLevel: "OrderLevel", AmazonOrderId: { Length: > 0 } order,
                Summary: { FulfillmentType: "MFN" } summary
            } change,
        } read => [.. Read(order, notification, At(change.OrderChangeTrigger?.TimeOfOrderChange ?? read.EventTime), summary, message.Text)],
        { Payload.OrderChangeNotification.NotificationLevel: "OrderItemLevel" } =>
            [ReportedOrder.NotUnderstood(message.Text, "It is about one item of an order, which says too little of the order: subscribe to the order level.")],
        { NotificationType: { } type and not "ORDER_CHANGE" } =>
            [ReportedOrder.NotUnderstood(message.Text, $"What a notification {type} says of stock is not known.")],
        _ => [ReportedOrder.NotUnderstood(message.Text)],
    };

    private static IEnumerable<ReportedOrder> Read(string order, string notification, Instant? changedAt, OrderSummary summary, string text)
    {
        if (summary.OrderStatus == "PendingAvailability")
        {
            // An order ahead of its day, of which nothing is to be kept yet: another notification says when.
            return [];
        }

        var rank = Array.IndexOf(Known, summary.OrderStatus);
        if (rank < 0)
        {
            return [ReportedOrder.NotUnderstood(text, $"What the order's status {summary.OrderStatus} says of stock is not known.")];
        }

        var lines = Lines(summary, item => item.Quantity);
        var shipped = Lines(summary, item => item.QuantityShipped ?? (summary.OrderStatus == "Shipped" ? item.Quantity : 0)).FindAll(line => line.Quantity > 0);
        List<ReportedOrder> reported =
        [
            new ReportedOrder("change", order, $"change-{notification}", changedAt, lines)
            { Revision = changedAt is { } at ? (at.ToUnixTimeMilliseconds() * Known.Length) + rank : null },
        ];
        if (shipped.Count > 0)
        {
            reported.Add(new ReportedOrder("shipment", order, $"shipment-{notification}", changedAt, shipped) { IsTotal = true });
        }

        if (summary.OrderStatus == "Canceled")
        {
            reported.Add(new ReportedOrder("cancellation", order, $"cancellation-{notification}", changedAt, null));
        }

        if (summary.EasyShipShipmentStatus == "ReturnedToSeller" && shipped.Count > 0)
        {
            reported.Add(new ReportedOrder("return", order, $"return-{notification}", changedAt, shipped) { IsTotal = true });
        }

        return (lines.Count == 0 ? [] : reported).Concat(WithoutSku(order, summary));
    }

    /// <summary>Nothing can be held for items without a known SKU. The message is always the same, so that repeated reports raise one entry.</summary>
    private static IEnumerable<ReportedOrder> WithoutSku(string order, OrderSummary summary) =>
        from item in summary.OrderItems ?? []
        where string.IsNullOrWhiteSpace(item.SellerSku)
        select ReportedOrder.NotUnderstood(
            JsonSerializer.Serialize(new { AmazonOrderId = order, item.OrderItemId, item.Quantity }), $"An item of order {order} has no SellerSKU.");

    private static List<ReportedLine> Lines(OrderSummary summary, Func<AmazonOrderItem, decimal> quantity) =>
    [
        .. (summary.OrderItems ?? []).Where(item => !string.IsNullOrWhiteSpace(item.SellerSku))
            .Select(item => new ReportedLine(item.SellerSku!, quantity(item)) { Location = item.SupplySourceId, Reference = item.OrderItemId }),
    ];

    /// <summary>An event bus puts the notification into an envelope of its own, under <c>detail</c>.</summary>
    private static OrderChange? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            var document = JsonSerializer.Deserialize<JsonElement>(body);
            return document.ValueKind != JsonValueKind.Object ? null
                : (document.TryGetProperty("detail", out var detail) ? detail : document).Deserialize<OrderChange>();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Instant? At(DateTimeOffset? time) => time is { } at ? Instant.FromDateTimeOffset(at) : null;
}

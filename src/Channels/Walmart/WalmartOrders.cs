using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace RetailSync.Channels.Walmart;

// Exactly the names of Walmart's event ORDER_UPDATES, version V1, and of PO_CREATED, PO_LINE_AUTOCANCELLED and INTENT_TO_CANCEL, which it replaces, as far as
// they concern stock.

public sealed record WalmartEvent(
    [property: JsonPropertyName("source")] WalmartEventSource? Source, [property: JsonPropertyName("payload")] WalmartEventPayload? Payload);

/// <param name="EventType">ORDER_UPDATES, or one of those that it replaces.</param>
/// <param name="EventTime">In UTC.</param>
/// <param name="EventId">The same when it is delivered again.</param>
public sealed record WalmartEventSource(
    [property: JsonPropertyName("eventType")] string? EventType, [property: JsonPropertyName("eventTime")] string? EventTime,
        [property: JsonPropertyName("eventId")] string? EventId);

/// <param name="Meta">Of ORDER_UPDATES: what has happened.</param>
/// <param name="SubEventType">The same, where it stands beside the order.</param>
/// <param name="PurchaseOrderId">Of the events that it replaces: the order stands in the payload itself.</param>
/// <param name="OrderDate">When the customer bought.</param>
/// <param name="ShipNodeType">SellerFulfilled, or WFSFulfilled where Walmart ships from its own stock.</param>
/// <param name="OrderLines">Those that it is about.</param>
public sealed record WalmartEventPayload(
    [property: JsonPropertyName("meta")] WalmartEventMeta? Meta, [property: JsonPropertyName("subEventType")] string? SubEventType,
    [property: JsonPropertyName("order")] WalmartPurchaseOrder? Order, [property: JsonPropertyName("purchaseOrderId")] string? PurchaseOrderId,
    [property: JsonPropertyName("orderDate")] string? OrderDate, [property: JsonPropertyName("shipNodeType")] string? ShipNodeType,
    [property: JsonPropertyName("orderLines")] IReadOnlyList<WalmartOrderLine>? OrderLines);

public sealed record WalmartEventMeta([property: JsonPropertyName("subEventType")] string? SubEventType);

public sealed record WalmartPurchaseOrder(
    [property: JsonPropertyName("purchaseOrderId")] string? PurchaseOrderId, [property: JsonPropertyName("orderDate")] string? OrderDate,
    [property: JsonPropertyName("shipNodeType")] string? ShipNodeType, [property: JsonPropertyName("orderLines")] IReadOnlyList<WalmartOrderLine>? OrderLines);

/// <param name="Quantity">Units.</param>
/// <param name="Status"><c>CREATED</c>, <c>CANCELLED</c>, …</param>
/// <param name="ShipNodeType">As of the order, where it stands on the line.</param>
public sealed record WalmartOrderLine(
    [property: JsonPropertyName("lineNumber")] string? LineNumber, [property: JsonPropertyName("sku")] string? Sku,
        [property: JsonPropertyName("quantity")] WalmartLineQuantity? Quantity,
    [property: JsonPropertyName("status")] string? Status, [property: JsonPropertyName("shipNodeType")] string? ShipNodeType);

public sealed record WalmartLineQuantity([property: JsonPropertyName("measurementValue")] decimal? MeasurementValue);

/// <summary>
/// Reads Walmart's notifications about orders, which are placed and cancelled there. What ships the seller says to Walmart, so Walmart has no notification of
/// it: whoever says it there says it here through <c>/orders</c>, as for what comes back.
/// <see href="https://developer.walmart.com/us-marketplace/docs/order-management-event">Order management event</see>.
/// </summary>
public sealed class WalmartOrders : IOrderWebhook
{
    /// <summary>Offers, prices, reports, parcels and returns that are only announced: what may move stock and is not read below is quarantined.</summary>
    private static readonly HashSet<string> Harmless =
    [
        "BUY_BOX_CHANGED", "DRIVER_STATUS", "INTENT_TO_CANCEL", "INVENTORY_OOS", "OFFER_PUBLISHED", "OFFER_UNPUBLISHED", "REPORT_STATUS", "RETURN_CREATED",
        "RETURN_INVOICED", "SELLER_PERFORMANCE_ALARMS", "SELLER_PERFORMANCE_REPORT",
    ];

    private static readonly JsonSerializerOptions Lenient = new() { NumberHandling = JsonNumberHandling.AllowReadingFromString };

    public bool SpeaksInItsNames => true;

    /// <summary>Walmart sends the password of HTTP's basic scheme that its subscription names.</summary>
    public bool IsGenuine(AdapterSettings settings, VendorMessage message, IReadOnlyDictionary<Uri, string> keys) => SharedSecret.IsKnownTo(settings, message);

    public IReadOnlyList<ReportedOrder> Read(VendorMessage message)
    {
        WalmartEvent? happened;
        try
        {
            happened = JsonSerializer.Deserialize<WalmartEvent>(message.Body.Span, Lenient);
        }
        catch (JsonException)
        {
            return [ReportedOrder.NotUnderstood(message.Text)];
        }

        var type = happened?.Source?.EventType == "ORDER_UPDATES" ? happened.Payload?.Meta?.SubEventType
            ?? happened.Payload?.SubEventType : happened?.Source?.EventType;
        if (type is not null && Harmless.Contains(type))
        {
            return [];
        }

        var order = happened?.Payload?.Order
            ?? (happened?.Payload is { } bare ? new WalmartPurchaseOrder(bare.PurchaseOrderId, bare.OrderDate, bare.ShipNodeType, bare.OrderLines) : null);
        return (type, order) switch
        {
            (_, { ShipNodeType: "WFSFulfilled" }) => [],
            ("PO_CREATED", { PurchaseOrderId: { Length: > 0 } id, OrderLines: { } lines }) =>
                Placed(id, At(order.OrderDate) ?? At(happened!.Source!.EventTime), lines),
            ("PO_LINE_AUTOCANCELLED" or "FRAUD_CANCEL", { PurchaseOrderId: { Length: > 0 } id, OrderLines: { } lines })
                when happened!.Source!.EventId is { Length: > 0 } name =>
                Cancelled(id, type!, name, At(happened.Source.EventTime), lines),
            ({ } other, _) => [ReportedOrder.NotUnderstood(message.Text, $"What an event {other} says of stock is not known.")],
            _ => [ReportedOrder.NotUnderstood(message.Text)],
        };
    }

    private static IReadOnlyList<ReportedOrder> Placed(string order, Instant? at, IReadOnlyList<WalmartOrderLine> lines) =>
        [
            .. Lines(lines) is { Count: > 0 } wanted ? [new ReportedOrder("order", order, "order", at, wanted)] : Enumerable.Empty<ReportedOrder>(),
            .. Incomplete(order, lines),
        ];

    private static IReadOnlyList<ReportedOrder> Cancelled(string order, string type, string name, Instant? at, IReadOnlyList<WalmartOrderLine> lines) =>
        [
            // A line is cancelled once for each reason, however many events say so: who subscribes to the old form of an event and to the new one gets both.
            .. Lines([.. lines.Where(IsCancelled)]).GroupBy(line => line.Reference is { Length: > 0 } number ? $"{type}-{number}" : name)
                .Select(of => new ReportedOrder("cancellation", order, $"cancellation-{of.Key}", at, [.. of])),
            .. Incomplete(order, lines.Where(IsCancelled)),
        ];

    private static bool IsCancelled(WalmartOrderLine line) => line.Status is null || line.Status.StartsWith("CANCEL", StringComparison.OrdinalIgnoreCase);

    /// <summary>Lines of the seller's that do not say of what they are, or of how much.</summary>
    private static IEnumerable<ReportedOrder> Incomplete(string order, IEnumerable<WalmartOrderLine> lines) =>
        from line in lines
        where line.ShipNodeType != "WFSFulfilled" && (string.IsNullOrWhiteSpace(line.Sku) || line.Quantity?.MeasurementValue is null or < 0)
        select ReportedOrder.NotUnderstood(
            JsonSerializer.Serialize(new { purchaseOrderId = order, orderLine = line }),
            $"Line {line.LineNumber} of order {order} does not say of what it is, or of how much.");

    private static List<ReportedLine> Lines(IReadOnlyList<WalmartOrderLine> lines) =>
    [
        .. lines.Where(line => line.ShipNodeType != "WFSFulfilled" && !string.IsNullOrWhiteSpace(line.Sku) && line.Quantity?.MeasurementValue > 0)
            .Select(line => new ReportedLine(line.Sku!, line.Quantity!.MeasurementValue!.Value) { Reference = line.LineNumber }),
    ];

    /// <summary>RFC 3339, or milliseconds since 1970.</summary>
    private static Instant? At(string? time) =>
        time is null ? null
        : InstantPattern.ExtendedIso.Parse(time) is { Success: true } parsed ? parsed.Value
        : OffsetDateTimePattern.ExtendedIso.Parse(time) is { Success: true } offset ? InstantRange.Of(offset.Value)
        : long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds < 253_402_300_800_000 ? Instant.FromUnixTimeMilliseconds(milliseconds)
        : null;
}

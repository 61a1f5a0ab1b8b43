using System.Text.Json;
using System.Text.Json.Serialization;

namespace RetailSync.Channels.AdobeCommerce;

// Exactly the names of the events of Adobe Commerce, which are those of its tables sales_order, sales_shipment, sales_creditmemo and their items.

/// <param name="Type">com.adobe.commerce. and the event's code.</param>
/// <param name="Data">What it is about.</param>
public sealed record CommerceEvent(
    [property: JsonPropertyName("id")] string? Id, [property: JsonPropertyName("type")] string? Type,
        [property: JsonPropertyName("data")] CommerceEventData? Data);

public sealed record CommerceEventData([property: JsonPropertyName("value")] JsonElement Value);

/// <param name="EntityId">Its number; not sent by every edition, but then it is in its rows.</param>
/// <param name="State">new, pending_payment, processing, holded, payment_review, complete, closed or canceled.</param>
/// <param name="CreatedAt">In UTC, without saying so.</param>
/// <param name="UpdatedAt">In UTC.</param>
/// <param name="Items">A row each, those of a configurable product or a bundle with rows of their own.</param>
public sealed record SalesOrder(
    [property: JsonPropertyName("entity_id")] long? EntityId, [property: JsonPropertyName("state")] string? State,
        [property: JsonPropertyName("created_at")] string? CreatedAt,
    [property: JsonPropertyName("updated_at")] string? UpdatedAt, [property: JsonPropertyName("items")] IReadOnlyList<SalesOrderItem>? Items)
{
    /// <summary>By which a credit memo calls it too.</summary>
    [JsonIgnore]
    public long Number => EntityId ?? Items?.Select(item => item.OrderId).FirstOrDefault(id => id is not null)
    ?? throw new JsonException("An order without its number.");
}

/// <param name="Sku">Of a configurable product that of what was chosen.</param>
/// <param name="ProductType">simple, configurable, bundle, grouped, virtual, downloadable or giftcard.</param>
/// <param name="ParentItemId">The row that it is a part of.</param>
/// <param name="QtyOrdered">Units that were bought.</param>
/// <param name="QtyShipped">Of these, units that have shipped.</param>
/// <param name="QtyCanceled">Of these, units that were cancelled.</param>
/// <param name="QtyRefunded">Of these, units that were refunded, whether or not they had shipped.</param>
/// <param name="IsVirtual">Whether there is nothing to ship, as true or 1.</param>
public sealed record SalesOrderItem(
    [property: JsonPropertyName("sku")] string? Sku, [property: JsonPropertyName("product_type")] string? ProductType,
        [property: JsonPropertyName("item_id")] long? ItemId,
    [property: JsonPropertyName("parent_item_id")] long? ParentItemId, [property: JsonPropertyName("qty_ordered")] decimal? QtyOrdered,
    [property: JsonPropertyName("qty_shipped")] decimal? QtyShipped, [property: JsonPropertyName("order_id")] long? OrderId,
    [property: JsonPropertyName("qty_canceled")] decimal? QtyCanceled = null, [property: JsonPropertyName("qty_refunded")] decimal? QtyRefunded = null,
    [property: JsonPropertyName("is_virtual")] JsonElement IsVirtual = default);

/// <param name="EntityId">Its number; not sent by every edition.</param>
/// <param name="IncrementId">What people call it.</param>
/// <param name="CreatedAt">In UTC.</param>
public sealed record CreditMemo(
    [property: JsonPropertyName("entity_id")] long? EntityId, [property: JsonPropertyName("increment_id")] string? IncrementId,
        [property: JsonPropertyName("order_id")] long? OrderId,
    [property: JsonPropertyName("created_at")] string? CreatedAt, [property: JsonPropertyName("items")] IReadOnlyList<CreditMemoItem>? Items);

/// <param name="Qty">Units.</param>
/// <param name="BackToStock">Whether the goods are back, as true or 1.</param>
/// <param name="OrderItemId">The row of the order.</param>
public sealed record CreditMemoItem(
    [property: JsonPropertyName("sku")] string? Sku, [property: JsonPropertyName("qty")] decimal? Qty,
        [property: JsonPropertyName("back_to_stock")] JsonElement BackToStock,
    [property: JsonPropertyName("order_item_id")] long? OrderItemId = null);

/// <param name="CreatedAt">In UTC.</param>
public sealed record Shipment(
    [property: JsonPropertyName("entity_id")] long? EntityId, [property: JsonPropertyName("order_id")] long? OrderId,
        [property: JsonPropertyName("created_at")] string? CreatedAt,
    [property: JsonPropertyName("items")] IReadOnlyList<ShipmentItem>? Items,
        [property: JsonPropertyName("extension_attributes")] ShipmentExtension? ExtensionAttributes);

public sealed record ShipmentItem([property: JsonPropertyName("sku")] string? Sku, [property: JsonPropertyName("qty")] decimal? Qty);

/// <param name="SourceCode">The source that it ships from.</param>
public sealed record ShipmentExtension([property: JsonPropertyName("source_code")] string? SourceCode);

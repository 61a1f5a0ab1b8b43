using System.Text.Json.Serialization;

namespace RetailSync.Channels.Shopify;

// Exactly the names of Shopify's webhooks about orders, as far as they concern stock.

/// <summary>Something with a number.</summary>
public interface IShopifyDocument
{
    long Id { get; }
}

/// <param name="CreatedAt">When it was placed.</param>
/// <param name="UpdatedAt">When anything of it changed last.</param>
/// <param name="CancelledAt">When it was cancelled; null when it was not.</param>
/// <param name="LineItems">All of them, also those that are no longer wanted.</param>
public sealed record ShopifyOrder(
    [property: JsonPropertyName("id")] long Id, [property: JsonPropertyName("created_at")] DateTimeOffset? CreatedAt,
    [property: JsonPropertyName("updated_at")] DateTimeOffset? UpdatedAt, [property: JsonPropertyName("cancelled_at")] DateTimeOffset? CancelledAt,
    [property: JsonPropertyName("line_items")] IReadOnlyList<ShopifyLineItem>? LineItems,
    [property: JsonPropertyName("fulfillments")] IReadOnlyList<ShopifyFulfillment>? Fulfillments,
    [property: JsonPropertyName("refunds")] IReadOnlyList<ShopifyRefund>? Refunds) : IShopifyDocument;

/// <param name="Id">The line's number, the same in every document of the order.</param>
/// <param name="Sku">The seller's; empty where there is none.</param>
/// <param name="Quantity">In an order the units that were bought, in a fulfilment those that ship.</param>
/// <param name="CurrentQuantity">Units without those that were refunded or removed.</param>
/// <param name="FulfillableQuantity">Units that are left to ship.</param>
/// <param name="FulfillmentStatus">fulfilled, partial, not_eligible; null when nothing has shipped.</param>
/// <param name="RequiresShipping">False of a service, a download, a tip.</param>
/// <param name="GiftCard">Whether it is one.</param>
public sealed record ShopifyLineItem(
    [property: JsonPropertyName("id")] long Id, [property: JsonPropertyName("sku")] string? Sku, [property: JsonPropertyName("quantity")] long Quantity,
    [property: JsonPropertyName("current_quantity")] long? CurrentQuantity, [property: JsonPropertyName("fulfillable_quantity")] long? FulfillableQuantity,
    [property: JsonPropertyName("fulfillment_status")] string? FulfillmentStatus, [property: JsonPropertyName("requires_shipping")] bool? RequiresShipping,
    [property: JsonPropertyName("gift_card")] bool? GiftCard);

/// <param name="OrderId">The order's; not repeated within an order.</param>
/// <param name="Status">pending, open, success, cancelled, error or failure.</param>
/// <param name="UpdatedAt">When it changed last.</param>
/// <param name="LocationId">Where it ships from.</param>
public sealed record ShopifyFulfillment(
    [property: JsonPropertyName("id")] long Id, [property: JsonPropertyName("order_id")] long? OrderId, [property: JsonPropertyName("status")] string? Status,
    [property: JsonPropertyName("created_at")] DateTimeOffset? CreatedAt, [property: JsonPropertyName("updated_at")] DateTimeOffset? UpdatedAt,
    [property: JsonPropertyName("location_id")] long? LocationId,
        [property: JsonPropertyName("line_items")] IReadOnlyList<ShopifyLineItem>? LineItems) : IShopifyDocument;

public sealed record ShopifyRefund(
    [property: JsonPropertyName("id")] long Id, [property: JsonPropertyName("order_id")] long? OrderId,
        [property: JsonPropertyName("created_at")] DateTimeOffset? CreatedAt,
    [property: JsonPropertyName("refund_line_items")] IReadOnlyList<ShopifyRefundLineItem>? RefundLineItems) : IShopifyDocument;

/// <param name="Quantity">Units.</param>
/// <param name="RestockType">return, cancel, no_restock or legacy_restock.</param>
/// <param name="LocationId">Where it was restocked.</param>
public sealed record ShopifyRefundLineItem(
    [property: JsonPropertyName("quantity")] long Quantity, [property: JsonPropertyName("restock_type")] string? RestockType,
    [property: JsonPropertyName("location_id")] long? LocationId, [property: JsonPropertyName("line_item")] ShopifyLineItem? LineItem);

public sealed record ShopifyEdited([property: JsonPropertyName("order_edit")] ShopifyOrderEdit? OrderEdit);

/// <param name="CreatedAt">When it was begun.</param>
/// <param name="CommittedAt">When it took effect; since version 2024-07.</param>
public sealed record ShopifyOrderEdit(
    [property: JsonPropertyName("id")] long Id, [property: JsonPropertyName("order_id")] long? OrderId,
        [property: JsonPropertyName("created_at")] DateTimeOffset? CreatedAt,
    [property: JsonPropertyName("committed_at")] DateTimeOffset? CommittedAt, [property: JsonPropertyName("line_items")] ShopifyLineEdits? LineItems);

public sealed record ShopifyLineEdits(
    [property: JsonPropertyName("additions")] IReadOnlyList<ShopifyLineEdit>? Additions,
        [property: JsonPropertyName("removals")] IReadOnlyList<ShopifyLineEdit>? Removals);

/// <param name="Delta">Units.</param>
public sealed record ShopifyLineEdit([property: JsonPropertyName("id")] long Id, [property: JsonPropertyName("delta")] long Delta);

using System.Text.Json.Serialization;

namespace RetailSync.Channels.Walmart;

// Exactly the names of the Marketplace API. What is written (inputQty) and what is read (availToSellQty) differ, and so does the letter case of
// the two versions of the feed: 1.4 begins with capitals, 1.5 does not, and each refuses the other's.

public sealed record WalmartQuantity([property: JsonPropertyName("unit")] string Unit, [property: JsonPropertyName("amount")] long Amount)
{
    public static WalmartQuantity Each(long amount) => new("EACH", amount);
}

public sealed record WalmartInventory([property: JsonPropertyName("sku")] string Sku, [property: JsonPropertyName("quantity")] WalmartQuantity Quantity);

public sealed record MultiNodeUpdate([property: JsonPropertyName("inventories")] MultiNodeInventories Inventories);

public sealed record MultiNodeInventories([property: JsonPropertyName("nodes")] IReadOnlyList<NodeInput> Nodes);

public sealed record NodeInput([property: JsonPropertyName("shipNode")] string ShipNode, [property: JsonPropertyName("inputQty")] WalmartQuantity InputQty);

public sealed record MultiNodeResponse([property: JsonPropertyName("sku")] string? Sku, [property: JsonPropertyName("nodes")] IReadOnlyList<NodeResult>? Nodes);

/// <summary>Each node has a result of its own: one may succeed where another fails.</summary>
public sealed record NodeResult(
    [property: JsonPropertyName("shipNode")] string? ShipNode, [property: JsonPropertyName("status")] string? Status,
        [property: JsonPropertyName("errors")] IReadOnlyList<WalmartError>? Errors);

public sealed record WalmartError([property: JsonPropertyName("code")] string? Code, [property: JsonPropertyName("description")] string? Description);

public sealed record NodesShown([property: JsonPropertyName("sku")] string? Sku, [property: JsonPropertyName("nodes")] IReadOnlyList<NodeShown>? Nodes);

/// <param name="InputQty">What the seller said. What may still be sold of it (availToSellQty) is less by what Walmart's own orders keep (reservedQty).</param>
public sealed record NodeShown([property: JsonPropertyName("shipNode")] string? ShipNode, [property: JsonPropertyName("inputQty")] WalmartQuantity? InputQty);

/// <summary>The feed <c>inventory</c>, version 1.4: capitals.</summary>
public sealed record InventoryFeed14(
    [property: JsonPropertyName("InventoryHeader")] FeedHeader InventoryHeader,
        [property: JsonPropertyName("Inventory")] IReadOnlyList<WalmartInventory> Inventory);

/// <summary>The feed <c>MP_INVENTORY</c>, version 1.5: no capitals, and nodes.</summary>
public sealed record InventoryFeed15(
    [property: JsonPropertyName("inventoryHeader")] FeedHeader InventoryHeader,
        [property: JsonPropertyName("inventory")] IReadOnlyList<NodesInventory> Inventory);

public sealed record FeedHeader([property: JsonPropertyName("version")] string Version);

public sealed record NodesInventory(
    [property: JsonPropertyName("sku")] string Sku, [property: JsonPropertyName("shipNodes")] IReadOnlyList<NodeQuantity> ShipNodes);

public sealed record NodeQuantity([property: JsonPropertyName("shipNode")] string ShipNode, [property: JsonPropertyName("quantity")] WalmartQuantity Quantity);

public sealed record FeedId([property: JsonPropertyName("feedId")] string? Value);

/// <param name="FeedStatus">RECEIVED, INPROGRESS, PROCESSED or ERROR.</param>
/// <param name="ItemsReceived">In the whole feed.</param>
/// <param name="IngestionErrors">Of the feed itself.</param>
public sealed record PartnerFeedResponse(
    [property: JsonPropertyName("feedStatus")] string? FeedStatus, [property: JsonPropertyName("itemsReceived")] int ItemsReceived,
    [property: JsonPropertyName("itemDetails")] ItemDetails? ItemDetails, [property: JsonPropertyName("ingestionErrors")] IngestionErrors? IngestionErrors);

public sealed record ItemDetails([property: JsonPropertyName("itemIngestionStatus")] IReadOnlyList<PartnerItemIngestionStatus>? ItemIngestionStatus);

public sealed record PartnerItemIngestionStatus(
    [property: JsonPropertyName("sku")] string? Sku, [property: JsonPropertyName("ingestionStatus")] string? IngestionStatus,
        [property: JsonPropertyName("ingestionErrors")] IngestionErrors? IngestionErrors);

public sealed record IngestionErrors([property: JsonPropertyName("ingestionError")] IReadOnlyList<IngestionError>? IngestionError);

public sealed record IngestionError(
    [property: JsonPropertyName("type")] string? Type, [property: JsonPropertyName("code")] string? Code,
        [property: JsonPropertyName("description")] string? Description);

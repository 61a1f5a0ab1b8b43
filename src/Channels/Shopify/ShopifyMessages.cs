using System.Text.Json;
using System.Text.Json.Serialization;

namespace RetailSync.Channels.Shopify;

// Exactly the names of the Admin GraphQL API, 2026-10.

/// <summary>Every document that is sent.</summary>
public static class ShopifyDocuments
{
    /// <summary>The directive is required since 2026-04, though the schema does not say so.</summary>
    public const string SetQuantities =
        """
        mutation SetQuantities($input: InventorySetQuantitiesInput!, $key: String!) {
          inventorySetQuantities(input: $input) @idempotent(key: $key) {
            inventoryAdjustmentGroup { createdAt reason }
            userErrors { code field message }
          }
        }
        """;

    /// <summary>Asks at so many locations, each in a variable and an answer of its own, <c>at0</c>, <c>at1</c> and so on.</summary>
    public static string ReadQuantities(int count)
    {
        var locations = Enumerable.Range(0, count).ToList();
        return $$"""
            query ReadQuantities($ids: [ID!]!{{string.Concat(locations.Select(location => $", $at{location}: ID!"))}}) {
              nodes(ids: $ids) {
                ... on InventoryItem { id {{string.Join(' ', locations.Select(location => $$"""at{{location}}: inventoryLevel(locationId: $at{{location}}) { quantities(names: ["available"]) { name quantity } }"""))}} }
              }
            }
            """;
    }
}

public sealed record GraphQlRequest<TVariables>(
    [property: JsonPropertyName("query")] string Query, [property: JsonPropertyName("variables")] TVariables Variables);

/// <param name="Input">What is to be set.</param>
/// <param name="Key">The same for the same intent: Shopify answers it again as the first time.</param>
public sealed record SetQuantitiesVariables(
    [property: JsonPropertyName("input")] InventorySetQuantitiesInput Input, [property: JsonPropertyName("key")] string Key);

public sealed record InventorySetQuantitiesInput(
    [property: JsonPropertyName("reason")] string Reason,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("referenceDocumentUri")] string ReferenceDocumentUri,
    [property: JsonPropertyName("quantities")] IReadOnlyList<InventoryQuantityInput> Quantities);

/// <param name="Quantity">What it is to be.</param>
/// <param name="ChangeFromQuantity">What is expected to be there, without which nothing is set; null, which has to be said, sets it whatever is there.</param>
public sealed record InventoryQuantityInput(
    [property: JsonPropertyName("inventoryItemId")] string InventoryItemId,
    [property: JsonPropertyName("locationId")] string LocationId,
    [property: JsonPropertyName("quantity")] long Quantity,
    [property: JsonPropertyName("changeFromQuantity")] long? ChangeFromQuantity);

public sealed record GraphQlResponse<TData>(
    [property: JsonPropertyName("data")] TData? Data,
    [property: JsonPropertyName("errors")] IReadOnlyList<GraphQlError>? Errors,
    [property: JsonPropertyName("extensions")] GraphQlExtensions? Extensions);

public sealed record GraphQlError(
    [property: JsonPropertyName("message")] string? Message, [property: JsonPropertyName("extensions")] GraphQlErrorExtensions? Extensions);

public sealed record GraphQlErrorExtensions([property: JsonPropertyName("code")] string? Code);

public sealed record GraphQlExtensions([property: JsonPropertyName("cost")] QueryCost? Cost);

public sealed record QueryCost(
    [property: JsonPropertyName("requestedQueryCost")] decimal RequestedQueryCost,
        [property: JsonPropertyName("throttleStatus")] ThrottleStatus? ThrottleStatus);

public sealed record ThrottleStatus(
    [property: JsonPropertyName("maximumAvailable")] decimal MaximumAvailable,
    [property: JsonPropertyName("currentlyAvailable")] decimal CurrentlyAvailable,
    [property: JsonPropertyName("restoreRate")] decimal RestoreRate);

public sealed record SetQuantitiesData([property: JsonPropertyName("inventorySetQuantities")] InventorySetQuantitiesPayload? InventorySetQuantities);

public sealed record InventorySetQuantitiesPayload([property: JsonPropertyName("userErrors")] IReadOnlyList<InventorySetQuantitiesUserError>? UserErrors);

public sealed record InventorySetQuantitiesUserError(
    [property: JsonPropertyName("code")] string? Code, [property: JsonPropertyName("field")] IReadOnlyList<string>? Field,
        [property: JsonPropertyName("message")] string? Message);

public sealed record ReadQuantitiesData([property: JsonPropertyName("nodes")] IReadOnlyList<InventoryItemNode?>? Nodes);

/// <summary>Its levels are by the names that they were asked for.</summary>
public sealed record InventoryItemNode([property: JsonPropertyName("id")] string? Id)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Levels { get; init; } = [];
}

public sealed record InventoryLevelNode([property: JsonPropertyName("quantities")] IReadOnlyList<InventoryQuantityNode>? Quantities);

public sealed record InventoryQuantityNode([property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("quantity")] long Quantity);

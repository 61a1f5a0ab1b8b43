using System.Text.Json.Serialization;

namespace RetailSync.Channels.AdobeCommerce;

// Exactly the names of the REST API of multi-source inventory.

public sealed record SourceItems([property: JsonPropertyName("sourceItems")] IReadOnlyList<SourceItem> Items);

/// <param name="Quantity">Physical stock: the shop deducts the reservations of its own orders itself.</param>
/// <param name="Status">1 in stock; 0 hides the quantity whatever it is.</param>
public sealed record SourceItem(
    [property: JsonPropertyName("sku")] string Sku, [property: JsonPropertyName("source_code")] string SourceCode,
        [property: JsonPropertyName("quantity")] decimal Quantity,
    [property: JsonPropertyName("status")] int Status);

public sealed record SourceItemsFound(
    [property: JsonPropertyName("items")] IReadOnlyList<SourceItem>? Items, [property: JsonPropertyName("total_count")] int TotalCount);

public sealed record BulkAnswer(
    [property: JsonPropertyName("bulk_uuid")] string? BulkUuid, [property: JsonPropertyName("request_items")] IReadOnlyList<BulkRequestItem>? RequestItems,
        [property: JsonPropertyName("errors")] bool Errors);

public sealed record BulkRequestItem(
    [property: JsonPropertyName("id")] int Id, [property: JsonPropertyName("status")] string? Status,
        [property: JsonPropertyName("error_message")] string? ErrorMessage);

public sealed record BulkStatus([property: JsonPropertyName("operations_list")] IReadOnlyList<BulkOperation>? OperationsList);

/// <param name="Id">Its place in the bulk.</param>
/// <param name="Status">1 complete, 2 failed and may be tried again, 3 failed, 4 open, 5 rejected.</param>
/// <param name="ResultMessage">In the shop's words.</param>
/// <param name="SerializedData">What it was about, as JSON within JSON.</param>
public sealed record BulkOperation(
    [property: JsonPropertyName("id")] int Id, [property: JsonPropertyName("status")] int Status,
        [property: JsonPropertyName("result_message")] string? ResultMessage,
    [property: JsonPropertyName("serialized_data")] string? SerializedData);

public sealed record AdobeError([property: JsonPropertyName("message")] string? Message);

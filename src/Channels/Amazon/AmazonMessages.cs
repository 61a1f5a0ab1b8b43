using System.Text.Json.Serialization;

namespace RetailSync.Channels.Amazon;

// Exactly the names of Listings Items 2021-08-01, Feeds 2021-06-30 and the listings feed schema 2.0.

public sealed record ListingsItemPatchRequest(
    [property: JsonPropertyName("productType")] string ProductType, [property: JsonPropertyName("patches")] IReadOnlyList<PatchOperation> Patches);

public sealed record PatchOperation(
    [property: JsonPropertyName("op")] string Op, [property: JsonPropertyName("path")] string Path,
        [property: JsonPropertyName("value")] IReadOnlyList<FulfillmentAvailability> Value);

/// <param name="FulfillmentChannelCode">DEFAULT is what the seller ships. What Amazon ships (AMAZON_NA and others) is Amazon's own number.</param>
/// <param name="Quantity">Whole units.</param>
public sealed record FulfillmentAvailability(
    [property: JsonPropertyName("fulfillment_channel_code")] string FulfillmentChannelCode, [property: JsonPropertyName("quantity")] long Quantity);

public sealed record ListingsItemSubmissionResponse(
    [property: JsonPropertyName("sku")] string? Sku, [property: JsonPropertyName("status")] string? Status,
        [property: JsonPropertyName("submissionId")] string? SubmissionId,
    [property: JsonPropertyName("issues")] IReadOnlyList<ListingIssue>? Issues);

public sealed record ListingIssue(
    [property: JsonPropertyName("code")] string? Code, [property: JsonPropertyName("message")] string? Message,
        [property: JsonPropertyName("severity")] string? Severity);

public sealed record ListingsItem([property: JsonPropertyName("fulfillmentAvailability")] IReadOnlyList<FulfillmentShown>? FulfillmentAvailability);

/// <summary>What is read has other names than what is written.</summary>
public sealed record FulfillmentShown(
    [property: JsonPropertyName("fulfillmentChannelCode")] string? FulfillmentChannelCode, [property: JsonPropertyName("quantity")] long? Quantity);

public sealed record ListingsFeed(
    [property: JsonPropertyName("header")] ListingsFeedHeader Header, [property: JsonPropertyName("messages")] IReadOnlyList<ListingsFeedMessage> Messages);

public sealed record ListingsFeedHeader(
    [property: JsonPropertyName("sellerId")] string SellerId, [property: JsonPropertyName("version")] string Version,
        [property: JsonPropertyName("issueLocale")] string IssueLocale);

public sealed record ListingsFeedMessage(
    [property: JsonPropertyName("messageId")] int MessageId, [property: JsonPropertyName("sku")] string Sku,
        [property: JsonPropertyName("operationType")] string OperationType,
    [property: JsonPropertyName("productType")] string ProductType, [property: JsonPropertyName("patches")] IReadOnlyList<PatchOperation> Patches);

public sealed record CreateFeedDocumentSpecification([property: JsonPropertyName("contentType")] string ContentType);

public sealed record CreateFeedDocumentResponse(
    [property: JsonPropertyName("feedDocumentId")] string? FeedDocumentId, [property: JsonPropertyName("url")] string? Url);

public sealed record CreateFeedSpecification(
    [property: JsonPropertyName("feedType")] string FeedType, [property: JsonPropertyName("marketplaceIds")] IReadOnlyList<string> MarketplaceIds,
    [property: JsonPropertyName("inputFeedDocumentId")] string InputFeedDocumentId);

public sealed record CreateFeedResponse([property: JsonPropertyName("feedId")] string? FeedId);

/// <param name="ProcessingStatus">IN_QUEUE, IN_PROGRESS, DONE, CANCELLED or FATAL.</param>
/// <param name="ResultFeedDocumentId">The processing report, once there is one.</param>
public sealed record Feed(
    [property: JsonPropertyName("processingStatus")] string? ProcessingStatus,
        [property: JsonPropertyName("resultFeedDocumentId")] string? ResultFeedDocumentId);

public sealed record FeedDocument(
    [property: JsonPropertyName("url")] string? Url, [property: JsonPropertyName("compressionAlgorithm")] string? CompressionAlgorithm);

public sealed record ProcessingReport(
    [property: JsonPropertyName("issues")] IReadOnlyList<ProcessingIssue>? Issues, [property: JsonPropertyName("summary")] ProcessingSummary? Summary);

public sealed record ProcessingIssue(
    [property: JsonPropertyName("messageId")] int? MessageId, [property: JsonPropertyName("sku")] string? Sku,
        [property: JsonPropertyName("code")] string? Code,
    [property: JsonPropertyName("severity")] string? Severity, [property: JsonPropertyName("message")] string? Message);

public sealed record ProcessingSummary(
    [property: JsonPropertyName("messagesProcessed")] int MessagesProcessed, [property: JsonPropertyName("messagesAccepted")] int MessagesAccepted);

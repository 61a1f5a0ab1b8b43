namespace RetailSync.Channels.Amazon;

/// <summary>Between publications and Amazon's words. Pure.</summary>
public static class AmazonTranslator
{
    /// <summary>Messages that a feed may have.</summary>
    public const int MostMessages = 25_000;

    private const string SellerFulfilled = "DEFAULT";

    public static ListingsItemPatchRequest Patch(Publication publication, string productType) => new(productType, Patches(publication));

    /// <summary>A feed whose messages are numbered from 1 in the order of the publications.</summary>
    public static ListingsFeed Feed(IReadOnlyList<Publication> publications, string sellerId, string productType) => new(
        new ListingsFeedHeader(sellerId, "2.0", "en_US"),
        [.. publications.Select((publication, location) => new ListingsFeedMessage(
            location + 1, publication.ExternalId, "PATCH", productType, Patches(publication)))]);

    public static SkuReply Reply(Publication publication, ListingsItemSubmissionResponse answer) =>
        answer.Status == "ACCEPTED" ? new SkuReply(publication.Sku, Verdict.Accepted)
        : new SkuReply(publication.Sku, Verdict.Refused, Words(answer.Issues?.Select(issue => (issue.Code, issue.Message))));

    /// <summary>What the seller ships; what Amazon ships is its own number.</summary>
    public static IEnumerable<(string Location, decimal Quantity)> Shown(ListingsItem listing) =>
        from availability in listing.FulfillmentAvailability ?? []
        where availability is { FulfillmentChannelCode: SellerFulfilled, Quantity: not null }
        select (ChannelLocation.Single, (decimal)availability.Quantity!.Value);

    /// <summary>
    /// What a processing report says of each of Amazon's SKUs: those with an error are refused, in its words. An error that is about no message
    /// leaves everything else open.
    /// </summary>
    public static OperationResults Results(ProcessingReport report)
    {
        var errors = (report.Issues ?? []).Where(issue => issue.Severity == "ERROR").ToList();
        var refused = errors.Where(issue => issue.Sku is not null).GroupBy(issue => issue.Sku!)
            .ToDictionary(issues => issues.Key, issues => new ItemResult(Verdict.Refused, Words(issues.Select(issue => (issue.Code, issue.Message)))));
        var ofTheFeed = errors.Find(issue => issue.Sku is null && issue.MessageId is null);
        return new(refused, ofTheFeed is null ? new(Verdict.Accepted) : new(Verdict.Retry, Words([(ofTheFeed.Code, ofTheFeed.Message)])));
    }

    private static PatchOperation[] Patches(Publication publication) =>
        [new PatchOperation("replace", "/attributes/fulfillment_availability", [new FulfillmentAvailability(SellerFulfilled, publication.WholeUnits)])];

    private static string Words(IEnumerable<(string? Code, string? Message)>? issues) =>
        issues?.ToList() is { Count: > 0 } all ? string.Join("; ", all.Take(5).Select(issue => $"{issue.Code}: {issue.Message}")) : "Amazon gave no reason.";
}

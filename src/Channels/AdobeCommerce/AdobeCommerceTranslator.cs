namespace RetailSync.Channels.AdobeCommerce;

/// <summary>Between publications and the words of Adobe Commerce. Pure.</summary>
public static class AdobeCommerceTranslator
{
    /// <summary>
    /// What its sources are to hold: the mapped ones, or the one for all. The shop subtracts what its own orders have reserved, and our number is without
    /// those units already: they are added again, or they would be missing twice.
    /// </summary>
    public static IReadOnlyList<SourceItem> Items(Publication publication, string sourceCode) =>
        [.. from source in publication.At(sourceCode).DistinctBy(source => source.Location, StringComparer.OrdinalIgnoreCase)
            let physical = source.Quantity + source.OpenOrderUnits
            select new SourceItem(publication.ExternalId, source.Location, physical, physical > 0 ? 1 : 0)];

    /// <summary>SKUs of one search, whose address stays of a length that every server takes.</summary>
    public const int MostInSearch = 20;

    /// <summary>As many as a shop gives at once that limits what it is asked for.</summary>
    public const int MostOnPage = 300;

    /// <summary>
    /// Filters of one group are alternatives, groups hold together. A SKU may have commas, so none is put into a list. Of several sources none is named: the
    /// address would grow too long.
    /// </summary>
    public static string Search(IReadOnlyList<string> skus, string? sourceCode, int page) => string.Join('&', [
        .. skus.SelectMany((sku, location) => Filter(0, location, "sku", sku)), .. sourceCode is null ? [] : Filter(1, 0, "source_code", sourceCode),
        "searchCriteria[sortOrders][0][field]=source_item_id", "searchCriteria[sortOrders][0][direction]=ASC",
        FormattableString.Invariant($"searchCriteria[pageSize]={MostOnPage}"), FormattableString.Invariant($"searchCriteria[currentPage]={page}")]);

    /// <summary>What is hidden shows as nothing.</summary>
    /// <param name="items">As the shop has them.</param>
    /// <param name="asked">The SKUs that it was asked for.</param>
    /// <param name="locations">Its sources that are ours; empty where that is one.</param>
    public static IReadOnlyDictionary<(string ExternalId, string Location), decimal> Shown(
        IReadOnlyList<SourceItem> items, IReadOnlyList<string> asked, IReadOnlyList<string> locations, string sourceCode) => items
        .Where(item => asked.Contains(item.Sku) && (locations.Count > 0 ? locations.Contains(item.SourceCode) : item.SourceCode == sourceCode))
        .GroupBy(item => (item.Sku, locations.Count > 0 ? item.SourceCode : ChannelLocation.Single))
        .ToDictionary(same => same.Key, same => same.Last().Status == 1 ? same.Last().Quantity : 0);

    private static IEnumerable<string> Filter(int group, int location, string field, string value)
    {
        var filter = FormattableString.Invariant($"searchCriteria[filter_groups][{group}][filters][{location}]");
        return [$"{filter}[field]={field}", $"{filter}[value]={Uri.EscapeDataString(value)}", $"{filter}[condition_type]=eq"];
    }

    /// <summary>The result of each operation of a bulk, one for each publication; null while one of them is open.</summary>
    /// <param name="operations">The operations as the shop lists them, each with the shop's SKU that it is about; null where that cannot be read.</param>
    public static OperationResults? Results(IReadOnlyList<(BulkOperation Operation, string? Sku)> operations) =>
        operations.Any(one => one.Operation.Status == 4) ? null
            : new(
                operations.Where(one => one.Sku is not null).GroupBy(one => one.Sku!).ToDictionary(same => same.Key, same => Result(same.Last().Operation)),
                Others: new(Verdict.Retry, "The bulk says nothing of it."));

    private static ItemResult Result(BulkOperation operation) => operation.Status switch
    {
        1 => new(Verdict.Accepted),
        2 => new(Verdict.Retry, operation.ResultMessage),
        _ => new(Verdict.Refused, operation.ResultMessage),
    };
}

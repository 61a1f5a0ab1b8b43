namespace RetailSync.Channels.AdobeCommerce;

/// <summary>Between publications and the words of Adobe Commerce. Pure.</summary>
public static class AdobeCommerceTranslator
{
    /// <summary>
    /// What the source is to hold. The shop subtracts what its own orders have reserved, and our number is without those units already: they are
    /// added again, or they would be missing twice.
    /// </summary>
    public static SourceItem Item(Publication publication, string sourceCode)
    {
        var physical = publication.Quantity + publication.InItsOrders;
        return new SourceItem(publication.Theirs, sourceCode, physical, physical > 0 ? 1 : 0);
    }

    /// <summary>SKUs of one search, whose address stays of a length that every server takes.</summary>
    public const int MostInSearch = 20;

    /// <summary>Filters of one group are alternatives, groups hold together. A SKU may have commas, so none is put into a list.</summary>
    public static string Search(IReadOnlyList<string> skus, string sourceCode) => string.Join('&', [
        .. skus.SelectMany((sku, place) => Filter(0, place, "sku", sku)), .. Filter(1, 0, "source_code", sourceCode), $"searchCriteria[pageSize]={MostInSearch}"]);

    /// <summary>What is hidden shows as nothing.</summary>
    public static IReadOnlyDictionary<(string Theirs, string Place), decimal> Shown(IReadOnlyList<SourceItem> items, IReadOnlyList<string> asked, string sourceCode) => items
        .Where(item => item.SourceCode == sourceCode && asked.Contains(item.Sku)).GroupBy(item => item.Sku)
        .ToDictionary(same => (same.Key, ""), same => same.Last().Status == 1 ? same.Last().Quantity : 0);

    private static IEnumerable<string> Filter(int group, int place, string field, string value)
    {
        var filter = FormattableString.Invariant($"searchCriteria[filter_groups][{group}][filters][{place}]");
        return [$"{filter}[field]={field}", $"{filter}[value]={Uri.EscapeDataString(value)}", $"{filter}[condition_type]=eq"];
    }

    /// <summary>What became of each operation of a bulk, one for each publication; null while one of them is open.</summary>
    /// <param name="operations">As the shop lists them.</param>
    /// <param name="skuOf">The shop's SKU of an operation.</param>
    public static Func<string, (Verdict Verdict, string? Detail)>? Verdicts(IReadOnlyList<BulkOperation> operations, Func<BulkOperation, string?> skuOf)
    {
        if (operations.Any(operation => operation.Status == 4))
        {
            return null;
        }

        var bySku = operations.Where(operation => skuOf(operation) is not null).GroupBy(operation => skuOf(operation)!).ToDictionary(same => same.Key, same => same.Last());
        return sku => bySku.GetValueOrDefault(sku) switch
        {
            null => (Verdict.Later, "The bulk says nothing of it."),
            { Status: 1 } => (Verdict.Told, null),
            { Status: 2 } operation => (Verdict.Later, operation.ResultMessage),
            var operation => (Verdict.Refused, operation.ResultMessage),
        };
    }
}

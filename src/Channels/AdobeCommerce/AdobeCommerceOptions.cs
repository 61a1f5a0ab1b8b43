namespace RetailSync.Channels.AdobeCommerce;

/// <summary>How an Adobe Commerce (Magento) shop with multi-source inventory is reached.</summary>
/// <param name="Endpoint">Of the shop, before <c>/rest</c>.</param>
/// <param name="AccessToken">Of an integration that may write sources.</param>
/// <param name="SourceCode">The source whose quantities are ours, where the shop's sources are not mapped to our locations.</param>
/// <param name="BulkFrom">From this many changes on they are sent as one bulk operation, which the shop processes asynchronously.</param>
public sealed record AdobeCommerceOptions(Uri Endpoint, string AccessToken, string SourceCode, int BulkFrom)
{
    /// <param name="settings"><c>url</c>, <c>accessToken</c>; <c>sourceCode</c> (default), <c>bulkFrom</c> (500).</param>
    /// <exception cref="ChannelNotReadyException">Something is missing.</exception>
    public static AdobeCommerceOptions Read(AdapterSettings settings) => new(
        settings.Address("url"),
        settings.Text("accessToken"),
        settings.OptionalText("sourceCode") ?? "default",
        settings.Whole("bulkFrom", otherwise: 500, least: 2, most: 10_000));
}

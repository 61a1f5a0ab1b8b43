namespace RetailSync.Channels.Amazon;

/// <summary>How the Selling Partner API is reached for one seller.</summary>
/// <param name="TokenEndpoint">Where access tokens come from.</param>
/// <param name="MarketplaceIds">Where the listings are.</param>
/// <param name="RefreshToken">That the seller gave the application.</param>
/// <param name="ProductType">Of a patch; PRODUCT fits every listing.</param>
/// <param name="FeedFrom">So many changes at once go as a feed.</param>
public sealed record AmazonOptions(
    Uri Endpoint, Uri TokenEndpoint, string SellerId, IReadOnlyList<string> MarketplaceIds, string ClientId, string ClientSecret, string RefreshToken,
    string ProductType, int FeedFrom)
{
    /// <param name="settings">
    /// <c>sellerId</c>, <c>marketplaceIds</c> (with commas), <c>clientId</c>, <c>clientSecret</c>, <c>refreshToken</c>; <c>url</c> (North America),
    /// <c>tokenUrl</c>, <c>productType</c> (PRODUCT), <c>feedFrom</c> (50).
    /// </param>
    /// <exception cref="ChannelNotReadyException">Something is missing.</exception>
    public static AmazonOptions Read(AdapterSettings settings) => new(
        settings.Address("url", "https://sellingpartnerapi-na.amazon.com"),
        settings.Address("tokenUrl", "https://api.amazon.com/auth/o2/token"),
        settings.Text("sellerId"),
        settings.Text("marketplaceIds").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        settings.Text("clientId"),
        settings.Text("clientSecret"),
        settings.Text("refreshToken"),
        settings.OptionalText("productType") ?? "PRODUCT",
        settings.Whole("feedFrom", otherwise: 50, least: 2, most: AmazonTranslator.MostMessages));
}

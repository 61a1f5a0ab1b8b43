namespace RetailSync.Channels.Walmart;

/// <summary>How a Walmart Marketplace seller's account is reached.</summary>
/// <param name="Endpoint">Of the Marketplace API.</param>
/// <param name="ClientId">Of the seller's key.</param>
/// <param name="ClientSecret">Of the seller's key.</param>
/// <param name="ShipNode">The node whose quantity is ours; null where the seller has one only.</param>
/// <param name="FeedFrom">So many changes at once go as a feed.</param>
public sealed record WalmartOptions(Uri Endpoint, string ClientId, string ClientSecret, string? ShipNode, int FeedFrom)
{
    /// <param name="settings"><c>clientId</c>, <c>clientSecret</c>; <c>shipNode</c>, <c>url</c>, <c>feedFrom</c> (50).</param>
    /// <exception cref="ChannelNotReadyException">Something is missing.</exception>
    public static WalmartOptions Read(AdapterSettings settings) => new(
        settings.Address("url", "https://marketplace.walmartapis.com"),
        settings.Text("clientId"),
        settings.Text("clientSecret"),
        settings.OptionalText("shipNode"),
        settings.Whole("feedFrom", otherwise: 50, least: 2, most: WalmartTranslator.MostInFeed));
}

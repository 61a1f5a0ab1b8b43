namespace RetailSync.Channels.Shopify;

/// <summary>How a Shopify shop is reached.</summary>
/// <param name="Endpoint">Of the Admin GraphQL API in one version.</param>
/// <param name="AccessToken">Of an app that may write inventory.</param>
/// <param name="LocationId">The location of the shop whose quantities are ours.</param>
public sealed record ShopifyOptions(Uri Endpoint, string AccessToken, string LocationId)
{
    /// <param name="settings"><c>shop</c> (<c>name.myshopify.com</c>; or <c>url</c>, the whole endpoint), <c>accessToken</c>, <c>locationId</c>,
    /// <c>apiVersion</c> (<see cref="ShopifyVersion.Spoken"/>).</param>
    /// <exception cref="ChannelNotReadyException">Something is missing.</exception>
    public static ShopifyOptions Read(AdapterSettings settings) => new(
        settings.Address("url", settings.OptionalText("url") is null
            ? $"https://{settings.Text("shop")}/admin/api/{settings.OptionalText("apiVersion") ?? ShopifyVersion.Spoken}/graphql.json" : null),
        settings.Text("accessToken"),
        ShopifyIds.Location(settings.Text("locationId")));
}

/// <summary>Shopify's global ids. A bare number is taken as one of its kind.</summary>
public static class ShopifyIds
{
    public static string InventoryItem(string id) => Global("InventoryItem", id);

    public static string Location(string id) => Global("Location", id);

    private static string Global(string kind, string id) => id.StartsWith("gid://", StringComparison.Ordinal) ? id : $"gid://shopify/{kind}/{id}";
}

using NodaTime;
using RetailSync.Channels;
using RetailSync.Channels.AdobeCommerce;
using RetailSync.Channels.Amazon;
using RetailSync.Channels.Log;
using RetailSync.Channels.Shopify;
using RetailSync.Channels.Walmart;
using RetailSync.Channels.Webhook;
using RetailSync.Inventory.Host.SalesChannels;

namespace RetailSync.Inventory.Host.Publications;

/// <summary>Which translator speaks to a channel, set up as the channel says. The one place where adapters are named.</summary>
public sealed class Adapters(IConfiguration configuration, IClock clock)
{
    public const string None = "none";

    /// <summary>True lets channels be told inside private networks: for a shop beside this host, and for tests.</summary>
    public const string AllowPrivateNetworksSetting = "Channels:AllowPrivateNetworks";

    /// <summary>Where the files of <c>log</c> channels are.</summary>
    public const string DirectorySetting = "Channels:LogDirectory";

    /// <summary>Those that can be told by location.</summary>
    public static readonly string[] ByLocation = ["shopify", "walmart", "adobe-commerce"];

    private static readonly Duration Patience = Duration.FromSeconds(30);

    public bool AllowPrivateNetworks { get; } = configuration.GetValue(AllowPrivateNetworksSetting, false);

    /// <exception cref="ChannelNotReadyException">Its settings do not do.</exception>
    public IChannel Open(SalesChannel channel)
    {
        var settings = AdapterSettings.Parse(channel.Settings);
        switch (channel.Adapter)
        {
            case "log":
                return new LogChannel(Path.Combine(configuration[DirectorySetting] ?? Path.Combine(".data", "channels"), $"{channel.Id}.ndjson"), clock);
            case "webhook":
                var webhook = WebhookOptions.Read(settings);
                return new WebhookChannel(channel.Id, webhook, Client(webhook.Timeout), clock);
            case "shopify":
                return new ShopifyChannel(ShopifyOptions.Read(settings), Client(Patience), clock);
            case "amazon":
                return new AmazonChannel(AmazonOptions.Read(settings), Client(Patience), clock);
            case "walmart":
                return new WalmartChannel(WalmartOptions.Read(settings), Client(Patience), clock);
            case "adobe-commerce":
                return new AdobeCommerceChannel(AdobeCommerceOptions.Read(settings), Client(Patience), clock);
            default:
                throw new ChannelNotReadyException($"there is no adapter {channel.Adapter} here");
        }
    }

    /// <summary>How the vendor of an adapter reports of its orders; null where it does not.</summary>
    public static IOrderWebhook? OrderWebhook(string adapter) => adapter switch
    {
        "shopify" => new ShopifyOrders(),
        "amazon" => new AmazonOrders(),
        "adobe-commerce" => new AdobeCommerceOrders(),
        _ => null,
    };

    /// <summary>
    /// Null, or what is wrong with an address among the settings, in <c>url</c>. What is merely missing is no reason to refuse a channel: it
    /// is told nothing until it is there.
    /// </summary>
    public string? AddressRefusal(string settings)
    {
        try
        {
            var read = AdapterSettings.Parse(settings);
            return read.OptionalText("url") is not null && !AllowPrivateNetworks && PublicNetworks.IsPrivate(read.Address("url"))
                ? $"is inside a private network, which only {AllowPrivateNetworksSetting} allows"
                : null;
        }
        catch (ChannelNotReadyException wrong)
        {
            return wrong.Message["settings.url ".Length..];
        }
    }

    /// <summary>A client that reaches what channels may reach.</summary>
    public HttpClient Client(Duration timeout) => PublicNetworks.Client(AllowPrivateNetworks, timeout.ToTimeSpan());
}

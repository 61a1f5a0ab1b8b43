using NodaTime;
using RetailSync.Channels;
using RetailSync.Channels.AdobeCommerce;
using RetailSync.Channels.Amazon;
using RetailSync.Channels.Http;
using RetailSync.Channels.Log;
using RetailSync.Channels.RabbitMq;
using RetailSync.Channels.Shopify;
using RetailSync.Channels.Walmart;
using RetailSync.Channels.Webhook;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.RabbitMq;
using RetailSync.Inventory.Host.SalesChannels;

namespace RetailSync.Inventory.Host.Publications.Delivery;

/// <summary>Creates the adapter of a channel from its settings.</summary>
public sealed class Adapters(IConfiguration configuration, ChannelSecrets secrets, IClock clock)
{
    public const string None = "none";

    /// <summary>True allows channels inside private networks: for a shop beside this host, and for tests.</summary>
    public const string AllowPrivateNetworksSetting = "Channels:AllowPrivateNetworks";

    /// <summary>True allows channels without encryption everywhere, and not only inside private networks that are allowed.</summary>
    public const string AllowHttpSetting = "Channels:AllowHttp";

    /// <summary>Where the files of <c>log</c> channels are.</summary>
    public const string DirectorySetting = "Channels:LogDirectory";

    /// <summary>Adapters that can publish a quantity for each location.</summary>
    public static readonly string[] ByLocation = ["shopify", "walmart", "adobe-commerce"];

    /// <summary>Adapters of channels that identify items by their own ids, so that a SKU without a mapping cannot be published.</summary>
    public static readonly string[] NeedingMapping = ["shopify"];

    /// <summary>Adapters of channels that deduct their own open orders from the published quantity, so that it has to include those units.</summary>
    public static readonly string[] SubtractingOrders = ["adobe-commerce"];

    private static readonly Duration CallTimeout = Duration.FromSeconds(30);

    /// <summary>Settings that are addresses to be called.</summary>
    private static readonly string[] Addresses = ["url", "tokenUrl", "eventsUrl"];

    private readonly bool _allowHttp = configuration.Read<ChannelsOptions>().AllowHttp;

    public bool AllowPrivateNetworks { get; } = configuration.Read<ChannelsOptions>().AllowPrivateNetworks;

    /// <param name="channel">The channel with its settings.</param>
    /// <param name="notices">Receives the headers of every response of the vendor.</param>
    /// <exception cref="ChannelNotReadyException">A setting is missing or invalid.</exception>
    public IChannel Open(SalesChannel channel, VendorNotices? notices = null)
    {
        var settings = secrets.Read(channel);
        if (AddressRefusal(settings) is { } refused)
        {
            throw new ChannelNotReadyException($"{refused.Field} {refused.Why}");
        }

        switch (channel.Adapter)
        {
            case "log":
                return new LogChannel(Path.Combine(
                    configuration.Read<ChannelsOptions>().LogDirectory ?? Path.Combine(".data", "channels"), $"{channel.Id}.ndjson"), clock);
            case "webhook":
                var webhook = WebhookOptions.Read(settings);
                return new WebhookChannel(channel.Id, webhook, Client(webhook.Timeout, notices), clock);
            case "rabbitmq":
                var broker = RabbitMqSettings.Of(configuration)
                    ?? throw new ChannelNotReadyException($"{RabbitMqSettings.Setting} is not configured on this host");
                return new RabbitMqChannel(channel.Id, RabbitMqOptions.Read(settings), broker.Connections());
            case "shopify":
                return new ShopifyChannel(ShopifyOptions.Read(settings), Client(CallTimeout, notices), clock);
            case "amazon":
                return new AmazonChannel(AmazonOptions.Read(settings), Client(CallTimeout, notices), clock);
            case "walmart":
                return new WalmartChannel(WalmartOptions.Read(settings), Client(CallTimeout, notices), clock);
            case "adobe-commerce":
                return new AdobeCommerceChannel(AdobeCommerceOptions.Read(settings), Client(CallTimeout, notices), clock);
            default:
                throw new ChannelNotReadyException($"there is no adapter {channel.Adapter} here");
        }
    }

    /// <summary>The order webhook of an adapter's vendor; null where it has none.</summary>
    public static IOrderWebhook? OrderWebhook(string adapter) => adapter switch
    {
        "shopify" => new ShopifyOrders(),
        "amazon" => new AmazonOrders(),
        "adobe-commerce" => new AdobeCommerceOrders(),
        "walmart" => new WalmartOrders(),
        _ => null,
    };

    /// <summary>
    /// The version of the vendor's API that is used for a channel, and when the vendor's calendar ends its support; null where there is no such calendar, or
    /// the version is not in it.
    /// </summary>
    public static (string Version, Instant EndsAt)? VersionOf(SalesChannel channel)
    {
        try
        {
            var settings = AdapterSettings.Parse(channel.Settings);
            return channel.Adapter == "shopify"
                && (settings.OptionalText("url") is null ? settings.OptionalText("apiVersion") ?? ShopifyVersion.Spoken
                    : ShopifyVersion.In(settings.Address("url"))) is { } version
                && ShopifyVersion.EndsAt(version) is { } endsAt
                    ? (version, endsAt)
                    : null;
        }
        catch (ChannelNotReadyException)
        {
            return null;
        }
    }

    /// <summary>Null, or what is wrong with the version that the settings name, in <c>apiVersion</c>.</summary>
    public string? VersionRefusal(string adapter, string settings)
    {
        try
        {
            return adapter == "shopify" && AdapterSettings.Parse(settings).OptionalText("apiVersion") is { } version
                ? ShopifyVersion.Refusal(version, clock.GetCurrentInstant()) : null;
        }
        catch (ChannelNotReadyException wrong)
        {
            return wrong.Message["settings.apiVersion ".Length..];
        }
    }

    /// <summary>
    /// Null, or what is wrong with an address among the settings. A missing address is no reason to refuse a channel: nothing is published to it until it is
    /// set.
    /// </summary>
    public FieldRefusal? AddressRefusal(string settings) => AddressRefusal(AdapterSettings.Parse(settings));

    private FieldRefusal? AddressRefusal(AdapterSettings settings)
    {
        foreach (var name in Addresses)
        {
            try
            {
                if (settings.OptionalText(name) is not null && Refusal(settings.Address(name)) is { } why)
                {
                    return new FieldRefusal($"settings.{name}", why);
                }
            }
            catch (ChannelNotReadyException wrong)
            {
                return new FieldRefusal($"settings.{name}", wrong.Message[$"settings.{name} ".Length..]);
            }
        }

        return null;
    }

    private string? Refusal(Uri address) =>
        PublicNetworks.IsPrivate(address) ? AllowPrivateNetworks ? null : $"is inside a private network, which only {AllowPrivateNetworksSetting} allows"
        : address.Scheme != Uri.UriSchemeHttps && !_allowHttp ? $"must begin with https:// (http is allowed by {AllowHttpSetting} only)"
        : null;

    /// <summary>An HTTP client that connects only to addresses that channels are allowed to have.</summary>
    public HttpClient Client(Duration timeout, VendorNotices? notices = null) => PublicNetworks.Client(AllowPrivateNetworks, timeout.ToTimeSpan(), notices);
}

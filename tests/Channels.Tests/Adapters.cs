using System.Text.Json.Nodes;
using NodaTime.Testing;
using RetailSync.Channels.AdobeCommerce;
using RetailSync.Channels.Amazon;
using RetailSync.Channels.Http;
using RetailSync.Channels.Shopify;
using RetailSync.Channels.Walmart;
using RetailSync.Channels.Webhook;
using RetailSync.Inventory.Domain;

namespace RetailSync.Channels.Tests;

/// <summary>Every adapter that calls somebody, pointed at a sandbox.</summary>
internal static class Adapters
{
    public static readonly Instant Now = Instant.FromUtc(2026, 11, 23, 10, 0);

    /// <summary>All that is secret in the settings below, so that it can be looked for where it should not be.</summary>
    public static readonly string[] Secrets = ["webhook-secret", "shpat_secret", "amazon-secret", "amazon-refresh", "walmart-secret", "adobe-secret"];

    public static Publication Number(string sku, decimal quantity) => new(Sku.Parse(sku), 1, quantity, null, Now) { Acknowledged = 0 };

    public static IChannel Open(string adapter, Sandbox server, params IEnumerable<(string Name, string Value)> more)
    {
        var settings = new AdapterSettings(Settings(adapter, server.Address, more));
        var (http, clock) = (PublicNetworks.Client(allowPrivate: true, TimeSpan.FromSeconds(10)), new FakeClock(Now));
        return adapter switch
        {
            "webhook" => new WebhookChannel("web", WebhookOptions.Read(settings), http, clock),
            "shopify" => new ShopifyChannel(ShopifyOptions.Read(settings), http, clock),
            "amazon" => new AmazonChannel(AmazonOptions.Read(settings), http, clock),
            "walmart" => new WalmartChannel(WalmartOptions.Read(settings), http, clock),
            _ => new AdobeCommerceChannel(AdobeCommerceOptions.Read(settings), http, clock),
        };
    }

    private static JsonObject Settings(string adapter, Uri address, IEnumerable<(string Name, string Value)> more)
    {
        JsonObject settings = adapter switch
        {
            "webhook" => new() { ["url"] = $"{address}", ["secret"] = "webhook-secret" },
            "shopify" => new() { ["url"] = $"{address}", ["accessToken"] = "shpat_secret", ["locationId"] = "77" },
            "amazon" => new()
            {
                ["url"] = $"{address}",
                ["tokenUrl"] = $"{address}token",
                ["sellerId"] = "A1",
                ["marketplaceIds"] = "ATVPDKIKX0DER",
                ["clientId"] = "client",
                ["clientSecret"] = "amazon-secret",
                ["refreshToken"] = "amazon-refresh",
            },
            "walmart" => new() { ["url"] = $"{address}", ["clientId"] = "client", ["clientSecret"] = "walmart-secret" },
            _ => new() { ["url"] = $"{address}shop", ["accessToken"] = "adobe-secret" },
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return settings;
    }
}

using System.Text.Json.Nodes;
using RetailSync.Channels.Tests;
using RetailSync.Channels.Tests.AdobeCommerce;
using RetailSync.Channels.Tests.Shopify;
using RetailSync.Channels.Tests.Walmart;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Publications;

/// <summary>The channel would go on selling from there: 0 is published once, and then nothing more about it.</summary>
public class A_location_removed_from_a_channel(PublishingHost host) : IClassFixture<PublishingHost>
{
    private const string Item = "gid://shopify/InventoryItem/31";

    [Fact]
    public async Task Shows_zero_at_Shopify()
    {
        var (shop, there) = (new ShopifySandbox { Available = { [Item] = 0 } }, (Item, "gid://shopify/Location/78"));
        shop.Elsewhere[there] = 0;
        await using var server = await Sandbox.Start(shop.Answer);
        await IsLeft(
            "left-shopify", "shopify", new() { ["url"] = $"{server.Address}", ["accessToken"] = "shpat_secret", ["locationId"] = "77" }, "77", "78",
            () => (shop.Available[Item], shop.Elsewhere[there]));
    }

    [Fact]
    public async Task Shows_zero_at_Walmart()
    {
        var (walmart, sku) = (new WalmartSandbox(), NewSku());
        walmart.Items[sku] = 0;
        await using var server = await Sandbox.Start(walmart.Answer);
        await IsLeft(
            "left-walmart", "walmart", new()
            { ["url"] = $"{server.Address}", ["clientId"] = "client", ["clientSecret"] = "walmart-secret", ["shipNode"] = "1000" }, "1000", "2000",
            () => (walmart.Nodes.GetValueOrDefault((sku, "1000")), walmart.Nodes.GetValueOrDefault((sku, "2000"))), sku);
    }

    [Fact]
    public async Task Shows_zero_at_Adobe_Commerce()
    {
        var (adobe, sku) = (new AdobeCommerceSandbox(), NewSku());
        adobe.Sources[sku] = (0, 0);
        await using var server = await Sandbox.Start(adobe.Answer);
        await IsLeft(
            "left-adobe", "adobe-commerce", new() { ["url"] = $"{server.Address}shop", ["accessToken"] = "adobe-secret" }, "default", "north",
            () => (adobe.Sources[sku].Quantity, adobe.Elsewhere.GetValueOrDefault((sku, "north")).Quantity), sku);
    }

    [Fact]
    public async Task Does_not_delay_others_if_the_channel_no_longer_knows_it()
    {
        var (adobe, sku) = (new AdobeCommerceSandbox(), NewSku());
        adobe.Sources[sku] = (0, 0);
        await using var server = await Sandbox.Start(adobe.Answer);
        await host.Register("gone", "adobe-commerce", new() { ["url"] = $"{server.Address}shop", ["accessToken"] = "adobe-secret" });
        await Locations("gone", ("S001", "default"), ("S002", "north"));
        await host.RecordAccepted(Line("receipt", 5, sku), Line("receipt", 3, sku, "S002"));
        await Becomes(() => (adobe.Sources[sku].Quantity, adobe.Elsewhere.GetValueOrDefault((sku, "north")).Quantity), 5, 3);

        adobe.Others.Remove("north");
        await Locations("gone", ("S001", "default"));
        var aside = await host.Publication("gone", sku, row => row.Text("state") == "set-aside");
        await host.RecordAccepted(Line("receipt", 1, sku));

        // The next number is published without the location that the channel refused; so is a replay.
        await host.Acknowledged("gone", sku, 9);
        Assert.Contains("Validation Failed", aside.Text("error"), StringComparison.Ordinal);
        Assert.Equal(6, adobe.Sources[sku].Quantity);
    }

    private async Task IsLeft<T>(
        string channel, string adapter, JsonObject settings, string here, string there, Func<(T Here, T There)> shows, string? known = null)
        where T : System.Numerics.INumber<T>
    {
        var sku = known ?? NewSku();
        await host.Register(channel, adapter, settings);
        (await host.Put($"/v1/channels/{channel}/mappings", new { items = new[] { new { sku, theirs = adapter == "shopify" ? "31" : sku } } })).Ok();
        await host.RecordAccepted(Line("receipt", 5, sku), Line("receipt", 3, sku, "S002"));

        // All at its one location; then only elsewhere, where that location is not on the list.
        await Becomes(shows, 8, 0);
        await Locations(channel, ("S002", there));
        await Becomes(shows, 0, 3);
        await Locations(channel, ("S001", here), ("S002", there));
        await Becomes(shows, 5, 3);
        await Locations(channel, ("S001", here));
        await Becomes(shows, 5, 0);
        var row = await host.Publication(channel, sku, row => row.Text("state") == "told");
        Assert.False(row.TryGetProperty("leaving", out var leaving) && leaving.ValueKind == System.Text.Json.JsonValueKind.Array);
        Assert.Equal([here], row.GetProperty("places").EnumerateObject().Select(place => place.Name));

        // Back to one number: nothing is left elsewhere.
        await Locations(channel, ("S001", there), ("S002", here));
        await Becomes(shows, 3, 5);
        await Locations(channel);
        await Becomes(shows, 8, 0);
    }

    private async Task Locations(string channel, params (string Location, string Theirs)[] all) =>
        (await host.Put($"/v1/channels/{channel}/locations", new { items = all.Select(one => new { location = one.Location, theirs = one.Theirs }) })).Ok();

    private async Task Becomes<T>(Func<(T Here, T There)> shows, int here, int there)
        where T : System.Numerics.INumber<T> => await PublishingHost.Eventually(
        () =>
        {
            host.Clock.AdvanceSeconds(1);
            return Task.FromResult(shows());
        },
        now => now == (T.CreateChecked(here), T.CreateChecked(there)));
}

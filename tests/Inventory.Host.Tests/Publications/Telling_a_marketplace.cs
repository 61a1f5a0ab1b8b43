using System.Text;
using RetailSync.Channels.Tests;
using RetailSync.Channels.Tests.Amazon;
using RetailSync.Channels.Tests.Shopify;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Publications;

public class Telling_a_marketplace(PublishingHost host) : IClassFixture<PublishingHost>
{
    [Fact]
    public async Task that_calls_things_otherwise_waits_for_a_mapping_and_says_so()
    {
        var shop = new ShopifySandbox { Available = { ["gid://shopify/InventoryItem/7"] = 3 } };
        await using var server = await Sandbox.Start(shop.Answer);
        await Shopify("mapped", server);
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));

        var aside = await host.Publication("mapped", sku, row => row.Text("state") == "set-aside");
        await PublishingHost.Eventually(
            async () => (await host.Get("/v1/alerts?limit=1000")).Ok().Items(), alerts => alerts.Any(alert => alert.Text("kind") == "sku-not-mapped" && alert.Text("channel") == "mapped"));
        var csv = new StringContent($"sku,theirs\n{sku},7\n", Encoding.UTF8, "text/csv");
        var mapped = (await host.Send(HttpMethod.Put, "/v1/channels/mapped/mappings", csv)).Ok();
        await host.Told("mapped", sku, 5);

        Assert.Contains("no mapping", aside.Text("error"), StringComparison.Ordinal);
        Assert.Equal((1, 1), (mapped.Number("imported"), mapped.Number("replayed")));
        Assert.Equal(5, shop.Available["gid://shopify/InventoryItem/7"]);
        Assert.Equal("7", (await host.Get($"/v1/channels/mapped/mappings?sku={sku}")).Ok().Items().Single().Text("theirs"));
        (await host.Put("/v1/channels/mapped/mappings", new { items = new[] { new { sku } } })).Refused(400, "invalid-request");
    }

    [Fact]
    public async Task that_sold_meanwhile_is_a_drift_and_told_against_what_it_shows()
    {
        var shop = new ShopifySandbox { Available = { ["gid://shopify/InventoryItem/8"] = 0 } };
        await using var server = await Sandbox.Start(shop.Answer);
        await Shopify("drifting", server);
        var sku = NewSku();
        (await host.Put("/v1/channels/drifting/mappings", new { items = new[] { new { sku, theirs = "8" } } })).Ok();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Told("drifting", sku, 5);
        shop.Available["gid://shopify/InventoryItem/8"] = 4;

        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Publication("drifting", sku, row =>
        {
            host.Clock.AdvanceSeconds(1);
            return row.Number("quantity") == 10 && row.Text("state") == "told";
        });

        var drift = (await host.Get($"/v1/channels/drifting/drifts?sku={sku}")).Ok().Items().Single();
        Assert.Equal((5, 4), (drift.Number("believed"), drift.Number("shows")));
        Assert.Equal(10, shop.Available["gid://shopify/InventoryItem/8"]);
    }

    [Fact]
    public async Task is_read_back_and_repaired_where_that_is_wanted()
    {
        var shop = new ShopifySandbox { Available = { ["gid://shopify/InventoryItem/9"] = 0 } };
        await using var server = await Sandbox.Start(shop.Answer);
        await Shopify("read", server, ("readBack", "repair"));
        var sku = NewSku();
        (await host.Put("/v1/channels/read/mappings", new { items = new[] { new { sku, theirs = "9" } } })).Ok();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Told("read", sku, 5);

        shop.Available["gid://shopify/InventoryItem/9"] = 99;

        await PublishingHost.Eventually(
            () =>
            {
                host.Clock.AdvanceMinutes(10);
                return Task.FromResult(shop.Available["gid://shopify/InventoryItem/9"]);
            },
            shows => shows == 5);
        Assert.Equal(99, (await host.Get($"/v1/channels/read/drifts?sku={sku}")).Ok().Items()[0].Number("shows"));
    }

    [Fact]
    public async Task of_many_changes_goes_as_a_feed_and_is_acknowledged_when_that_is_worked_off()
    {
        var skus = Enumerable.Range(0, 6).Select(_ => NewSku()).ToList();
        var amazon = new AmazonSandbox();
        skus.Take(5).ToList().ForEach(sku => amazon.Listings.Add(sku, 0));
        await using var server = await Sandbox.Start(amazon.Answer);
        await host.Register("amazon", "amazon", new()
        {
            ["url"] = $"{server.Address}",
            ["tokenUrl"] = $"{server.Address}token",
            ["sellerId"] = "A1",
            ["marketplaceIds"] = "ATVPDKIKX0DER",
            ["clientId"] = "client",
            ["clientSecret"] = "amazon-secret",
            ["refreshToken"] = "amazon-refresh",
            ["feedFrom"] = 5,
        });
        (await host.Post("/v1/channels/amazon/pause", new { })).Ok();
        await host.RecordAccepted([.. skus.Select(sku => Line("receipt", 5, sku))]);
        await host.Publication("amazon", skus[5], row => row.Number("quantity") == 5);
        (await host.Post("/v1/channels/amazon/resume", new { })).Ok();
        var sent = await host.Publication("amazon", skus[0], row => row.GetProperty("sentAt").ValueKind == System.Text.Json.JsonValueKind.String);

        amazon.FeedStatus = "DONE";
        await host.Publication("amazon", skus[0], row =>
        {
            host.Clock.AdvanceSeconds(10);
            return row.Text("state") == "told";
        });
        var refused = await host.Publication("amazon", skus[5], row => row.Text("state") == "set-aside");

        Assert.Equal("waiting", sent.Text("state"));
        Assert.Contains("Not a listing", refused.Text("error"), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Requests, asked => asked.Method == "PATCH" && skus.Any(sku => asked.Path.EndsWith(sku, StringComparison.Ordinal)));
        var shown = (await host.Get("/v1/channels/amazon")).Ok();
        Assert.DoesNotContain("amazon-secret", shown.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("amazon-refresh", shown.GetRawText(), StringComparison.Ordinal);
    }

    private Task Shopify(string channel, Sandbox server, params IEnumerable<(string Name, string Value)> more)
    {
        var settings = new System.Text.Json.Nodes.JsonObject { ["url"] = $"{server.Address}", ["accessToken"] = "shpat_secret", ["locationId"] = "77" };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return host.Register(channel, "shopify", settings);
    }
}

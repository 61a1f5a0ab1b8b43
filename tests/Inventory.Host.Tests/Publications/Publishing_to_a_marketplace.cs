using System.Text;
using RetailSync.Channels.Tests;
using RetailSync.Channels.Tests.AdobeCommerce;
using RetailSync.Channels.Tests.Amazon;
using RetailSync.Channels.Tests.Shopify;
using RetailSync.Channels.Tests.Walmart;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Publications;

public class Publishing_to_a_marketplace(PublishingHost host) : IClassFixture<PublishingHost>
{
    [Fact]
    public async Task An_unmapped_SKU_waits_for_a_mapping_and_is_reported()
    {
        var shop = new ShopifySandbox { Available = { ["gid://shopify/InventoryItem/7"] = 3 } };
        await using var server = await Sandbox.Start(shop.Answer);
        await Shopify("mapped", server);
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));

        var aside = await host.Publication("mapped", sku, row => row.Text("state") == "set-aside");
        await PublishingHost.Eventually(
            async () => (await host.Get("/v1/alerts?limit=1000")).Ok()
            .Items(), alerts => alerts.Any(alert => alert.Text("kind") == "sku-not-mapped" && alert.Text("channel") == "mapped"));
        var csv = new StringContent($"sku,theirs\n{sku},7\n", Encoding.UTF8, "text/csv");
        var mapped = (await host.Send(HttpMethod.Put, "/v1/channels/mapped/mappings", csv)).Ok();
        await host.Acknowledged("mapped", sku, 5);

        Assert.Contains("no mapping", aside.Text("error"), StringComparison.Ordinal);
        Assert.Equal((1, 1), (mapped.Number("imported"), mapped.Number("replayed")));
        Assert.Equal(5, shop.Available["gid://shopify/InventoryItem/7"]);
        Assert.Equal("7", (await host.Get($"/v1/channels/mapped/mappings?sku={sku}")).Ok().Items().Single().Text("theirs"));
        (await host.Put("/v1/channels/mapped/mappings", new { items = new[] { new { sku } } })).Refused(400, "invalid-request");
    }

    [Fact]
    public async Task A_sale_there_is_a_drift_and_the_new_number_is_set_against_it()
    {
        var shop = new ShopifySandbox { Available = { ["gid://shopify/InventoryItem/8"] = 0 } };
        await using var server = await Sandbox.Start(shop.Answer);
        await Shopify("drifting", server);
        var sku = NewSku();
        (await host.Put("/v1/channels/drifting/mappings", new { items = new[] { new { sku, theirs = "8" } } })).Ok();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Acknowledged("drifting", sku, 5);
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
    public async Task A_lost_answer_is_no_drift_and_the_number_takes_effect_once()
    {
        const string item = "gid://shopify/InventoryItem/11";
        var shop = new ShopifySandbox { Available = { [item] = 0 } };
        var lost = 0;
        await using var server = await Sandbox.Start(asked =>
        {
            var answer = shop.Answer(asked);
            return asked.Body.Contains("mutation", StringComparison.Ordinal) && Interlocked.Increment(ref lost) == 1 ? new Answered(0) : answer;
        });
        await Shopify("lossy", server);
        var sku = NewSku();
        (await host.Put("/v1/channels/lossy/mappings", new { items = new[] { new { sku, theirs = "11" } } })).Ok();
        await host.RecordAccepted(Line("receipt", 5, sku));

        await host.Publication("lossy", sku, row =>
        {
            host.Clock.AdvanceSeconds(1);
            return row.Text("state") == "told";
        });
        await host.RecordAccepted(Line("receipt", 2, sku));
        Interlocked.Exchange(ref lost, 0);
        var row = await host.Publication("lossy", sku, row =>
        {
            host.Clock.AdvanceSeconds(1);
            return row.Number("quantity") == 7 && row.Text("state") == "told";
        });

        Assert.Equal(7, shop.Available[item]);
        Assert.True(row.Number("attempts") > 1, row.GetRawText());
        Assert.Empty((await host.Get($"/v1/channels/lossy/drifts?sku={sku}")).Ok().Items());
    }

    [Fact]
    public async Task Numbers_are_read_back_and_repaired_where_configured()
    {
        var shop = new ShopifySandbox { Available = { ["gid://shopify/InventoryItem/9"] = 0 } };
        await using var server = await Sandbox.Start(shop.Answer);
        await Shopify("read", server, ("readBack", "repair"));
        var sku = NewSku();
        (await host.Put("/v1/channels/read/mappings", new { items = new[] { new { sku, theirs = "9" } } })).Ok();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Acknowledged("read", sku, 5);

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
    public async Task A_lower_number_for_an_unreported_order_is_not_overwritten()
    {
        const string item = "gid://shopify/InventoryItem/10";
        var shop = new ShopifySandbox { Available = { [item] = 0 } };
        await using var server = await Sandbox.Start(shop.Answer);
        await Shopify("selling", server, ("readBack", "repair"));
        var sku = NewSku();
        (await host.Put("/v1/channels/selling/mappings", new { items = new[] { new { sku, theirs = "10" } } })).Ok();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Acknowledged("selling", sku, 5);

        // It sells one, and the order comes when the difference has been seen once.
        shop.Available[item] = 4;
        await IsSeen(1);
        Assert.Equal(4, shop.Available[item]);
        (await host.Post("/v1/channels/selling/orders", new { type = "order", order = "1", lines = new[] { new { sku, quantity = 1 } } })).Ok();
        await host.Acknowledged("selling", sku, 4);

        // Another one, of which no order ever comes: found as another difference, and published again only if it is still there.
        var asked = server.Requests.Count;
        shop.Available[item] = 3;
        await PublishingHost.Eventually(Advanced, shows => shows == 4);
        var reads = server.Requests.Skip(asked).TakeWhile(request => !request.Body.Contains("mutation", StringComparison.Ordinal)).Count();

        Assert.True(reads >= 2, $"{reads} read-backs before it was published again");

        async Task IsSeen(int times) => await PublishingHost.Eventually(
            async () =>
            {
                await Advanced();
                return (await host.Get($"/v1/channels/selling/drifts?sku={sku}")).Ok().Items();
            },
            drifts => drifts.Length >= times);

        Task<long> Advanced()
        {
            host.Clock.AdvanceMinutes(2);
            return Task.FromResult(shop.Available[item]);
        }
    }

    [Fact]
    public async Task Many_changes_go_as_a_feed_acknowledged_when_processed()
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

    [Fact]
    public async Task Each_location_gets_its_number_and_unmapped_ones_are_reported()
    {
        const string item = "gid://shopify/InventoryItem/21";
        var shop = new ShopifySandbox { Available = { [item] = 0 }, Elsewhere = { [(item, "gid://shopify/Location/78")] = 0 } };
        await using var server = await Sandbox.Start(shop.Answer);
        await Shopify("placed", server);
        var sku = NewSku();
        (await host.Put("/v1/channels/placed/mappings", new { items = new[] { new { sku, theirs = "21" } } })).Ok();
        await host.RecordAccepted(Line("receipt", 5, sku), Line("receipt", 3, sku, "S002"));
        await host.Acknowledged("placed", sku, 8);
        Assert.Equal(8, shop.Available[item]);

        // From now on each location by itself; the sum stays as it is.
        var csv = new StringContent("location,theirs\nS001,77\nS002,78\n", Encoding.UTF8, "text/csv");
        Assert.Equal(2, (await host.Send(HttpMethod.Put, "/v1/channels/placed/locations", csv)).Ok().Number("imported"));
        await Becomes(5, 3);

        // The sum stays the same, and yet it is published: units moved.
        await host.RecordAccepted(Line("adjustment", -2, sku, more: [("reason", "moved")]), Line("adjustment", 2, sku, "S002", more: [("reason", "moved")]));
        await Becomes(3, 5);
        var row = await host.Publication("placed", sku, row => row.Text("state") == "told");
        Assert.Equal((8, 3, 5), (row.Number("quantity"), row.GetProperty("places").Number("77"), row.GetProperty("places").Number("78")));

        await host.RecordAccepted(Line("receipt", 4, sku, "S003"));
        await PublishingHost.Eventually(
            async () => (await host.Get("/v1/alerts?limit=1000")).Ok().Items(),
            alerts => alerts.Any(alert => alert.Text("kind") == "location-not-mapped" && alert.Text("channel") == "placed"
                && alert.Text("location") == "S003"));
        Assert.Equal(12, (await host.Acknowledged("placed", sku, 12)).Number("quantity"));
        await Becomes(3, 5);

        (await host.Put("/v1/channels/placed/locations",
            new { items = new[] { new { location = "S001", theirs = "77" }, new { location = "S003", theirs = "78" } } })).Ok();
        await Becomes(3, 4);
        Assert.Equal(["S001", "S003"], (await host.Get("/v1/channels/placed/locations")).Ok().Items().Texts("location"));
        (await host.Put("/v1/channels/placed/locations", new { items = Array.Empty<object>() })).Ok();
        await Becomes(12, 0);

        (await host.Put("/v1/channels/placed/locations", new { items = new[] { new { location = "not a name", theirs = "77" } } })).Refused(
            400, "invalid-request");
        (await host.Put("/v1/channels/placed/locations",
            new { items = new[] { new { location = "S001", theirs = "77" }, new { location = "S001", theirs = "78" } } })).Refused(400, "invalid-request");
        (await host.Put("/v1/channels/nowhere/locations", new { items = Array.Empty<object>() })).Refused(404, "unknown-channel");
        await host.Register("one-number", "none");
        (await host.Put("/v1/channels/one-number/locations", new { items = new[] { new { location = "S001", theirs = "77" } } })).Refused(
            400, "invalid-request");

        Task<(long, long)> Advanced()
        {
            host.Clock.AdvanceSeconds(1);
            return Task.FromResult((shop.Available[item], shop.Elsewhere[(item, "gid://shopify/Location/78")]));
        }

        async Task Becomes(long here, long there) => await PublishingHost.Eventually(Advanced, shows => shows == (here, there));
    }

    [Fact]
    public async Task A_location_that_runs_out_is_published_at_once()
    {
        const string item = "gid://shopify/InventoryItem/23";
        var shop = new ShopifySandbox { Available = { [item] = 0 }, Elsewhere = { [(item, "gid://shopify/Location/78")] = 0 } };
        await using var server = await Sandbox.Start(shop.Answer);
        await host.Register("seldom", "shopify", new() { ["url"] = $"{server.Address}", ["accessToken"] = "shpat_secret", ["locationId"] = "77" },
            minimumInterval: "PT12H");
        var sku = NewSku();
        (await host.Put("/v1/channels/seldom/mappings", new { items = new[] { new { sku, theirs = "23" } } })).Ok();
        (await host.Put("/v1/channels/seldom/locations",
            new { items = new[] { new { location = "S001", theirs = "77" }, new { location = "S002", theirs = "78" } } })).Ok();
        await host.RecordAccepted(Line("receipt", 5, sku), Line("receipt", 3, sku, "S002"));
        await host.Acknowledged("seldom", sku, 8);

        await host.RecordAccepted(Line("adjustment", -5, sku, more: [("reason", "moved")]), Line("adjustment", 5, sku, "S002", more: [("reason", "moved")]));

        await PublishingHost.Eventually(
            () => Task.FromResult((shop.Available[item], shop.Elsewhere[(item, "gid://shopify/Location/78")])), shows => shows == (0, 8));
    }

    [Fact]
    public async Task A_channel_with_locations_is_read_back_by_location()
    {
        const string item = "gid://shopify/InventoryItem/22";
        var shop = new ShopifySandbox { Available = { [item] = 0 }, Elsewhere = { [(item, "gid://shopify/Location/78")] = 0 } };
        await using var server = await Sandbox.Start(shop.Answer);
        await Shopify("read-placed", server, ("readBack", "repair"));
        var sku = NewSku();
        (await host.Put("/v1/channels/read-placed/mappings", new { items = new[] { new { sku, theirs = "22" } } })).Ok();
        (await host.Put("/v1/channels/read-placed/locations",
            new { items = new[] { new { location = "S001", theirs = "77" }, new { location = "S002", theirs = "78" } } })).Ok();
        await host.RecordAccepted(Line("receipt", 5, sku), Line("receipt", 3, sku, "S002"));
        await host.Acknowledged("read-placed", sku, 8);

        (shop.Available[item], shop.Elsewhere[(item, "gid://shopify/Location/78")]) = (3, 5);

        await PublishingHost.Eventually(
            () =>
            {
                host.Clock.AdvanceMinutes(10);
                return Task.FromResult((shop.Available[item], shop.Elsewhere[(item, "gid://shopify/Location/78")]));
            },
            shows => shows == (5, 3));
    }

    [Fact]
    public async Task A_channel_that_shows_one_SKU_a_call_is_read_back_too()
    {
        var sku = NewSku();
        var walmart = new WalmartSandbox { Items = { [sku] = 0 } };
        await using var server = await Sandbox.Start(walmart.Answer);
        await host.Register("walmart", "walmart", new() { ["url"] = $"{server.Address}", ["clientId"] = "client", ["clientSecret"] = "walmart-secret" });
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Acknowledged("walmart", sku, 5);

        walmart.Items[sku] = 99;

        var drift = (await PublishingHost.Eventually(
            async () =>
            {
                host.Clock.AdvanceMinutes(10);
                return (await host.Get($"/v1/channels/walmart/drifts?sku={sku}")).Ok().Items();
            },
            drifts => drifts.Length > 0))[0];
        Assert.Equal((5, 99, 99L), (drift.Number("believed"), drift.Number("shows"), walmart.Items[sku]));
    }

    [Fact]
    public async Task A_channel_that_deducts_orders_is_read_back_without_them()
    {
        var sku = NewSku();
        var adobe = new AdobeCommerceSandbox { Sources = { [sku] = (0, 0) } };
        await using var server = await Sandbox.Start(adobe.Answer);
        await host.RecordAccepted(Line("receipt", 5.5m, sku));
        await host.Register("adobe", "adobe-commerce", new() { ["url"] = $"{server.Address}shop", ["accessToken"] = "adobe-secret", ["readBack"] = "repair" });
        await host.Acknowledged("adobe", sku, 5.5m);
        (await host.Post("/v1/channels/adobe/orders", new { type = "order", order = "1", lines = new[] { new { sku, quantity = 2 } } })).Ok();
        await host.Acknowledged("adobe", sku, 3.5m);

        adobe.Sources[sku] = (9, 1);
        await PublishingHost.Eventually(
            () =>
            {
                host.Clock.AdvanceMinutes(10);
                return Task.FromResult(adobe.Sources[sku]);
            },
            shows => shows == (5.5m, 1));

        var drift = (await host.Get($"/v1/channels/adobe/drifts?sku={sku}")).Ok().Items()[^1];
        Assert.Equal((3.5m, 7m), (drift.Number("believed"), drift.Number("shows")));
        Assert.All((await host.Get($"/v1/channels/adobe/drifts?sku={sku}")).Ok().Items(), one => Assert.Equal(7, one.Number("shows")));
    }

    /// <summary>
    /// What may be promised stays the same, and the number to publish does not: the shop deducts the order itself, and never deducted the hold.
    /// </summary>
    [Fact]
    public async Task A_hold_that_becomes_an_order_is_published_again()
    {
        var sku = NewSku();
        var adobe = new AdobeCommerceSandbox { Sources = { [sku] = (0, 0) } };
        await using var server = await Sandbox.Start(adobe.Answer);
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Register("adobe-holds", "adobe-commerce", new() { ["url"] = $"{server.Address}shop", ["accessToken"] = "adobe-secret" });
        await host.Acknowledged("adobe-holds", sku, 5);

        (await host.Post("/v1/reservations", new { id = "cart-1", channel = "adobe-holds", lines = new[] { new { sku, quantity = 2 } } })).Ok(201);
        await host.Acknowledged("adobe-holds", sku, 3);
        await Shows(3);
        (await host.Post("/v1/channels/adobe-holds/orders",
            new { type = "order", order = "1", reservation = "cart-1", lines = new[] { new { sku, quantity = 2 } } })).Ok();
        await Shows(5);
        var published = await host.Acknowledged("adobe-holds", sku, 3);

        // The shop deducts what ships from its number: nothing is to be published.
        (await host.Post("/v1/channels/adobe-holds/orders", new { type = "shipment", order = "1", lines = new[] { new { sku, quantity = 2 } } })).Ok();
        var next = NewSku();
        await host.RecordAccepted(Line("receipt", 1, next));
        await host.Publication("adobe-holds", next, _ => true);
        Assert.Equal(published.Number("sequence"), (await host.Acknowledged("adobe-holds", sku, 3)).Number("sequence"));
        Assert.Equal(5, adobe.Sources[sku].Item1);
        Assert.Equal("{\"\": 0}", await host.Sql($"select in_orders::text from inventory.publication where channel = 'adobe-holds' and sku = '{sku}'"));

        async Task Shows(decimal quantity) => await PublishingHost.Eventually(() => Task.FromResult(adobe.Sources[sku].Item1), shows => shows == quantity);
    }

    [Fact]
    public async Task Orders_by_source_are_added_when_published_and_read_back()
    {
        var sku = NewSku();
        var adobe = new AdobeCommerceSandbox { Sources = { [sku] = (0, 0) } };
        await using var server = await Sandbox.Start(adobe.Answer);
        await host.Register("adobe-sources", "adobe-commerce",
            new() { ["url"] = $"{server.Address}shop", ["accessToken"] = "adobe-secret", ["readBack"] = "repair" });
        (await host.Put("/v1/channels/adobe-sources/locations",
            new { items = new[] { new { location = "S001", theirs = "default" }, new { location = "S002", theirs = "north" } } })).Ok();
        await host.RecordAccepted(Line("receipt", 5.5m, sku), Line("receipt", 3, sku, "S002"));
        await PublishingHost.Eventually(
            () => Task.FromResult((adobe.Sources[sku], adobe.Elsewhere.GetValueOrDefault((sku, "north")))), shows => shows == ((5.5m, 1), (3m, 1)));

        // Adobe takes the order's units off the sum by itself, so each source still holds what is on its shelf.
        (await host.Post("/v1/channels/adobe-sources/orders", new { type = "order", order = "1", lines = new[] { new { sku, quantity = 6 } } })).Ok();
        var row = await host.Acknowledged("adobe-sources", sku, 2.5m);
        Assert.Equal((0, 2.5m), (row.GetProperty("places").Number("default"), row.GetProperty("places").Number("north")));
        Assert.Equal(((5.5m, 1), (3m, 1)), (adobe.Sources[sku], adobe.Elsewhere[(sku, "north")]));

        (adobe.Sources[sku], adobe.Elsewhere[(sku, "north")]) = ((6.5m, 1), (2, 1));
        await PublishingHost.Eventually(
            () =>
            {
                host.Clock.AdvanceMinutes(10);
                return Task.FromResult((adobe.Sources[sku], adobe.Elsewhere[(sku, "north")]));
            },
            shows => shows == ((5.5m, 1), (3m, 1)));

        var drifts = (await host.Get($"/v1/channels/adobe-sources/drifts?sku={sku}")).Ok().Items();
        Assert.NotEmpty(drifts);
        Assert.All(drifts, drift => Assert.Equal((2.5m, 2.5m), (drift.Number("believed"), drift.Number("shows"))));
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

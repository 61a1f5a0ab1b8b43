using System.Security.Cryptography;
using System.Text;
using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ChannelOrders;

public class Webhooks_of_Shopify(PublishingHost host) : IClassFixture<PublishingHost>, IAsyncLifetime
{
    private const string Secret = "hush-hush-hush-hush";

    public Task InitializeAsync() => host.Register("shopify", "shopify", new() { ["webhookSecret"] = Secret });

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Orders_become_reservations_once_and_in_any_order()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        var item = $$"""{"sku":"{{sku}}","quantity":4}""";
        var placed = $$"""{"id":450,"name":"#1001","created_at":"2026-11-23T09:30:00+00:00","line_items":[{{item}},{"sku":null,"quantity":1}]}""";

        var early =
            (await Send(
                "fulfillments/create", $$"""{"id":77,"order_id":450,"created_at":"2026-11-23T09:40:00+00:00","line_items":[{"sku":"{{sku}}","quantity":3}]}""")).Ok();
        (await Send("orders/create", placed)).Ok();
        var again = (await Send("orders/create", placed)).Ok();
        (await Send(
            "refunds/create", $$"""{"id":5,"order_id":450,"refund_line_items":[{"quantity":1,"restock_type":"return","line_item":{{item}}},{"quantity":2,"restock_type":"no_restock","line_item":{{item}}}]}""")).Ok();
        (await Send("orders/cancelled", """{"id":450,"cancelled_at":"2026-11-23T09:50:00+00:00"}""")).Ok();

        Assert.Equal(("waiting", "confirmed"), (early.Text("state"), again.Text("state")));
        var position = await host.Position(sku);
        Assert.Equal((8, 0), (position.Number("onHand"), position.Number("reserved")));
    }

    /// <summary>Each is sent twice, as Shopify repeats what it has no answer to, and once more under another id, as a person has it sent again.</summary>
    [Fact]
    public async Task A_changed_order_counts_once_however_often_it_arrives()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 20, sku));
        var line = $$"""{"id":4711,"sku":"{{sku}}","quantity":1,"fulfillable_quantity":1}""";
        await Repeatedly("orders/create", $$"""{"id":470,"created_at":"2026-11-23T09:00:00+00:00","line_items":[{{line}}]}""");
        await Stands(20, 1);

        // Four units more by an edit, and one less.
        const string edit =
            """{"order_edit":{"id":1,"order_id":470,"committed_at":"2026-11-23T09:10:00+00:00","line_items":{"additions":[{"id":4711,"delta":4}],"removals":[]}}}""";
        await Repeatedly("orders/edited", edit);
        await Stands(20, 5);
        await Repeatedly("orders/edited",
            """{"order_edit":{"id":2,"order_id":470,"committed_at":"2026-11-23T09:11:00+00:00","line_items":{"additions":[],"removals":[{"id":4711,"delta":1}]}}}""");
        await Stands(20, 4);

        // The order as a whole says so too, and then that two were taken off it.
        await Repeatedly("orders/updated", Updated("09:12", 4));
        await Stands(20, 4);
        await Repeatedly("orders/updated", Updated("09:20", 2));
        await Stands(20, 2);
        await Repeatedly("orders/edited", edit); // late
        await Repeatedly("orders/updated", Updated("09:12", 4));
        await Stands(20, 2);

        string Updated(string at, int left) =>
            $$"""{"id":470,"created_at":"2026-11-23T09:00:00+00:00","updated_at":"2026-11-23T{{at}}:00+00:00","line_items":[{"id":4711,"sku":"{{sku}}","quantity":5,"fulfillable_quantity":{{left}}}]}""";

        Task Stands(decimal onHand, decimal reserved) => StandsAt(sku, onHand, reserved);
    }

    [Fact]
    public async Task A_cancelled_fulfillment_takes_its_shipment_back()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        await Repeatedly("orders/create", $$"""{"id":480,"created_at":"2026-11-23T09:00:00+00:00","line_items":[{"id":4811,"sku":"{{sku}}","quantity":3}]}""");
        await Repeatedly("fulfillments/create", Fulfilment("success", "09:10"));
        await StandsAt(sku, 8, 1);

        await Repeatedly("fulfillments/update", Fulfilment("success", "09:11"));
        await StandsAt(sku, 8, 1);
        await Repeatedly("fulfillments/update", Fulfilment("cancelled", "09:12"));
        await StandsAt(sku, 10, 3);
        await Repeatedly("fulfillments/create", Fulfilment("success", "09:10")); // late
        await StandsAt(sku, 10, 3);

        string Fulfilment(string status, string at) =>
            $$"""{"id":81,"order_id":480,"status":"{{status}}","created_at":"2026-11-23T09:10:00+00:00","updated_at":"2026-11-23T{{at}}:00+00:00","line_items":[{"id":4811,"sku":"{{sku}}","quantity":2}]}""";
    }

    [Fact]
    public async Task An_unmapped_location_is_quarantined_once()
    {
        await host.Register("shopify-places", "shopify", new() { ["webhookSecret"] = Secret, ["locationId"] = "77" });
        (await host.Put("/v1/channels/shopify-places/locations", new { items = new[] { new { location = "S001", theirs = "77" } } })).Ok();
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        await Repeatedly("orders/create", $$"""{"id":490,"created_at":"2026-11-23T09:00:00+00:00","line_items":[{"id":4911,"sku":"{{sku}}","quantity":3}]}""",
            "shopify-places");

        await Repeatedly("fulfillments/create", Fulfilment(91, 99), "shopify-places");

        await StandsAt(sku, 10, 3);
        var entry = (await host.Get("/v1/quarantine?limit=1000")).Ok().Items().Single(entry => entry.Text("source") == "channel/shopify-places");
        Assert.Equal("unmapped-location", entry.Text("code"));
        Assert.Contains("99", entry.Text("detail"), StringComparison.Ordinal);
        await Repeatedly("fulfillments/create", Fulfilment(92, 77), "shopify-places");
        await StandsAt(sku, 9, 2);

        string Fulfilment(long id, long location) =>
            $$"""{"id":{{id}},"order_id":490,"status":"success","created_at":"2026-11-23T09:10:00+00:00","location_id":{{location}},"line_items":[{"id":4911,"sku":"{{sku}}","quantity":1}]}""";
    }

    [Fact]
    public async Task An_unsigned_webhook_is_refused()
    {
        const string body = """{"id":451,"line_items":[]}""";

        (await Send("orders/create", body, signature: "AAAA")).Refused(401, "unauthenticated");
        (await Send("orders/create", body, signature: Sign("another", body))).Refused(401, "unauthenticated");
        (await Send("orders/create", body, channel: "nowhere")).Refused(401, "unauthenticated");
        Assert.Equal(200, (await Send("products/update", body)).Status);
        Assert.Equal(200, (await Send("orders/create", "<html>")).Status);
        Assert.Equal(200, (await Send("fulfillments/create", """{"id":9}""")).Status);
        Assert.Equal(200, (await Send("products/update", "<html>")).Status);
        Assert.Equal(2, (await host.Get("/v1/quarantine?limit=1000")).Ok().Items()
            .Count(entry => entry.Text("detail")!.Contains("cannot be understood", StringComparison.Ordinal)));
        Assert.DoesNotContain(Secret, (await host.Get("/v1/channels/shopify")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_captured_webhook_does_nothing_with_other_headers()
    {
        await host.Register("captured", "shopify", new() { ["webhookSecret"] = Secret, ["shop"] = "ours.myshopify.com" });
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        var placed = $$"""{"id":460,"created_at":"2026-11-23T09:30:00+00:00","cancelled_at":null,"line_items":[{"sku":"{{sku}}","quantity":4}]}""";
        var shipped = $$"""{"id":78,"order_id":460,"created_at":"2026-11-23T09:40:00+00:00","line_items":[{"sku":"{{sku}}","quantity":3}]}""";
        (await Captured("orders/create", placed, ("X-Shopify-Shop-Domain", "ours.myshopify.com"),
            ("X-Shopify-Triggered-At", "2026-11-23T09:59:59.123456789Z"))).Ok();

        (await Captured("orders/cancelled", placed)).Refused(401, "unauthenticated");
        (await Captured("refunds/create", placed)).Refused(401, "unauthenticated");
        (await Captured("fulfillments/create", placed)).Refused(401, "unauthenticated");
        (await Captured("orders/create", shipped)).Refused(401, "unauthenticated");
        (await Captured("orders/cancelled", shipped)).Refused(401, "unauthenticated");
        (await Captured("fulfillments/create", shipped, ("X-Shopify-Shop-Domain", "theirs.myshopify.com"))).Refused(401, "unauthenticated");
        (await Captured("fulfillments/create", shipped, ("X-Shopify-Triggered-At", "2026-11-16T09:59:59Z"))).Refused(401, "unauthenticated");
        (await Captured("orders/create", placed)).Ok();

        var position = await host.Position(sku);
        Assert.Equal((10, 4), (position.Number("onHand"), position.Number("reserved")));

        Task<Answer> Captured(string topic, string body, params (string, string)[] more) => host.Send(
            HttpMethod.Post, "/v1/channels/captured/webhooks/shopify", new StringContent(body, Encoding.UTF8, "application/json"), key: null,
            [("X-Shopify-Topic", topic), ("X-Shopify-Hmac-Sha256", Sign(Secret, body)), .. more]);
    }

    private async Task Repeatedly(string topic, string body, string channel = "shopify")
    {
        foreach (var id in new[] { "b54557e4-1", "b54557e4-1", "b54557e4-2" })
        {
            var answer = await host.Send(
                HttpMethod.Post, $"/v1/channels/{channel}/webhooks/shopify", new StringContent(body, Encoding.UTF8, "application/json"), key: null,
                ("X-Shopify-Topic", topic), ("X-Shopify-Webhook-Id", id), ("X-Shopify-Event-Id", id), ("X-Shopify-Hmac-Sha256", Sign(Secret, body)));
            Assert.True(answer.Status == 200, answer.Text);
        }
    }

    private async Task StandsAt(string sku, decimal onHand, decimal reserved)
    {
        var position = await host.Position(sku);
        Assert.Equal((onHand, reserved), (position.Number("onHand"), position.Number("reserved")));
    }

    [Fact]
    public async Task An_unmapped_location_is_replayed_unchanged_once_mapped()
    {
        await host.Register("placed", "shopify", new() { ["webhookSecret"] = Secret });
        var (sku, line) = (NewSku(), "");
        line = $$"""{"id":1,"sku":"{{sku}}","quantity":4}""";
        await host.RecordAccepted(Line("receipt", 10, sku));
        await Map("101", "S001");
        (await Placed("orders/create", $$"""{"id":470,"created_at":"2026-11-23T09:30:00+00:00","line_items":[{{line}}]}""")).Ok();
        (await Placed(
            "fulfillments/create", $$"""{"id":79,"order_id":470,"created_at":"2026-11-23T09:40:00+00:00","location_id":101,"line_items":[{"id":1,"sku":"{{sku}}","quantity":2}]}""")).Ok();

        Assert.Equal(200, (await Placed("refunds/create", Refund(6, "return", 1))).Status);
        Assert.Equal(200, (await Placed("refunds/create", Refund(7, "return", 1))).Status);
        var (first, second) = (await EntryOf("return-6"), await EntryOf("return-7"));
        Assert.Equal("unmapped-location", (await Replay(first, new { })).Items("results").Single().Text("code"));
        await Map("999", "S002");
        Assert.Equal(1, (await Replay(first, new { })).Number("accepted"));
        Assert.Equal(
            1,
            (await Replay(
                second, new
                {
                    line = new
                    {
                        type = "return",
                        order = "470",
                        id = "another",
                        lines = new[] { new { sku, quantity = 1, location = "S003" } }
                    }
                })).Number("rejected"));
        Assert.Equal(
            1,
            (await Replay(
                second, new
                {
                    line = new
                    {
                        type = "return",
                        order = "470",
                        id = "return-7",
                        lines = new[] { new { sku, quantity = 1, location = "S003" } }
                    }
                })).Number("accepted"));

        Assert.Equal((1, 1), (await host.OnHand(sku, "S002"), await host.OnHand(sku, "S003")));
        (await Placed("refunds/create", Refund(6, "return", 1))).Ok();
        Assert.Equal(1, await host.OnHand(sku, "S002"));

        Task<Answer> Placed(string topic, string body) => Send(topic, body, channel: "placed");

        string Refund(int id, string restock, int units) =>
            $$"""{"id":{{id}},"order_id":470,"created_at":"2026-11-23T09:5{{id}}:00+00:00","refund_line_items":[{"quantity":{{units}},"restock_type":"{{restock}}","location_id":999,"line_item":{{line}}}]}""";

        async Task Map(string theirs, string location) =>
            (await host.Put("/v1/channels/placed/locations",
                new { items = new[] { new { location = "S001", theirs = "101" }, new { location, theirs } }.Distinct() })).Ok();
    }

    [Fact]
    public async Task A_cancellation_of_unshipped_units_needs_no_location()
    {
        await host.Register("unplaced", "shopify", new() { ["webhookSecret"] = Secret });
        var sku = NewSku();
        var line = $$"""{"id":1,"sku":"{{sku}}","quantity":4}""";
        await host.RecordAccepted(Line("receipt", 10, sku));
        (await host.Put("/v1/channels/unplaced/locations", new { items = new[] { new { location = "S001", theirs = "101" } } })).Ok();
        (await Send("orders/create", $$"""{"id":480,"created_at":"2026-11-23T09:30:00+00:00","line_items":[{{line}}]}""", channel: "unplaced")).Ok();

        (await Send(
            "refunds/create", $$"""{"id":8,"order_id":480,"created_at":"2026-11-23T09:50:00+00:00","refund_line_items":[{"quantity":3,"restock_type":"cancel","location_id":999,"line_item":{{line}}}]}""",
            channel: "unplaced")).Ok();

        Assert.Equal(1, (await host.Position(sku)).Number("reserved"));
    }

    [Fact]
    public async Task An_unreadable_webhook_is_replayed_with_a_corrected_message()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        Assert.Equal(200, (await Send("returns/update", $$"""{"id":"490-{{sku}}"}""")).Status);
        var entry = (await host.Get("/v1/quarantine?limit=1000")).Ok().Items()
            .Single(one => one.GetProperty("line").GetRawText().Contains($"490-{sku}", StringComparison.Ordinal)).Text("id");

        Assert.Equal("invalid-line", (await Replay(entry, new { })).Items("results").Single().Text("code"));
        Assert.Equal(
            1,
            (await Replay(entry, new { line = new { type = "order", order = "490", id = "order-490", lines = new[] { new { sku, quantity = 2 } } } })).Number(
                "accepted"));

        Assert.Equal(2, (await host.Position(sku)).Number("reserved"));
    }

    private async Task<string?> EntryOf(string message) => (await host.Get("/v1/quarantine?limit=1000")).Ok().Items()
        .Single(entry => entry.Text("code") == "unmapped-location" && entry.GetProperty("line").Text("id") == message).Text("id");

    private async Task<System.Text.Json.JsonElement> Replay(string? entry, object body) => (await host.Post($"/v1/quarantine/{entry}/replay", body)).Ok();

    private Task<Answer> Send(string topic, string body, string? signature = null, string channel = "shopify") => host.Send(
        HttpMethod.Post, $"/v1/channels/{channel}/webhooks/shopify", new StringContent(body, Encoding.UTF8, "application/json"), key: null,
        ("X-Shopify-Topic", topic), ("X-Shopify-Hmac-Sha256", signature ?? Sign(Secret, body)));

    private static string Sign(string secret, string body) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));
}

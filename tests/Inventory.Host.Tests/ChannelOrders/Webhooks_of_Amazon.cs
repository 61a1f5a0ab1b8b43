using System.Text;
using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ChannelOrders;

public class Webhooks_of_Amazon(PublishingHost host) : IClassFixture<PublishingHost>, IAsyncLifetime
{
    private const string Secret = "hush-hush-hush-hush";

    private int _notifications;

    public Task InitializeAsync() => host.Register("amazon", "amazon", new() { ["webhookSecret"] = Secret });

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_reported_order_state_becomes_the_missing_steps()
    {
        var sku = await NewStock(10);

        var placed = (await Send(Change("1", sku, "Pending", 4))).Ok();
        var first = Change("1", sku, "PartiallyShipped", 4, shipped: 1);
        (await Send(first)).Ok();
        (await Send(first)).Ok();
        (await Send(Change("1", sku, "Unshipped", 4))).Ok();
        (await Send(Change("1", sku, "PartiallyShipped", 4, shipped: 3))).Ok();
        (await Send(Change("1", sku, "PartiallyShipped", 4, shipped: 1))).Ok();

        Assert.Equal(("confirmed", "change"), (placed.Text("state"), placed.Text("type")));
        await Stands(sku, onHand: 7, reserved: 1);

        (await Send(Change("1", sku, "Shipped", 4, shipped: 4))).Ok();
        (await Send(Change("1", sku, "Shipped", 4, shipped: 4))).Ok();
        await Stands(sku, onHand: 6, reserved: 0);

        var back = Change("1", sku, "Shipped", 4, shipped: 4, more: """ "EasyShipShipmentStatus":"ReturnedToSeller", """);
        (await Send(back)).Ok();
        (await Send(back)).Ok();
        await Stands(sku, onHand: 10, reserved: 0);
    }

    [Fact]
    public async Task Any_order_of_arrival_ends_the_same_and_cancelled_is_final()
    {
        var (shipped, cancelled) = (await NewStock(10), await NewStock(10));

        (await Send(Change("2", shipped, "Shipped", 4))).Ok();
        (await Send(Change("2", shipped, "Unshipped", 4))).Ok();
        (await Send(Change("3", cancelled, "Canceled", 4))).Ok();
        (await Send(Change("3", cancelled, "Pending", 4))).Ok();
        (await Send(Change("3", cancelled, "Unshipped", 5))).Ok();

        await Stands(shipped, onHand: 6, reserved: 0);
        await Stands(cancelled, onHand: 10, reserved: 0);
    }

    [Fact]
    public async Task Cancelled_units_are_released()
    {
        var sku = await NewStock(10);
        (await Send(Change("4", sku, "Unshipped", 4))).Ok();
        await Stands(sku, onHand: 10, reserved: 4);

        Assert.Equal("released", (await Send(Change("4", sku, "Canceled", 4))).Ok().Text("state"));

        await Stands(sku, onHand: 10, reserved: 0);
    }

    /// <summary>One notification says that it is wanted and that it is cancelled.</summary>
    [Fact]
    public async Task An_order_that_arrives_cancelled_holds_and_lacks_nothing()
    {
        var (sku, before) = (await NewStock(3), "903-12-before");
        (await Send(Change("12-before", sku, "Unshipped", 1))).Ok();

        Assert.Equal("released", (await Send(Change("12", sku, "Canceled", 4))).Ok().Text("state"));

        Assert.Equal(["receipt", "reserved", "confirmed"], (await host.Events(sku)).Texts("type"));
        Assert.DoesNotContain((await host.Get("/v1/channels/amazon/oversells?limit=1000")).Ok().Items(), oversell => oversell.Text("sku") == sku);
        Assert.Equal("confirmed", (await host.Get($"/v1/channels/amazon/orders/{before}")).Ok().Text("state"));
    }

    [Fact]
    public async Task Amazons_names_are_mapped_to_ours()
    {
        var sku = await NewStock(10);
        (await host.Put("/v1/channels/amazon/mappings", new { items = new[] { new { sku, theirs = $"AMZ-{sku}" } } })).Ok();

        (await Send(Change("5", $"AMZ-{sku}", "Unshipped", 4))).Ok();

        await Stands(sku, onHand: 10, reserved: 4);
    }

    [Fact]
    public async Task Names_mapped_later_hold_on_replay_or_on_the_next_report()
    {
        var (replayed, again) = (await NewStock(10), await NewStock(10));
        var resent = Change("9", $"AMZ-{again}", "Unshipped", 3);
        (await Send(Change("10", $"AMZ-{replayed}", "Unshipped", 4))).Ok();
        Assert.Equal("quarantined", (await Send(resent)).Ok().Text("state"));
        Assert.Equal(1, (await host.Post($"/v1/quarantine/{await EntryOf("903-10")}/replay", new { })).Ok().Number("rejected"));

        (await host.Put("/v1/channels/amazon/mappings",
            new { items = new[] { new { sku = replayed, theirs = $"AMZ-{replayed}" }, new { sku = again, theirs = $"AMZ-{again}" } } })).Ok();
        Assert.Equal(1, (await host.Post($"/v1/quarantine/{await EntryOf("903-10")}/replay", new { })).Ok().Number("accepted"));
        Assert.Equal("confirmed", (await Send(resent)).Ok().Text("state"));

        await Stands(replayed, onHand: 10, reserved: 4);
        await Stands(again, onHand: 10, reserved: 3);
    }

    [Fact]
    public async Task An_item_without_a_SKU_is_reported_once_and_the_rest_held()
    {
        var sku = await NewStock(10);
        var items = Change("11", sku, "Unshipped", 4)
            .Replace("\"OrderItems\":[", "\"OrderItems\":[{\"OrderItemId\":\"2\",\"Quantity\":1},", StringComparison.Ordinal);

        (await Send(items)).Ok();
        (await Send(items.Replace("\"n-11-", "\"again-11-", StringComparison.Ordinal))).Ok();

        await Stands(sku, onHand: 10, reserved: 4);
        Assert.Single((await host.Get("/v1/quarantine?limit=1000")).Ok().Items(), entry => entry.Text("detail")!.Contains("903-11", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_that_do_not_concern_our_stock_are_ignored()
    {
        var sku = await NewStock(10);

        foreach (var body in (string[])[
            Change("6", sku, "Unshipped", 4).Replace("MFN", "AFN", StringComparison.Ordinal), Change("6", sku, "Unshipped", 4)
            .Replace("OrderLevel", "OrderItemLevel", StringComparison.Ordinal),
            Change("6", sku, "PendingAvailability", 4), "<html>", "[]", "{}", """{"NotificationType":"ORDER_CHANGE"}""", "null"])
        {
            Assert.Equal(200, (await Send(body)).Status);
        }

        await Stands(sku, onHand: 10, reserved: 0);
    }

    [Fact]
    public async Task Events_that_cannot_be_stored_as_they_are_are_quarantined()
    {
        var sku = await NewStock(10);

        Assert.Equal(200, (await Send(Change("8", sku, "Unshipped", 99_999_999_999_999))).Status);

        var entry = (await host.Get("/v1/quarantine?limit=1000")).Ok().Items()
            .Single(entry => entry.Text("detail")!.Contains("903-8", StringComparison.Ordinal));
        Assert.Equal(("channel/amazon", "invalid-line"), (entry.Text("source"), entry.Text("code")));
        Assert.Equal(1, (await host.Post($"/v1/quarantine/{entry.Text("id")}/replay", new { })).Ok().Number("rejected"));
        await Stands(sku, onHand: 10, reserved: 0);
    }

    [Fact]
    public async Task A_relay_that_knows_the_secret_is_accepted()
    {
        var sku = await NewStock(10);
        var body = $$"""{"version":"0","detail-type":"ORDER_CHANGE","detail":{{Change("7", sku, "Unshipped", 4)}}}""";

        (await Send(body, ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("relay:wrong"))))).Refused(401, "unauthenticated");
        (await Send(body, ("Authorization", "Basic ?"))).Refused(401, "unauthenticated");
        (await Send(body, ("X-RetailSync-Hmac-Sha256", "AAAA"))).Refused(401, "unauthenticated");
        (await host.Send(HttpMethod.Post, "/v1/channels/amazon/webhooks/shopify", Content(body), null, Signed(body))).Refused(401, "unauthenticated");
        (await Send(body, RelaySignature.Of(Secret, RunningHost.Now - Duration.FromMinutes(6), body))).Refused(401, "unauthenticated");
        (await Send(body, RelaySignature.Of(Secret, RunningHost.Now + Duration.FromMinutes(6), body))).Refused(401, "unauthenticated");
        (await Send(body, RelaySignature.OfBodyOnly(Secret, body))).Refused(401, "unauthenticated");
        (await Send(body, [RelaySignature.Of(Secret, RunningHost.Now, "{}")[0], RelaySignature.OfBodyOnly(Secret, body)])).Refused(401, "unauthenticated");
        await Stands(sku, onHand: 10, reserved: 0);

        (await Send(body, ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"relay:{Secret}"))))).Ok();
        await Stands(sku, onHand: 10, reserved: 4);
    }

    [Fact]
    public async Task A_message_without_a_time_is_accepted_where_configured()
    {
        await host.Register("untimed", "amazon", new() { ["webhookSecret"] = Secret, ["relayTimestamp"] = "optional" });
        var sku = await NewStock(10);
        var body = Change("untimed", sku, "Unshipped", 4);

        (await host.Send(HttpMethod.Post, "/v1/channels/untimed/webhooks/amazon", Content(body), null, RelaySignature.OfBodyOnly(Secret, body))).Ok();

        await Stands(sku, onHand: 10, reserved: 4);
    }

    private async Task<string?> EntryOf(string order) =>
        (await host.Get("/v1/quarantine?limit=1000")).Ok().Items().Single(
            entry => entry.Text("state") == "open" && entry.GetProperty("line").GetRawText().Contains($"\"{order}\"", StringComparison.Ordinal)).Text("id");

    private async Task<string> NewStock(int units)
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", units, sku));
        return sku;
    }

    private async Task Stands(string sku, int onHand, int reserved)
    {
        var position = await host.Position(sku);
        Assert.Equal((onHand, reserved), (position.Number("onHand"), position.Number("reserved")));
    }

    private string Change(string order, string sku, string status, long quantity, long? shipped = null, string more = "") =>
        $$$$"""
        {"NotificationVersion":"1.0","NotificationType":"ORDER_CHANGE","PayloadVersion":"1.0","EventTime":"2026-11-23T09:31:00Z","Payload":{"OrderChangeNotification":{
          "NotificationLevel":"OrderLevel","SellerId":"A1","AmazonOrderId":"903-{{{{order}}}}","OrderChangeType":"OrderStatusChange",
          "OrderChangeTrigger":{"TimeOfOrderChange":"2026-11-23T09:31:00Z","ChangeReason":"?"},
          "Summary":{"MarketplaceId":"ATVPDKIKX0DER","OrderStatus":"{{{{status}}}}","PurchaseDate":"2026-11-23T09:30:00Z","FulfillmentType":"MFN",{{{{more}}}}"OrderType":"StandardOrder","OrderItems":[
            {"OrderItemId":"1","SellerSKU":"{{{{sku}}}}","SupplySourceId":null,"Quantity":{{{{quantity}}}}{{{{(shipped is null ? "" : $",\"QuantityShipped\":{shipped}")}}}}}]}}},
          "NotificationMetadata":{"ApplicationId":"a","SubscriptionId":"s","PublishTime":"2026-11-23T09:31:01Z","NotificationId":"n-{{{{order}}}}-{{{{++_notifications}}}}"}}
        """;

    private Task<Answer> Send(string body) => Send(body, Signed(body));

    private Task<Answer> Send(string body, params (string Name, string Value)[] header) =>
        host.Send(HttpMethod.Post, "/v1/channels/amazon/webhooks/amazon", Content(body), null, header);

    private static StringContent Content(string body) => new(body, Encoding.UTF8, "application/json");

    private static (string Name, string Value)[] Signed(string body) => RelaySignature.Of(Secret, RunningHost.Now, body);
}

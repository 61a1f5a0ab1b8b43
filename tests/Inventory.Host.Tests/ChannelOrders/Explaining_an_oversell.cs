using System.Text.Json;
using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ChannelOrders;

public class Explaining_an_oversell(PublishingHost host) : IClassFixture<PublishingHost>
{
    private static readonly Instant BeforeAnythingWasReported = RunningHost.Now - Duration.FromMinutes(1);

    [Fact]
    public async Task A_till_that_reports_late_is_named()
    {
        var sku = await Told5("late");
        await host.RecordAccepted(Line("sale", 3, sku, id: "from-the-till", at: "09:10"));
        await host.Acknowledged("late", sku, 2);
        await Order("late", "A/1 ü", sku, BeforeAnythingWasReported);

        var report = (await host.Get($"/v1/channels/late/oversells/{Uri.EscapeDataString("A/1 ü")}", key: "dev-planner")).Ok();

        var item = report.Items().Single();
        Assert.Equal(("A/1 ü", true, BeforeAnythingWasReported.ToString()),
            (report.Text("order"), report.GetProperty("open").GetBoolean(), report.Text("placedAt")));
        Assert.Equal(("late-till-event", sku, 4, 2), (item.Text("verdict"), item.Text("sku"), item.Number("requested"), item.Number("held")));
        Assert.Equal(2, item.GetProperty("toldInstead").Number("quantity"));
        var sale = item.Items("events").Single(one => one.Text("id") == "from-the-till");
        Assert.Equal(("sale", -3, "2026-11-23T09:10:00Z", true),
            (sale.Text("type"), sale.Number("change"), sale.Text("occurredAt"), sale.GetProperty("caused").GetBoolean()));
        Assert.Equal(sale.Text("event"), item.Text("takenBy"));

        // Every hop is known, and each says how long after the one before.
        var hops = item.Items("hops");
        Assert.Equal(["occurred", "recorded", "worked-out", "sent", "acknowledged", "ordered", "arrived"], hops.Texts("name"));
        Assert.All(hops, hop => Assert.Equal(JsonValueKind.String, hop.GetProperty("at").ValueKind));
        Assert.InRange(hops[1].Number("seconds"), 3_000, 3_010);
        Assert.All(hops[2..5].Append(hops[6]), hop => Assert.InRange(hop.Number("seconds"), 0, 70));
    }

    [Fact]
    public async Task A_publication_that_was_late_is_named()
    {
        var sku = await Told5("slow");
        await host.Post("/v1/channels/slow/pause", new { });
        await host.RecordAccepted(Line("sale", 3, sku, at: "09:10"));
        await host.Publication("slow", sku, row => row.Number("quantity") == 2);
        await Order("slow", "B1", sku, RunningHost.Now + Duration.FromMinutes(4));

        var item = await Item("slow", "B1");

        Assert.Equal("publish-delay", item.Text("verdict"));
        Assert.Equal(5, item.GetProperty("told").Number("quantity"));
        Assert.Equal([true, true, true, false, false], item.Items("hops")[..5].Select(hop => hop.GetProperty("at").ValueKind == JsonValueKind.String));
    }

    [Fact]
    public async Task Wrong_books_are_named()
    {
        var sku = await Told5("wrong");
        await host.RecordAccepted(Line("count", 2, sku, at: "09:10"));
        await Order("wrong", "C1", sku, BeforeAnythingWasReported);

        Assert.Equal("count", (await Item("wrong", "C1")).Text("verdict"));
    }

    [Fact]
    public async Task A_rule_that_keeps_units_back_is_named()
    {
        var sku = await Told5("kept");
        (await host.Put($"/v1/rules/keep-{sku}", new { kind = "safety-stock", sku, quantity = 3, reason = "a promotion" })).Ok();
        await host.Acknowledged("kept", sku, 2);
        await Order("kept", "D1", sku, BeforeAnythingWasReported);

        var item = await Item("kept", "D1");

        Assert.Equal(("rule", 3, JsonValueKind.Null), (item.Text("verdict"), item.Number("free"), item.GetProperty("takenBy").ValueKind));
        Assert.True(item.GetProperty("toldInstead").GetProperty("byRule").GetBoolean());
    }

    [Fact]
    public async Task A_SKU_without_a_name_at_the_channel_is_named()
    {
        await host.Register("unnamed", "shopify", new() { ["shop"] = "x.myshopify.com", ["accessToken"] = "t", ["locationId"] = "1" });
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 2, sku));
        await host.Publication("unnamed", sku, row => row.GetProperty("error").ValueKind == JsonValueKind.String);

        // The number has changed and is not refused again: the channel is paused.
        (await host.Post("/v1/channels/unnamed/pause", new { })).Ok();
        await Order("unnamed", "E0", sku, BeforeAnythingWasReported, quantity: 1, state: "confirmed");
        await host.Publication("unnamed", sku, row => row.Number("quantity") == 1 && row.GetProperty("error").ValueKind == JsonValueKind.Null);
        await Order("unnamed", "E1", sku, BeforeAnythingWasReported);

        Assert.Equal("mapping", (await Item("unnamed", "E1")).Text("verdict"));
    }

    [Fact]
    public async Task Only_orders_that_lack_units_are_explained_and_to_no_channel()
    {
        var sku = await Told5("plain");
        await Order("plain", "F1", sku, BeforeAnythingWasReported, quantity: 5, state: "confirmed");

        (await host.Get("/v1/channels/plain/oversells/F1")).Refused(404, "unknown-oversell");
        (await host.Get("/v1/channels/nowhere/oversells/F1")).Refused(404, "unknown-channel");
        (await host.Get("/v1/channels/plain/oversells/F1?colour=red")).Refused(400, "invalid-request");
        (await host.Get("/v1/channels/plain/oversells/F1", key: "dev-channel-plain")).Refused(403, "forbidden");
    }

    /// <summary>A SKU of which 5 were published to the channel.</summary>
    private async Task<string> Told5(string channel)
    {
        await host.Register(channel, "log");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku, at: "09:00"));
        await host.Acknowledged(channel, sku, 5);
        return sku;
    }

    private async Task Order(string channel, string order, string sku, Instant placedAt, decimal quantity = 4, string state = "oversold") =>
        Assert.Equal(
            state, (await host.Post($"/v1/channels/{channel}/orders",
                new { type = "order", order, occurredAt = placedAt.ToString(), lines = new[] { new { sku, quantity } } })).Ok().Text("state"));

    private async Task<JsonElement> Item(string channel, string order) =>
        (await host.Get($"/v1/channels/{channel}/oversells/{order}", key: "dev-finance")).Ok().Items().Single();
}

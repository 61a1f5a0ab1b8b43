using System.Text.Json;
using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ChannelOrders;

public class Orders_of_a_channel(PublishingHost host) : IClassFixture<PublishingHost>, IAsyncLifetime
{
    public Task InitializeAsync() => host.Register("shop", "log");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task An_order_is_held_confirmed_shipped_and_returned()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));

        var placed = (await Post(new { type = "order", order = "#1001", lines = new[] { new { sku, quantity = 4 } } })).Ok();
        var reservation = (await host.Get($"/v1/reservations/{Uri.EscapeDataString(placed.Text("reservation")!)}")).Ok();
        await Post(new { type = "shipment", order = "#1001", id = "parcel-1", lines = new[] { new { sku, quantity = 1 } } });
        await Post(new { type = "shipment", order = "#1001", id = "parcel-2", lines = new[] { new { sku, quantity = 1 } } });
        await Post(new { type = "shipment", order = "#1001", id = "parcel-2", lines = new[] { new { sku, quantity = 1 } } });
        await Post(new { type = "return", order = "#1001", id = "back", lines = new[] { new { sku, quantity = 1 } } });
        var cancelled = (await Post(new { type = "cancellation", order = "#1001" })).Ok();

        Assert.Equal(("confirmed", "confirmed", "released"), (placed.Text("state"), reservation.Text("state"), cancelled.Text("state")));
        var position = await host.Position(sku);
        Assert.Equal((9, 0), (position.Number("onHand"), position.Number("reserved")));
    }

    [Fact]
    public async Task A_message_that_is_repeated_counts_once()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        var order = new { type = "order", order = "1002", id = "m1", lines = new[] { new { sku, quantity = 4 } } };

        var first = (await Post(order)).Ok();
        var again = (await Post(order)).Ok();

        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.Equal(4, (await host.Position(sku)).Number("reserved"));
        (await Post(new { type = "order", order = "1002", id = "m1", lines = new[] { new { sku, quantity = 5 } } })).Refused(409, "order-message-id-reused");
    }

    [Fact]
    public async Task A_message_before_its_order_waits_for_it()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));

        var early = (await Post(new { type = "shipment", order = "1003" })).Ok();
        await Post(new { type = "order", order = "1003", lines = new[] { new { sku, quantity = 4 } } });
        var cancelledEarly = (await Post(new { type = "cancellation", order = "1004" })).Ok();
        var moot = (await Post(new { type = "order", order = "1004", lines = new[] { new { sku, quantity = 4 } } })).Ok();

        Assert.Equal(("waiting", "waiting", "released"), (early.Text("state"), cancelledEarly.Text("state"), moot.Text("state")));
        var position = await host.Position(sku);
        Assert.Equal((6, 0), (position.Number("onHand"), position.Number("reserved")));
    }

    [Fact]
    public async Task An_order_beyond_stock_is_recorded_and_explained()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        var published = await host.Acknowledged("shop", sku, 5);
        await host.RecordAccepted(Line("sale", 3, sku, id: "took-it"));
        var sale = await host.Sql($"select id from inventory.mt_events where stream_id = '{sku}@S001' order by version desc limit 1");

        var placed = (await Post(new { type = "order", order = "1005", lines = new[] { new { sku, quantity = 4 } } })).Ok();
        var listed = (await host.Get("/v1/channels/shop/oversells")).Ok().Items().Single(oversell => oversell.Text("order") == "1005");

        var oversold = placed.Items("oversold").Single();
        Assert.Equal(("oversold", 4, 2), (placed.Text("state"), oversold.Number("requested"), oversold.Number("held")));
        Assert.Equal($"{sale}", oversold.Text("takenBy"));
        Assert.True(oversold.GetProperty("told").Number("sequence") >= published.Number("sequence"));
        Assert.Equal((sku, true), (listed.Text("sku"), listed.GetProperty("open").GetBoolean()));
        Assert.Equal(2, (await host.Position(sku)).Number("reserved"));

        await Post(new { type = "cancellation", order = "1005" });
        Assert.False((await host.Get("/v1/channels/shop/oversells")).Ok().Items().Single(oversell => oversell.Text("order") == "1005")
            .GetProperty("open").GetBoolean());
    }

    [Fact]
    public async Task An_order_of_an_unknown_SKU_is_quarantined()
    {
        var sku = NewSku();

        var placed = (await Post(new { type = "order", order = "1006", id = "m6", lines = new[] { new { sku, quantity = 4 } } })).Ok();

        Assert.Equal("quarantined", placed.Text("state"));
        var entry = (await host.Get("/v1/quarantine?limit=1000")).Ok().Items()
            .Single(entry => entry.GetProperty("line").ValueKind == JsonValueKind.Object && entry.GetProperty("line").Text("id") == "m6");
        Assert.Equal(("channel/shop", "unknown-sku"), (entry.Text("source"), entry.Text("code")));

        await host.RecordAccepted(Line("receipt", 10, sku));
        Assert.Equal("confirmed", (await Post(new { type = "order", order = "1006", id = "m6", lines = new[] { new { sku, quantity = 4 } } })).Ok()
            .Text("state"));
    }

    [Fact]
    public async Task A_corrected_order_is_replayed_with_what_waits_for_it()
    {
        var (sku, wrong) = (NewSku(), NewSku());
        await host.RecordAccepted(Line("receipt", 10, sku));
        var sent = new { type = "order", order = "1016", id = "m16", occurredAt = "2026-11-23T09:00:00Z", lines = new[] { new { sku = wrong, quantity = 4 } } };
        await Post(sent);
        await Post(new { type = "shipment", order = "1016", id = "parcel", lines = new[] { new { sku, quantity = 1 } } });
        var id = await Entry("m16");

        var still = (await host.Post($"/v1/quarantine/{id}/replay", new { })).Ok();
        var another = (await host.Post($"/v1/quarantine/{id}/replay", new { line = sent with { order = "1017" } })).Ok();
        var unreadable = (await host.Post($"/v1/quarantine/{id}/replay", new { line = new { colour = "red" } })).Ok();
        var mended = (await host.Post($"/v1/quarantine/{id}/replay", new { line = sent with { lines = [new { sku, quantity = 4 }] } })).Ok();

        Assert.Equal([(1, "unknown-sku"), (1, "invalid-line"), (1, "invalid-line")],
            new[] { still, another, unreadable }.Select(answer => (answer.Number("rejected"), answer.Items("results").Single().Text("code"))));
        Assert.Equal(1, mended.Number("accepted"));
        var position = await host.Position(sku);
        Assert.Equal((9, 3), (position.Number("onHand"), position.Number("reserved")));
        (await host.Post($"/v1/quarantine/{id}/replay", new { })).Refused(409, "quarantine-already-settled");
        Assert.Equal("confirmed", (await Post(sent)).Ok().Text("state"));
        Assert.Equal(3, (await host.Position(sku)).Number("reserved"));
    }

    [Fact]
    public async Task An_order_sent_again_while_in_quarantine_counts_once()
    {
        var sku = NewSku();
        var sent = new { type = "order", order = "1018", id = "m18", lines = new[] { new { sku, quantity = 4 } } };
        await Post(sent);
        await host.RecordAccepted(Line("receipt", 10, sku));
        await Post(sent);

        var replayed = (await host.Post($"/v1/quarantine/{await Entry("m18")}/replay", new { })).Ok();

        Assert.Equal(1, replayed.Number("duplicates"));
        Assert.Equal(4, (await host.Position(sku)).Number("reserved"));
    }

    [Fact]
    public async Task An_order_confirms_what_was_held_for_it()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        (await host.Post("/v1/reservations", new { id = "basket-7", channel = "shop", lines = new[] { new { sku, quantity = 4 } } })).Ok(201);

        var placed = (await Post(new { type = "order", order = "1007", reservation = "basket-7", lines = new[] { new { sku, quantity = 4 } } })).Ok();

        Assert.Equal(("confirmed", "basket-7"), (placed.Text("state"), placed.Text("reservation")));
        Assert.Equal(4, (await host.Position(sku)).Number("reserved"));
    }

    [Fact]
    public async Task An_order_that_is_not_understood_is_refused()
    {
        var lines = new[] { new { sku = NewSku(), quantity = 4 } };
        (await Post(new { type = "order", order = "1008" })).Refused(400, "invalid-request");
        (await Post(new { type = "order", order = "..", lines })).Refused(400, "invalid-request");
        (await Post(new { type = "gift", order = "1008", lines })).Refused(400, "invalid-request");
        (await Post(new { type = "cancellation", order = "1008", lines, reservation = "basket" })).Refused(400, "invalid-request");
        (await Post(new { type = "order", order = "1008", lines, colour = "red" })).Refused(400, "invalid-request");
        (await host.Post("/v1/channels/nowhere/orders", new { type = "order", order = "1008", lines })).Refused(404, "unknown-channel");
        (await host.Post("/v1/channels/shop/orders", new { type = "order", order = "1008", lines }, key: "dev-channel-other")).Refused(403, "forbidden");
    }

    private async Task<string?> Entry(string message) => (await host.Get("/v1/quarantine?limit=1000")).Ok().Items()
        .Single(entry => entry.GetProperty("line") is { ValueKind: JsonValueKind.Object } line && line.Text("id") == message).Text("id");

    private Task<Answer> Post(object body) => host.Post("/v1/channels/shop/orders", body, key: "dev-channel-shop");
}

using System.Text.Json;
using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ChannelOrders;

public class Picking_up_in_store(PublishingHost host) : IClassFixture<PublishingHost>, IAsyncLifetime
{
    private const string Store = "S001";

    private readonly string _sku = NewSku();
    private readonly string _order = $"P{NewSku()}";
    private int _messages;

    public Task InitializeAsync() => host.Register("pickup", "log");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Units_are_held_in_the_store_and_nowhere_else()
    {
        await Receive(1);
        await Receive(9, "S002");

        Assert.Equal("oversold", (await Place(3)).Text("state"));

        await Stands(onHand: 1, reserved: 1, setAside: 0);
        Assert.Equal(0, (await host.Position(_sku, "S002")).Number("reserved"));
        await Receive(5);
        await Stands(onHand: 6, reserved: 3, setAside: 0);
    }

    [Fact]
    public async Task Units_that_are_set_aside_are_there_and_not_for_sale()
    {
        await Receive(5);
        await Place(3);

        Assert.Equal("ready", (await Send("ready")).Text("state"));

        await Stands(onHand: 5, reserved: 0, setAside: 3);
        Assert.Equal(2, (await host.Position(_sku, Store)).Number("available"));
        var shown = await Shown();
        Assert.Equal(("ready", 3, 0), (shown.Order.Text("state"), shown.Line.Number("setAside"), shown.Line.Number("oversold")));
        Assert.Equal((Store, 3), Assert.Single(shown.Line.Items("held").Select(held => (held.Text("location"), (int)held.Number("quantity")))));

        await host.RecordAccepted(Line("count", 5, _sku, Store, at: "09:55"));
        await Stands(onHand: 5, reserved: 0, setAside: 3);
    }

    [Fact]
    public async Task Collected_units_leave_the_store_once()
    {
        await Receive(5);
        await Place(3);
        await Send("ready");

        Assert.Equal("fulfilled", (await Send("collected", 2)).Text("state"));
        await Stands(onHand: 3, reserved: 0, setAside: 1);
        await Send("collected");
        await Stands(onHand: 2, reserved: 0, setAside: 0);
        await Send("collected");
        await Stands(onHand: 2, reserved: 0, setAside: 0);
        Assert.Equal("fulfilled", (await Shown()).Order.Text("state"));
    }

    [Fact]
    public async Task What_is_collected_first_are_units_that_were_set_aside()
    {
        await Receive(9);
        await Place(5);
        await Send("ready", 3);

        await Send("collected", 2);
        await Stands(onHand: 7, reserved: 2, setAside: 1);
        await Send("not-collected", 1);

        await Stands(onHand: 7, reserved: 2, setAside: 0);
        Assert.Equal("confirmed", (await Shown()).Order.Text("state"));
    }

    [Fact]
    public async Task Units_that_are_not_collected_are_for_sale_again()
    {
        await Receive(5);
        await Place(3);
        await Send("ready");

        Assert.Equal("released", (await Send("not-collected")).Text("state"));

        await Stands(onHand: 5, reserved: 0, setAside: 0);
        Assert.Equal(5, (await host.Position(_sku, Store)).Number("available"));
        Assert.Equal(("released", 3), ((await Shown()).Order.Text("state"), (await Shown()).Line.Number("cancelled")));
    }

    [Fact]
    public async Task What_is_collected_without_being_ready_ships_from_its_hold()
    {
        await Receive(5);
        await Place(3);

        await Send("collected");

        await Stands(onHand: 2, reserved: 0, setAside: 0);
        Assert.Equal("fulfilled", (await Send("ready")).Text("state"));
        await Stands(onHand: 2, reserved: 0, setAside: 0);
    }

    [Fact]
    public async Task What_is_ready_before_its_order_is_known_waits_for_it()
    {
        await Receive(5);
        var ready = await Post(new { type = "ready", order = _order, id = "ready", occurredAt = "2026-11-23T09:05:00Z" });
        Assert.Equal("waiting", ready.Text("state"));

        await Place(2);

        await Stands(onHand: 5, reserved: 0, setAside: 2);
    }

    [Fact]
    public async Task Another_store_gives_back_what_the_first_one_set_aside()
    {
        await Receive(5);
        await Receive(5, "S002");
        await Place(2);
        await Send("ready");

        var elsewhere = new[] { new { sku = _sku, quantity = 2, location = "S002" } };
        await Post(new { type = "change", order = _order, id = "moved", occurredAt = At(), revision = 1, lines = elsewhere });

        await Stands(onHand: 5, reserved: 0, setAside: 0);
        Assert.Equal(2, (await host.Position(_sku, "S002")).Number("reserved"));
        await Send("collected");
        Assert.Equal((3, 0), await OnHandAndReserved("S002"));
    }

    [Fact]
    public async Task More_is_set_aside_than_was_held_for_it()
    {
        await Receive(1);
        Assert.Equal("oversold", (await Place(2)).Text("state"));

        Assert.Equal("ready", (await Send("ready")).Text("state"));

        await Stands(onHand: 1, reserved: 0, setAside: 2);
        Assert.Equal(("ready", 0), ((await Shown()).Order.Text("state"), (await Shown()).Line.Number("oversold")));
    }

    [Fact]
    public async Task A_store_lists_what_is_picked_up_there_and_is_late()
    {
        await Receive(5);
        await Place(2, collectBy: "2026-11-23T09:50:00Z");

        var listed = Assert.Single(await Listed("confirmed"));
        Assert.Equal(("pickup", Store, "2026-11-23T09:50:00Z"), (listed.Text("fulfilment"), listed.Text("location"), listed.Text("collectBy")));
        Assert.Empty(await Listed("ready"));
        (await host.Get("/v1/channels/pickup/orders", key: "dev-store-S001")).Refused(403, "forbidden");
        (await host.Get("/v1/channels/pickup/orders?location=S002", key: "dev-store-S001")).Refused(403, "forbidden");
        (await host.Get("/v1/channels/pickup/orders?state=lost")).Refused(400, "invalid-request");

        await Send("ready");
        Assert.Single(await Listed("ready"));
        await PublishingHost.Eventually(Late, late => late.Length == 1);

        await Send("collected");
        await PublishingHost.Eventually(Late, late => late.Length == 0);
    }

    private async Task<JsonElement[]> Late() =>
        [.. (await host.Get("/v1/alerts?kind=not-collected&limit=1000")).Ok().Items()
            .Where(alert => alert.Text("id")!.Contains(_order, StringComparison.Ordinal))];

    private async Task<JsonElement[]> Listed(string state) =>
        [.. (await host.Get($"/v1/channels/pickup/orders?fulfilment=pickup&location={Store}&state={state}&limit=1000", key: "dev-store-S001")).Ok().Items()
            .Where(order => order.Text("order") == _order)];

    private Task Receive(decimal quantity, string location = Store) => host.RecordAccepted(Line("receipt", quantity, _sku, location, at: "09:00"));

    private Task<JsonElement> Place(decimal quantity, string? collectBy = null) => Post(new
    {
        type = "order",
        order = _order,
        id = "placed",
        occurredAt = "2026-11-23T09:00:00Z",
        fulfilment = "pickup",
        collectBy,
        location = Store,
        lines = new[] { new { sku = _sku, quantity } },
    });

    private Task<JsonElement> Send(string type, decimal? quantity = null) => Post(quantity is { } units
        ? new { type, order = _order, id = $"m{++_messages}", occurredAt = At(), lines = new[] { new { sku = _sku, quantity = units } } }
        : new { type, order = _order, id = $"m{++_messages}", occurredAt = At() });

    private string At() => $"2026-11-23T09:{10 + _messages}:00Z";

    private async Task<JsonElement> Post(object body) => (await host.Post("/v1/channels/pickup/orders", body)).Ok();

    private async Task<(JsonElement Order, JsonElement Line)> Shown()
    {
        var order = (await host.Get($"/v1/channels/pickup/orders/{_order}")).Ok();
        return (order, order.Items("lines").Single());
    }

    private async Task<(decimal, decimal)> OnHandAndReserved(string location)
    {
        var position = await host.Position(_sku, location);
        return (position.Number("onHand"), position.Number("reserved"));
    }

    private async Task Stands(decimal onHand, decimal reserved, decimal setAside)
    {
        var position = await host.Position(_sku, Store);
        var there = position.GetProperty("unsellable").TryGetProperty("set-aside", out var units) ? units.GetDecimal() : 0;
        Assert.Equal((onHand, reserved, setAside), (position.Number("onHand"), position.Number("reserved"), there));
    }
}

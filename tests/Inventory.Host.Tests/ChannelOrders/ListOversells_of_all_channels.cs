using System.Text.Json;
using RetailSync.Inventory.Host.ChannelOrders.Oversells;
using RetailSync.Inventory.Host.Tests.Http;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ChannelOrders;

public sealed class ListOversells_of_all_channels(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Oversells_of_several_channels_come_with_their_verdicts()
    {
        var sku = NewSku();
        await Order("ov-1", "first", sku, "2026-11-23T09:50:00Z");
        await Order("ov-2", "second", sku, "2026-11-23T09:55:00Z");
        (await host.Post("/v1/channels/ov-1/orders", new { type = "cancellation", order = "first", id = "x" })).Ok();

        var all = await Oversells("");

        Assert.Equal(["second", "first"], all.Texts("order"));
        Assert.Equal(("ov-2", sku, 3, 0, true, "unexplained"), (all[0].Text("channel"), all[0].Text("sku"), all[0].Number("requested"), all[0].Number("held"),
            all[0].GetProperty("open").GetBoolean(), all[0].Text("verdict")));
        Assert.Equal(["second"], (await Oversells("open=true")).Texts("order"));
        Assert.Equal(["first"], (await Oversells("open=false")).Texts("order"));
        Assert.Equal(["first"], (await Oversells("channel=ov-1")).Texts("order"));
        Assert.Equal(2, (await Oversells("verdict=unexplained")).Length);
        Assert.Empty(await Oversells("verdict=rule"));
        var page = (await host.Get("/v1/oversells?limit=1")).Ok();
        Assert.Equal(["first"], (await Oversells($"after={Uri.EscapeDataString(page.Text("next")!)}")).Texts("order"));

        var own = Assert.Single(await Oversells("", "dev-channel-ov-1"));
        Assert.Equal(("first", JsonValueKind.Null), (own.Text("order"), own.GetProperty("verdict").ValueKind));
        (await host.Get("/v1/oversells?channel=ov-2", "dev-channel-ov-1")).Refused(403, "forbidden");
        (await host.Get("/v1/oversells?verdict=rule", "dev-channel-ov-1")).Refused(403, "forbidden");
    }

    [Theory]
    [InlineData("?open=true&verdict=late-till-event&limit=100", "")]
    [InlineData("?open=yes", "open")]
    [InlineData("?verdict=theft", "verdict")]
    [InlineData("?limit=101", "limit")]
    [InlineData("?after=1", "after")]
    public void Every_wrong_parameter_is_named(string query, string refused) =>
        Assert.Equal(refused, ParsedRequest.Refused(() => OversellsRequest.Of(ParsedRequest.Query(query))));

    private async Task<JsonElement[]> Oversells(string query, string key = "dev-ops") => (await host.Get($"/v1/oversells?{query}", key)).Ok().Items();

    private async Task Order(string channel, string order, string sku, string occurredAt)
    {
        (await host.Put($"/v1/channels/{channel}", new { adapter = "none" })).Ok();
        (await host.Put($"/v1/skus/{sku}", new { })).Ok();
        var lines = new[] { new { sku, quantity = 3 } };
        (await host.Post($"/v1/channels/{channel}/orders", new { type = "order", order, id = "o", occurredAt, lines })).Ok();
    }
}

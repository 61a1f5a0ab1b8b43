using System.Text.Json;
using RetailSync.Inventory.Host.Publications.Administration;
using RetailSync.Inventory.Host.Publications.Ledger;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Publications.Administration;

public sealed class ListChannels_with_status(PublishingHost host) : IClassFixture<PublishingHost>
{
    [Fact]
    public async Task All_channels_are_answered_at_once_in_words_and_numbers()
    {
        await host.Register("st-paused", "log", rateLimit: 5);
        (await host.Post("/v1/channels/st-paused/pause", new { })).Ok();
        await host.Register("st-current", "log");
        await host.Register("st-none", "none");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Publication("st-paused", sku, row => row.Number("quantity") == 5);
        await host.Acknowledged("st-current", sku, 5);
        (await host.Post("/v1/channels/st-none/orders", new { type = "order", order = "o-1", id = "o", lines = new[] { new { sku, quantity = 9 } } })).Ok();
        await host.Acknowledged("st-current", sku, 0);
        host.Clock.AdvanceMinutes(1);

        var channels = await Channels("detail=status");

        Assert.Equal(("paused", "current", "not-published"),
            (Overview(channels, "st-paused").Text("state"), Overview(channels, "st-current").Text("state"), Overview(channels, "st-none").Text("state")));
        var paused = channels.Single(channel => channel.Text("id") == "st-paused");
        Assert.Equal((1, 60), (paused.GetProperty("status").Number("dirty"), Overview(channels, "st-paused").Number("promiseSeconds")));
        Assert.True(paused.GetProperty("status").Number("lagSeconds") > 0);
        Assert.Equal((5, 0, 1), (Overview(channels, "st-paused").Number("callsPerSecond"), Overview(channels, "st-paused").Number("budgetUsed"),
            Overview(channels, "st-paused").Number("budgetLeft")));
        Assert.Equal(JsonValueKind.Null, Overview(channels, "st-current").GetProperty("callsPerSecond").ValueKind);
        Assert.Equal(1, Overview(channels, "st-none").Number("openOversells"));
        Assert.True(Overview(channels, "st-current").Number("publishedPerMinute") >= 2);
        Assert.Equal(JsonValueKind.Null, (await Channels(""))[0].GetProperty("status").ValueKind);
        Assert.Equal(["st-none"], (await Channels("detail=status", "dev-channel-st-none")).Texts("id"));
        (await host.Get("/v1/channels?detail=all")).Refused(400, "invalid-request");
    }

    [Theory]
    [InlineData("none", false, "closed", null, 0, 0, "not-published")]
    [InlineData("log", true, "open", "x", 100, 9, "paused")]
    [InlineData("log", false, "open", "x", 100, 9, "circuit-open")]
    [InlineData("log", false, "closed", "x", 100, 9, "failing")]
    [InlineData("log", false, "closed", null, 61, 9, "behind")]
    [InlineData("log", false, "closed", null, 60, 9, "publishing")]
    [InlineData("log", false, "closed", null, 0, 0, "current")]
    public void The_state_is_what_most_needs_attention(
        string adapter, bool paused, string circuit, string? error, int lagSeconds, int dirty, string state) =>
        Assert.Equal(state, ChannelProgress.StateOf(
            adapter, new ChannelStatus(lagSeconds, dirty, circuit, null, paused, null, 0, error, null), promiseSeconds: 60));

    private static JsonElement Overview(JsonElement[] channels, string id) => channels.Single(channel => channel.Text("id") == id).GetProperty("overview");

    private async Task<JsonElement[]> Channels(string query, string key = "dev-ops") => (await host.Get($"/v1/channels?{query}", key)).Ok().Items();
}

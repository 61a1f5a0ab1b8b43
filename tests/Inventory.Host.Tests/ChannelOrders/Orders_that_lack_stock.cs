using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ChannelOrders;

public sealed class Orders_that_lack_stock(PublishingHost host) : IClassFixture<PublishingHost>
{
    [Fact]
    public async Task Are_served_behind_many_that_may_not_have_the_arrivals()
    {
        await host.Register("barred", "log");
        await host.Register("free", "log");
        var (sku, other) = (NewSku(), NewSku());
        await host.RecordAccepted(
            Line("receipt", 1, sku, "S002"), Line("sale", 1, sku, "S002"), Line("receipt", 1, other, "S002"), Line("sale", 1, other, "S002"));
        foreach (var one in new[] { sku, other })
        {
            var rule = new { kind = "eligibility", channel = "barred", sku = one, location = "S001", allowed = false, reason = "not theirs" };
            (await host.Put($"/v1/rules/barred-{one}", rule)).Ok();
            for (var order = 0; order < 25; order++)
            {
                await Place("barred", $"{one}-{order}", one);
            }

            await Place("free", $"{one}-last", one);
        }

        await host.RecordAccepted(Line("receipt", 1, sku), Line("receipt", 1, other));

        Assert.Equal(1, (await host.Position(sku)).Number("reserved"));
        Assert.Equal(1, (await host.Position(other)).Number("reserved"));
    }

    [Fact]
    public async Task Get_at_once_what_another_order_drops()
    {
        await host.Register("free", "log");
        var (sku, kept) = (NewSku(), NewSku());
        await host.RecordAccepted(Line("receipt", 1, sku), Line("receipt", 1, kept));
        await Place("free", $"{sku}-first", sku);
        await Place("free", $"{sku}-second", sku);

        var change = new { type = "change", order = $"{sku}-first", id = "without", revision = 1, lines = new[] { new { sku = kept, quantity = 1 } } };
        (await host.Post("/v1/channels/free/orders", change)).Ok();

        Assert.Equal("confirmed", (await host.Get($"/v1/channels/free/orders/{sku}-second")).Ok().Text("state"));
    }

    [Fact]
    public async Task Get_at_once_the_backorder_units_another_order_releases()
    {
        await host.Register("free", "log");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 1, sku), Line("sale", 1, sku));
        (await host.Put($"/v1/rules/beyond-{sku}", new { kind = "backorder", channel = "free", sku, limit = 1 })).Ok();
        await Place("free", $"{sku}-first", sku);
        await Place("free", $"{sku}-second", sku);
        Assert.Equal("oversold", await State($"{sku}-second"));

        (await host.Post("/v1/channels/free/orders", new { type = "cancellation", order = $"{sku}-first", id = "off" })).Ok();

        Assert.Equal("confirmed", await State($"{sku}-second"));
    }

    [Fact]
    public async Task Get_what_a_rule_allows_later()
    {
        await host.Register("free", "log");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 1, sku), Line("sale", 1, sku));
        await Place("free", $"{sku}-first", sku);
        Assert.Equal("oversold", await State($"{sku}-first"));

        (await host.Put($"/v1/rules/beyond-{sku}", new { kind = "backorder", channel = "free", sku, limit = 1 })).Ok();

        await Waiting.Until(async () => await State($"{sku}-first") == "confirmed");
    }

    [Fact]
    public async Task Do_not_keep_another_locations_stock_from_those_behind_them()
    {
        await host.Register("free", "log");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 1, sku, "S002"), Line("sale", 1, sku, "S002"));
        for (var order = 0; order < 25; order++)
        {
            var message = new { type = "order", order = $"{sku}-{order}", id = "placed", lines = new[] { new { sku, quantity = 1, location = "S002" } } };
            (await host.Post("/v1/channels/free/orders", message)).Ok();
        }

        await Place("free", $"{sku}-last", sku);
        await host.RecordAccepted(Line("receipt", 5, sku, "S001"));

        await Waiting.Until(async () => await State($"{sku}-last") == "confirmed");
    }

    private async Task<string?> State(string order) => (await host.Get($"/v1/channels/free/orders/{order}")).Ok().Text("state");

    private async Task Place(string channel, string order, string sku) =>
        (await host.Post($"/v1/channels/{channel}/orders", new { type = "order", order, id = "placed", lines = new[] { new { sku, quantity = 1 } } })).Ok();
}

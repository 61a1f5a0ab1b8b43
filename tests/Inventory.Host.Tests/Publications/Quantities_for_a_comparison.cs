using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Publications.Detection;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Publications;

/// <summary>A comparison reads from the database which SKUs there are, and memory may be a moment behind that.</summary>
public sealed class Quantities_for_a_comparison(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Include_what_the_comparison_has_seen()
    {
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await Waiting.Until(async () => (await host.Get("/health/ready")).Text == "Healthy");
        var behind = ActivatorUtilities.CreateInstance<ChannelQuantities>(host.Services, new StockCache());
        Assert.Equal(0, await Number(new Dictionary<string, long>())); // so it is far enough behind

        Assert.Equal(5, await Number(new Dictionary<string, long> { [sku] = 1 }));

        async Task<decimal> Number(Dictionary<string, long> versions) => (await behind.Read(
            [new PublishedChannel(ChannelId.Parse("web"), DeductsOpenOrders: false)], [sku], StockAtLeast.AtVersions(versions),
            CancellationToken.None))[0][0].Number.Quantity;
    }

    /// <summary>Both from the database then, of one snapshot.</summary>
    [Fact]
    public async Task Include_open_orders_that_the_cache_lacks()
    {
        (await host.Put("/v1/channels/shop", new { adapter = "none" })).Ok();
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        (await host.Post("/v1/channels/shop/orders", new { type = "order", order = "1", lines = new[] { new { sku, quantity = 2 } } })).Ok();
        var behind = ActivatorUtilities.CreateInstance<ChannelQuantities>(host.Services, new StockCache());

        var number = (await behind.Read(
            [new PublishedChannel(ChannelId.Parse("shop"), DeductsOpenOrders: true)], [sku],
            StockAtLeast.AtVersions(new Dictionary<string, long> { [sku] = 3 }), CancellationToken.None))[0][0];

        Assert.Equal((3, """{"":2}"""), (number.Number.Quantity, number.OpenOrderUnits));
    }
}

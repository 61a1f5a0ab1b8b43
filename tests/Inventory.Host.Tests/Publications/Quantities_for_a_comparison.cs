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

    /// <summary>The channel deducts what its orders name: kits, and nothing of their components.</summary>
    [Theory]
    [InlineData("orders")]
    [InlineData("reservations")]
    public async Task Include_open_orders_of_kits_as_kits(string made)
    {
        (await host.Put("/v1/channels/sets", new { adapter = "none" })).Ok();
        var (set, cup, saucer) = (NewSku(), NewSku(), NewSku());
        (await host.Put($"/v1/kits/{set}", new { components = new[] { new { sku = cup, quantity = 2 }, new { sku = saucer, quantity = 1 } } })).Ok();
        await host.RecordAccepted(Line("receipt", 1, set), Line("receipt", 9, cup), Line("receipt", 9, saucer));
        var lines = new[] { new { sku = set, quantity = 3 }, new { sku = cup, quantity = 1 } };
        if (made == "orders")
        {
            (await host.Post("/v1/channels/sets/orders", new { type = "order", order = set, lines })).Ok();
        }
        else
        {
            (await host.Post("/v1/reservations", new { id = set, channel = "sets", lines })).Ok(201);
            (await host.Post($"/v1/reservations/{set}/confirm", new { })).Ok();
        }

        var quantities = ActivatorUtilities.CreateInstance<ChannelQuantities>(host.Services, new StockCache());
        var numbers = (await quantities.Read(
            [new PublishedChannel(ChannelId.Parse("sets"), DeductsOpenOrders: true)], [set, cup, saucer],
            StockAtLeast.AtVersions(new Dictionary<string, long> { [cup] = 2 }), CancellationToken.None))[0];

        // Of 9 cups 4 are in two sets, and one is by itself.
        Assert.Equal(
            [(2m, """{"":3}"""), (4, """{"":1}"""), (7, """{"":0}""")], numbers.Select(number => (number.Number.Quantity, number.OpenOrderUnits!)));
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

using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ChannelOrders;

/// <summary>A step on behalf of a channel checks its result, and never reports success for a refusal.</summary>
public class Orders_that_contradict_the_record(PublishingHost host) : IClassFixture<PublishingHost>, IAsyncLifetime
{
    public Task InitializeAsync() => host.Register("honest", "log");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_return_whose_movement_id_is_taken_is_reported()
    {
        var sku = await Shipped("2001");
        var used = new Adjustment(
            new MovementId("channel/honest", "2001/back/0"), new PositionKey(Sku.Parse(NewSku()), LocationId.Parse("S001")), RunningHost.Now, null, 1, null);
        await host.Services.GetRequiredService<WriteLanes>().Record([used], RunningHost.ByTest, default);

        (await Post(new { type = "return", order = "2001", id = "back", lines = new[] { new { sku, quantity = 1 } } })).Refused(409, "movement-id-reused");

        Assert.Equal(6, await host.OnHand(sku));
    }

    [Fact]
    public async Task Returns_have_movement_ids_of_their_own()
    {
        var (one, other) = (await Shipped("a/b"), await Shipped("a"));

        (await Post(new { type = "return", order = "a/b", id = "c", lines = new[] { new { sku = one, quantity = 1 } } })).Ok();
        (await Post(new { type = "return", order = "a", id = "b/c", lines = new[] { new { sku = other, quantity = 1 } } })).Ok();

        Assert.Equal((7, 7), (await host.OnHand(one), await host.OnHand(other)));
    }

    [Fact]
    public async Task An_order_does_not_confirm_an_expired_hold()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        (await host.Post("/v1/reservations", new { id = $"over-{sku}", channel = "honest", lines = new[] { new { sku, quantity = 4 } } })).Ok(201);
        (await host.Post($"/v1/reservations/over-{sku}/release", new { })).Ok();

        var placed = (await Post(new { type = "order", order = "2003", reservation = $"over-{sku}", lines = new[] { new { sku, quantity = 4 } } })).Ok();

        Assert.Equal(placed.Text("state") == "confirmed" ? 4 : 0, (await host.Position(sku)).Number("reserved"));
    }

    [Fact]
    public async Task An_order_is_not_released_where_nothing_was_held()
    {
        var sku = await Shipped("2004", ship: false);

        var cancelled = await Post(new { type = "cancellation", order = "2004", id = "confirm" });

        Assert.Equal(cancelled.Status == 200 ? 0 : 4, (await host.Position(sku)).Number("reserved"));
    }

    private async Task<string> Shipped(string order, bool ship = true)
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        (await Post(new { type = "order", order, lines = new[] { new { sku, quantity = 4 } } })).Ok();
        if (ship)
        {
            (await Post(new { type = "shipment", order, id = "parcel" })).Ok();
        }

        return sku;
    }

    private Task<Answer> Post(object message) => host.Post("/v1/channels/honest/orders", message);
}

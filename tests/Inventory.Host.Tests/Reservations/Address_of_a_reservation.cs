using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Reservations;

public sealed class Address_of_a_reservation(RunningHost host) : IClassFixture<RunningHost>
{
    /// <summary>Two channels may use one id: what was made is found where its answer says, by its channel and by role ops.</summary>
    [Fact]
    public async Task Is_one_that_whoever_may_see_it_can_follow()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        foreach (var channel in new[] { "web", "shop:1" })
        {
            (await host.Put($"/v1/channels/{channel}", new { adapter = "none" })).Ok();
            var made = await host.Post(
                "/v1/reservations", new { id = "order:7", channel, lines = new[] { new { sku, quantity = 1 } } }, key: $"dev-channel-{channel}");
            made.Ok(201);
            foreach (var key in new[] { $"dev-channel-{channel}", "dev-ops" })
            {
                Assert.Equal(channel, (await host.Get(made.Headers["Location"], key)).Ok().Text("channel"));
            }
        }
    }
}

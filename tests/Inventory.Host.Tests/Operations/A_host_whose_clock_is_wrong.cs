using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Tests.Walks;
using Wolverine.Runtime;

namespace RetailSync.Inventory.Host.Tests.Operations;

/// <summary>Beside one whose clock is right, on the same database.</summary>
public sealed class A_host_whose_clock_is_wrong
{
    private const int Right = 0;
    private const int Wrong = 1;

    [Theory]
    [InlineData(3_600)]
    [InlineData(-3_600)]
    [InlineData(-5)]
    public async Task Reports_it_and_uses_the_databases_clock(int secondsAhead)
    {
        await using var hosts = await HostsOnOneDatabase.Start(1);
        await hosts.StartAnother(new WrongClock(Duration.FromSeconds(secondsAhead)));
        await hosts.Register("web");
        await hosts.Receive("cup", "S001", 10, WrongClock.Now);
        var held = await hosts.Post(
            "/v1/reservations", new { id = "order-1", channel = "web", holdFor = "PT10M", lines = new[] { new { sku = "cup", quantity = 3 } } });
        Assert.Equal(201, held.Status);

        // Not ahead of the database's clock, and therefore not ahead.
        Assert.Equal(1, (await Sell("now", WrongClock.Now)).GetProperty("accepted").GetInt32());
        var ahead = (await Sell("ahead", WrongClock.Now + Duration.FromMinutes(30))).GetProperty("results")[0];
        Assert.Equal("occurred-in-future", ahead.GetProperty("code").GetString());

        await Waiting.Until(async () => (await hosts.Get("/v1/alerts?kind=clock-off")).Body.GetProperty("items").GetArrayLength() == 1);
        var alert = (await hosts.Get("/v1/alerts?kind=clock-off")).Body.GetProperty("items")[0];
        Assert.Contains(secondsAhead > 0 ? "ahead of the database's" : "behind the database's", alert.GetProperty("detail")
            .GetString(), StringComparison.Ordinal);
        Assert.Equal((200, 503), (await Ready(Right), await Ready(Wrong)));

        // It takes nobody for dead whose heartbeats look old to it.
        var patience = hosts.Hosts[Wrong].Services.GetRequiredService<IWolverineRuntime>().Options.Durability.StaleNodeTimeout.TotalSeconds;
        Assert.InRange(patience, Math.Max(secondsAhead, 0) + 4, Math.Max(secondsAhead, 0) + 6);
        Assert.Equal("held", (await hosts.Send(HttpMethod.Get, "/v1/reservations/order-1", host: Wrong)).Body.GetProperty("state").GetString());
        Assert.Equal(6, (await hosts.Send(HttpMethod.Get, "/v1/availability/cup?channel=web", host: Wrong)).Body.GetProperty("quantity").GetDecimal());
        Assert.Equal(0, await hosts.Sql<long>("select count(*) from inventory.mt_events where abs(extract(epoch from timestamp - clock_timestamp())) > 120"));
        Assert.Equal(0, await hosts.Sql<long>(
            "select count(*) from inventory.mt_events a join inventory.mt_events b on a.stream_id = b.stream_id and b.version = a.version + 1 where "
                + "b.timestamp < a.timestamp"));

        async Task<JsonElement> Sell(string id, Instant at) => (await hosts.Send(
            HttpMethod.Post,
            "/v1/movements",
            new { source = "wms", movements = new[] { new { id, type = "sale", sku = "cup", location = "S001", quantity = 1, occurredAt = $"{at}" } } },
            host: Wrong)).Body;

        Task<int> Ready(int host) => hosts.Status("/health/ready", host);
    }

    private sealed class WrongClock(Duration ahead) : IClock
    {
        public static Instant Now => Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());

        public Instant GetCurrentInstant() => Now + ahead;
    }
}

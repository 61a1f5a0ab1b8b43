using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Availability;

namespace RetailSync.Inventory.Host.Tests.Quotas;

/// <summary>One call in a quarter of an hour, so that no test waits for the next.</summary>
public sealed class HostWithLowRates : RunningHost
{
    protected override string[] Switches =>
        ["--Limits:Rates:Anonymous=0.001", "--Limits:Rates:Callers:dev-planner=0.001", "--Limits:Rates:Availability=0.001"];
}

public sealed class Call_rates(HostWithLowRates host) : IClassFixture<HostWithLowRates>
{
    [Fact]
    public async Task Calls_are_counted_by_key_and_the_limit_is_named()
    {
        (await host.Get("/v1/rules", "dev-planner")).Ok();
        var refused = await host.Get("/v1/rules", "dev-planner");

        Assert.Equal("Limits:Rates:Callers:dev-planner", refused.Refused(429, "rate-limited").Text("limit"));
        Assert.InRange(int.Parse(refused.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 2, 1_000);
        Assert.True(refused.Headers.ContainsKey("X-Correlation-Id"));
        (await host.Get("/v1/rules", "dev-ops")).Ok();
    }

    [Fact]
    public async Task Calls_without_a_key_are_counted_by_address()
    {
        (await host.Get("/v1/rules", key: null)).Refused(401, "unauthenticated");

        // A wrong key is no other caller.
        Assert.Equal("Limits:Rates:Anonymous", (await host.Get("/v1/rules", "wrong")).Refused(429, "rate-limited").Text("limit"));
        Assert.Equal(200, (await host.Get("/health/ready", key: null)).Status);
        (await host.Get("/v1/rules", "dev-ops")).Ok();
    }

    [Fact]
    public async Task Availability_has_a_limit_of_its_own()
    {
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        (await host.Get("/v1/availability/any?channel=web&explain=false")).Ok();
        await Waiting.Until(() => host.Services.GetRequiredService<StockCacheUpdater>().IsFollowing);

        (await host.Get("/v1/availability/any?channel=web", "dev-channel-web")).Ok();
        var refused = await host.Get("/v1/availability/any?channel=web", "dev-channel-web");

        Assert.Equal("Limits:Rates:Availability", refused.Refused(429, "rate-limited").Text("limit"));
        (await host.Get("/v1/availability/any?channel=web", "dev-finance")).Ok();
    }
}

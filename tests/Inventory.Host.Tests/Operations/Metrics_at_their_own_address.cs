using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Operations;

namespace RetailSync.Inventory.Host.Tests.Operations;

public sealed class HostWithMetricsOfItsOwn : RunningHost
{
    protected override string[] Switches => ["--Metrics:Urls=http://127.0.0.1:0"];
}

public class Metrics_at_their_own_address(HostWithMetricsOfItsOwn host) : IClassFixture<HostWithMetricsOfItsOwn>
{
    [Fact]
    public async Task Are_served_there_and_nowhere_else()
    {
        using var http = new HttpClient { BaseAddress = new Uri(host.Services.GetRequiredService<MetricsServer>().Addresses.Single()) };

        Assert.Contains("# TYPE", await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Equal(404, (int)(await http.GetAsync(new Uri("/v1/locations", UriKind.Relative))).StatusCode);
        (await host.Get("/metrics")).Refused(404, "not-found");
        (await host.Get("/metrics", headers: ("Host", http.BaseAddress.Authority))).Refused(404, "not-found");
        Assert.NotEqual(host.Address, http.BaseAddress);
    }
}

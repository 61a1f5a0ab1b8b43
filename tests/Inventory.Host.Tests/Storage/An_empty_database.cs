using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Storage.Migration;
using RetailSync.Testing;

namespace RetailSync.Inventory.Host.Tests.Storage;

public sealed class An_empty_database
{
    [Fact]
    public async Task Is_set_up_once_by_hosts_that_start_at_the_same_time()
    {
        await using var database = await PostgresForTests.CreateDatabase();
        List<WebApplication> hosts = [.. Enumerable.Range(0, 3).Select(_ => Server.Build(["--environment", "Development"], database.ConnectionString))];
        try
        {
            await Task.WhenAll(hosts.Select(host => Task.Run(() => host.Services.GetRequiredService<DatabaseSchema>().StartingAsync(CancellationToken.None))));

            Assert.Empty(await hosts[0].Services.GetRequiredService<DatabaseSchema>().Missing(CancellationToken.None));
        }
        finally
        {
            foreach (var host in hosts)
            {
                await host.DisposeAsync();
            }
        }
    }
}

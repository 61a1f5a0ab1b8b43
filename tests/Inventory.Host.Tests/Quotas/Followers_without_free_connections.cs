using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Quotas;

public sealed class Followers_without_free_connections(PublishingHost host) : IClassFixture<PublishingHost>
{
    [Fact]
    public async Task Publish_and_keep_the_cache_current()
    {
        await host.Register("followed", "log");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 3, sku));
        await host.Acknowledged("followed", sku, 3);
        await Waiting.Until(() => host.Services.GetRequiredService<StockCacheUpdater>().IsFollowing);
        var database = host.Services.GetRequiredService<NpgsqlDataSource>();
        var most = new NpgsqlConnectionStringBuilder(database.ConnectionString).MaxPoolSize;
        List<NpgsqlConnection> taken = [];
        while (taken.Count < most)
        {
            taken.Add(await database.OpenConnectionAsync());
        }

        var receipt = new Receipt(new MovementId("pos", $"m-{sku}"), new PositionKey(Sku.Parse(sku), LocationId.Parse("S001")), RunningHost.Now, null, 2, null);
        await host.Services.GetRequiredService<WriteLanes>().Record([receipt], new Provenance("test", new Actor("test", Role.Ops)), CancellationToken.None);

        await Waiting.Until(() => File.ReadLines(host.LogOf("followed"))
            .Any(line => line.Contains($"\"sku\":\"{sku}\",\"quantity\":5,", StringComparison.Ordinal)));
        await Waiting.Until(() => host.Services.GetRequiredService<StockCacheUpdater>().IsFollowing);
        Assert.Equal(5, (await host.Get($"/v1/availability/{sku}?channel=followed")).Ok().Number("quantity"));
        foreach (var connection in taken)
        {
            await connection.DisposeAsync();
        }
    }
}

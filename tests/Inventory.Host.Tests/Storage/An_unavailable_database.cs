using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RetailSync.Inventory.Host.Availability;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Storage;

public sealed class ImpatientHost : RunningHost
{
    protected override string[] Switches => ["--Lanes:Patience=0:00:00:00.1"];
}

public class An_unavailable_database(ImpatientHost host) : IClassFixture<ImpatientHost>
{
    [Fact]
    public async Task Does_no_harm_when_it_comes_back()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        Assert.Equal(200, (await host.Get("/health/ready", key: null)).Status);
        var sale = Line("sale", 1, sku);

        await Stop();

        Assert.Equal(503, (await host.Get("/health/ready", key: null)).Status);
        Assert.Equal(200, (await host.Get("/health/live", key: null)).Status);
        var read = await host.Get($"/v1/positions/{sku}/S001");
        read.Refused(503, "unavailable");
        var write = await host.Post("/v1/movements", new { source = "pos", movements = new[] { sale.Clone() } });
        write.Refused(503, "unavailable");
        Assert.All([read, write], answer => Assert.True(answer.Headers.ContainsKey("Retry-After")));

        await Start();

        Assert.Equal(200, (await host.Get("/health/ready", key: null)).Status);
        await host.RecordAccepted(sale.Clone());
        Assert.Equal(1, (await host.Record(sale.Clone())).Number("duplicates"));
        Assert.Equal(4, await host.OnHand(sku));
    }

    [Fact]
    public async Task Hides_no_stock_in_memory_after_a_registration()
    {
        var (sku, unasked) = (NewSku(), NewSku());
        (await host.Put("/v1/channels/away", new { adapter = "none" })).Ok();
        (await host.Put($"/v1/skus/{sku}", new { aliases = new[] { $"{sku}-b" } })).Ok();
        await host.RecordAccepted(Line("receipt", 5, sku), Line("receipt", 3, unasked));
        await Waiting.Until(() => host.Services.GetRequiredService<ReadAvailability>().FromMemory() is not null);
        Assert.Equal(5, (await Available($"{sku}-b")).Number("quantity"));
        (await host.Put($"/v1/skus/{NewSku()}", new { })).Ok();

        await Stop();
        try
        {
            Assert.Equal([5, 5, 3], [(await Available(sku)).Number("quantity"), (await Available($"{sku}-b")).Number("quantity"),
                (await Available(unasked)).Number("quantity")]);
            var asked = await host.Post("/v1/availability/query", new { channel = "away", skus = new[] { $"{sku}-b", unasked } });
            Assert.Equal([5, 3], asked.Ok().Items().Select(item => item.Number("quantity")));
            (await host.Get($"/v1/availability/{NewSku()}?channel=away")).Refused(503, "unavailable");
        }
        finally
        {
            await Start();
        }

        async Task<System.Text.Json.JsonElement> Available(string name) => (await host.Get($"/v1/availability/{name}?channel=away")).Ok();
    }

    [Fact]
    public async Task Is_visible_in_metrics_of_commits()
    {
        await host.RecordAccepted(Line("receipt", 1, NewSku()));

        var metrics = (await host.Get("/metrics", key: null)).Text;

        Assert.Contains("retailsync_lane_commands_total", metrics, StringComparison.Ordinal);
        Assert.Contains("retailsync_lane_events_total", metrics, StringComparison.Ordinal);
        Assert.Contains("retailsync_lane_batch_seconds_bucket", metrics, StringComparison.Ordinal);
        Assert.Contains("http_server_request_duration_seconds", metrics, StringComparison.Ordinal);
    }

    private string? Name => new NpgsqlConnectionStringBuilder(host.ConnectionString).Database;

    private async Task Stop()
    {
        await OnServer($"alter database {Name} with allow_connections false");
        await OnServer($"select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = '{Name}'");
    }

    private Task Start() => OnServer($"alter database {Name} with allow_connections true");

    private async Task OnServer(string sql)
    {
        await using var connection =
            new NpgsqlConnection(new NpgsqlConnectionStringBuilder(host.ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

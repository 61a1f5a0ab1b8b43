using Npgsql;
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
        var name = new NpgsqlConnectionStringBuilder(host.ConnectionString).Database;

        await OnServer($"alter database {name} with allow_connections false");
        await OnServer($"select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = '{name}'");

        Assert.Equal(503, (await host.Get("/health/ready", key: null)).Status);
        Assert.Equal(200, (await host.Get("/health/live", key: null)).Status);
        var read = await host.Get($"/v1/positions/{sku}/S001");
        read.Refused(503, "unavailable");
        var write = await host.Post("/v1/movements", new { source = "pos", movements = new[] { sale.Clone() } });
        write.Refused(503, "unavailable");
        Assert.All([read, write], answer => Assert.True(answer.Headers.ContainsKey("Retry-After")));

        await OnServer($"alter database {name} with allow_connections true");

        Assert.Equal(200, (await host.Get("/health/ready", key: null)).Status);
        await host.RecordAccepted(sale.Clone());
        Assert.Equal(1, (await host.Record(sale.Clone())).Number("duplicates"));
        Assert.Equal(4, await host.OnHand(sku));
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

    private async Task OnServer(string sql)
    {
        await using var connection =
            new NpgsqlConnection(new NpgsqlConnectionStringBuilder(host.ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

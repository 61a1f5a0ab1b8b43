using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Testing;
using Wolverine;

namespace RetailSync.Inventory.Host.Tests.Operations;

public sealed class Becoming_ready
{
    [Fact]
    public async Task Waits_until_movements_and_holds_were_rehearsed_without_trace()
    {
        await using var database = await PostgresForTests.CreateDatabase();
        await using (var earlier = Build(database))
        {
            await earlier.StartAsync();
            await earlier.StopAsync();
        }

        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var host = Build(database);
        Task starting;
        using var http = new HttpClient();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await Run("lock table inventory.position in share mode");
            starting = host.StartAsync();
            await Waiting.Until(() => host.Urls.FirstOrDefault() is { } url && !url.EndsWith(":0", StringComparison.Ordinal));
            await Waiting.Until(async () => await Status("live") == HttpStatusCode.OK);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await Status("ready"));
            await Waiting.Until(async () => (bool)(await Run("select exists (select from pg_locks where not granted and relation = "
                + "'inventory.position'::regclass)"))!);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await Status("ready"));
            Assert.False(starting.IsCompleted);
        }

        await starting;
        Assert.Equal(HttpStatusCode.OK, await Status("ready"));
        foreach (var table in new[] { "mt_events", "mt_streams", "position", "recorded_movement", "reservation", "alert", "quarantine", "activity" })
        {
            Assert.Equal(0L, await Run($"select count(*) from inventory.{table}"));
        }

        Assert.Equal(false, await Run("select is_called from inventory.mt_events_sequence"));
        Assert.Equal(0, host.Services.GetRequiredService<StockCache>().NewestSequence);
        await host.StopAsync();

        async Task<object?> Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync();
        }

        async Task<HttpStatusCode> Status(string question)
        {
            using var answer = await http.GetAsync($"{host.Urls.First()}/health/{question}");
            return answer.StatusCode;
        }
    }

    private static WebApplication Build(TestDatabase database) => Server.Build(
        ["--urls", "http://127.0.0.1:0", "--environment", "Development", "--Serilog:MinimumLevel:Default=Warning"],
        database.ConnectionString,
        builder => builder.Services.ConfigureWolverine(options => options.Durability.Mode = DurabilityMode.Solo));
}

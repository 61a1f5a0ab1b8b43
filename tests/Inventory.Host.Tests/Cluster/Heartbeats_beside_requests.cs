using Npgsql;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Testing;
using HostProcess = RetailSync.Inventory.Host.Tests.Walks.HostProcess;

namespace RetailSync.Inventory.Host.Tests.Cluster;

/// <summary>Requests that have taken every connection there is for them keep no host from saying that it is there.</summary>
public sealed class Heartbeats_beside_requests
{
    private const int Callers = 12;

    [Fact]
    public async Task Go_on_while_no_connection_is_left()
    {
        await using var database = await PostgresForTests.CreateDatabase();
        await using var host = await HostProcess.Start($"{database.ConnectionString};Maximum Pool Size=4", "--Serilog:MinimumLevel:Default=Error");
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var locking = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("begin; lock table inventory.position in access exclusive mode", locking);
        await command.ExecuteNonQueryAsync();
        using var end = new CancellationTokenSource();
        var answers = 0;
        var asking = Enumerable.Range(0, Callers).Select(_ => Ask()).ToList();
        await Waiting.Until(async () => await Read("select count(*) from pg_locks where not granted and relation = 'inventory.position'::regclass") == 4);

        // Each caller has been sent away, which takes as long as a host is given before it counts as dead.
        var longest = 0L;
        while (Volatile.Read(ref answers) < 2 * Callers)
        {
            longest = Math.Max(longest,
                await Read("select coalesce(max(extract(epoch from clock_timestamp() - health_check)), 99)::bigint from inventory.wolverine_nodes"));
            await Task.Delay(100);
        }

        await end.CancelAsync();
        await Task.WhenAll(asking);
        Assert.InRange(longest, 0, ClusterSettings.StaleAfter.TotalSeconds - 1);

        async Task Ask()
        {
            while (!end.IsCancellationRequested)
            {
                try
                {
                    using var answer = await host.Http.GetAsync("/v1/positions?limit=1", end.Token);
                    Assert.False(answer.IsSuccessStatusCode);
                    Interlocked.Increment(ref answers);
                }
                catch (OperationCanceledException)
                {
                    // Enough.
                }
            }
        }

        async Task<long> Read(string sql)
        {
            await using var asked = source.CreateCommand(sql);
            return (long)(await asked.ExecuteScalarAsync())!;
        }
    }
}

using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using RetailSync.Testing;
using Xunit.Abstractions;
using static RetailSync.Inventory.Host.Tests.Reconciliation.Comparing;
using HostProcess = RetailSync.Inventory.Host.Tests.Walks.HostProcess;

namespace RetailSync.Inventory.Host.Tests.Reconciliation.Compare;

/// <summary>
/// Processes on one database. The one that compares a sheet is stopped, then another is killed, each in the middle; another goes on, and the run is whole and
/// once.
/// </summary>
public sealed class A_reconciling_host_that_is_killed(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private TestDatabase? _database;

    public async Task InitializeAsync() => _database = await PostgresForTests.CreateDatabase();

    public Task DisposeAsync() => _database!.DisposeAsync().AsTask();

    [Fact]
    public async Task Or_stopped_leaves_the_run_to_another_host()
    {
        await using var first = await HostProcess.Start(_database!.ConnectionString);
        object[] movements = [Receipt("A", "S001"), Receipt("A", "S002")];
        using var recorded = await first.Http.PostAsJsonAsync("/v1/movements", new { source = "wms", movements });
        Assert.Equal(2, (await recorded.Content.ReadFromJsonAsync<JsonElement>()).Number("accepted"));
        await using var second = await HostProcess.Start(_database.ConnectionString);
        await using var third = await HostProcess.Start(_database.ConnectionString);

        var stopped = await GoesOnElsewhere(first.Http, second.Http, first.Stop);
        var killed = await GoesOnElsewhere(second.Http, third.Http, second.Kill);

        output.WriteLine($"Another host went on {stopped.TotalSeconds:0.0} s after SIGTERM and {killed.TotalSeconds:0.0} s after kill -9.");
    }

    private async Task<TimeSpan> GoesOnElsewhere(HttpClient at, HttpClient other, Func<Task> end)
    {
        await using var hold = await HoldUp();
        using var sheet = new StringContent($"{Sheet([Count("A", 9), Count("A", 8, "S002")], takenAt: "2026-11-02T00:00:00Z")}", null, "application/json");
        using var posted = await at.PostAsync("/v1/reconciliations", sheet);
        var run = (await posted.Content.ReadFromJsonAsync<JsonElement>()).Text("id")!;
        var comparing = await Waiting(process => process != 0);

        var since = Stopwatch.GetTimestamp();
        await end();
        await Waiting(process => process != 0 && process != comparing);
        var took = Stopwatch.GetElapsedTime(since);
        await hold.DisposeAsync();

        JsonElement answer;
        do
        {
            answer = await other.GetFromJsonAsync<JsonElement>($"/v1/reconciliations/{run}");
            Assert.True(Stopwatch.GetElapsedTime(since) < Timeout, answer.GetRawText());
        }
        while (answer.Text("state") != "done");
        Assert.Equal([1m, 2m], answer.Items("drifts").Select(drift => drift.Number("difference")));
        Assert.Equal(2L, await _database!.Sql($"select count(*) from inventory.reconciliation_drift where run = '{run}'"));
        return took;
    }

    /// <summary>The backend of whoever compares, once it is to store what it found.</summary>
    private async Task<int> Waiting(Func<int, bool> isSo)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var process = (int)(await _database!.Sql(
                "select coalesce((select min(pid) from pg_locks where not granted and relation = 'inventory.reconciliation_drift'::regclass), 0)"))!;
            if (isSo(process))
            {
                return process;
            }

            Assert.True(Stopwatch.GetElapsedTime(since) < Timeout, "Nobody compares.");
        }
    }

    private async Task<NpgsqlConnection> HoldUp()
    {
        var connection = new NpgsqlConnection(_database!.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("begin; lock table inventory.reconciliation_drift in exclusive mode", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private static object Receipt(string sku, string location) =>
        new { id = $"{sku}@{location}", type = "receipt", sku, location, quantity = 10, occurredAt = "2026-11-01T00:00:00Z" };
}

using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RetailSync.Inventory.Projections.Reservations;
using RetailSync.Testing;
using Xunit.Abstractions;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>
/// Walks against real hosts on real PostgreSQL over real sockets, and then the question whether every answer can be explained. A few
/// seconds by default; <c>RETAILSYNC_WALK_SECONDS=600 ./test Never_oversold</c> walks for longer, and <c>RETAILSYNC_WALK_SEED</c> draws the
/// same requests again (not the same moments).
/// </summary>
public sealed class Never_oversold(ITestOutputHelper output)
{
    private const int Clients = 24;

    /// <summary>Also on a machine that is busy with something else.</summary>
    private const int CallsAtLeast = 600;

    /// <summary>Of a client between two steps, so that hosts which start are not kept from it by those who call them.</summary>
    private static readonly TimeSpan WhileHostsStart = TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_grant_and_refusal_is_explained_by_some_order(int hosts)
    {
        var seed = Setting("RETAILSYNC_WALK_SEED", Random.Shared.Next(1_000_000));
        output.WriteLine($"RETAILSYNC_WALK_SEED={seed}");
        await using var cluster = await HostsOnOneDatabase.Start(hosts);
        await cluster.Register("web");
        var clock = cluster.Hosts[0].Services.GetRequiredService<IClock>();
        string[] urls = [.. cluster.Hosts.Select(host => host.Urls.First())];
        var walk = new Walk(seed, () => urls, clock);
        await walk.Take(Clients, Duration.FromSeconds(Setting("RETAILSYNC_WALK_SECONDS", 4)), CallsAtLeast);

        await Explained(seed, walk, cluster.ConnectionString, async path => (await cluster.Get(path)).Body);
        Assert.DoesNotContain(walk.Calls, call => call.IsOpen);
    }

    /// <summary>Each host is a process, which is killed as <c>kill -9</c> does while clients wait for it, and replaced by another.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nothing_that_was_answered_is_lost_with_killed_hosts(int hosts)
    {
        var seed = Setting("RETAILSYNC_WALK_SEED", Random.Shared.Next(1_000_000));
        output.WriteLine($"RETAILSYNC_WALK_SEED={seed}");
        await using var database = await PostgresForTests.CreateDatabase();
        List<HostProcess> processes = [await HostProcess.Start(database.ConnectionString)];
        try
        {
            processes.AddRange(await Task.WhenAll(Enumerable.Range(1, hosts - 1).Select(_ => HostProcess.Start(database.ConnectionString))));
            var walk = await WalkWhileHostsAreKilled(seed, processes, database.ConnectionString);

            await Explained(seed, walk, database.ConnectionString, path => processes[^1].Http.GetFromJsonAsync<JsonElement>(path));
            Assert.Contains(walk.Calls, call => call.Reply.Status == 0);
            Assert.DoesNotContain(walk.Calls, call => call.Reply.Status == 503);
            var verified = await processes[^1].Http.GetFromJsonAsync<JsonElement>("/v1/audit/verify");
            Assert.True(verified.GetProperty("ok").GetBoolean(), verified.GetRawText());
        }
        finally
        {
            await Task.WhenAll(processes.Select(host => host.DisposeAsync().AsTask()));
        }
    }

    private static async Task<Walk> WalkWhileHostsAreKilled(int seed, List<HostProcess> processes, string connectionString)
    {
        using var channel = await processes[0].Http.PutAsJsonAsync("/v1/channels/web", new { adapter = "none" });
        Assert.True(channel.IsSuccessStatusCode);
        IReadOnlyList<string> alive = [.. processes.Select(host => host.Url)];
        var walk = new Walk(seed, () => alive, new MachineTime());
        var isOver = false;
        var walking = walk.Take(Clients, () => !isOver, WhileHostsStart);
        for (var killed = 1; killed <= Setting("RETAILSYNC_WALK_KILLS", 2); killed++)
        {
            await Waiting.Until(() => walking.IsCompleted || walk.Calls.Count > 200 * killed);
            var host = processes[new Random(seed + killed).Next(processes.Count)];
            var others = alive.Where(url => url != host.Url).ToList();
            await host.Kill();
            alive = others;
            processes.Remove(host);
            await host.DisposeAsync();
            processes.Add(await HostProcess.Start(connectionString));
            alive = [.. others, processes[^1].Url];
        }

        await Waiting.Until(() => walking.IsCompleted || walk.Calls.Count > CallsAtLeast);
        isOver = true;
        await walking;
        return walk;
    }

    private async Task Explained(int seed, Walk walk, string connectionString, Func<string, Task<JsonElement>> get)
    {
        var (events, rows, orders) = await AtRest(walk, connectionString, get);
        var explanation = new Explanation(walk.Calls, events);
        orders.ForEach(explanation.Check);
        Report(walk.Calls);
        var types = events.CountBy(happened => happened.Type).OrderBy(type => type.Key);
        output.WriteLine($"{orders.Count} orders, {events.Count} events: {string.Join(", ", types)}");
        Assert.True(explanation.Violations.Count == 0,
            $"seed {seed}, {explanation.Violations.Count} violations:\n{string.Join('\n', explanation.Violations.Take(20))}");
        Assert.Equal(explanation.Positions, rows);
        Assert.True(walk.Calls.Count(call => call.IsYes) > 50, "Hardly anything was walked.");

        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var mismatches = source.CreateCommand($"select count(*) from ({ReservationTable.SelectMismatches}) as differ");
        Assert.Equal(0L, await mismatches.ExecuteScalarAsync());
        await using var ofSupply = source.CreateCommand($"select count(*) from ({ReservationTable.SelectSupplyMismatches}) as differ");
        Assert.Equal(0L, await ofSupply.ExecuteScalarAsync());
    }

    /// <summary>
    /// Everything that was recorded, and the orders as they are shown, with nothing recorded in between: the clock ends holds after the walk.
    /// </summary>
    private static async Task<(List<Recorded> Events, List<PositionRow> Rows, List<JsonElement> Orders)> AtRest(
        Walk walk, string connectionString, Func<string, Task<JsonElement>> get)
    {
        List<Recorded> events = [];
        List<PositionRow> rows = [];
        List<JsonElement> orders = [];
        await Waiting.Until(async () =>
        {
            (events, rows) = await Recorded.ReadAll(connectionString);
            orders.Clear();
            foreach (var order in walk.Orders)
            {
                orders.Add(await get($"/v1/channels/web/orders/{order}"));
            }

            return (await Recorded.ReadAll(connectionString)).Events.Count == events.Count;
        });
        return (events, rows, orders);
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private void Report(IReadOnlyList<Call> calls)
    {
        output.WriteLine($"{calls.Count} calls");
        foreach (var answers in calls.CountBy(call => (call.Asked, call.Reply.Word)).OrderBy(answers => answers.Key))
        {
            output.WriteLine($"{answers.Value,7} {answers.Key.Asked} {answers.Key.Word}");
        }
    }

    /// <summary>As the processes have it.</summary>
    private sealed class MachineTime : IClock
    {
        public Instant GetCurrentInstant() => Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
    }
}

using System.Diagnostics;
using System.Net.Http.Json;
using Npgsql;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>
/// How long nothing is published or linked when a host is killed or stops, and after which time another carries on the reconciliation that it was at: two
/// and three hosts, of which the leader goes, or another one that has a publisher. The longest of each kind is printed; the longest of all is the
/// measurement. What is recorded comes through a host that stays.
/// </summary>
internal static class Failover
{
    public static readonly Benchmark Kill = Of("failover-kill", promisedMs: 8_000, isKilled: true);

    public static readonly Benchmark Stop = Of("failover-stop", promisedMs: 2_000, isKilled: false);

    private static readonly string[] Channels = ["of-the-leader", "of-another"];

    private static Benchmark Of(string name, double promisedMs, bool isKilled) => new(
        name, "ms", Goal.NoMoreThan(1), conditions => Worst(conditions, isKilled), _ => Task.FromResult(promisedMs),
        $"the longest silence of publishers, chain and a reconciliation after {(isKilled ? "kill -9" : "SIGTERM")} of one of two or three hosts, against "
            + $"what is promised");

    private static async Task<double> Worst(Conditions conditions, bool isKilled)
    {
        var worst = 0.0;
        foreach (var (hosts, isLeader) in new[] { (2, true), (2, false), (3, true), (3, false) })
        {
            var silences = await Silences(conditions, hosts, isLeader ? 0 : 1, isKilled);
            var said = string.Join(", ", silences.Select(one => FormattableString.Invariant($"{one.What} {one.Ms:N0}")));
            Console.WriteLine($"    {hosts} hosts, {(isLeader ? "the leader" : "another")} {(isKilled ? "killed" : "stopped")}: {said} ms");
            worst = Math.Max(worst, silences.Max(one => one.Ms));
        }

        return worst;
    }

    private static async Task<List<(string What, double Ms)>> Silences(Conditions conditions, int hosts, int victim, bool isKilled)
    {
        var files = Directory.CreateTempSubdirectory("retailsync-failover");
        await using var database = await FreshDatabase.Create(conditions);
        var started = new List<HostProcess>();
        try
        {
            // The first leads and has everything that there is; what comes up later is for those that have nothing yet.
            started.Add(await HostProcess.Start(database, $"--Channels:LogDirectory={files.FullName}"));
            using var first = Client(started[0]);
            await Register(first, Channels[0]);
            await Assigned(database, 3);
            while (started.Count < hosts)
            {
                started.Add(await HostProcess.Start(database, $"--Channels:LogDirectory={files.FullName}"));
            }

            await Register(first, Channels[1]);
            await Assigned(database, 4);
            using var staying = Client(started[hosts - 1 == victim ? 0 : hosts - 1]);
            await Count(staying, 0);
            using var leaving = Client(started[victim]);
            await using var heldUp = await HoldUp(database);
            await Reconcile(leaving);
            var comparing = await WhoCompares(database, 0);
            using var end = new CancellationTokenSource();
            var recording = Record(staying, end.Token);
            var watching = Watch(database, files, end.Token);
            await Task.Delay(TimeSpan.FromSeconds(12)); // longer than what Wolverine looks at often after something has come
            var since = Stopwatch.GetTimestamp();
            var gone = isKilled ? started[victim].Kill() : started[victim].Stop();
            var enough = Task.Delay(TimeSpan.FromSeconds(isKilled ? 15 : 8));
            await WhoCompares(database, comparing);
            var reconciliation = Stopwatch.GetElapsedTime(since);
            await enough;
            await end.CancelAsync();
            await recording;
            await gone;
            return [.. await watching, ("reconciliation", reconciliation.TotalMilliseconds)];
        }
        finally
        {
            foreach (var host in started)
            {
                await host.DisposeAsync();
            }

            files.Delete(recursive: true);
        }
    }

    private static HttpClient Client(HostProcess host)
    {
        var http = new HttpClient { BaseAddress = host.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "dev-admin");
        return http;
    }

    private static async Task Register(HttpClient http, string channel)
    {
        using var answer = await http.PutAsJsonAsync($"/v1/channels/{channel}", new { adapter = "log" });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Follower, chain and so many publishers are at work.</summary>
    private static async Task Assigned(FreshDatabase database, int agents)
    {
        while (await database.Scalar("select count(*) from inventory.wolverine_node_assignments where id like 'retailsync:%'") < agents)
        {
            await Task.Delay(100);
        }
    }

    /// <summary>One unit more, twenty times a second.</summary>
    private static async Task Record(HttpClient http, CancellationToken end)
    {
        for (var number = 1; !end.IsCancellationRequested; number++)
        {
            await Count(http, number);
            await Task.Delay(50, CancellationToken.None);
        }
    }

    private static async Task Count(HttpClient http, int number)
    {
        var line = new { id = $"{number}", type = "receipt", sku = "A", location = "S001", quantity = 1, occurredAt = "2026-11-01T00:00:00Z" };
        using var answer = await http.PostAsJsonAsync("/v1/movements", new { source = "wms", movements = new[] { line } }, CancellationToken.None);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task Reconcile(HttpClient http)
    {
        using var answer = await http.PostAsJsonAsync(
            "/v1/reconciliations",
            new { system = "wms", takenAt = "2026-11-02T00:00:00Z", counts = new[] { new { sku = "A", location = "S001", onHand = 1_000_000 } } });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Whoever compares waits before it can store what it found.</summary>
    private static async Task<NpgsqlConnection> HoldUp(FreshDatabase database)
    {
        var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("begin; lock table inventory.reconciliation_drift in exclusive mode", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>The session of whoever compares, once it is another than before.</summary>
    private static async Task<decimal> WhoCompares(FreshDatabase database, decimal before)
    {
        while (true)
        {
            var process = await database.Scalar(
                $"select coalesce((select min(pid) from pg_locks where not granted and relation = 'inventory.reconciliation_drift'::regclass and pid <> "
                    + $"{before}), 0)::bigint");
            if (process != 0)
            {
                return process;
            }

            await Task.Delay(10);
        }
    }

    /// <summary>The longest time in which a channel's file, or the chain, did not get longer.</summary>
    private static async Task<List<(string What, double Ms)>> Watch(FreshDatabase database, DirectoryInfo files, CancellationToken end)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        var seen = Channels.Append("chain").ToDictionary(what => what, _ => (Length: 0L, At: Stopwatch.GetTimestamp(), Longest: TimeSpan.Zero));
        while (!end.IsCancellationRequested)
        {
            foreach (var what in seen.Keys.ToList())
            {
                var file = new FileInfo(Path.Combine(files.FullName, $"{what}.ndjson"));
                var length = what == "chain" ? await Linked(source) : file.Exists ? file.Length : 0;
                var (before, at, longest) = seen[what];
                if (length > before)
                {
                    var silence = before == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(at);
                    seen[what] = (length, Stopwatch.GetTimestamp(), silence > longest ? silence : longest);
                }
            }

            await Task.Delay(10, CancellationToken.None);
        }

        return [.. seen.Select(one => (one.Key, Math.Max(one.Value.Longest.TotalMilliseconds, Stopwatch.GetElapsedTime(one.Value.At).TotalMilliseconds)))];
    }

    private static async Task<long> Linked(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand("select coalesce(max(version), 0) from inventory.event_chain where stream = 'A@S001'");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}

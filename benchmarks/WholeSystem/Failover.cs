using System.Diagnostics;
using System.Net.Http.Json;
using Npgsql;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>
/// How long nothing is published or linked when a host is killed or stops: two and three hosts, of which the leader goes, or another one that has a
/// publisher. The longest silence of each kind is printed; the longest of all is the measurement. What is recorded comes through a host that stays.
/// </summary>
internal static class Failover
{
    public static readonly Benchmark Kill = Of("failover-kill", promisedMs: 8_000, isKilled: true);

    public static readonly Benchmark Stop = Of("failover-stop", promisedMs: 2_000, isKilled: false);

    private static readonly string[] Channels = ["of-the-leader", "of-another"];

    private static Benchmark Of(string name, double promisedMs, bool isKilled) => new(
        name, "ms", Goal.NoMoreThan(1), conditions => Worst(conditions, isKilled), _ => Task.FromResult(promisedMs),
        $"the longest silence of publishers and chain after {(isKilled ? "kill -9" : "SIGTERM")} of one of two or three hosts, against what is promised");

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
            using var end = new CancellationTokenSource();
            var recording = Record(staying, end.Token);
            var watching = Watch(database, files, end.Token);
            await Task.Delay(TimeSpan.FromSeconds(3));
            var gone = isKilled ? started[victim].Kill() : started[victim].Stop();
            await Task.Delay(TimeSpan.FromSeconds(isKilled ? 15 : 8));
            await end.CancelAsync();
            await recording;
            await gone;
            return await watching;
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
        for (var number = 0; !end.IsCancellationRequested; number++)
        {
            var line = new { id = $"{number}", type = "receipt", sku = "A", location = "S001", quantity = 1, occurredAt = "2026-11-01T00:00:00Z" };
            using var answer = await http.PostAsJsonAsync("/v1/movements", new { source = "wms", movements = new[] { line } }, CancellationToken.None);
            answer.EnsureSuccessStatusCode();
            await Task.Delay(50, CancellationToken.None);
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

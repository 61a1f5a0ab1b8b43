using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>From one host's answer to a movement until the other host's availability has it, the slowest hundredth.</summary>
internal static class TwoHostsReads
{
    private const int PerSecond = 5_000;
    private const int PerBatch = 100;
    private const int Probes = 5;
    private const double Promised = 100;

    /// <summary>How often a probe looks, which is the most by which a figure is too high.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    public static readonly Benchmark Benchmark = new("two-hosts-reads", "ms p99", Goal.NoMoreThan(1), Lag, _ => Task.FromResult(Promised),
        $"a movement's answer by one host to the other host's availability, at {PerSecond:N0} movements a second, against the 100 ms that are promised");

    private static async Task<double> Lag(Conditions conditions)
    {
        var load = new EvenLoad("reads", conditions.Positions, PerBatch);
        await using var opened = await SeveralHosts.Start(conditions, load, 2);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-ops");
        var (writes, reads) = (new Uri(opened.Hosts[0].Address, "/v1/movements"), opened.Hosts[1].Address);
        using var stop = new CancellationTokenSource(conditions.WarmUp + conditions.Measured);
        var started = Stopwatch.GetTimestamp();
        var probing = Enumerable.Range(0, Probes).Select(probe => Probe($"probe-{probe}")).ToList();
        var writing = new List<Task>();
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds((double)PerBatch / PerSecond));
        for (long number = 0; !stop.IsCancellationRequested; number++)
        {
            await beat.WaitForNextTickAsync(CancellationToken.None);
            writing.RemoveAll(batch => batch.IsCompletedSuccessfully);
            writing.Add(Write(load.Source, load.Batch(number).Select(movement => Line(movement.Name.Id, "sale", movement.Position))));
        }

        await Task.WhenAll(writing);
        var lags = (await Task.WhenAll(probing)).SelectMany(lag => lag).Order().ToArray();
        Console.WriteLine(FormattableString.Invariant($"    {lags.Length} probes, the middle one {lags[lags.Length / 2]:N0} ms, the slowest {lags[^1]:N0} ms"));
        return lags[(int)(lags.Length * 0.99)];

        static object Line(string id, string type, PositionKey at) =>
            new { id, type, sku = at.Sku.Value, location = at.Location.Value, quantity = 1, occurredAt = "2025-11-24T10:00:00Z" };

        async Task Write(string source, IEnumerable<object> movements)
        {
            using var answer = await http.PostAsJsonAsync(writes, new { source, movements });
            answer.EnsureSuccessStatusCode();
        }

        async Task<List<double>> Probe(string sku)
        {
            var (lags, random) = (new List<double>(), new Random(sku[^1]));
            for (var received = 1; !stop.IsCancellationRequested; received++)
            {
                await Write("probes", [Line($"{sku}-{received}", "receipt", PositionKey.Parse($"{sku}@S001"))]);
                var answered = Stopwatch.GetTimestamp();
                while (await Available(sku) < received)
                {
                    await Task.Delay(Look);
                }

                if (Stopwatch.GetElapsedTime(started) > conditions.WarmUp)
                {
                    lags.Add(Stopwatch.GetElapsedTime(answered).TotalMilliseconds);
                }

                // At any moment of the other host's round.
                await Task.Delay(random.Next(100));
            }

            return lags;
        }

        async Task<decimal> Available(string sku) =>
            (await http.GetFromJsonAsync<JsonElement>(new Uri(reads, $"/v1/availability/{sku}?channel=web"))).GetProperty("quantity").GetDecimal();
    }
}

using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Npgsql;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>What everybody else feels of twenty open consoles: each follows the stream of hints and reads its page again as pages do, against none.</summary>
internal static class Consoles
{
    private const int Open = 20;
    private const int Positions = 1_000_000;
    private const string Sku = "SKU-0000042";

    public static readonly Benchmark Ingest =
        new("ingest-consoles", "movements/s", Goal.AtLeast(0.9), conditions => IngestRate(conditions, Open), conditions => IngestRate(conditions, 0),
        "ingest while twenty consoles are open over 1,000,000 further positions, against ingest without");

    public static readonly Benchmark AtpUnderLoad =
        new("atp-consoles", "ms", Goal.NoMoreThan(1.1), conditions => Latency(conditions, Open), conditions => Latency(conditions, 0),
        "atp-under-load while twenty consoles are open over 1,000,000 further positions, against atp-under-load without");

    /// <summary>How soon a page reads again after a hint, and how much of its time it reads at most (<c>src/Console/api/use.ts</c>).</summary>
    private static readonly TimeSpan AtLeast = TimeSpan.FromMilliseconds(500), AtMost = TimeSpan.FromSeconds(10);

    private const int Share = 50;

    private static readonly Request Channels = new("/v1/channels?detail=status&limit=1000", "channel");

    /// <summary>What pages read again, and at which hints.</summary>
    private static readonly Request[][] Pages =
    [
        [new("/v1/quarantine/summary", "quarantine"), new("/v1/reconciliations/drifts?state=open&newest=true&limit=1000", "reconciliation"), Channels],
        [new("/v1/positions?limit=100", "position")],
        [new($"/v1/positions/{Sku}/S001", "position", $"{Sku}@S001")],
        [
            new($"/v1/availability/{Sku}?channel=web&explain=true", "position", $"{Sku}@"),
            new($"/v1/availability/{Sku}/schedule?channel=web&days=28&explain=true", "position", $"{Sku}@"),
        ],
        [Channels],
        [new("/v1/reservations?state=held&limit=100", "reservation")],
        [new("/v1/alerts?limit=1000", "alert")],
    ];

    private static long read;

    private static async Task<double> IngestRate(Conditions conditions, int consoles)
    {
        var load = new EvenLoad("ours", conditions.Positions, conditions.PerBatch);
        await using var product = await Product.Start(conditions, load);
        await product.RegisterChannel();
        return await Beside(product, consoles, () => WholeSystem.Ingest.Rate(conditions, product, load));
    }

    private static async Task<double> Latency(Conditions conditions, int consoles)
    {
        await using var product = await AvailabilityLoad.Start(conditions);
        return await Beside(product, consoles, () => WholeSystem.AtpUnderLoad.Busy(conditions, product));
    }

    private static async Task<double> Beside(Product product, int consoles, Func<Task<double>> measure)
    {
        await using (var source = NpgsqlDataSource.Create($"{product.Database.ConnectionString};Command Timeout=600"))
        {
            await Reconcile.AddPositions(source, Positions);
        }

        await product.Database.Settle();
        using var http = new HttpClient { BaseAddress = product.Address, Timeout = TimeSpan.FromMinutes(1) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-admin");
        using var stop = new CancellationTokenSource();
        var pages = Enumerable.Range(0, consoles).Select(number => Page(http, Pages[number % Pages.Length], stop.Token)).ToArray();
        var measured = await measure();
        if (Array.Find(pages, page => page.IsCompleted) is { } ended)
        {
            await ended;
            throw new InvalidOperationException("A stream ended while it was measured.");
        }

        await stop.CancelAsync();
        try
        {
            await Task.WhenAll(pages);
        }
        catch (OperationCanceledException)
        {
            // Closed, as it should be.
        }

        if (consoles > 0)
        {
            Console.WriteLine(FormattableString.Invariant($"    {Interlocked.Exchange(ref read, 0):N0} requests of {consoles} consoles"));
        }

        return measured;
    }

    /// <summary>One page, until it is closed.</summary>
    private static async Task Page(HttpClient http, Request[] requests, CancellationToken stop)
    {
        var reading = new Task[requests.Length];
        Array.Fill(reading, Task.CompletedTask);
        using var answer = await http.GetAsync(
            new Uri("/v1/stream?topics=position,channel,alert,reconciliation,quarantine,rule,reservation", UriKind.Relative),
            HttpCompletionOption.ResponseHeadersRead, stop);
        answer.EnsureSuccessStatusCode();
        await using var stream = await answer.Content.ReadAsStreamAsync(stop);
        await foreach (var hint in SseParser.Create(stream).EnumerateAsync(stop))
        {
            using var json = JsonDocument.Parse(hint.Data);
            var (topic, id) = (json.RootElement.GetProperty("topic").GetString(), json.RootElement.GetProperty("id").GetString());
            for (var index = 0; index < requests.Length; index++)
            {
                if (requests[index].Concerns(topic, id) && reading[index].IsCompleted)
                {
                    await reading[index];
                    reading[index] = requests[index].ReadAgain(http, stop);
                }
            }
        }
    }

    /// <param name="path">What is asked for.</param>
    /// <param name="topic">Of the hints after which it is asked again.</param>
    /// <param name="of">How the ids of these hints begin.</param>
    private sealed class Request(string path, string topic, string of = "")
    {
        private TimeSpan took;

        public bool Concerns(string? topicOfHint, string? id) => topicOfHint == topic && id?.StartsWith(of, StringComparison.Ordinal) != false;

        public async Task ReadAgain(HttpClient http, CancellationToken stop)
        {
            var pause = took * Share;
            await Task.Delay(pause < AtLeast ? AtLeast : pause > AtMost ? AtMost : pause, stop);
            var began = Stopwatch.GetTimestamp();
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), stop);
            await answer.Content.ReadAsByteArrayAsync(stop);
            took = Stopwatch.GetElapsedTime(began);
            Interlocked.Increment(ref read);
            if ((int)answer.StatusCode is not (200 or 404 or 429))
            {
                throw new InvalidOperationException($"{path}: {answer.StatusCode}");
            }
        }
    }
}

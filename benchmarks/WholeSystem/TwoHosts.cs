using System.Net;
using System.Net.Http.Headers;
using System.Text;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.SampleDay;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>
/// Two hosts on one database and one machine, against one host with as many callers: what a second host costs where both write the same positions. Beside the ratio the output says which
/// part of the sum the slower host did, and how often a caller was answered 503.
/// </summary>
internal static class TwoHosts
{
    private const int Callers = 8;
    private const int PerBatch = 200;

    public static readonly Benchmark AtRandom = Of("two-hosts", 0.9, positions: 40_000, "lines/s", Ingest);

    public static readonly Benchmark Hot = Of("two-hosts-hot", 0.7, positions: 100, "lines/s", Ingest);

    public static readonly Benchmark Reserve = Of("two-hosts-reserve", 0.6, positions: 100, "holds/s", Hold);

    private static Benchmark Of(string name, double goal, int positions, string unit, Func<string, Random, PositionKey[], long, (string Path, string Body, int Things)> write) => new(
        name, unit, Goal.AtLeast(goal), conditions => Rate(conditions, hosts: 2, positions, write), conditions => Rate(conditions, hosts: 1, positions, write),
        $"{Callers} callers over HTTP on {positions:N0} positions at random, spread over two host processes, against the same callers on one");

    private static async Task<double> Rate(Conditions conditions, int hosts, int positions, Func<string, Random, PositionKey[], long, (string Path, string Body, int Things)> write)
    {
        var load = new EvenLoad("two", positions, Math.Min(positions, conditions.PerBatch));
        var keys = load.Positions.ToArray();
        FreshDatabase database;
        await using (var product = await Product.Start(conditions, load))
        {
            await product.RegisterChannel();
            database = await product.StopAndKeep();
        }

        await using var dropped = database;
        var started = new HostProcess[hosts];
        for (var host = 0; host < hosts; host++)
        {
            started[host] = await HostProcess.Start(database);
        }

        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Callers });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-ops");
        var (done, unavailable) = (new long[hosts], 0L);
        var random = Enumerable.Range(0, Callers).Select(caller => new Random(caller)).ToArray();
        long number = 0;
        var rate = await Measure.Rate(Callers, conditions, async caller =>
        {
            var host = caller % hosts;
            var (path, body, things) = write($"{hosts}", random[caller], keys, Interlocked.Increment(ref number));
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(new Uri(started[host].Address, path), content);
            if (answer.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)
            {
                Interlocked.Add(ref unavailable, answer.StatusCode == HttpStatusCode.ServiceUnavailable ? 1 : 0);
                return 0;
            }

            if (!answer.IsSuccessStatusCode)
            {
                throw new InvalidOperationException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            }

            Interlocked.Add(ref done[host], things);
            return things;
        });
        if (hosts > 1)
        {
            Console.WriteLine(FormattableString.Invariant($"    the slower host did {(double)done.Min() / Math.Max(1, done.Sum()):P0} of it; 503 answered {unavailable} times"));
        }

        foreach (var host in started)
        {
            await host.DisposeAsync();
        }

        return rate;
    }

    private static (string Path, string Body, int Things) Ingest(string run, Random random, PositionKey[] positions, long number)
    {
        var body = new StringBuilder("{\"source\":\"wms\",\"movements\":[");
        for (var line = 0; line < PerBatch; line++)
        {
            var position = positions[random.Next(positions.Length)];
            body.Append(line == 0 ? "" : ",").Append(System.Globalization.CultureInfo.InvariantCulture,
                $$"""{"id":"{{run}}-{{number}}-{{line}}","type":"sale","sku":"{{position.Sku}}","location":"{{position.Location}}","quantity":1,"occurredAt":"2025-11-24T10:00:00Z"}""");
        }

        return ("/v1/movements", body.Append("]}").ToString(), PerBatch);
    }

    private static (string Path, string Body, int Things) Hold(string run, Random random, PositionKey[] positions, long number) =>
        ("/v1/reservations", $$"""{"id":"o-{{run}}-{{number}}","channel":"web","lines":[{"sku":"10001","quantity":1,"location":"S001"}]}""", 1);
}

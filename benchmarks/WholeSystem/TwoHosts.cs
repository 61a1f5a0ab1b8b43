using System.Net;
using System.Net.Http.Headers;
using System.Text;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>
/// Two hosts on one database and one machine, against one host with as many callers: what a second host costs where both write the same
/// positions. Beside the ratio the output says which part of the sum the slower host did, how often a caller was answered 503, and what each
/// line or hold took of the processors.
/// </summary>
internal static class TwoHosts
{
    private const int Callers = 8;
    private const int PerBatch = 200;

    public static readonly Benchmark AtRandom = Of("two-hosts", 0.9, positions: 40_000, isApart: false, "lines/s", Ingest);

    public static readonly Benchmark Hot = Of("two-hosts-hot", 0.7, positions: 100, isApart: false, "lines/s", Ingest);

    public static readonly Benchmark Reserve = Of("two-hosts-reserve", 0.6, positions: 100, isApart: false, "holds/s", Hold);

    /// <summary>What a second process costs, whatever it writes.</summary>
    public static readonly Benchmark Apart = Of("two-hosts-apart", 0.9, positions: 40_000, isApart: true, "lines/s", Ingest);

    /// <summary>Makes a request of a caller: of which run, by whom, about which positions, and its number.</summary>
    private delegate (string Path, string Body, int Things) Write(string run, Random random, PositionKey[] positions, long number);

    private static Benchmark Of(string name, double goal, int positions, bool isApart, string unit, Write write) => new(
        name, unit, Goal.AtLeast(goal),
        conditions => Rate(conditions, hosts: 2, positions, isApart, write), conditions => Rate(conditions, hosts: 1, positions, isApart, write),
        $"{Callers} callers over HTTP on {positions:N0} positions at random, spread over two host processes{(isApart ? " that write no position both" : "")}, "
        + "against the same callers on one");

    private static async Task<double> Rate(Conditions conditions, int hosts, int positions, bool isApart, Write write)
    {
        var load = new EvenLoad("two", positions, Math.Min(positions, conditions.PerBatch));
        var keys = Enumerable.Range(0, hosts).Select(host => load.Positions.Where((_, index) => !isApart || index % hosts == host).ToArray()).ToArray();
        await using var opened = await SeveralHosts.Start(conditions, load, hosts);
        var started = opened.Hosts;
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Callers });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-ops");
        var (done, unavailable) = (new long[hosts], 0L);
        var random = Enumerable.Range(0, Callers).Select(caller => new Random(caller)).ToArray();
        long number = 0;
        async Task<(long Things, TimeSpan[] Hosts, Dictionary<string, TimeSpan> Postgres)> Spent() =>
            (done.Sum(), [.. started.Select(host => host.ProcessorTime)], await ProcessFigures.PostgresTimeByPurpose(conditions.Server));
        var warm = Task.Delay(conditions.WarmUp).ContinueWith(_ => Spent(), TaskScheduler.Default).Unwrap();
        var rate = await Measure.Rate(Callers, conditions, async caller =>
        {
            var host = caller % hosts;
            var (path, body, things) = write($"{hosts}", random[caller], keys[host], Interlocked.Increment(ref number));
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
        var (before, after) = (await warm, await Spent());
        double Each(TimeSpan spent) => spent.TotalMicroseconds / (after.Things - before.Things);
        var byHost = after.Hosts.Zip(before.Hosts, (late, early) => Each(late - early)).ToArray();
        var byPurpose = after.Postgres.Select(spent => (Purpose: spent.Key, Each: Each(spent.Value - before.Postgres.GetValueOrDefault(spent.Key))))
            .OrderByDescending(spent => spent.Each).ToArray();
        Console.WriteLine(
            FormattableString.Invariant(
                $"    {hosts} hosts: the slower did {(double)done.Min() / done.Sum():P0}, 503 answered {unavailable} times; each took {byHost.Sum():N1} µs of the hosts (")
            + string.Join(", ", byHost.Select(host => FormattableString.Invariant($"{host:N1}")))
            + FormattableString.Invariant($") and {byPurpose.Sum(spent => spent.Each):N1} µs of PostgreSQL (")
            + string.Join(", ", byPurpose.Where(spent => spent.Each > 0.1).Select(spent => FormattableString.Invariant($"{spent.Purpose} {spent.Each:N1}")))
            + ")");
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

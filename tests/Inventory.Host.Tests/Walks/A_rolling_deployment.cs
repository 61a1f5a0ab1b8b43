using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using RetailSync.Inventory.Projections.Reservations;
using RetailSync.Testing;
using Xunit.Abstractions;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>
/// Three hosts, processes of their own, behind HAProxy. While callers record movements, hold units and ask what is available, one host after the other is
/// stopped or killed and another is started in its place. Callers ask again when a connection broke before they were answered, with the same ids.
/// </summary>
public sealed class A_rolling_deployment(ITestOutputHelper output)
{
    private const int Callers = 9;

    /// <summary>Units that may be held, one by each hold.</summary>
    private const int Stock = 600;

    /// <summary>Answers that a host that was put in place gives before the next one goes.</summary>
    private const int AnswersOfEach = 20;

    /// <summary>Of a caller between two calls, so that hosts which start are not kept from it by those who call them.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly ConcurrentDictionary<string, int> _answersBy = [];
    private readonly ConcurrentBag<string> _broken = [];
    private readonly ConcurrentBag<string> _odd = [];
    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 100 }) { Timeout = TimeSpan.FromMinutes(2) };
    private int _moved;
    private int _held;
    private int _refused;
    private volatile bool _isKilling;
    private volatile bool _isOver;

    [HaProxyFact]
    public async Task Causes_retried_connections_for_callers_and_nothing_else()
    {
        await using var database = await PostgresForTests.CreateDatabase();
        var hosts = new HostProcess[3];
        Uri[] addresses = [.. hosts.Select(_ => HaProxy.FreeAddress())];
        try
        {
            hosts[0] = await Start(0);
            await Prepare(addresses[0]);
            (hosts[1], hosts[2]) = (await Start(1), await Start(2));
            await using var proxy = await HaProxy.Start(addresses);
            _client.BaseAddress = proxy.Address;
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-ops");
            await Waiting.Until(async () => (await TryToAsk()) == HttpStatusCode.OK);

            var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(() => Call(caller))).ToArray();
            await AllAnswer();
            await Replace(0, host => host.Stop());
            await Replace(1, async host =>
            {
                _isKilling = true;
                await host.Kill();
                return 0;
            });
            await Replace(2, host => host.Stop());
            _isOver = true;
            await Task.WhenAll(callers);
        }
        finally
        {
            _isOver = true;
            foreach (var host in hosts.OfType<HostProcess>())
            {
                await host.DisposeAsync();
            }
        }

        output.WriteLine($"{_moved} movements, {_held} held, {_refused} refused, {_broken.Count} broken; by host {string.Join(", ", _answersBy)}");
        Assert.Empty(_odd);
        Assert.Equal(_moved, await Sql("select sum(on_hand)::bigint from inventory.position where sku like 'moved-%'"));
        Assert.Equal(_moved, await Sql("select count(*) from inventory.recorded_movement where source = 'wms' and id like 'moved-%'"));
        Assert.Equal(_held, await Sql("select reserved::bigint from inventory.position where sku = 'hot'"));
        Assert.Equal(_held, await Sql("select count(*) from inventory.mt_events where type = 'stock_reserved'"));
        Assert.Equal(Math.Min(Stock, _held + _refused), _held);
        Assert.Equal(0, await Sql($"select count(*) from ({ReservationTable.SelectMismatches}) as differ"));

        async Task Replace(int number, Func<HostProcess, Task<int>> end)
        {
            Assert.Equal(0, await end(hosts[number]));
            await hosts[number].DisposeAsync();
            hosts[number] = await Start(number);
            await AllAnswer();
            _isKilling = false;
        }

        Task<HostProcess> Start(int number) => HostProcess.StartAt(addresses[number], database.ConnectionString, $"--Shutdown:DrainSeconds=2");

        // Since now: also the one that has just been started.
        async Task AllAnswer()
        {
            _answersBy.Clear();
            await Waiting.Until(() => Enumerable.Range(0, hosts.Length).All(host => _answersBy.GetValueOrDefault($"host{host}") >= AnswersOfEach));
        }

        async Task<long> Sql(string sql) => (long)(await database.Sql(sql))!;
    }

    private static async Task Prepare(Uri host)
    {
        using var http = new HttpClient { BaseAddress = host };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-admin");
        (await http.PutAsJsonAsync("/v1/channels/web", new { adapter = "none" })).EnsureSuccessStatusCode();
        (await http.PostAsJsonAsync("/v1/movements", new { source = "wms", movements = new[] { Receipt("stock", "hot", Stock) } })).EnsureSuccessStatusCode();
    }

    private static object Receipt(string id, string sku, int quantity) =>
        new { id, type = "receipt", sku, location = "S001", quantity, occurredAt = "2026-01-05T09:00:00Z" };

    private async Task<HttpStatusCode> TryToAsk()
    {
        try
        {
            return (await _client.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private async Task Call(int caller)
    {
        for (var number = 0; !_isOver; number++)
        {
            await Task.Delay(Pause);
            var id = $"moved-{caller}-{number}";
            switch (number % 3)
            {
                case 0:
                    var recorded = await Ask(() => Post("/v1/movements", new { source = "wms", movements = new[] { Receipt(id, $"moved-{number % 10}", 1) } }));
                    var (status, body) = recorded;
                    Expect(status == HttpStatusCode.OK && body.GetProperty("accepted").GetInt32() + body.GetProperty("duplicates").GetInt32() == 1, recorded);
                    Interlocked.Increment(ref _moved);
                    break;
                case 1:
                    var asked = await Ask(() => Post("/v1/reservations", new { id, channel = "web", lines = new[] { new { sku = "hot", quantity = 1 } } }));
                    Expect(asked.Status is HttpStatusCode.Created or HttpStatusCode.OK or HttpStatusCode.Conflict, asked);
                    Interlocked.Increment(ref asked.Status == HttpStatusCode.Conflict ? ref _refused : ref _held);
                    break;
                default:
                    var available = await Ask(() => _client.GetAsync(new Uri("/v1/availability/hot?channel=web", UriKind.Relative)));
                    Expect(available.Status == HttpStatusCode.OK && available.Body.GetProperty("quantity").GetDecimal() is >= 0 and <= Stock, available);
                    break;
            }
        }
    }

    private Task<HttpResponseMessage> Post(string path, object body) => _client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);

    /// <summary>Until it is answered by a host. HAProxy's own 502 and 503 say that a connection broke, which may be while a host is killed.</summary>
    private async Task<(HttpStatusCode Status, JsonElement Body)> Ask(Func<Task<HttpResponseMessage>> send)
    {
        while (true)
        {
            var mayBreak = _isKilling;
            using var answer = await send();
            if (answer.Headers.TryGetValues(HaProxy.AnsweredBy, out var host) && answer.Headers.Contains("X-Correlation-Id"))
            {
                _answersBy.AddOrUpdate(host.Single(), 1, (_, answers) => answers + 1);
                return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
            }

            _broken.Add($"{answer.StatusCode}");
            Expect(mayBreak || _isKilling, (answer.StatusCode, default));
        }
    }

    private void Expect(bool isSo, (HttpStatusCode Status, JsonElement Body) answer)
    {
        if (!isSo)
        {
            _odd.Add($"{answer.Status} {answer.Body}");
        }
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections;
using Xunit.Abstractions;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>
/// Clients that hold against supply, all at once on several hosts, while documents are announced, put off, cut, cancelled and received. Then every stream is
/// folded: no document has more units kept than it has outstanding, after any commit. <c>RETAILSYNC_WALK_SEED</c> draws the same requests again.
/// </summary>
public sealed class Never_promised_twice(ITestOutputHelper output)
{
    private const int Clients = 12;
    private const int CallsOfEach = 40;

    private static readonly string[] Skus = ["cup", "plate"];
    private static readonly string[] Locations = ["S001", "W1"];
    private static readonly string[] Documents = ["po-1", "po-2", "po-3"];

    private readonly ConcurrentQueue<string> _answers = [];
    private int _numbers;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task No_expected_unit_is_in_two_holds(int hosts)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("RETAILSYNC_WALK_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given : Random.Shared.Next(1_000_000);
        output.WriteLine($"RETAILSYNC_WALK_SEED={seed}");
        await using var cluster = await HostsOnOneDatabase.Start(hosts);
        await cluster.Register("web");
        var today = cluster.Hosts[0].Services.GetRequiredService<IClock>().GetCurrentInstant().InUtc().Date;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Client(cluster, hosts, today, new Random((seed * 1_000) + client), client)));
        foreach (var answers in _answers.CountBy(answer => answer).OrderBy(answers => answers.Key))
        {
            output.WriteLine($"{answers.Value,7} {answers.Key}");
        }

        Assert.DoesNotContain(_answers, answer => answer.Split(' ')[1].StartsWith('5'));
        Assert.True(_answers.Count(answer => answer == "hold 201") > 20, "Hardly anything was held.");
        await Folded(cluster.ConnectionString);
        var verified = await cluster.Get("/v1/audit/verify");
        Assert.True(verified.Body.GetProperty("ok").GetBoolean(), $"seed {seed}: {verified.Body.GetRawText()}");
    }

    private async Task Client(HostsOnOneDatabase cluster, int hosts, LocalDate today, Random random, int client)
    {
        var own = new List<string>();
        for (var call = 0; call < CallsOfEach; call++)
        {
            var host = random.Next(hosts);
            var known = own.Count == 0 ? "nobody's" : own[random.Next(own.Count)];
            switch (random.Next(12))
            {
                case < 5:
                    var id = $"{client}-{call}";
                    var lines = string.Join(',', Enumerable.Range(0, random.Next(1, 3)).Select(_ => Line(random, today)));
                    var body = $$"""{"id":"{{id}}","channel":"web","holdFor":"P9D","priority":{{random.Next(2)}},"lines":[{{lines}}]}""";
                    if (await Send(cluster, "hold", HttpMethod.Post, "/v1/reservations", body, host) == 201)
                    {
                        own.Add(id);
                    }

                    break;
                case 5:
                    await Send(cluster, "change", HttpMethod.Put, $"/v1/reservations/{known}", $$"""{"lines":[{{Line(random, today)}}]}""", host);
                    break;
                case 6:
                    await Send(cluster, "confirm", HttpMethod.Post, $"/v1/reservations/{known}/confirm", "{}", host);
                    break;
                case 7:
                    await Send(cluster, random.Next(2) == 0 ? "release" : "fulfil", HttpMethod.Post, $"/v1/reservations/{known}/release", "{}", host);
                    break;
                case < 10:
                    var expectation = new { kind = "purchase-order", confidence = 1, expectedOn = $"{today.PlusDays(random.Next(-1, 4)):uuuu-MM-dd}" };
                    await Record(cluster, random, "expected", random.Next(0, 9), "," + JsonSerializer.Serialize(expectation)[1..^1], host);
                    break;
                default:
                    await Record(cluster, random, "receipt", random.Next(1, 4), "", host);
                    break;
            }
        }
    }

    private static string Line(Random random, LocalDate today)
    {
        var by = random.Next(5) == 0 ? null : $"{today.PlusDays(random.Next(0, 4)):uuuu-MM-dd}";
        var location = random.Next(2) == 0 ? null : Any(random, Locations);
        return JsonSerializer.Serialize(new { sku = Any(random, Skus), quantity = random.Next(1, 4), location, by });
    }

    private Task Record(HostsOnOneDatabase cluster, Random random, string type, int quantity, string more, int host)
    {
        var line = JsonSerializer.Serialize(new
        {
            id = $"m-{Interlocked.Increment(ref _numbers)}",
            type,
            sku = Any(random, Skus),
            location = Any(random, Locations),
            quantity,
            document = Any(random, Documents),
            occurredAt = $"{SystemNow(cluster):uuuu-MM-dd'T'HH:mm:ss.fffffff'Z'}",
        });
        return Send(cluster, type, HttpMethod.Post, "/v1/movements", $$"""{"source":"walk","movements":[{{line[..^1]}}{{more}}}]}""", host);
    }

    private static Instant SystemNow(HostsOnOneDatabase cluster) => cluster.Hosts[0].Services.GetRequiredService<IClock>().GetCurrentInstant();

    private async Task<int> Send(HostsOnOneDatabase cluster, string what, HttpMethod method, string path, string body, int host)
    {
        var reply = await cluster.Send(method, path, body, "dev-ops", host);
        _answers.Enqueue(reply.Code is { } code ? $"{what} {reply.Status} {code}" : $"{what} {reply.Status}");
        return reply.Status;
    }

    /// <summary>Nothing has expired: the holds last for days.</summary>
    private static async Task Folded(string connectionString)
    {
        var (events, _) = await Recorded.ReadAll(connectionString);
        foreach (var stream in events.GroupBy(happened => happened.Stream).Where(stream => stream.Key.Contains('@', StringComparison.Ordinal)))
        {
            var position = StockPosition.Empty;
            var inOrder = stream.OrderBy(happened => happened.Version).ToList();
            for (var index = 0; index < inOrder.Count; index++)
            {
                position = StockPosition.Evolve(position, StoredEvents.Read(inOrder[index].Type, Encoding.UTF8.GetBytes(inOrder[index].Data.GetRawText())));
                if (index + 1 == inOrder.Count || inOrder[index + 1].At != inOrder[index].At)
                {
                    Assert.All(position.SupplyHeld, held => Assert.True(
                        held.Value <= (position.InTransit.GetValueOrDefault(held.Key)?.Quantity ?? 0),
                        $"{stream.Key} version {position.Version}: {held.Value} of {held.Key} are kept."));
                }
            }
        }
    }

    private static T Any<T>(Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
}

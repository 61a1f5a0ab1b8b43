using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>
/// Clients that ask at random, each in its own order, all at once: holds (many of them short; of kits, and by a day), changes, confirmations, releases, parts
/// and wholes shipped, sales with and without a reservation, receipts, counts, announced supply, and messages about orders of a channel. Some reservations and
/// all orders are everybody's. Everything is written down.
/// </summary>
/// <param name="seed">Draws the requests.</param>
/// <param name="urls">The hosts that there are at the moment.</param>
/// <param name="clock">Of this machine.</param>
public sealed partial class Walk(int seed, Func<IReadOnlyList<string>> urls, IClock clock)
{
    /// <summary>Of all movements but those of orders.</summary>
    public const string Source = "walk";

    private const int SharedReservations = 12;

    private static readonly string[] Skus = ["cup", "plate", "spoon", "set", "box"];
    private static readonly string[] Locations = ["S001", "S002"];
    private static readonly string[] Holds = ["PT1S", "PT1.2S", "PT1.5S", "PT1.8S", "PT2S", "PT2.5S", "PT3S", "PT15M"];

    private readonly ConcurrentQueue<Call> _calls = [];
    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1_000 });
    private int _numbers;

    public IReadOnlyList<Call> Calls => [.. _calls.OrderBy(call => call.Number)];

    /// <summary>Walks for so long and so many calls.</summary>
    public Task Take(int clients, Duration time, int calls)
    {
        var end = clock.GetCurrentInstant() + time;
        return Take(clients, () => _calls.Count < calls || clock.GetCurrentInstant() < end, TimeSpan.Zero);
    }

    /// <summary>Walks while it is to go on.</summary>
    /// <param name="pause">Of a client between two steps.</param>
    public async Task Take(int clients, Func<bool> goesOn, TimeSpan pause)
    {
        _today = clock.GetCurrentInstant().InUtc().Date;
        await WalkKits.Set(_client, urls()[0]);
        foreach (var sku in Skus)
        {
            foreach (var location in Locations)
            {
                await Record("receipt", sku, location, WalkKits.IsKit(sku) ? 2 : 12, null, urls()[0]);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(() => Client(new Random((seed * 1_000) + client), client, goesOn, pause))));
        _client.Dispose();
    }

    private async Task Client(Random random, int client, Func<bool> goesOn, TimeSpan pause)
    {
        var own = new List<string>();
        while (goesOn())
        {
            await Task.Delay(pause);
            var url = Any(random, urls());
            var known = random.Next(5) == 0 || own.Count == 0 ? $"shared-{(_calls.Count / 40) + random.Next(SharedReservations)}" : own[random.Next(own.Count)];
            switch (random.Next(30))
            {
                case < 7:
                    var id = random.Next(5) == 0 ? known : $"{client}-{Interlocked.Increment(ref _numbers)}";
                    var isHeld = await Hold(url, id, Lines(random, mayWait: true), Holds[random.Next(Holds.Length)]);
                    if (isHeld && id != known)
                    {
                        own.Add(id);
                    }

                    // What a client loses sight of is given back, so that there goes on to be something to hold.
                    if (own.Count > 4)
                    {
                        await Step(url, Asked.Release, own[0], null, step: null);
                        own.RemoveAt(0);
                    }

                    break;
                case < 9:
                    await Step(url, Asked.Change, known, Lines(random, mayWait: true), step: null);
                    break;
                case < 11:
                    await Step(url, Asked.Confirm, known, random.Next(3) == 0 ? Lines(random)[..1] : null, step: null);
                    break;
                case < 13:
                    await Step(url, Asked.Release, known, null, step: null);
                    break;
                case < 15:
                    await Step(url, Asked.Fulfil, known, random.Next(2) == 0 ? Lines(random)[..1] : null, step: $"step-{Interlocked.Increment(ref _numbers)}");
                    break;
                case 15:
                    await Record("sale", Any(random, Skus), Any(random, Locations), 1, known, url);
                    break;
                case 16:
                    await Record("sale", Any(random, Skus), Any(random, Locations), 1, null, url);
                    break;
                case 17:
                    var counted = Any(random, Skus);
                    await Record("count", counted, Any(random, Locations), WalkKits.IsKit(counted) ? random.Next(6) : random.Next(8, 40), null, url);
                    break;
                case 18 or 19:
                    await Receive(random, url, document: null);
                    break;
                case 20 or 21:
                    await Receive(random, url, Any(random, Documents));
                    break;
                case 22 or 23:
                    await Expect(random, url);
                    break;
                default:
                    await AboutOrder(random, url);
                    break;
            }
        }
    }

    private static T Any<T>(Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    private Wanted[] Lines(Random random, bool mayWait = false) =>
    [
        .. Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
        {
            var sku = Any(random, Skus);
            var quantity = WalkKits.IsKit(sku) ? random.Next(1, 3) : random.Next(1, 7) / 2m;
            var location = random.Next(2) == 0 ? null : Any(random, Locations);
            var isForStock = location is null && WalkKits.IsOfOneLocation(sku);
            return new Wanted(sku, location, quantity) { By = mayWait && !isForStock && random.Next(2) == 0 ? _today.PlusDays(random.Next(4)) : null };
        }),
    ];

    private async Task<bool> Hold(string url, string id, Wanted[] lines, string holdFor) =>
        await Ask(url, Asked.Hold, id, lines, HttpMethod.Post, "/v1/reservations", new { id, channel = "web", holdFor, lines = Body(lines) }) == 201;

    private Task Step(string url, Asked asked, string id, Wanted[]? lines, string? step) => asked switch
    {
        Asked.Change => Ask(url, asked, id, lines, HttpMethod.Put, $"/v1/reservations/{id}", new { lines = Body(lines!) }),
        Asked.Release => Ask(url, asked, id, null, HttpMethod.Post, $"/v1/reservations/{id}/release", null),
        _ => Ask(url, asked, id, lines, HttpMethod.Post, $"/v1/reservations/{id}/{(asked == Asked.Confirm ? "confirm" : "fulfil")}",
            new { step, lines = lines is null ? null : Body(lines) }),
    };

    private Task Record(
        string type, string sku, string location, decimal quantity, string? reservation, string url, params (string Name, object Value)[] more)
    {
        var line = new Dictionary<string, object>(more.Select(field => KeyValuePair.Create(field.Name, field.Value)))
        {
            ["id"] = $"m-{Interlocked.Increment(ref _numbers)}",
            ["type"] = type,
            ["sku"] = sku,
            ["location"] = location,
            ["quantity"] = quantity,
            ["occurredAt"] = Now(),
        };
        if (reservation is not null)
        {
            line["reservation"] = reservation;
        }

        return Ask(url, Asked.Fact, reservation, [new Wanted(sku, location, quantity)], HttpMethod.Post, "/v1/movements",
            new { source = Source, movements = new[] { line } });
    }

    private string Now() => clock.GetCurrentInstant().ToString("uuuu-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private static object[] Body(Wanted[] lines) => [.. lines.Select(line =>
    {
        var body = new Dictionary<string, object> { ["sku"] = line.Sku, ["quantity"] = line.Quantity };
        if (line.Location is { } location)
        {
            body["location"] = location;
        }

        if (line.By is { } by)
        {
            body["by"] = $"{by:uuuu-MM-dd}";
        }

        return body;
    })];

    /// <returns>The status.</returns>
    private async Task<int> Ask(
        string url, Asked asked, string? reservation, Wanted[]? lines, HttpMethod method, string path, object? body, (string Id, string Type)? message = null)
    {
        var number = Interlocked.Increment(ref _numbers);
        using var request = new HttpRequestMessage(method, url + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "dev-ops");
        request.Headers.Add("X-Correlation-Id", $"call-{number}");
        request.Content = body is null ? null : new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        var start = clock.GetCurrentInstant();
        var reply = new Reply(0, default);
        try
        {
            using var answer = await _client.SendAsync(request);
            reply = new Reply((int)answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()));
        }
        catch (HttpRequestException)
        {
            // Nobody answered; whether it was done is open.
        }

        _calls.Enqueue(new Call(number, asked, reservation, lines, start, clock.GetCurrentInstant(), reply) { Message = message });
        return reply.Status;
    }
}

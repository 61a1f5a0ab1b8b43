using System.Net;
using System.Text.Json;
using NodaTime.Text;
using RetailSync.Cli.Movements;
using RetailSync.Cli.SampleDay;
using RetailSync.Cli.SampleDay.Replay;
using RetailSync.Inventory.Domain.Stock;
using Spectre.Console;

namespace RetailSync.Cli.Tests.SampleDay;

/// <summary>Against a server that only listens; the tests of the whole path use the real one.</summary>
public class Replaying_a_sample_day
{
    private static readonly TradingDay Small = new(new LocalDate(2026, 11, 23)) { Stores = 3, Skus = 60, SalesPerStore = 500 };

    [Fact]
    public async Task Locations_come_first_then_every_line_in_its_sources_order()
    {
        var listening = new ListeningServer();
        var summary = await Replay(listening);

        Assert.Equal(4 + 3, listening.Registered.Count);
        foreach (var source in Small.Movements().GroupBy(movement => movement.Name.Source))
        {
            Assert.Equal(source.Select(movement => movement.Name.Id), listening.Lines[source.Key].Select(line => line.GetProperty("id").GetString()));
        }

        Assert.Equal(Small.Movements().Count(), summary.Lines);
    }

    [Fact]
    public async Task A_clock_that_follows_is_never_behind_a_line()
    {
        var (ends, late) = (new List<Instant>(), 0);
        var listening = new ListeningServer
        {
            Received = line =>
            {
                late += InstantPattern.ExtendedIso.Parse(line.GetProperty("occurredAt").GetString()!).Value > ends[^1] ? 1 : 0;
            },
        };

        await Replay(listening, end =>
        {
            ends.Add(end);
            return Task.CompletedTask;
        });

        Assert.Equal(0, late);
        Assert.True(ends.Count > 3);
        Assert.Equal(ends.Distinct().Order(), ends);
        foreach (var source in Small.Movements().GroupBy(movement => movement.Name.Source))
        {
            Assert.Equal(source.Select(movement => movement.Name.Id), listening.Lines[source.Key].Select(line => line.GetProperty("id").GetString()));
        }
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task A_batch_is_sent_again_after_the_requested_pause(HttpStatusCode busy)
    {
        var listening = new ListeningServer { RefuseEveryOther = busy };
        await Replay(listening);
        Assert.Equal(Small.Movements().Count(), listening.Lines.Sum(source => source.Value.Count));
    }

    [Fact]
    public async Task Nothing_is_sent_when_the_last_line_is_there()
    {
        var last = Small.Movements().Last();
        var listening = new ListeningServer { Has = last };
        await Replay(listening);
        Assert.Empty(listening.Lines);
    }

    [Fact]
    public async Task A_refused_batch_stops_the_replay_with_the_reason()
    {
        var failure = await Assert.ThrowsAsync<SendingFailedException>(() => Replay(new ListeningServer { RefuseEveryOther = HttpStatusCode.Forbidden }));
        Assert.Contains("403", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_fields_of_the_contract_are_written()
    {
        var listening = new ListeningServer();
        await Replay(listening);
        string[] always = ["id", "type", "sku", "location", "occurredAt"];
        var added = new Dictionary<string, string[]>
        {
            ["receipt"] = ["quantity", "document", "status"],
            ["sale"] = ["quantity", "document"],
            ["return"] = ["quantity", "document", "status"],
            ["adjustment"] = ["quantity", "reason"],
            ["count"] = ["quantity"],
            ["status"] = ["quantity", "document", "from", "to"],
            ["expected"] = ["quantity", "document", "expectedOn", "kind", "confidence"],
            ["transfer"] = ["quantity", "document", "to", "expectedOn"],
            ["correction"] = ["quantity", "document", "corrects", "declaration"],
        };
        Assert.All(listening.Lines.Values.SelectMany(lines => lines), line =>
        {
            var names = line.EnumerateObject().Select(field => field.Name).ToArray();
            Assert.Subset(always.Concat(added[line.GetProperty("type").GetString()!]).ToHashSet(), names.ToHashSet());
            Assert.Superset(always.ToHashSet(), names.ToHashSet());
            Assert.True(line.TryGetProperty("quantity", out _) || line.GetProperty("declaration").GetString() == "did-not-occur");
        });
    }

    private static async Task<ReplaySummary> Replay(ListeningServer listening, Func<Instant, Task>? goOn = null)
    {
        using var http = new HttpClient(listening) { BaseAddress = new Uri("http://listening") };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(TextWriter.Null) });
        return await new ReplaySampleDay(http, console, TimeProvider.System).Run(Small, CancellationToken.None, goOn);
    }

    private sealed class ListeningServer : HttpMessageHandler
    {
        private readonly Lock gate = new();
        private int posts;

        public Movement? Has { get; init; }

        public HttpStatusCode? RefuseEveryOther { get; init; }

        public Action<JsonElement>? Received { get; init; }

        public List<string> Registered { get; } = [];

        public Dictionary<string, List<JsonElement>> Lines { get; } = [];

        private HttpResponseMessage Events(Uri asked)
        {
            if (Has is null || asked.AbsolutePath != $"/v1/positions/{Has.Position.Sku}/{Has.Position.Location}/events")
            {
                return new HttpResponseMessage(HttpStatusCode.NotFound);
            }

            // On the second page, after a correction of which only the source is the same.
            return new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(asked.Query.Contains("after=1", StringComparison.Ordinal)
                    ? $$"""{"items":[{"source":"{{Has.Name.Source}}","id":"{{Has.Name.Id}}"}],"next":null}"""
                    : $$"""{"items":[{"source":"{{Has.Name.Source}}","id":"another"}],"next":"1"}"""),
            };
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Get)
            {
                return Events(request.RequestUri!);
            }

            var body = JsonDocument.Parse(await request.Content!.ReadAsByteArrayAsync(cancellationToken)).RootElement;
            lock (gate)
            {
                if (request.Method == HttpMethod.Put)
                {
                    Assert.Empty(Lines);
                    Registered.Add(request.RequestUri!.AbsolutePath);
                    return new HttpResponseMessage(HttpStatusCode.OK);
                }

                if (RefuseEveryOther is { } status && posts++ % 2 == 0)
                {
                    return new HttpResponseMessage(status) { Headers = { RetryAfter = new(TimeSpan.Zero) } };
                }

                var lines = body.GetProperty("movements").EnumerateArray().ToArray();
                Array.ForEach(lines, line => Received?.Invoke(line));
                var source = body.GetProperty("source").GetString()!;
                Lines[source] = [.. Lines.GetValueOrDefault(source) ?? [], .. lines];
                return new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = new StringContent($$"""{"accepted":{{lines.Length}},"absorbed":0,"duplicates":0,"rejected":0,"results":[]}"""),
                };
            }
        }
    }
}

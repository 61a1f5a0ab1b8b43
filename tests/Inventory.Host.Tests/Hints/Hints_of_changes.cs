using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Hints;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Tests.Reconciliation;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.Reconciliation.Comparing;

namespace RetailSync.Inventory.Host.Tests.Hints;

public class Hints_of_changes(RunningHost host) : IClassFixture<RunningHost>
{
    private static readonly Caller Ops = new("ops", new HashSet<string> { Role.Ops }, new HashSet<string>(), new HashSet<string>());

    [Fact]
    public async Task Name_the_position_and_an_event_that_has_it()
    {
        await using var stream = await Open("topics=position", "dev-finance");
        var sku = NewSku();
        var sequence = await host.RecordAccepted(Line("receipt", 5, sku));

        var hint = await stream.Next(one => one.Text("id") == $"{sku}@S001");
        Assert.Equal(("position", sequence), (hint.Text("topic"), (long)hint.Number("sequence")));
        Assert.Equal(["topic", "id", "sequence"], hint.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task Of_another_host_come_from_the_event_log()
    {
        var hints = host.Services.GetRequiredService<ChangeHints>();
        await using var stream = await Open("topics=rule", "dev-planner");
        var rule = $"r-{NewSku()}";
        (await host.Put($"/v1/rules/{rule}", new { kind = "buffer", quantity = 1 }, "dev-planner")).Ok();
        Assert.Equal("rule", (await stream.Next(hint => hint.Text("id") == rule)).Text("topic"));
        Assert.True(hints.AreRead);
    }

    [Fact]
    public async Task Are_of_what_the_caller_may_see()
    {
        await host.Put("/v1/channels/web", new { adapter = "none" });
        await host.Put("/v1/channels/other", new { adapter = "none" });
        await using var store = await Open("", "dev-store-S002");
        await using var channel = await Open("topics=reservation,position,rule", "dev-channel-other");
        var (sku, id) = (NewSku(), $"r-{NewSku()}");
        await host.RecordAccepted(Line("receipt", 5, sku), Line("receipt", 5, sku, "S003"));
        await Reserve($"web-{id}", "web", "S001");
        await Reserve($"other-{id}", "other", "S003");
        await host.RecordAccepted(Line("receipt", 5, sku, "S002"));

        Assert.Equal(["position"], (await store.Until(hint => hint.Text("topic") == "position")).Where(hint => hint.Text("topic") != "alert"
            && hint.GetProperty("id").ValueKind != JsonValueKind.Null).Texts("topic"));
        Assert.Equal([$"other-{id}"], (await channel.Until(_ => true)).Texts("id"));

        async Task Reserve(string reservation, string of, string location) => (await host.Post("/v1/reservations",
            new { id = reservation, channel = of, lines = new[] { new { sku, quantity = 1, location } } })).Ok(201);
    }

    [Fact]
    public async Task Say_what_people_and_the_product_do()
    {
        await host.Put("/v1/channels/hinted", new { adapter = "none" });
        await using var stream = await Open("topics=channel,quarantine,alert,reconciliation", "dev-ops");

        // Once the tables have been read a first time, what comes after is a change.
        await Waiting.Until(async () =>
        {
            (await host.Post("/v1/channels/hinted/pause", new { }, "dev-ops")).Ok();
            (await host.Post("/v1/channels/hinted/resume", new { }, "dev-ops")).Ok();
            return stream.Read.Any(hint => hint.Text("topic") == "channel" && hint.Text("id") == "hinted");
        });
        var sku = NewSku();
        await host.Record(Line("sale", -1, sku));
        await host.Record(Line("sale", 1, sku));
        await host.Compare(Sheet([Count(sku, 3)]));
        await host.Get("/v1/alerts");

        foreach (var topic in new[] { "quarantine", "reconciliation", "alert" })
        {
            await Waiting.Until(() => Task.FromResult(stream.Read.Any(hint => hint.Text("topic") == topic)));
        }
    }

    [Theory]
    [InlineData("topics=")]
    [InlineData("topics=position,stock")]
    [InlineData("seconds=301")]
    [InlineData("seconds=-1")]
    [InlineData("since=1")]
    public async Task Are_asked_for_strictly(string query) => (await host.Get($"/v1/stream?{query}")).Refused(400, "invalid-request");

    [Fact]
    public async Task Say_so_when_something_was_missed()
    {
        var sequence = await host.RecordAccepted(Line("receipt", 5, NewSku()));
        var missed = await host.Get("/v1/stream?seconds=0&topics=rule,position", "dev-ops", ("Last-Event-ID", $"{sequence - 1}"));
        Assert.Equal(("text/event-stream", "no-store"), (missed.MediaType, missed.Headers["Cache-Control"]));
        Assert.Matches($"^retry: 2000\n\nid: \\d+\ndata: {{\"topic\":\"position\",\"id\":null,\"sequence\":\\d+}}\n\nid: \\d+\ndata: {{\"topic\":\"rule\"", missed.Text);
        Assert.Equal("retry: 2000\n\n", (await host.Get("/v1/stream?seconds=0", "dev-ops", ("Last-Event-ID", "999999999"))).Text);
        (await host.Get("/v1/stream?seconds=0", "dev-ops", ("Last-Event-ID", "yesterday"))).Refused(400, "invalid-request");
    }

    [Fact]
    public async Task Come_once_in_a_round()
    {
        var (hints, broadcast) = OfItsOwn();
        using var listener = broadcast.Listen(Ops, ChangeHint.Topics.ToHashSet());
        for (var sequence = 1; sequence <= 1000; sequence++)
        {
            hints.Raise(new ChangeHint(ChangeHint.Position, "A@S001", sequence, Location: "S001"));
            hints.Raise(new ChangeHint(ChangeHint.Reservation, "r", sequence, Channel: "web"));
            hints.Raise(new ChangeHint(ChangeHint.Reservation, "r", sequence, Location: "S001"));
        }

        broadcast.Pass();
        Assert.Equal(
            [new ChangeHint(ChangeHint.Position, "A@S001", 1000), new ChangeHint(ChangeHint.Reservation, "r", 1000)],
            (await listener.Rounds.ReadAsync()).OrderBy(hint => hint.Topic, StringComparer.Ordinal));
        broadcast.Pass();
        Assert.False(listener.Rounds.TryRead(out _));
    }

    [Fact]
    public async Task Beyond_what_can_be_named_are_of_the_topic()
    {
        var (hints, broadcast) = OfItsOwn();
        using var listener = broadcast.Listen(Ops, ChangeHint.Topics.ToHashSet());
        for (var sku = 0; sku < HintBroadcast.MostNamed + 500; sku++)
        {
            hints.Raise(new ChangeHint(ChangeHint.Position, $"{sku}@S001", sku, Location: "S001"));
        }

        broadcast.Pass();
        var round = await listener.Rounds.ReadAsync();
        Assert.Equal(HintBroadcast.MostNamed + 1, round.Count);
        Assert.Equal([new ChangeHint(ChangeHint.Position, null, HintBroadcast.MostNamed + 499)], round.Where(hint => hint.Id is null));
    }

    [Fact]
    public void End_for_one_who_does_not_read()
    {
        var (hints, broadcast) = OfItsOwn();
        using var listener = broadcast.Listen(Ops, ChangeHint.Topics.ToHashSet());
        for (var round = 0; round <= HintListener.MostRounds; round++)
        {
            Assert.True(hints.AreRead);
            hints.Raise(new ChangeHint(ChangeHint.Rule, "r", round));
            broadcast.Pass();
        }

        Assert.False(hints.AreRead);
    }

    [Fact]
    public async Task Are_for_200_at_once()
    {
        List<OpenStream> streams = [];
        try
        {
            // Those of other tests may not have been given up yet.
            var answer = await Ask("topics=rule", "dev-ops");
            for (; answer.IsSuccessStatusCode && streams.Count <= HintBroadcast.MostListeners; answer = await Ask("topics=rule", "dev-ops"))
            {
                streams.Add(new OpenStream(answer));
            }

            Assert.InRange(streams.Count, HintBroadcast.MostListeners - 20, HintBroadcast.MostListeners);
            var refused = await Answer.Of(answer);
            refused.Refused(429, "too-many-streams");
            Assert.True(refused.Headers.ContainsKey("Retry-After"));
        }
        finally
        {
            // At once, since each of them waits for its connection to be closed.
            await Task.WhenAll(streams.Select(stream => stream.DisposeAsync().AsTask()));
        }
    }

    private (ChangeHints Hints, HintBroadcast Broadcast) OfItsOwn()
    {
        var hints = new ChangeHints();
        return (hints, ActivatorUtilities.CreateInstance<HintBroadcast>(host.Services, hints));
    }

    private async Task<OpenStream> Open(string query, string key) => new(await Ask(query, key));

    private async Task<HttpResponseMessage> Ask(string query, string key)
    {
        using var client = new HttpRequestMessage(HttpMethod.Get, $"/v1/stream?{query}");
        client.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await Client.SendAsync(client, HttpCompletionOption.ResponseHeadersRead);
    }

    private HttpClient Client => field ??= new HttpClient { BaseAddress = host.Address };

    /// <summary>Reads hints as they come, until it is disposed of.</summary>
    private sealed class OpenStream : IAsyncDisposable
    {
        private readonly HttpResponseMessage _answer;
        private readonly Task _reading;
        private readonly List<JsonElement> _hints = [];

        public OpenStream(HttpResponseMessage answer)
        {
            Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
            _answer = answer;
            _reading = ReadAll();
        }

        public IReadOnlyList<JsonElement> Read
        {
            get
            {
                lock (_hints)
                {
                    return [.. _hints];
                }
            }
        }

        public async Task<JsonElement> Next(Func<JsonElement, bool> isMeant) => (await Until(isMeant)).First(isMeant);

        public async Task<IReadOnlyList<JsonElement>> Until(Func<JsonElement, bool> isMeant)
        {
            await Waiting.Until(() => Task.FromResult(Read.Any(isMeant)));
            return Read;
        }

        public async ValueTask DisposeAsync()
        {
            _answer.Dispose();
            await _reading;
        }

        private async Task ReadAll()
        {
            try
            {
                using var lines = new StreamReader(await _answer.Content.ReadAsStreamAsync());
                while (await lines.ReadLineAsync() is { } line)
                {
                    if (line.StartsWith("data: ", StringComparison.Ordinal))
                    {
                        lock (_hints)
                        {
                            _hints.Add(JsonDocument.Parse(line["data: ".Length..]).RootElement.Clone());
                        }
                    }
                }
            }
            catch (Exception closed) when (closed is IOException or HttpRequestException or ObjectDisposedException or OperationCanceledException)
            {
                // The test is done with it.
            }
        }
    }
}

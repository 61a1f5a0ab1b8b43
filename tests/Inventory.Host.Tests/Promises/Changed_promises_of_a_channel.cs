using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RetailSync.Channels;
using RetailSync.Channels.Promises;
using RetailSync.Channels.Tests;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Monitoring;
using RetailSync.Inventory.Host.Promises;
using RetailSync.Inventory.Host.Publications.PromiseChanges;
using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Promises;

/// <summary>Who loses a promise against supply is sent that by the channel's adapter, where its protocol can carry it.</summary>
public sealed class Changed_promises_of_a_channel(PublishingHost host) : IClassFixture<PublishingHost>
{
    private readonly string _sku = NewSku();
    private int _minute;

    [Fact]
    public async Task A_lost_promise_and_its_end_are_each_sent_once()
    {
        await using var shop = await Sandbox.Start(_ => new Answered(204));
        await host.Register("prompt", "webhook", new() { ["url"] = $"{shop.Address}", ["secret"] = "a-secret-of-some-length" });
        await Expect(3, "2026-11-25");
        await Hold("prompt", "p-1", 2);
        await Look();
        Assert.Empty(await Changes("prompt"));

        await Expect(3, "2026-11-27");
        await Look();
        await Look();
        var late = Assert.Single(await Delivered("prompt", 1));
        Assert.Equal([$"{_sku} 2 2026-11-25 2026-11-27 late"], AtRisk(late));

        await Expect(3, "2026-11-25");
        await Look();
        Assert.Empty(AtRisk((await Delivered("prompt", 2))[1]));

        var sent = Messages(shop);
        Assert.Equal(
            [$"/v1/channels/prompt p-1 {late.Number("sequence")} 1", $"/v1/channels/prompt p-1 {(await Changes("prompt"))[1].Number("sequence")} 0"],
            sent.Select(message => $"{message.Text("source")} {message.Text("subject")} {message.GetProperty("data").Number("sequence")} "
                + $"{message.GetProperty("data").GetProperty("atRisk").GetArrayLength()}"));
        Assert.All(shop.Requests, request => Assert.True(request.Headers.ContainsKey("webhook-signature")));
    }

    [Fact]
    public async Task A_failing_channel_gets_the_changes_of_a_hold_in_order()
    {
        var isWell = false;
        decimal? first = null;
        await using var shop = await Sandbox.Start(request =>
        {
            // Only the first change is refused: the second would be taken if it were sent.
            var sequence = IsOfPromise(request) ? Sequence(JsonSerializer.Deserialize<JsonElement>(request.Body)) : -1;
            first ??= IsOfPromise(request) ? sequence : null;
            return isWell || sequence != first ? new Answered(200) : new Answered(500, "out of order");
        });
        await host.Register("shaky", "webhook", new() { ["url"] = $"{shop.Address}" });
        await Expect(2, "2026-11-25");
        await Hold("shaky", "p-2", 2);
        await Expect(2, "2026-11-27");
        await Look();
        await Expect(1, "2026-11-27");
        await Look();
        await PublishingHost.Eventually(() => Changes("shaky"), changes =>
        {
            host.Clock.AdvanceSeconds(60);
            return changes is [var first, var second] && first.Number("attempts") >= 2 && second.Number("attempts") == 0;
        });

        isWell = true;
        await PublishingHost.Eventually(() => Changes("shaky"), changes =>
        {
            host.Clock.AdvanceSeconds(60);
            return changes.All(change => change.Text("state") == "delivered");
        });

        // A repeat has the same id as the first attempt.
        var sent = Messages(shop).Select(Sequence).ToList();
        Assert.Equal(sent.Order(), sent);
        Assert.Equal(2, sent.Distinct().Count());
        var ids = shop.Requests.Where(IsOfPromise).Select(request => request.Headers["webhook-id"]).ToList();
        Assert.Equal((2, true), (ids.Distinct().Count(), ids.Count > 2));
    }

    [Fact]
    public async Task A_change_waits_until_the_one_before_it_is_delivered()
    {
        await host.Register("patient", "none");
        await Expect(2, "2026-11-25");
        await Hold("patient", "p-6", 2);
        await Expect(2, "2026-11-27");
        await Look();
        await Expect(1, "2026-11-27");
        await Look();
        var (queue, channel) = (host.Services.GetRequiredService<PromiseQueue>(), ChannelId.Parse("patient"));
        var first = Assert.Single(await queue.Due(channel, 10, default)).Change;

        await queue.Record(first, attempts: 1, new PromiseReply(Verdict.Retry, "not now"), mayDie: false, default);
        Assert.Empty(await queue.Due(channel, 10, default));

        await queue.Record(first, attempts: 2, new PromiseReply(Verdict.Accepted), mayDie: false, default);
        Assert.True(Assert.Single(await queue.Due(channel, 10, default)).Change.Sequence > first.Sequence);
    }

    [Fact]
    public async Task A_refused_change_is_a_dead_letter_until_it_is_replayed()
    {
        var isWilling = false;
        await using var shop = await Sandbox.Start(request => isWilling || !IsOfPromise(request) ? new Answered(200) : new Answered(422, "what promise?"));
        await host.Register("deaf", "webhook", new() { ["url"] = $"{shop.Address}" });
        await Expect(2, "2026-11-25");
        await Hold("deaf", "p-3", 1);
        await Expect(2, "2026-11-26");
        await Look();
        var dead = (await PublishingHost.Eventually(() => Changes("deaf", "&state=dead"), changes => changes.Length == 1))[0];
        Assert.Contains("what promise?", dead.Text("error"), StringComparison.Ordinal);
        await host.Handle(new FindAlerts());
        Assert.Contains((await host.Get("/v1/alerts")).Ok().Items(), alert => alert.Text("kind") == "publication-set-aside" && alert.Text("channel") == "deaf");

        isWilling = true;
        Assert.Equal(1, (await host.Post("/v1/channels/deaf/dead-letters/replay", new { })).Ok().Number("replayed"));
        await Delivered("deaf", 1);
    }

    [Fact]
    public async Task Where_the_adapter_has_no_such_message_the_list_is_the_feed()
    {
        await host.Register("silent", "none");
        await Expect(4, "2026-11-25");
        await Hold("silent", "p-4", 2);
        (await host.Post("/v1/channels/silent/orders", new
        {
            type = "order",
            order = "1001",
            id = "1",
            reservation = "p-4",
            lines = new[] { new { sku = _sku, quantity = 2 } },
        })).Ok();
        await Expect(0, null);
        await Look();

        var change = Assert.Single(await Changes("silent", key: "dev-channel-silent"));
        Assert.Equal(("1001", "waiting", 0), (change.Text("order"), change.Text("state"), change.Number("attempts")));
        Assert.Equal([$"{_sku} 2 2026-11-25 - cancelled"], AtRisk(change));
        Assert.Empty(await Changes("silent", $"&after={change.Number("sequence")}"));

        // Units that are in stock after all end it, and what was sold is no promise any more.
        await host.RecordAccepted(Line("receipt", 2, _sku));
        await Look();
        Assert.Empty(AtRisk((await Changes("silent"))[1]));
        (await host.Get("/v1/channels/silent/promises/changes", "dev-channel-other")).Refused(403, "forbidden");
        (await host.Get("/v1/channels/silent/promises/changes?state=lost")).Refused(400, "invalid-request");
    }

    [Fact]
    public async Task What_its_owner_releases_is_not_sent()
    {
        await host.Register("owner", "log");
        await Expect(2, "2026-11-25");
        await Hold("owner", "p-5", 2);
        await Expect(2, "2026-11-26");
        await Look();
        await Delivered("owner", 1);
        (await host.Post("/v1/reservations/p-5/release", new { })).Ok();
        await Look();
        Assert.Single(await Changes("owner"));
        Assert.Single(File.ReadLines(host.LogOf("owner")), line => line.Contains("retailsync.promise.changed", StringComparison.Ordinal));
    }

    private static bool IsOfPromise(Asked request) => request.Body.Contains("\"retailsync.promise.changed\"", StringComparison.Ordinal);

    private static decimal Sequence(JsonElement message) => message.GetProperty("data").Number("sequence");

    private static List<JsonElement> Messages(Sandbox shop) =>
        [.. shop.Requests.Where(IsOfPromise).Select(request => JsonSerializer.Deserialize<JsonElement>(request.Body))];

    private static IEnumerable<string> AtRisk(JsonElement change) => change.Items("atRisk").Select(one =>
        $"{one.Text("sku")} {one.Number("quantity"):0.##} {one.Text("promisedOn")} {one.GetProperty("expectedOn").GetString() ?? "-"} {one.Text("reason")}");

    private Task Look() => host.Services.GetServices<IHostedService>().OfType<ReplanSupply>().Single().Look(CancellationToken.None);

    private Task<JsonElement[]> Delivered(string channel, int count) => PublishingHost.Eventually(
        () => Changes(channel), changes => changes.Length == count && changes.All(change => change.Text("state") == "delivered"));

    private async Task<JsonElement[]> Changes(string channel, string query = "", string key = "dev-admin") =>
        (await host.Get($"/v1/channels/{channel}/promises/changes?limit=1000{query}", key)).Ok().Items();

    private Task Expect(int quantity, string? on) => host.RecordAccepted(Line(
        "expected", quantity, _sku, at: $"09:{++_minute:00}",
        more: [("document", $"po-{_sku}"), ("kind", "purchase-order"), ("expectedOn", on), ("confidence", 1)]));

    private async Task Hold(string channel, string id, int quantity)
    {
        var lines = new[] { new { sku = _sku, quantity, by = "2026-11-25" } };
        Assert.Equal(201, (await host.Post("/v1/reservations", new { id, channel, holdFor = "P20D", lines })).Status);
    }
}

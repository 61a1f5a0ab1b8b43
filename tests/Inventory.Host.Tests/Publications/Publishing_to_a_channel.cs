using System.Text.Json;
using RetailSync.Channels.Tests;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Publications;

public class Publishing_to_a_channel(PublishingHost host) : IClassFixture<PublishingHost>
{
    [Fact]
    public async Task Numbers_go_to_the_channel_and_the_ledger_is_kept()
    {
        await host.Register("file", "log");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));

        var published = await host.Acknowledged("file", sku, 5);

        Assert.Equal((1, "told"), (published.Number("attempts"), published.Text("state")));
        Assert.Equal(JsonValueKind.Null, published.GetProperty("error").ValueKind);
        Assert.Contains(File.ReadLines(host.LogOf("file")), line => line.Contains($"\"sku\":\"{sku}\",\"quantity\":5,", StringComparison.Ordinal));
        var status = await host.Channel("file", status => status.Number("dirty") == 0);
        Assert.Equal((0, "closed", JsonValueKind.Null), (status.Number("lagSeconds"), status.Text("circuit"), status.GetProperty("budget").ValueKind));
    }

    [Fact]
    public async Task A_restart_publishes_nothing_the_channel_already_has()
    {
        await host.Register("calm", "log");
        var (before, after) = (NewSku(), NewSku());
        await host.RecordAccepted(Line("receipt", 5, before));
        await host.Acknowledged("calm", before, 5);

        await host.Restart();
        await host.RecordAccepted(Line("receipt", 1, after));
        await host.Acknowledged("calm", after, 1);

        Assert.Single(File.ReadLines(host.LogOf("calm")), line => line.Contains($"\"{before}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_paused_channel_gets_each_number_once_when_resumed()
    {
        await host.Register("paused", "log");
        Assert.True((await host.Post("/v1/channels/paused/pause", new { })).Ok().GetProperty("status").GetProperty("paused").GetBoolean());
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Publication("paused", sku, row => row.Number("quantity") == 5);
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Publication("paused", sku, row => row.Number("quantity") == 10 && row.Text("state") == "waiting");
        await host.Channel("paused", status => status.Number("dirty") >= 1 && status.Number("lagSeconds") > 0);

        (await host.Post("/v1/channels/paused/resume", new { })).Ok();
        var published = await host.Acknowledged("paused", sku, 10);

        Assert.Equal(2, published.Items("causes").Length);
        Assert.Single(File.ReadLines(host.LogOf("paused")), line => line.Contains($"\"{sku}\"", StringComparison.Ordinal));
        (await host.Post("/v1/channels/paused/pause", new { }, key: "dev-channel-paused")).Refused(403, "forbidden");
        (await host.Post("/v1/channels/nowhere/pause", new { })).Refused(404, "unknown-channel");
    }

    [Fact]
    public async Task A_requested_republication_gives_each_number_a_new_sequence()
    {
        await host.Register("again", "log");
        var (one, other) = (NewSku(), NewSku());
        await host.RecordAccepted(Line("receipt", 5, one), Line("receipt", 6, other));
        var first = await host.Acknowledged("again", one, 5);
        await host.Acknowledged("again", other, 6);

        Assert.Equal(1, (await host.Post("/v1/channels/again/republish", new { sku = one })).Ok().Number("republished"));
        var second = await host.Publication("again", one, row => row.Number("sequence") > first.Number("sequence") && row.Text("state") == "told");

        Assert.Equal(2, File.ReadLines(host.LogOf("again")).Count(line => line.Contains($"\"{one}\"", StringComparison.Ordinal)));
        Assert.True((await host.Post("/v1/channels/again/republish", new { })).Ok().Number("republished") >= 2);
        await host.Publication("again", other, row => row.Number("sequence") > second.Number("sequence") && row.Text("state") == "told");
        var changes = await host.Changes("again", 1);
        Assert.Equal(Enumerable.Range(1, changes.Length).Select(number => (decimal)number), changes.Select(change => change.Number("sequence")));
        (await host.Post("/v1/channels/again/republish", new { sku = 5 })).Refused(400, "invalid-request");
        (await host.Post("/v1/channels/again/republish", new { colour = "red" })).Refused(400, "invalid-request");
    }

    [Fact]
    public async Task A_refused_number_is_a_dead_letter_until_replayed_or_replaced()
    {
        var isWilling = false;
        await using var shop = await Sandbox.Start(_ => isWilling ? new Answered(204) : new Answered(422, "no such article"));
        await host.Register("picky", "webhook", new() { ["url"] = $"{shop.Address}", ["batchSize"] = 1 });
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));

        var aside = await host.Publication("picky", sku, row => row.Text("state") == "set-aside");
        var letter = (await host.Get($"/v1/channels/picky/dead-letters?sku={sku}")).Ok().Items().Single();
        await host.Channel("picky", status => status.Number("deadLetters") >= 1 && status.Text("circuit") == "closed");
        isWilling = true;
        var replayed = (await host.Post("/v1/channels/picky/dead-letters/replay", new { sku })).Ok();

        Assert.Contains("no such article", aside.Text("error"), StringComparison.Ordinal);
        Assert.Equal(aside.Number("sequence"), letter.Number("sequence"));
        Assert.Equal(1, replayed.Number("replayed"));
        await host.Acknowledged("picky", sku, 5);
        Assert.Empty((await host.Get($"/v1/channels/picky/dead-letters?sku={sku}")).Ok().Items());
    }

    [Fact]
    public async Task A_failing_channel_opens_its_circuit_and_delays_no_other()
    {
        var isWell = false;
        await using var shop = await Sandbox.Start(_ => isWell ? new Answered(200) : new Answered(500, "<html>out of order</html>", "text/html"));
        await host.Register("ill", "webhook", new() { ["url"] = $"{shop.Address}" });
        await host.Register("well", "log");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Acknowledged("well", sku, 5);

        var failing = await host.Publication("ill", sku, row => row.Number("attempts") >= 1 && row.GetProperty("error").ValueKind == JsonValueKind.String);
        var status = await host.Channel("ill", status =>
        {
            host.Clock.AdvanceSeconds(1);
            return status.Text("circuit") == "open";
        });
        Assert.Contains("out of order", failing.Text("error"), StringComparison.Ordinal);
        Assert.Contains("out of order", status.Text("error"), StringComparison.Ordinal);

        isWell = true;
        await host.Publication("ill", sku, row =>
        {
            host.Clock.AdvanceSeconds(1);
            return row.Text("state") == "told";
        });
        await host.Channel("ill", status => status.Text("circuit") == "closed" && status.Number("dirty") == 0);
    }

    [Fact]
    public async Task A_number_that_changed_and_changed_back_is_not_published()
    {
        await host.Register("flicker", "log");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Acknowledged("flicker", sku, 5);
        (await host.Post("/v1/channels/flicker/pause", new { })).Ok();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Publication("flicker", sku, row => row.Number("quantity") == 10);
        await host.RecordAccepted(Line("sale", 5, sku));

        var back = await host.Publication("flicker", sku, row => row.Number("quantity") == 5);

        Assert.Equal("told", back.Text("state"));
        Assert.Equal([5, 10, 5], (await host.Changes("flicker", 3)).Where(change => change.Text("sku") == sku).Select(change => change.Number("quantity")));
    }

    [Fact]
    public async Task A_small_change_waits_for_the_interval_and_zero_does_not()
    {
        await host.Register("slow", "log", minimumInterval: "PT12H");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Acknowledged("slow", sku, 5);

        await host.RecordAccepted(Line("sale", 1, sku));
        await host.Publication("slow", sku, row => row.Number("quantity") == 4);
        await host.RecordAccepted(Line("sale", 4, sku));
        await host.Acknowledged("slow", sku, 0);
        await host.RecordAccepted(Line("receipt", 3, sku));
        await host.Acknowledged("slow", sku, 3);
        await host.RecordAccepted(Line("receipt", 3, sku));
        await host.Publication("slow", sku, row => row.Number("quantity") == 6 && row.Text("state") == "waiting");
        host.Clock.AdvanceHours(12);
        await host.Acknowledged("slow", sku, 6);

        Assert.Equal([5, 0, 3, 6], File.ReadLines(host.LogOf("slow")).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.Text("sku") == sku)
            .Select(line => line.Number("quantity")));
    }

    [Fact]
    public async Task A_retry_after_a_failure_waits_for_no_interval()
    {
        var asked = 0;
        await using var shop = await Sandbox.Start(_ => new Answered(Interlocked.Increment(ref asked) == 1 ? 500 : 200));
        await host.Register("patient", "webhook", new() { ["url"] = $"{shop.Address}" }, minimumInterval: "P1D");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));

        await host.Publication("patient", sku, row =>
        {
            host.Clock.AdvanceSeconds(1);
            return row.Text("state") == "told";
        });
    }

    [Fact]
    public async Task The_backlog_and_its_duration_are_reported()
    {
        await host.Register("counted", "log", rateLimit: 0.5m);
        (await host.Post("/v1/channels/counted/pause", new { })).Ok();
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));

        var status = await host.Channel("counted", status => status.Number("dirty") >= 1);

        Assert.InRange(status.Number("budget"), 0, 1);
        Assert.Equal((0, true), (status.Number("expectedSeconds"), status.GetProperty("paused").GetBoolean()));
    }

    [Fact]
    public async Task A_backlog_beyond_the_promised_time_is_reported_ahead()
    {
        await using var shop = await Sandbox.Start(_ => new Answered(200));
        await host.Register("scarce", "webhook", new() { ["url"] = $"{shop.Address}", ["batchSize"] = 1, ["promiseSeconds"] = 5_000 }, rateLimit: 0.0001m);
        string[] skus = [NewSku(), NewSku(), NewSku(), NewSku()];
        await host.RecordAccepted([.. skus.Select(sku => Line("receipt", 5, sku))]);

        var alert = await PublishingHost.Eventually(
            async () => (await host.Get("/v1/alerts?limit=1000")).Ok()
            .Items(), alerts => alerts.Any(alert => alert.Text("kind") == "channel-behind" && alert.Text("channel") == "scarce"));

        Assert.Contains("within its budget", alert.Single(alert => alert.Text("kind") == "channel-behind" && alert.Text("channel") == "scarce")
            .GetRawText(), StringComparison.Ordinal);
        Assert.InRange((await host.Channel("scarce", _ => true)).Number("lagSeconds"), 0, 4_999);
    }

    [Fact]
    public async Task A_channel_that_asks_for_a_pause_gets_it()
    {
        var asked = 0;
        await using var shop = await Sandbox.Start(
            _ => Interlocked.Increment(ref asked) == 1 ? new Answered(429, "", Headers: ("Retry-After", "1")) : new Answered(200));
        await host.Register("busy", "webhook", new() { ["url"] = $"{shop.Address}" });
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));

        await host.Publication("busy", sku, row =>
        {
            host.Clock.AdvanceSeconds(1);
            return row.Text("state") == "told";
        });

        Assert.Equal("closed", (await host.Channel("busy", _ => true)).Text("circuit"));
    }

    [Fact]
    public async Task A_channel_without_its_settings_names_them_and_loses_nothing()
    {
        await host.Register("bare", "webhook");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Channel("bare", status => status.GetProperty("error").GetString() == "settings.url is missing");
        await using var shop = await Sandbox.Start(_ => new Answered(200));

        await host.Register("bare", "webhook", new() { ["url"] = $"{shop.Address}" });

        await host.Acknowledged("bare", sku, 5);
    }
}

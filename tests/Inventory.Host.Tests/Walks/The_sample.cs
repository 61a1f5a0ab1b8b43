using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using NodaTime.Text;
using RetailSync.Cli.SampleDay;
using RetailSync.Cli.SampleDay.Story;
using RetailSync.Inventory.Host.Operations;
using RetailSync.Testing;
using Spectre.Console;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>What <c>./run</c> loads, by a process of its own over an empty database, with fewer stores: each row of docs/sample.md is there.</summary>
public sealed class The_sample
{
    private static readonly string[] Causes =
        ["duplicate-movement", "lost-release", "mis-timed-movement", "missing-movement", "unexplained", "wrong-location", "wrong-quantity"];

    private static readonly string[] Codes =
        ["already-corrected", "forbidden-location", "forbidden-source", "invalid-line", "movement-id-reused", "occurred-in-future", "unknown-movement"];

    private static readonly TradingDay Day =
        TradingDay.Before(Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow())) with { Stores = 3, Skus = 40, SalesPerStore = 100 };

    [Fact]
    public async Task Has_what_its_page_lists_for_each_picture()
    {
        await using var database = await PostgresForTests.CreateDatabase();
        await using var host = await Start(database);
        await Load(host);

        await StockIsThere(host);
        await SellingIsThere(host);
        await TroubleIsThere(host);
        Assert.True((await Get(host, "audit/verify")).GetProperty("ok").GetBoolean());

        // Loaded once: what another host is started over is no longer empty, so its clock is that of the present, and the day is there.
        await using var another = await Start(database);
        using var answer = await another.Http.GetAsync("/v1/locations?limit=1");
        Assert.False(answer.Headers.Contains(SampleClock.Header));
        var events = await Events(host, "LAMP-RED", "S001");
        Assert.Equal(0, (await Load(another)).Lines);
        Assert.Equal(events.Length, (await Events(another, "LAMP-RED", "S001")).Length);
    }

    [Fact]
    public async Task Lets_nobody_else_write_into_the_past()
    {
        await using var database = await PostgresForTests.CreateDatabase();
        await using var host = await Start(database);
        var line = new { source = "pos/S001", movements = new[] { Sale("other") } };
        using (var refused = await host.Http.PostAsJsonAsync("/v1/movements", line))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        host.Http.DefaultRequestHeaders.Add(SampleClock.Header, "9999-01-01T00:00:00Z");
        using (var ended = await host.Http.GetAsync("/v1/locations?limit=1"))
        {
            Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        }

        host.Http.DefaultRequestHeaders.Remove(SampleClock.Header);
        using var recorded = await host.Http.PostAsJsonAsync("/v1/movements", line);
        Assert.Equal(HttpStatusCode.OK, recorded.StatusCode);
        Assert.True(Recorded((await Events(host, "LAMP-RED", "S001"))[0]) > Day.Day.PlusDays(1).AtMidnight().InUtc().ToInstant());

        static object Sale(string id) =>
            new { id, type = "sale", sku = "LAMP-RED", location = "S001", quantity = 1, occurredAt = InstantPattern.ExtendedIso.Format(At(0, "10:00")) };
    }

    private static async Task StockIsThere(HostProcess host)
    {
        var late = $"positions/LAMP-RED/S001?at={InstantPattern.ExtendedIso.Format(At(-3, "23:59"))}";
        Assert.Equal(30, (await Get(host, $"{late}&knowledge=then")).Number("onHand"));
        Assert.Equal(26, (await Get(host, $"{late}&knowledge=now")).Number("onHand"));
        var lamp = await Events(host, "LAMP-RED", "S001");
        Assert.Superset(
            new HashSet<string?> { "adjustment", "correction", "count", "expected", "receipt", "return", "sale", "status", "transfer" },
            lamp.Texts("type").ToHashSet());
        Assert.Contains(lamp, happened => happened.GetProperty("absorbed").GetBoolean());
        Assert.All(lamp, happened => Assert.InRange(Recorded(happened), At(-6, "00:00"), At(2, "00:00")));

        var sold = (await Events(host, "10001", "S001")).Where(happened => happened.Text("type") == "sale").ToArray();
        Assert.NotEmpty(sold);
        Assert.All(sold, happened => Assert.InRange(Recorded(happened) - Occurred(happened), Duration.Zero, Duration.FromHours(6)));

        Assert.True((await Get(host, "availability/BREAKFAST-SET?channel=web")).Number("quantity") > 0);
        var days = (await Get(host, "availability/KETTLE/schedule?channel=web")).Items("days");
        Assert.True(days[^1].Number("quantity") > days[0].Number("quantity"));
        Assert.Equal("kettle-order", Assert.Single((await Get(host, "promises/at-risk")).Items()).Text("reservation"));
    }

    private static async Task SellingIsThere(HostProcess host)
    {
        var rules = (await Get(host, "rules?limit=1000")).Items().ToDictionary(rule => rule.Text("id")!);
        Assert.Equal(2, rules["advent-safety"].Number("version"));
        var terms = (await Get(host, "availability/STAR-PAPER?channel=web&explain=true")).Items("terms");
        Assert.Superset(new HashSet<string?> { "allocation", "buffer", "on-hand", "reserved", "safety-stock" }, terms.Texts("term").ToHashSet());
        Assert.True(Instant.FromDateTimeOffset((await Get(host, "rules/advent-app-ahead")).GetProperty("effectiveFrom").GetDateTimeOffset()) > At(3, "00:00"));
        Assert.NotEqual(JsonValueKind.Null, (await Get(host, "rules/summer-fence")).GetProperty("effectiveTo").ValueKind);

        foreach (var (id, state) in new[]
        {
            ("hold-open", "held"), ("hold-confirmed", "confirmed"), ("hold-shipped-in-part", "confirmed"), ("hold-released", "released"),
            ("hold-expired", "expired"), ("hold-ends-soon", "held"), ("kettle-order", "held"),
        })
        {
            Assert.Equal((id, state), (id, (await Get(host, $"reservations/{id}")).Text("state")));
        }

        var returned = (await Get(host, "channels/web/orders/W-1001")).Items("lines").Single(line => line.Text("sku") == "CHAIR-OAK");
        Assert.Equal((2, 2, 1), (returned.Number("ordered"), returned.Number("shipped"), returned.Number("returned")));
        Assert.Equal("fulfilled", (await Get(host, "channels/app/orders/A-2001")).Text("state"));
        Assert.Equal("M-3001", Assert.Single((await Get(host, "channels/marketplace/oversells")).Items()).Text("order"));
        var oversold = Assert.Single((await Get(host, "channels/marketplace/oversells/M-3001")).Items());
        Assert.Equal("CLOCK-BRASS", oversold.Text("sku"));
        Assert.NotEqual("unexplained", oversold.Text("verdict"));
    }

    private static async Task TroubleIsThere(HostProcess host)
    {
        var refused = (await Get(host, "quarantine?limit=1000")).Items();
        Assert.Equal(Codes, refused.Texts("code").Distinct().Order());
        Assert.Equal(["dismissed", "open", "replayed"], refused.Texts("state").Distinct().Order());

        var run = (await Get(host, "reconciliations")).Items()[0].Text("id");
        var drifts = (await Get(host, $"reconciliations/{run}")).Items("drifts");
        Assert.Equal(Causes, drifts.SelectMany(drift => drift.Items("attribution")).Texts("cause").Distinct().Order());
        Assert.Equal(2, drifts.Count(drift => drift.GetProperty("settled").ValueKind == JsonValueKind.Object));

        Assert.Equal(["VASE-1", "VASE-2"], (await Get(host, "channels/outlet/dead-letters")).Items().Texts("sku").Order());
        await Waiting.Until(async () => (await Get(host, "channels/outlet")).GetProperty("status") is var status
            && status.Text("circuit") == "closed" && status.Number("deadLetters") == 2 && status.GetProperty("error").ValueKind == JsonValueKind.Null);

        var alerts = (await Get(host, "alerts?state=all&limit=1000")).Items().ToDictionary(alert => alert.Text("id")!, alert => alert.Text("state"));
        foreach (var (id, state) in new[]
        {
            ("position-below-zero/MUG-BLUE@S002", "resolved"), ("position-below-zero/TEAPOT@S002", "open"), ("channel-not-told/outlet", "resolved"),
            ("publication-set-aside/outlet", "open"), ("order-oversold/marketplace/M-3001/CLOCK-BRASS", "open"), ("not-collected/app/A-2002", "open"),
        })
        {
            Assert.Equal((id, state), (id, alerts.GetValueOrDefault(id)));
        }
    }

    internal static Task<HostProcess> Start(TestDatabase database) => HostProcess.Start(
        database.ConnectionString, $"--Sample:ClockFrom={InstantPattern.ExtendedIso.Format(LoadSample.From(Day))}", "--Channels:AllowPrivateNetworks=true");

    internal static async Task<RetailSync.Cli.SampleDay.Replay.ReplaySummary> Load(HostProcess host)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
        return await new LoadSample(host.Http, console, TimeProvider.System).Run(Day, default);
    }

    private static async Task<JsonElement> Get(HostProcess host, string path)
    {
        using var answer = await host.Http.GetAsync($"/v1/{path}");
        return (await Answer.Of(answer)).Ok();
    }

    private static async Task<JsonElement[]> Events(HostProcess host, string sku, string location) =>
        (await Get(host, $"positions/{sku}/{location}/events?limit=1000")).Items();

    private static Instant Recorded(JsonElement happened) => Instant.FromDateTimeOffset(happened.GetProperty("recordedAt").GetDateTimeOffset());

    private static Instant Occurred(JsonElement happened) => Instant.FromDateTimeOffset(happened.GetProperty("occurredAt").GetDateTimeOffset());

    private static Instant At(int days, string time) => new StoryDays(Day.Day).At(days, time);
}

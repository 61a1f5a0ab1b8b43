using System.Text.Json;
using NodaTime.Text;
using RetailSync.Inventory.Host.Tests.Reconciliation;
using RetailSync.Inventory.Host.Tests.SignIn;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.Reconciliation.Comparing;

namespace RetailSync.Inventory.Host.Tests.Operations.Activities;

public class Actions_of_people(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task A_rule_has_its_reason_and_both_versions()
    {
        var rule = $"r-{NewSku()}";
        (await host.Put($"/v1/rules/{rule}", new { kind = "buffer", quantity = 1, reason = "a <b>start</b>" }, "dev-planner")).Ok();
        (await host.Put($"/v1/rules/{rule}", new { kind = "buffer", quantity = 2, reason = "more" }, "dev-planner", ("X-Correlation-Id", $"c-{rule}"))).Ok();
        (await host.Send(HttpMethod.Delete, $"/v1/rules/{rule}?reason=done", key: "dev-admin")).Ok();

        var actions = await Of("rules", rule);
        Assert.Equal(["rules-delete", "rules-put", "rules-put"], actions.Texts("kind"));
        Assert.Equal(["dev-admin", "dev-planner", "dev-planner"], actions.Texts("by"));
        Assert.Equal("a <b>start</b>", actions[2].Text("reason"));
        Assert.Equal(JsonValueKind.Null, actions[2].GetProperty("before").ValueKind);
        Assert.Equal((1, 2, $"c-{rule}"),
            (actions[1].GetProperty("before").Number("quantity"), actions[1].GetProperty("after").Number("quantity"), actions[1].Text("correlationId")));
    }

    [Fact]
    public async Task Settings_have_what_was_there_and_no_secret()
    {
        (await host.Put("/v1/locations/A1", new { type = "store" }, "dev-ops")).Ok();
        (await host.Put("/v1/locations/A1", new { type = "warehouse" }, "dev-ops")).Ok();
        var location = (await Of("locations-put", "A1"))[0];
        Assert.Equal(("store", "warehouse"), (location.GetProperty("before").Text("type"), location.GetProperty("after").Text("type")));

        const string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        (await host.Put("/v1/channels/acts", new { adapter = "webhook", settings = new { url = "https://hooks.example/x", secret } }, "dev-ops")).Ok();
        (await host.Post("/v1/channels/acts/pause", new { }, "dev-ops")).Ok();
        Assert.Equal(["channels-pause", "channels-put"], (await Of("channels", "acts")).Texts("kind"));
        Assert.True((await Of("channels-pause", "acts")).Single().GetProperty("after").GetProperty("paused").GetBoolean());
        Assert.DoesNotContain(secret, (await host.Get("/v1/audit/actions?limit=1000")).Text, StringComparison.Ordinal);
        Assert.Equal(0L, await host.Sql("select count(*) from inventory.activity as a where a::text like $1", $"%{secret}%"));
    }

    [Fact]
    public async Task Decisions_have_their_reason()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        var run = await host.Compare(Sheet([Count(sku, 8)], takenAt: "2026-11-23T10:00:05Z"));
        (await host.Post($"/v1/reconciliations/{run.Text("id")}/drifts/1/dismiss", new { reason = "seen twice" }, "dev-ops")).Ok();
        await host.Record(Line("sale", -1, sku));
        var entry = (await host.Get("/v1/quarantine?limit=1000")).Ok().Items().Single(line => line.GetProperty("line").Text("sku") == sku).Text("id")!;
        (await host.Post($"/v1/quarantine/{entry}/dismiss", new { reason = "a test" }, "dev-ops")).Ok();

        Assert.Equal("seen twice", (await Of("reconciliations-drifts-dismiss", $"{run.Text("id")}/1")).Single().Text("reason"));
        var dismissed = (await Of("quarantine-dismiss", entry)).Single();
        Assert.Equal(("a test", "open", "dismissed"),
            (dismissed.Text("reason"), dismissed.GetProperty("before").Text("state"), dismissed.GetProperty("after").Text("state")));
    }

    [Fact]
    public async Task Sessions_are_actions_too()
    {
        using var browser = new Browser(host);
        (await browser.SignIn("dev-store-S077")).Ok();
        Assert.Equal(204, (await browser.Post("/console/sign-out", new { })).Status);
        var actions = (await host.Get("/v1/audit/actions?by=dev-store-S077", "dev-finance")).Ok().Items();
        Assert.Equal(["console-sign-out", "console-sign-in"], actions.Texts("kind"));
        Assert.Equal(["store", "store"], actions.Texts("role"));
    }

    [Fact]
    public async Task What_was_refused_is_none()
    {
        (await host.Put("/v1/locations/A2", new { type = "ship" }, "dev-ops")).Refused(400, "invalid-request");
        (await host.Put("/v1/locations/A2", new { type = "store" }, "dev-planner")).Refused(403, "forbidden");
        Assert.Empty(await Of("locations-put", "A2"));
    }

    [Fact]
    public async Task What_is_long_is_left_out()
    {
        var rules = Enumerable.Range(0, 500).Select(rule => new { system = "wms", location = $"L{rule}", tolerance = 1 });
        (await host.Put("/v1/reconciliations/policy", new { rules }, "dev-ops")).Ok();
        var action = (await host.Get("/v1/audit/actions?kind=reconciliations-policy-put", "dev-finance")).Ok().Items()[0];
        Assert.Equal("more than 16384 characters", action.GetProperty("after").Text("omitted"));
    }

    [Fact]
    public async Task Come_in_pages_within_a_time()
    {
        var from = host.Clock.GetCurrentInstant();
        foreach (var location in new[] { "B1", "B2", "B3" })
        {
            (await host.Put($"/v1/locations/{location}", new { type = "store" }, "dev-ops")).Ok();
        }

        var to = host.Clock.GetCurrentInstant();
        (await host.Put("/v1/locations/B4", new { type = "store" }, "dev-ops")).Ok();
        var question = $"/v1/audit/actions?kind=locations&from={InstantPattern.ExtendedIso.Format(from)}&to={InstantPattern.ExtendedIso.Format(to)}&limit=2";
        var first = (await host.Get(question)).Ok();
        var second = (await host.Get($"{question}&after={first.Text("next")}")).Ok();
        Assert.Equal(["B3", "B2", "B1"], first.Items().Concat(second.Items()).Texts("subject"));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
    }

    [Theory]
    [InlineData("after=x")]
    [InlineData("after=1-2")]
    [InlineData("from=yesterday")]
    [InlineData("from=2026-11-23T10:00:00Z&to=2026-11-22T10:00:00Z")]
    [InlineData("who=x")]
    [InlineData("by=")]
    [InlineData("limit=0")]
    public async Task Are_asked_for_strictly(string query) => (await host.Get($"/v1/audit/actions?{query}")).Refused(400, "invalid-request");

    private async Task<List<JsonElement>> Of(string kind, string subject) =>
        [.. (await host.Get($"/v1/audit/actions?kind={kind}&limit=1000", "dev-finance")).Ok().Items().Where(action => action.Text("subject") == subject)];
}

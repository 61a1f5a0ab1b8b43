namespace RetailSync.Inventory.Host.Tests.Rules;

public sealed class Setting_rules(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task The_answer_has_the_rule_its_version_and_who_and_why()
    {
        var set = await host.Put(
            "/v1/rules/shown", new { kind = "buffer", sku = "B1", location = "S001", quantity = 2.50, reason = "walk-ins" }, "dev-planner");

        var rule = set.Ok();
        Assert.Equal(("shown", "buffer", "B1", "S001", "walk-ins", "dev-planner", "in-force"),
            (rule.Text("id"), rule.Text("kind"), rule.Text("sku"), rule.Text("location"), rule.Text("reason"), rule.Text("by"), rule.Text("state")));
        Assert.Equal((2.5m, 1), (rule.Number("quantity"), rule.Number("version")));
        Assert.True(rule.Number("sequence") > 0);
        Assert.Equal("\"1\"", set.Headers["ETag"]);
        Assert.Equal("\"1\"", (await host.Get("/v1/rules/shown")).Headers["ETag"]);
    }

    [Fact]
    public async Task An_old_version_is_refused()
    {
        var rule = new { kind = "backorder", limit = 5 };
        (await host.Put("/v1/rules/guarded", rule, headers: ("If-Match", "\"1\""))).Refused(412, "precondition-failed");
        var tag = (await host.Put("/v1/rules/guarded", rule)).Headers["ETag"];
        (await host.Put("/v1/rules/guarded", rule, headers: ("If-Match", tag))).Ok();
        (await host.Put("/v1/rules/guarded", rule, headers: ("If-Match", tag))).Refused(412, "precondition-failed");
        (await host.Send(HttpMethod.Delete, "/v1/rules/guarded", headers: ("If-Match", tag))).Refused(412, "precondition-failed");
    }

    [Fact]
    public async Task Concurrent_changes_without_a_version_follow_one_another()
    {
        var answers = await Task.WhenAll(Enumerable.Range(1, 60).Select(limit => host.Put("/v1/rules/busy", new { kind = "backorder", limit })));

        Assert.All(answers, answer => answer.Ok());
        Assert.Equal(60, (await host.Get("/v1/rules/busy")).Ok().Number("version"));
    }

    [Fact]
    public async Task Every_version_is_kept()
    {
        (await host.Put("/v1/rules/aged", new { kind = "publish", cap = 5, reason = "first" })).Ok();
        (await host.Put("/v1/rules/aged", new { kind = "publish", cap = 6, reason = "second" })).Ok();
        (await host.Send(HttpMethod.Delete, "/v1/rules/aged?reason=over")).Ok();

        var history = (await host.Get("/v1/rules/aged/history")).Ok();

        Assert.Equal([("1", "first", "superseded"), ("2", "second", "superseded"), ("3", "over", "ended")],
            history.Items().Select(version => ($"{version.Number("version")}", version.Text("reason"), version.Text("state"))));
        Assert.Equal("2", (await host.Get("/v1/rules/aged/history?limit=2")).Ok().Text("next"));
        Assert.Equal("ended", (await host.Get("/v1/rules/aged")).Ok().Text("state"));
        Assert.Equal(3, (await host.Send(HttpMethod.Delete, "/v1/rules/aged")).Ok().Number("version"));
    }

    [Fact]
    public async Task A_future_rule_leaves_the_current_version_in_force()
    {
        (await host.Put("/v1/rules/dated", new { kind = "publish", cap = 5, sku = "D1" })).Ok();
        (await host.Put("/v1/rules/dated", new { kind = "publish", cap = 9, sku = "D1", effectiveFrom = "2026-12-01T00:00:00Z" })).Ok();

        Assert.Equal([5m], await Caps("2026-11-23T12:00:00Z"));
        Assert.Equal([9m], await Caps("2026-12-01T00:00:00Z"));
        Assert.Equal([9m], await Caps(null));

        async Task<decimal[]> Caps(string? at) =>
            [.. (await host.Get($"/v1/rules?kind=publish{(at is null ? "" : $"&at={at}")}")).Ok().Items()
                .Where(rule => rule.Text("id") == "dated").Select(rule => rule.Number("cap"))];
    }

    [Theory]
    [InlineData("""{"kind":"safety-stock"}""", "quantity")]
    [InlineData("""{"kind":"safety-stock","quantity":1,"percent":5}""", "percent")]
    [InlineData("""{"kind":"safety-stock","quantity":-1}""", "quantity")]
    [InlineData("""{"kind":"safety-stock","percent":101}""", "percent")]
    [InlineData("""{"kind":"safety-stock","quantity":1,"location":"S001","locationGroup":"north"}""", "locationGroup")]
    [InlineData("""{"kind":"safety-stock","quantity":1,"level":"shelf"}""", "level")]
    [InlineData("""{"kind":"eligibility","channel":"web"}""", "allowed")]
    [InlineData("""{"kind":"buffer","channel":"web"}""", "quantity")]
    [InlineData("""{"kind":"allocation","channel":"web","quantity":5}""", "mode")]
    [InlineData("""{"kind":"allocation","mode":"fixed","quantity":5}""", "channel")]
    [InlineData("""{"kind":"allocation","channel":"web","mode":"fixed","percent":5}""", "quantity")]
    [InlineData("""{"kind":"allocation","channel":"web","mode":"percent","percent":5,"quantity":1}""", "quantity")]
    [InlineData("""{"kind":"allocation","channel":"web","mode":"fixed","quantity":5,"priority":1.5}""", "priority")]
    [InlineData("""{"kind":"publish","channel":"web"}""", "buffer")]
    [InlineData("""{"kind":"publish","levels":[{"name":"low","upTo":5},{"name":"out","upTo":0}]}""", "levels")]
    [InlineData("""{"kind":"backorder"}""", "limit")]
    [InlineData("""{"kind":"supply","confidence":1.1}""", "confidence")]
    [InlineData("""{"kind":"supply","supplyKind":"luck","confidence":1}""", "supplyKind")]
    [InlineData("""{"kind":"buffer","quantity":1,"cap":3}""", "cap")]
    [InlineData("""{"kind":"wish","quantity":1}""", "kind")]
    [InlineData("""{"quantity":1}""", "kind")]
    [InlineData("""{"kind":"buffer","quantity":1,"effectiveFrom":"2026-12-01T00:00:00Z","effectiveTo":"2026-12-01T00:00:00Z"}""", "effectiveTo")]
    [InlineData("""{"kind":"buffer","quantity":1,"effectiveTo":"2020-12-01T00:00:00Z"}""", "effectiveTo")]
    public async Task A_rule_that_makes_no_sense_names_the_field(string rule, string field)
    {
        var refused = (await host.Send(HttpMethod.Put, "/v1/rules/refused", Body(rule), "dev-planner")).Refused(400, "invalid-rule");

        Assert.Contains(field, refused.Items("errors").Texts("field"));
        (await host.Get("/v1/rules/refused")).Refused(404, "unknown-rule");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""[{"name":"low"},{"name":"in"}]""")]
    [InlineData("""[{"name":"low","upTo":"5"},{"name":"in"}]""")]
    [InlineData("""[{"name":"low","upTo":5},{"name":"in","upTo":1.23456}]""")]
    [InlineData("[5]")]
    public async Task Wrong_levels_are_named_once(string levels)
    {
        var refused = (await host.Send(HttpMethod.Put, "/v1/rules/refused", Body($$"""{"kind":"publish","levels":{{levels}}}"""), "dev-planner")).Refused(
            400, "invalid-rule");

        Assert.Equal(["levels"], refused.Items("errors").Texts("field"));
    }

    [Theory]
    [InlineData("""{"kind":"buffer","quantity":"1"}""", "quantity")]
    [InlineData("""{"kind":"buffer","quantity":1.23456}""", "quantity")]
    [InlineData("""{"kind":"buffer","quantity":1,"colour":"red"}""", "colour")]
    [InlineData("""{"kind":"buffer","quantity":1,"quantity":2}""", "quantity")]
    [InlineData("""{"kind":"buffer","quantity":1,"effectiveFrom":"tomorrow"}""", "effectiveFrom")]
    public async Task A_rule_that_is_not_understood_is_an_invalid_request(string rule, string field)
    {
        var refused = (await host.Send(HttpMethod.Put, "/v1/rules/refused", Body(rule), "dev-planner")).Refused(400, "invalid-request");

        Assert.Contains(field, refused.Items("errors").Texts("field"));
    }

    [Theory]
    [InlineData("dev-channel-web")]
    [InlineData("dev-store-S001")]
    [InlineData("dev-finance")]
    [InlineData("dev-ops")]
    public async Task Setting_rules_is_for_planners(string key)
    {
        (await host.Put("/v1/rules/theirs", new { kind = "backorder", limit = 5 }, key)).Refused(403, "forbidden");
        (await host.Send(HttpMethod.Delete, "/v1/rules/theirs", key: key)).Refused(403, "forbidden");
    }

    private static StringContent Body(string json) => new(json, System.Text.Encoding.UTF8, "application/json");
}

using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Rules;

/// <summary>What a replay counts is shown in the domain's table, here that it replays what was recorded over HTTP.</summary>
public sealed class Trying_rules(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task What_rules_would_have_done_is_shown_and_nothing_changes()
    {
        var (sku, from) = await Stocked(("S001", 12), ("S002", 8));
        await Hold(sku, "web", 6, "a");
        (await host.Post($"/v1/reservations/{sku}-a/fulfil", new { })).Ok();
        await Hold(sku, "shop", 5, "b");
        await Hold(sku, "shop", 4, "c");
        (await host.Post($"/v1/reservations/{sku}-c/release", new { })).Ok();
        var (events, rules) = (await host.Sql("select count(*) from inventory.mt_events"), (await host.Get("/v1/rules?limit=1000")).Text);

        var tried = (await Simulate(from, Fence("web", sku, 17))).Ok();

        // The shop is left 3 of 20: both of its orders are refused, and one of them was given back anyway.
        Assert.Equal([("web", 3, 0, 0), ("shop", 17, 5, 0)], tried.Items("channels").Select(Summary));
        Assert.Equal((sku, 20m, 5m, 0m), Of(Assert.Single(tried.Items("skus"))));
        Assert.Equal(5, tried.Number("eventsReplayed"));
        Assert.Equal(events, await host.Sql("select count(*) from inventory.mt_events"));
        Assert.Equal(rules, (await host.Get("/v1/rules?limit=1000")).Text);

        static (string?, decimal, decimal, decimal) Of(JsonElement change) =>
            (change.Text("sku"), change.Number("unitsWithheld"), change.Number("salesLost"), change.Number("oversellsAvoided"));
    }

    [Fact]
    public async Task Orders_lost_to_walk_in_customers_are_counted()
    {
        var (sku, from) = await Stocked(("S001", 3));
        await Hold(sku, "web", 3, "a");
        await host.RecordAccepted(Line("sale", 2, sku));

        var tried = (await Simulate(from, new { kind = "buffer", channel = "web", sku, location = "S001", quantity = 2 })).Ok();

        Assert.Equal([("web", 2, 3, 2), ("shop", 0, 0, 0)], tried.Items("channels").Select(Summary));
    }

    [Fact]
    public async Task A_tried_rule_replaces_the_one_with_its_id_only()
    {
        var (sku, from) = await Stocked(("S001", 10));
        (await host.Put($"/v1/rules/{sku}-kept", new { kind = "safety-stock", sku, quantity = 2 })).Ok();
        (await host.Put($"/v1/rules/{sku}-other", new { kind = "buffer", channel = "web", sku, quantity = 3 })).Ok();
        await Hold(sku, "web", 5, "a");

        var again = (await Simulate(from, new { id = $"{sku}-kept", kind = "safety-stock", sku, quantity = 2 })).Ok();
        var more = (await Simulate(from, new { id = $"{sku}-kept", kind = "safety-stock", sku, quantity = 4 })).Ok();
        var beside = (await Simulate(
            from, new { kind = "publish", channel = "web", sku, cap = 2 },
            new { id = "new", kind = "safety-stock", sku, location = "S001", quantity = 6 })).Ok();

        // Before the rules were set there was nothing to withhold it, so the same rule from the beginning withholds its 2 units.
        Assert.Equal((2, 0), (again.Items("channels")[0].Number("unitsWithheld"), again.Items("channels")[0].Number("salesLost")));
        Assert.Equal((4, 5), (more.Items("channels")[0].Number("unitsWithheld"), more.Items("channels")[0].Number("salesLost")));
        Assert.Equal((8, 5), (beside.Items("channels")[0].Number("unitsWithheld"), beside.Items("channels")[0].Number("salesLost")));
    }

    [Fact]
    public async Task An_order_that_reaches_a_SKU_later_is_attributed()
    {
        var (sku, _) = await Stocked(("S001", 10));
        var (other, from) = await Stocked(("S001", 10));
        await Hold(sku, "shop", 1, "a");
        (await host.Put($"/v1/reservations/{sku}-a", new { lines = new[] { new { sku, quantity = 1 }, new { sku = other, quantity = 4 } } })).Ok();

        var tried = (await Simulate(from, new { kind = "safety-stock", sku = other, quantity = 7 })).Ok();

        Assert.Equal([("web", 7, 0, 0), ("shop", 7, 4, 0)], tried.Items("channels").Select(Summary));
    }

    [Fact]
    public async Task A_kit_is_replayed_from_its_components()
    {
        var (cup, _) = await Stocked(("S001", 8), ("S002", 2));
        var (plate, _) = await Stocked(("S002", 4));
        var set = NewSku();
        (await host.Put($"/v1/kits/{set}", new { components = new[] { new { sku = cup, quantity = 2 }, new { sku = plate, quantity = 1 } } })).Ok();
        var from = Now();
        await Hold(set, "web", 1, "a");

        var tried = (await Simulate(from, new { kind = "safety-stock", sku = cup, quantity = 6 })).Ok();

        // Of 10 cups 6 at S001 and all at S002 are withheld, so of 4 sets 3; that is from both channels, and the other set can still be held.
        Assert.Equal(
            [(cup, 8m, 0m), (set, 3m, 0m)], tried.Items("skus").Select(sku => (sku.Text("sku")!, sku.Number("unitsWithheld") / 2, sku.Number("salesLost"))));
        Assert.Equal(2, tried.Number("eventsReplayed"));
    }

    [Fact]
    public async Task The_course_of_a_SKU_in_a_channel_is_answered()
    {
        var (sku, from) = await Stocked(("S001", 10));
        await Hold(sku, "web", 4, "a");
        await Hold(sku, "web", 5, "b");
        (await host.Post($"/v1/reservations/{sku}-a/release", new { })).Ok();

        var tried = (await host.Post("/v1/rules/simulate", new
        {
            rules = new[] { new { kind = "safety-stock", sku, quantity = 3 } },
            from,
            to = Now(),
            channels = new[] { "web" },
            series = new[] { new { channel = "web", sku }, new { channel = "web", sku = "nowhere" } },
        })).Ok();

        // Of 10 with 3 withheld the second order is refused, and the units of the first come back. Moments of one part of the time are one point.
        var (course, nothing) = (tried.Items("series")[0], tried.Items("series")[1]);
        Assert.Equal(("web", sku), (course.Text("channel"), course.Text("sku")));
        var points = course.Items("points").Select(Point).ToArray();
        Assert.Equal((10, 7, 0, 0), points[0]);
        Assert.Equal((5, 7, 5, 5), points[^1]);
        Assert.Subset(new HashSet<(decimal, decimal, decimal, decimal)> { (10, 7, 0, 0), (6, 3, 4, 0), (1, 3, 9, 5), (5, 7, 5, 5) }, points.ToHashSet());
        Assert.Empty(nothing.Items("points"));

        static (decimal, decimal, decimal, decimal) Point(JsonElement point) =>
            (point.Number("promised"), point.Number("wouldBePromised"), point.Number("sold"), point.Number("lost"));
    }

    [Fact]
    public async Task The_requested_period_is_replayed()
    {
        var (sku, _) = await Stocked(("S001", 10));
        await Hold(sku, "web", 5, "before");
        var from = Now();
        await host.RecordAccepted(Line("receipt", 1, sku));
        var to = Now();
        await Hold(sku, "web", 2, "after");

        var tried = (await host.Post("/v1/rules/simulate", new { rules = new[] { Fence("shop", sku, 5) }, from, to, channels = new[] { "web" } })).Ok();

        Assert.Equal((1, from, to), (tried.Number("eventsReplayed"), tried.Text("from"), tried.Text("to")));
        Assert.Equal([("web", 5, 0, 0)], tried.Items("channels").Select(Summary));
    }

    [Fact]
    public async Task Progress_is_reported_in_lines()
    {
        var (sku, from) = await Stocked(("S001", 10));

        var answer = await host.Post("/v1/rules/simulate", Body(from, [Fence("web", sku, 4)]), "dev-planner", ("Accept", "application/x-ndjson"));

        Assert.Equal((200, "application/x-ndjson"), (answer.Status, answer.MediaType));
        Assert.Contains("Accept", answer.Headers["Vary"].Split(','));
        var lines = answer.Text.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.All(lines[..^1], line => Assert.InRange(line.Number("progress"), 0, 1));
        Assert.NotEmpty(lines[..^1]);
        Assert.Equal([("web", 6, 0, 0), ("shop", 4, 0, 0)], lines[^1].Items("channels").Select(Summary));
        (await host.Post("/v1/rules/simulate", Body(from, []), "dev-planner", ("Accept", "application/x-ndjson"))).Refused(400, "invalid-request");
    }

    [Fact]
    public async Task A_simulation_ends_when_its_caller_disconnects()
    {
        var (sku, from) = await Stocked(("S001", 10));
        await using var operation = new Npgsql.NpgsqlConnection(host.ConnectionString);
        await operation.OpenAsync();
        await using var lockedUp = await operation.BeginTransactionAsync();
        await using var locking = new Npgsql.NpgsqlCommand("lock table inventory.mt_events in access exclusive mode", operation);
        await locking.ExecuteNonQueryAsync();
        using var http = new HttpClient
        { BaseAddress = new Uri(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-planner");
        using var hangUp = new CancellationTokenSource();

        var asked = http.PostAsync("/v1/rules/simulate", JsonContent.Create(Body(from, [Fence("web", sku, 4)])), hangUp.Token);
        await Waiting.Until(async () => await Replays() == 1);
        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await Waiting.Until(async () => await Replays() == 0);

        async Task<long> Replays() =>
            (long)(await host.Sql("select count(*) from pg_stat_activity where datname = current_database() and query like '%over (order by sku, location) "
                + "as number%' and state = 'active' and pid <> pg_backend_pid()"))!;
    }

    [Theory]
    [InlineData("""{ "from": "F", "to": "T" }""", "invalid-request", "rules")]
    [InlineData("""{ "rules": [], "from": "F", "to": "T" }""", "invalid-request", "rules")]
    [InlineData("""{ "rules": {}, "from": "F", "to": "T" }""", "invalid-request", "rules")]
    [InlineData("""{ "rules": [R], "to": "T" }""", "invalid-request", "from")]
    [InlineData("""{ "rules": [R], "from": "F" }""", "invalid-request", "to")]
    [InlineData("""{ "rules": [R], "from": "yesterday", "to": "T" }""", "invalid-request", "from")]
    [InlineData("""{ "rules": [R], "from": "T", "to": "F" }""", "invalid-request", "from")]
    [InlineData("""{ "rules": [R], "from": "F", "to": "F" }""", "invalid-request", "from")]
    [InlineData("""{ "rules": [R], "from": "F", "to": "2027-01-01T00:00:00Z" }""", "invalid-request", "to")]
    [InlineData("""{ "rules": [R], "from": "F", "to": "T", "channels": [] }""", "invalid-request", "channels")]
    [InlineData("""{ "rules": [R], "from": "F", "to": "T", "channels": "web" }""", "invalid-request", "channels")]
    [InlineData("""{ "rules": [R], "from": "F", "to": "T", "channels": [5] }""", "invalid-request", "channels")]
    [InlineData("""{ "rules": [R], "from": "F", "to": "T", "channels": ["web", "web"] }""", "invalid-request", "channels")]
    [InlineData("""{ "rules": [R], "from": "F", "to": "T", "skus": [] }""", "invalid-request", "skus")]
    [InlineData("""{ "rules": [R], "from": "F", "to": "T", "series": {} }""", "invalid-request", "series")]
    [InlineData("""{ "rules": [R], "from": "F", "to": "T", "series": [5] }""", "invalid-request", "series[0]")]
    [InlineData("""{ "rules": [R], "from": "F", "to": "T", "series": [{ "channel": "web" }] }""", "invalid-request", "series[0].sku")]
    [InlineData("""{ "rules": [R], "from": "F", "to": "T", "channels": ["web"], "series": [{ "channel": "shop", "sku": "1" }] }""",
        "invalid-request", "series[0].channel")]
    [InlineData("""{ "rules": [R], "from": "F", "to": "T", "series": [S1, S2, S3, S4, S5, S6] }""", "invalid-request", "series")]
    [InlineData("""{ "rules": [R, 5], "from": "F", "to": "T" }""", "invalid-request", "rules[1]")]
    [InlineData("""{ "rules": [R, { "kind": "gift" }], "from": "F", "to": "T" }""", "invalid-rule", "rules[1].kind")]
    [InlineData("""{ "rules": [R, { "kind": "buffer", "quantity": -1 }], "from": "F", "to": "T" }""", "invalid-rule", "rules[1].quantity")]
    [InlineData("""{ "rules": [{ "kind": "buffer", "quantity": "1" }], "from": "F", "to": "T" }""", "invalid-request", "rules[0].quantity")]
    [InlineData("""{ "rules": [{ "kind": "buffer", "quantity": 1, "version": 3 }], "from": "F", "to": "T" }""", "invalid-request", "rules[0].version")]
    [InlineData("""{ "rules": [{ "id": "a", "kind": "buffer", "quantity": 1 }, { "id": "a", "kind": "buffer", "quantity": 2 }], "from": "F", "to": "T" }""",
        "invalid-request", "rules[1].id")]
    [InlineData("""{ "rules": [{ "id": "a/b", "kind": "buffer", "quantity": 1 }], "from": "F", "to": "T" }""", "invalid-request", "rules[0].id")]
    public async Task Invalid_simulations_are_refused(string body, string code, string field)
    {
        await Stocked();
        var json = body.Replace("\"F\"", "\"2026-11-23T08:00:00Z\"").Replace("\"T\"", "\"2026-11-23T09:00:00Z\"")
            .Replace("R", """{ "kind": "buffer", "quantity": 1 }""");
        json = System.Text.RegularExpressions.Regex.Replace(json, "S([1-6])", """{ "channel": "web", "sku": "$1" }""");

        var refused = (await host.Send(HttpMethod.Post, "/v1/rules/simulate", new StringContent(json, null, "application/json"), "dev-planner")).Refused(
            400, code);

        Assert.Contains(field, refused.Items("errors").Texts("field"));
    }

    [Fact]
    public async Task Simulations_are_for_planners_and_registered_channels()
    {
        var (sku, from) = await Stocked();
        var (rules, to) = (new[] { Fence("web", sku, 4) }, Now());

        (await host.Post("/v1/rules/simulate", new { rules, from, to, channels = new[] { "web", "nobody" } }, "dev-planner")).Refused(404, "unknown-channel");
        (await host.Post("/v1/rules/simulate", new { rules, from, to }, "dev-ops")).Refused(403, "forbidden");
        var all = (await host.Post("/v1/rules/simulate", new { rules, from, to }, "dev-planner")).Ok();
        Assert.Equal(["shop", "web"], all.Items("channels").Texts("channel"));
    }

    /// <summary>Stock that was recorded before the time begins.</summary>
    private async Task<(string Sku, string From)> Stocked(params IReadOnlyList<(string Location, decimal Quantity)> stock)
    {
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        (await host.Put("/v1/channels/shop", new { adapter = "none" })).Ok();
        var sku = NewSku();
        if (stock.Count > 0)
        {
            await host.RecordAccepted([.. stock.Select(units => Line("receipt", units.Quantity, sku, location: units.Location))]);
        }

        return (sku, Now());
    }

    private string Now() => NodaTime.Text.InstantPattern.ExtendedIso.Format(host.Clock.GetCurrentInstant());

    private static object Fence(string channel, string sku, decimal quantity) => new { kind = "allocation", channel, sku, mode = "fixed", quantity };

    private object Body(string from, object[] rules) => new { rules, from, to = Now(), channels = new[] { "web", "shop" } };

    private Task<Answer> Simulate(string from, params object[] rules) => host.Post("/v1/rules/simulate", Body(from, rules), "dev-planner");

    private async Task Hold(string sku, string channel, decimal quantity, string order) =>
        (await host.Post("/v1/reservations", new { id = $"{sku}-{order}", channel, lines = new[] { new { sku, quantity } } })).Ok(201);

    private static (string?, decimal, decimal, decimal) Summary(JsonElement change) =>
        (change.Text("channel"), change.Number("unitsWithheld"), change.Number("salesLost"), change.Number("oversellsAvoided"));
}

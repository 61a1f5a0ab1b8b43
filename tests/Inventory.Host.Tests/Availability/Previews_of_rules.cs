using System.Text.Json;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Availability;

/// <summary>What rules would change now, over the real host.</summary>
public sealed class Previews_of_rules(RunningHost host) : IClassFixture<RunningHost>
{
    private static readonly string[] WebAndShop = ["web", "shop"];

    [Fact]
    public async Task The_number_now_and_with_the_rule_are_shown()
    {
        var sku = await Stocked(("S001", 12), ("S002", 8));
        (await host.Post("/v1/reservations", new { id = sku, channel = "web", lines = new[] { new { sku, quantity = 3 } } })).Ok(201);

        var preview = await Preview(new { kind = "allocation", channel = "web", sku, mode = "fixed", quantity = 10 });

        Assert.Equal([("web", 17, 10, 1, 0), ("shop", 17, 7, 1, 0)], preview.Items("channels").Select(Channel));
        var shown = Assert.Single(preview.Items("skus"));
        Assert.Equal((sku, 34, 17), (shown.Text("sku"), shown.Number("now"), shown.Number("with")));
        Assert.Equal([("web", 17m, 10m), ("shop", 17m, 7m)],
            shown.Items("channels").Select(one => (one.Text("channel")!, one.Number("now"), one.Number("with"))));
        Assert.Equal((1, 1), (preview.Number("skusCompared"), preview.Number("skusChanged")));
        Assert.Equal(17, await Promise(sku, "web"));
    }

    [Fact]
    public async Task A_rule_takes_the_place_of_the_one_with_its_id()
    {
        var sku = await Stocked(("S001", 10));
        (await host.Put($"/v1/rules/{sku}", new { kind = "safety-stock", sku, quantity = 4 })).Ok();

        var preview = await Preview(new { id = sku, kind = "safety-stock", sku, quantity = 1, effectiveFrom = "2027-01-01T00:00:00Z" });

        Assert.Equal([("web", 6, 9, 1, 0), ("shop", 6, 9, 1, 0)], preview.Items("channels").Select(Channel));
        Assert.Equal("1 of 1 instead of [] loses to []", Contest(preview));
    }

    [Fact]
    public async Task Which_rule_wins_is_said_with_the_reason()
    {
        var sku = await Stocked(("S001", 10), ("S002", 10), ("S003", 10));
        (await host.Put($"/v1/rules/{sku}-s1", new { kind = "safety-stock", sku, location = "S001", quantity = 1 })).Ok();
        (await host.Put($"/v1/rules/{sku}-all", new { kind = "safety-stock", sku, quantity = 2 })).Ok();

        var smaller = await Preview(new { kind = "safety-stock", sku, quantity = 1 });
        var larger = await Preview(new { kind = "safety-stock", sku, quantity = 3 });

        Assert.Empty(smaller.Items("skus"));
        Assert.Equal($"2 of 3 instead of [{sku}-all larger 2] loses to [{sku}-s1 more-specific 1]", Contest(larger));
        Assert.Equal(("web", 25, 23, 1, 0), Channel(larger.Items("channels")[0]));
    }

    [Fact]
    public async Task A_kit_changes_with_its_components()
    {
        var cup = await Stocked(("S001", 10));
        var set = NewSku();
        (await host.Put($"/v1/kits/{set}", new { components = new[] { new { sku = cup, quantity = 2 } } })).Ok();

        var preview = await Preview(new { kind = "safety-stock", sku = cup, quantity = 4 });

        Assert.Equal([(cup, 20m, 12m), (set, 10m, 6m)],
            preview.Items("skus").Select(one => (one.Text("sku")!, one.Number("now"), one.Number("with"))));
    }

    [Fact]
    public async Task A_rule_for_all_names_the_most_affected_first()
    {
        var (few, many) = (await Stocked(("S009", 2)), await Stocked(("S009", 50)));

        var preview = await Preview(
            new { rules = new[] { new { kind = "eligibility", location = "S009", allowed = false } }, channels = WebAndShop, limit = 1 }, asIs: true);

        Assert.Equal([many], preview.Items("skus").Texts("sku"));
        Assert.True(preview.Number("skusChanged") >= 2);
        Assert.True(preview.Number("skusCompared") >= preview.Number("skusChanged"));
        var chosen = await Preview(
            new { rules = new[] { new { kind = "eligibility", location = "S009", allowed = false } }, channels = WebAndShop, skus = new[] { few } }, asIs: true);
        Assert.Equal(("web", 2, 0, 1, 1), Channel(chosen.Items("channels")[0]));
    }

    [Theory]
    [InlineData("""{ "rules": [] }""", "invalid-request", "rules")]
    [InlineData("""{ "channels": ["web"] }""", "invalid-request", "rules")]
    [InlineData("""{ "rules": [R], "from": "2026-11-23T08:00:00Z" }""", "invalid-request", "from")]
    [InlineData("""{ "rules": [R], "skus": [] }""", "invalid-request", "skus")]
    [InlineData("""{ "rules": [R], "skus": [5] }""", "invalid-request", "skus")]
    [InlineData("""{ "rules": [R], "limit": 0 }""", "invalid-request", "limit")]
    [InlineData("""{ "rules": [R], "limit": 1.5 }""", "invalid-request", "limit")]
    [InlineData("""{ "rules": [R, { "kind": "gift" }] }""", "invalid-rule", "rules[1].kind")]
    public async Task Invalid_previews_are_refused(string body, string code, string field)
    {
        await Stocked();
        var json = body.Replace("R", """{ "kind": "buffer", "quantity": 1 }""", StringComparison.Ordinal);

        var refused = (await host.Send(HttpMethod.Post, "/v1/rules/preview", new StringContent(json, null, "application/json"), "dev-planner")).Refused(
            400, code);

        Assert.Contains(field, refused.Items("errors").Texts("field"));
    }

    [Fact]
    public async Task A_channel_that_is_not_registered_is_unknown() =>
        (await host.Post("/v1/rules/preview", new { rules = new[] { new { kind = "buffer", quantity = 1 } }, channels = new[] { "nobody" } })).Refused(
            404, "unknown-channel");

    private async Task<JsonElement> Preview(object rule, bool asIs = false) =>
        (await host.Post("/v1/rules/preview", asIs ? rule : new { rules = new[] { rule }, channels = WebAndShop }, "dev-planner")).Ok();

    private async Task<decimal> Promise(string sku, string channel) => (await host.Get($"/v1/availability/{sku}?channel={channel}")).Ok().Number("quantity");

    private static (string?, decimal, decimal, decimal, decimal) Channel(JsonElement channel) =>
        (channel.Text("channel"), channel.Number("now"), channel.Number("with"), channel.Number("skusChanged"), channel.Number("skusSoldOut"));

    private static string Contest(JsonElement preview)
    {
        var contest = Assert.Single(Assert.Single(preview.Items("skus")).Items("rules"));
        return FormattableString.Invariant(
            $"{contest.Number("wins")} of {contest.Number("cases")} instead of [{Rivals("insteadOf")}] loses to [{Rivals("losesTo")}]");

        string Rivals(string name) => string.Join(
            ", ", contest.Items(name).Select(rival => FormattableString.Invariant(
                $"{rival.Text("rule")} {rival.Text("because")} {rival.Number("cases")}")));
    }

    private async Task<string> Stocked(params (string Location, int Units)[] stock)
    {
        foreach (var channel in WebAndShop)
        {
            (await host.Put($"/v1/channels/{channel}", new { adapter = "none" })).Ok();
        }

        var sku = NewSku();
        await host.RecordAccepted([.. stock.Select(at => Line("receipt", at.Units, sku, location: at.Location))]);
        return sku;
    }
}

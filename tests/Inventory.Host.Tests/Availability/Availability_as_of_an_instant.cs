using NodaTime.Text;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Availability;

public sealed class Availability_as_of_an_instant(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Both_the_answer_then_and_the_right_answer_are_given()
    {
        var sku = await Stocked(("S001", 10));
        var at = Now();
        await host.RecordAccepted(Line("sale", 3, sku, at: "09:30"));

        Assert.Equal((10, 7), (await Promise(sku, "web", at, "then"), await Promise(sku, "web", at, "now")));
        Assert.Equal((0, 10), (await Promise(sku, "web", "2026-11-23T09:15:00Z", "then"), await Promise(sku, "web", "2026-11-23T09:15:00Z", "now")));
        Assert.Equal(7, await Promise(sku, "web", at, null));
        Assert.Equal(0, await Promise("never-seen", "web", at, "then"));
    }

    [Fact]
    public async Task Holds_and_ring_fence_use_are_those_of_the_instant()
    {
        var sku = await Stocked(("S001", 12), ("S002", 8));
        await Rule(sku, new { kind = "allocation", channel = "web", sku, mode = "fixed", quantity = 8 });
        await Hold(sku, "web", 3, "a");
        await Hold(sku, "shop", 2, "b");
        (await host.Post($"/v1/reservations/{sku}-a/fulfil", new { lines = new[] { new { sku, quantity = 1 } } })).Ok();
        var at = Now();
        (await host.Post($"/v1/reservations/{sku}-a/release", new { })).Ok();
        (await host.Post($"/v1/reservations/{sku}-b/release", new { })).Ok();
        await Rule(sku, new { kind = "safety-stock", sku, quantity = 1 });

        Assert.Equal((5, 10), (await Promise(sku, "web", at, "then"), await Promise(sku, "shop", at, "then")));
        Assert.Equal((5, 10), (await Promise(sku, "web", at, "now"), await Promise(sku, "shop", at, "now")));
        Assert.Equal(17, await Promise(sku, "web", Now(), "then"));
    }

    [Fact]
    public async Task Rules_are_those_known_then_or_known_now()
    {
        var sku = await Stocked(("S001", 10));
        await Hold(sku, "web", 2, "a");
        var at = Now();
        await Rule(sku, new { kind = "allocation", channel = "web", sku, mode = "fixed", quantity = 6, effectiveFrom = "2026-11-23T08:00:00Z" });

        Assert.Equal((8, 8), (await Promise(sku, "web", at, "then"), await Promise(sku, "shop", at, "then")));

        // With the ring-fence that should have been there, the order would have used it up in part.
        Assert.Equal((4, 4), (await Promise(sku, "web", at, "now"), await Promise(sku, "shop", at, "now")));
    }

    [Fact]
    public async Task Its_explanation_adds_up()
    {
        var sku = await Stocked(("S001", 12), ("S002", 5));
        await Hold(sku, "web", 2, "a");
        await Rule(sku, new { kind = "safety-stock", sku, location = "S001", quantity = 4 });
        var at = Now();
        await host.RecordAccepted(Line("sale", 9, sku));

        var answer = (await Ask(sku, "web", $"&at={at}&knowledge=then&explain=true&detail=locations")).Ok();

        Assert.Equal((11, at), (answer.Number("quantity"), answer.Text("asOf")));
        Assert.Equal(11, answer.Items("terms").Sum(term => term.Number("quantity")));
        Assert.Equal(11, answer.Items("locations").Sum(part => part.Number("quantity")));
        Assert.Equal(
            [("on-hand", 12m, null, null), ("reserved", -2, null, $"{sku}-a"), ("safety-stock", -4, sku, null), ("on-hand", 5, null, null)],
            answer.Items("terms").Select(term => (term.Text("term")!, term.Number("quantity"), term.Text("rule"), term.Text("reservation"))));
        Assert.All(answer.Items("terms").Where(term => term.Text("rule") is null), term => Assert.Single(term.Items("events")));
        Assert.Equal(6, (await Ask(sku, "web", $"&at={at}&knowledge=then&location=S001")).Ok().Number("quantity"));
    }

    [Fact]
    public async Task Holds_that_had_expired_by_the_clock_are_left_out()
    {
        var sku = await Stocked(("S001", 10));
        (await host.Post("/v1/reservations", new { id = $"{sku}-short", channel = "web", holdFor = "PT1M", lines = new[] { new { sku, quantity = 4 } } })).Ok(
            201);
        var held = host.Clock.GetCurrentInstant();
        host.Clock.Reset(held + Duration.FromMinutes(5));

        Assert.Equal((6, 10), (await Promise(sku, "web", Text(held), "then"), await Promise(sku, "web", Text(held + Duration.FromSeconds(61)), "then")));
    }

    [Fact]
    public async Task This_very_moment_gives_the_current_answer()
    {
        var sku = await Stocked(("S001", 12), ("S002", 5));
        await Rule(sku, new { kind = "allocation", channel = "shop", sku, mode = "fixed", quantity = 6, borrow = true });
        await Rule(sku + "-l", new { kind = "publish", channel = "web", sku, levels = new object[] { new { name = "low", upTo = 10 }, new { name = "in" } } });
        await Hold(sku, "shop", 8, "a");

        foreach (var channel in new[] { "web", "shop" })
        {
            var (now, then) = ((await Ask(sku, channel, "&explain=true")).Ok(), (await Ask(sku, channel, $"&explain=true&knowledge=then&at={Now()}")).Ok());

            Assert.Equal(now.Number("quantity"), then.Number("quantity"));
            Assert.Equal(now.Number("version"), then.Number("version"));
            Assert.Equal(now.GetProperty("terms").GetRawText(), then.GetProperty("terms").GetRawText());
            Assert.Equal(channel == "web" ? "low" : null, then.TryGetProperty("level", out var level) ? level.GetString() : null);
        }
    }

    [Theory]
    [InlineData("at=yesterday", "at")]
    [InlineData("at=2027-01-01T00:00:00Z", "at")]
    [InlineData("at=2026-11-23T09:00:00Z&knowledge=maybe", "knowledge")]
    [InlineData("knowledge=then", "knowledge")]
    public async Task An_instant_that_cannot_be_known_is_refused(string query, string field)
    {
        await Stocked(("S001", 1));

        Assert.Contains(field, (await Ask("any", "web", $"&{query}")).Refused(400, "invalid-request").Items("errors").Texts("field"));
    }

    private async Task<string> Stocked(params IReadOnlyList<(string Location, decimal Quantity)> stock)
    {
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        (await host.Put("/v1/channels/shop", new { adapter = "none" })).Ok();
        var sku = NewSku();
        await host.RecordAccepted([.. stock.Select(units => Line("receipt", units.Quantity, sku, location: units.Location))]);
        return sku;
    }

    private async Task Rule(string id, object rule) => (await host.Put($"/v1/rules/{id}", rule, "dev-planner")).Ok();

    private async Task Hold(string sku, string channel, decimal quantity, string order) =>
        (await host.Post("/v1/reservations", new { id = $"{sku}-{order}", channel, lines = new[] { new { sku, quantity } } })).Ok(201);

    private Task<Answer> Ask(string sku, string channel, string more) => host.Get($"/v1/availability/{sku}?channel={channel}{more}");

    private async Task<decimal> Promise(string sku, string channel, string at, string? knowledge) =>
        (await Ask(sku, channel, $"&at={at}{(knowledge is null ? "" : $"&knowledge={knowledge}")}")).Ok().Number("quantity");

    private string Now() => Text(host.Clock.GetCurrentInstant());

    private static string Text(Instant instant) => InstantPattern.ExtendedIso.Format(instant);
}

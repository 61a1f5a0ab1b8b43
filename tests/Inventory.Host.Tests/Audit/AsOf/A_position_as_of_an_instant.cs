using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Audit.AsOf;

public class A_position_as_of_an_instant(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Is_what_was_known_then_or_what_is_known_now()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku, at: "08:00"), Line("sale", 3, sku, id: $"{sku}-sale", at: "08:30"));
        var before = await Newest(sku);
        await host.RecordAccepted(Line("count", 6, sku, at: "09:00"));
        await host.Record(Line("sale", 1, sku, at: "08:45"), Line("correction", 2, sku, more: [("corrects", $"{sku}-sale"), ("declaration", "incorrect")]));

        Assert.Equal((7, "2"), await OnHand(sku, before, "then"));
        Assert.Equal((0, "0"), await OnHand(sku, "2026-11-23T08:59:00Z", "then"));
        Assert.Equal((10, "5"), await OnHand(sku, "2026-11-23T08:29:59.999Z", "now"));
        Assert.Equal((8, "5"), await OnHand(sku, "2026-11-23T08:30:00Z", "now"));
        Assert.Equal((7, "5"), await OnHand(sku, "2026-11-23T08:59:59Z", "now"));
        Assert.Equal((6, "5"), await OnHand(sku, "2026-11-23T09:00:00Z", "now"));
        Assert.Equal((6, "5"), await OnHand(sku, await Newest(sku), "then"));
    }

    [Fact]
    public async Task Has_every_field_of_the_current_position()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("receipt", 10.50m, sku), Line("return", 2, sku, more: ("status", "damaged")),
            Line("expected", 4, sku, more: [("document", $"po-{sku}"), ("expectedOn", "2026-11-30"), ("kind", "purchase-order"), ("confidence", 1)]));
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        (await host.Put($"/v1/rules/fence-{sku}",
            new { kind = "allocation", channel = "web", sku, mode = "fixed", quantity = 3, effectiveFrom = "2026-11-01T00:00:00Z" })).Ok();
        (await host.Post("/v1/reservations", new { id = $"order-{sku}", channel = "web", lines = new[] { new { sku, quantity = 2, location = "S001" } } })).Ok(
            201);
        (await host.Put($"/v1/rules/safety-{sku}", new { kind = "safety-stock", sku, quantity = 1, effectiveFrom = "2026-11-01T00:00:00Z" })).Ok();
        var now = await host.Position(sku);

        var past = (await host.Get($"/v1/positions/{sku}/S001?at={now.Text("asOf")}")).Ok();

        Assert.Equal(Without(now), Without(past));
        Assert.Equal(now.Text("asOf"), past.Text("asOf"));
        Assert.Equal((1, 1), (past.Number("safetyStock"), past.GetProperty("allocations").Number("web")));
        var later = (await host.Get($"/v1/positions/{sku}/S001?at=2026-11-23T12:00:00Z&knowledge=then")).Ok();
        Assert.Equal((2, 0), (past.Number("reserved"), later.Number("reserved")));

        // The rule was decided today: at its earlier beginning it was not known.
        Assert.Equal(0, (await host.Get($"/v1/positions/{sku}/S001?at=2026-11-02T00:00:00Z&knowledge=then")).Ok().Number("safetyStock"));

        static IEnumerable<string> Without(System.Text.Json.JsonElement position) =>
            position.EnumerateObject().Where(field => field.Name is not "asOf" and not "asOfSequence")
            .Select(field => $"{field.Name} {field.Value.GetRawText()}");
    }

    [Theory]
    [InlineData("at=yesterday", "at")]
    [InlineData("at=2026-11-23", "at")]
    [InlineData("at=2026-11-23T10:00:00Z&knowledge=later", "knowledge")]
    [InlineData("at=2026-11-23T10:00:00Z&knowledge=", "knowledge")]
    [InlineData("knowledge=now", "knowledge")]
    [InlineData("when=2026-11-23T10:00:00Z", "when")]
    public async Task Is_refused_with_the_field_named_for_a_bad_query(string query, string field)
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 1, sku));

        var problem = (await host.Get($"/v1/positions/{sku}/S001?{query}")).Refused(400, "invalid-request");

        Assert.Equal(field, problem.Items("errors").Single().Text("field"));
    }

    [Fact]
    public async Task Is_unknown_if_it_never_existed_and_hidden_from_other_stores()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 1, sku));

        (await host.Get($"/v1/positions/{sku}/S002?at=2026-11-23T10:00:00Z")).Refused(404, "unknown-position");
        (await host.Get($"/v1/positions/{sku}/S001?at=2026-11-23T10:00:00Z", key: "dev-store-S002")).Refused(403, "forbidden");
        (await host.Get($"/v1/positions/{sku}/S001?at=2026-11-23T10:00:00Z", key: "dev-store-S001")).Ok();
    }

    private async Task<(decimal OnHand, string Version)> OnHand(string sku, string at, string knowledge)
    {
        var position = (await host.Get($"/v1/positions/{sku}/S001?at={at}&knowledge={knowledge}")).Ok();
        return (position.Number("onHand"), position.GetProperty("version").GetRawText());
    }

    private async Task<string> Newest(string sku) => (await host.Events(sku))[^1].Text("recordedAt")!;
}

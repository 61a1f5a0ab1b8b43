using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Availability;

public class Availability_of_a_channel(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Sums_what_each_location_can_sell_without_offsetting()
    {
        var sku = await Sku(
            ("a", "receipt", 10, null), ("a", "return", 3, "damaged"), ("b", "receipt", 5.5m, null), ("c", "sale", 100, null));

        var answer = (await host.Get($"/v1/availability/{sku}?channel=web&detail=locations")).Ok();

        Assert.Equal(15.5m, answer.Number("quantity"));
        Assert.Equal([("a", 10m), ("b", 5.5m), ("c", 0m)], answer.Items("locations").Select(part => (part.Text("location"), part.Number("quantity"))));
        Assert.Equal((sku, "web", 4), (answer.Text("sku"), answer.Text("channel"), answer.Number("version")));
        Assert.StartsWith("PT", answer.Text("sourceAge"), StringComparison.Ordinal);
        Assert.True(answer.Number("asOfSequence") >= 4);
    }

    [Fact]
    public async Task A_disabled_location_is_left_out()
    {
        var sku = await Sku(("open", "receipt", 1, null), ("closed", "receipt", 2, null));
        (await host.Put("/v1/locations/open", new { type = "store" })).Ok();
        (await host.Put("/v1/locations/closed", new { type = "store", enabled = false })).Ok();

        Assert.Equal(1, (await host.Get($"/v1/availability/{sku}?channel=web")).Ok().Number("quantity"));
        Assert.Equal(0, (await host.Get($"/v1/availability/{sku}?channel=web&location=closed")).Ok().Number("quantity"));
        Assert.Equal(1, (await host.Get($"/v1/availability/{sku}?channel=web&location=open")).Ok().Number("quantity"));
    }

    [Fact]
    public async Task An_unknown_SKU_has_zero_and_an_unknown_channel_is_refused()
    {
        await Sku();

        var answer = (await host.Get("/v1/availability/never-seen?channel=web")).Ok();

        Assert.Equal((0, 0), (answer.Number("quantity"), answer.Number("version")));
        (await host.Get("/v1/availability/never-seen?channel=nobody")).Refused(404, "unknown-channel");
    }

    [Fact]
    public async Task An_unchanged_answer_is_304()
    {
        var sku = await Sku(("toggled", "receipt", 1, null), ("steady", "receipt", 1, null));
        var path = $"/v1/availability/{sku}?channel=web";
        var tag = (await host.Get(path)).Headers["ETag"];
        var known = await host.Get(path, headers: ("If-None-Match", tag));
        Assert.Equal((304, "", tag), (known.Status, known.Text, known.Headers["ETag"]));

        (await host.Put("/v1/locations/toggled", new { type = "store", enabled = false })).Ok();
        var changed = await host.Get(path, headers: ("If-None-Match", tag));

        Assert.Equal(1, changed.Ok().Number("quantity"));
        await host.RecordAccepted(Line("receipt", 1, sku, location: "steady"));
        Assert.Equal(2, (await host.Get(path, headers: ("If-None-Match", changed.Headers["ETag"]))).Ok().Number("quantity"));
    }

    [Fact]
    public async Task A_channel_sees_its_own_availability_only()
    {
        var sku = await Sku(("a", "receipt", 1, null));

        (await host.Get($"/v1/availability/{sku}?channel=web", key: "dev-channel-web")).Ok();
        (await host.Get($"/v1/availability/{sku}?channel=web", key: "dev-channel-other")).Refused(403, "forbidden");
        (await host.Get($"/v1/availability/{sku}?channel=web", key: "dev-store-S001")).Refused(403, "forbidden");
    }

    [Theory]
    [InlineData("A/B @ 50%")]
    [InlineData("緑茶")]
    public async Task A_SKU_with_any_characters_is_found_by_its_path(string sku)
    {
        await Sku();
        var sequence = await host.RecordAccepted(Line("receipt", 1, sku));

        Assert.Equal(1, (await host.Get($"/v1/availability/{Uri.EscapeDataString(sku)}?channel=web&minSequence={sequence}")).Ok().Number("quantity"));
        Assert.Equal(1, (await host.Post($"/v1/availability/query?minSequence={sequence}", new { channel = "web", skus = new[] { sku } })).Ok()
            .Items()[0].Number("quantity"));
        (await host.Post($"/v1/availability/query?minSequence={sequence + 1_000_000}", new { channel = "web", skus = new[] { sku } })).Refused(
            503, "not-yet-seen");
    }

    private async Task<string> Sku(params IReadOnlyList<(string Location, string Type, decimal Quantity, string? Status)> facts)
    {
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        var sku = NewSku();
        await host.RecordAccepted([.. facts.Select(fact => fact.Status is null
            ? Line(fact.Type, fact.Quantity, sku, location: fact.Location)
            : Line(fact.Type, fact.Quantity, sku, location: fact.Location, more: ("status", fact.Status)))]);
        return sku;
    }
}

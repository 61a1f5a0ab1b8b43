using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Positions;

public class Reading_a_position(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Every_field_of_the_contract_is_there()
    {
        var sku = NewSku();
        var sequence = await host.RecordAccepted(Line("receipt", 10.50m, sku), Line("return", 2, sku, more: ("status", "damaged")));

        var position = await host.Position(sku);

        Assert.Equal(
            ["sku", "location", "onHand", "unsellable", "reserved", "inTransit", "safetyStock", "allocations",
                "available", "countedAt", "version", "asOf", "asOfSequence", "supplyHeld"],
            position.EnumerateObject().Select(field => field.Name));
        Assert.Equal("12.5", position.GetProperty("onHand").GetRawText());
        Assert.Equal((10.5m, 2), (position.Number("available"), position.Number("version")));
        Assert.True(position.Number("asOfSequence") >= sequence);
        Assert.StartsWith("2026-11-23T10:0", position.Text("asOf"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A/B")]
    [InlineData("A%2FB")]
    [InlineData("a@b@c")]
    [InlineData("50% off")]
    [InlineData("a+b?c#d&e=f")]
    [InlineData("茶・ÄÖ ß Ω 😀")]
    public async Task A_SKU_with_any_characters_is_found_by_its_path(string sku)
    {
        await host.RecordAccepted(Line("receipt", 1, sku));

        Assert.Equal(sku, (await host.Position(sku)).Text("sku"));
        Assert.Single(await host.Events(sku));
        Assert.Equal(sku, (await host.Get($"/v1/positions?sku={Uri.EscapeDataString(sku)}")).Ok().Items().Single().Text("sku"));
    }

    [Fact]
    public async Task SKUs_that_differ_in_spelling_are_different()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 1, sku));

        (await host.Get($"/v1/positions/{sku.ToUpperInvariant()}/S001")).Refused(404, "unknown-position");
        (await host.Get($"/v1/positions/{sku}/s001")).Refused(404, "unknown-position");
        (await host.Get($"/v1/positions/{sku}/s001/events")).Refused(404, "unknown-position");
    }

    [Fact]
    public async Task An_unchanged_position_is_304()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 1, sku));
        var tag = (await host.Get($"/v1/positions/{sku}/S001")).Headers["ETag"];
        Assert.Equal(304, (await host.Get($"/v1/positions/{sku}/S001", headers: ("If-None-Match", tag))).Status);

        await host.RecordAccepted(Line("sale", 1, sku));

        Assert.Equal(200, (await host.Get($"/v1/positions/{sku}/S001", headers: ("If-None-Match", tag))).Status);
    }

    [Fact]
    public async Task A_position_is_read_after_ones_own_write()
    {
        var sku = NewSku();
        var sequence = await host.RecordAccepted(Line("receipt", 1, sku));

        (await host.Get($"/v1/positions/{sku}/S001?minSequence={sequence}")).Ok();
        var unseen = await host.Get($"/v1/positions/{sku}/S001?minSequence={sequence + 1_000_000}");

        unseen.Refused(503, "not-yet-seen");
        Assert.True(unseen.Headers.ContainsKey("Retry-After"));
    }

    [Fact]
    public async Task A_store_does_not_see_another_location()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 1, sku), Line("receipt", 1, sku, location: "S002"));

        (await host.Get($"/v1/positions/{sku}/S002", key: "dev-store-S001")).Refused(403, "forbidden");
        (await host.Get($"/v1/positions/{sku}/S002/events", key: "dev-store-S001")).Refused(403, "forbidden");
        (await host.Get($"/v1/positions/{sku}/nowhere", key: "dev-store-S001")).Refused(403, "forbidden");
        Assert.Equal(["S001"], (await host.Get($"/v1/positions?sku={sku}", key: "dev-store-S001")).Ok().Items().Texts("location"));
    }

    [Fact]
    public async Task Positions_are_listed_in_order_and_in_pages()
    {
        var sku = NewSku();
        await host.RecordAccepted([.. new[] { "b", "a", "B", "c", "A" }.Select(location => Line("receipt", 1, sku, location: location))]);

        var first = (await host.Get($"/v1/positions?sku={sku}&limit=2")).Ok();
        var second = (await host.Get($"/v1/positions?sku={sku}&limit=2&after={Uri.EscapeDataString(first.Text("next")!)}")).Ok();
        var third = (await host.Get($"/v1/positions?sku={sku}&limit=2&after={Uri.EscapeDataString(second.Text("next")!)}")).Ok();

        Assert.Equal(["A", "B", "a", "b", "c"], new[] { first, second, third }.SelectMany(page => page.Items()).Texts("location"));
        Assert.Null(third.Text("next"));
        Assert.Equal([sku], (await host.Get("/v1/positions?location=B")).Ok().Items().Texts("sku"));
    }
}

using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Positions.Search;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Positions;

public class Searching_positions(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task A_beginning_in_any_case_finds_SKUs()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("receipt", 1, $"Shirt-{sku}-b"), Line("receipt", 2, $"shirt-{sku}-A"), Line("receipt", 3, $"shirt-{sku}-c", location: "S002"),
            Line("receipt", 4, $"skirt-{sku}"));

        Assert.Equal([$"shirt-{sku}-A", $"Shirt-{sku}-b", $"shirt-{sku}-c"], await Skus($"q=SHIRT-{sku}"));
        Assert.Equal([$"shirt-{sku}-c", $"Shirt-{sku}-b", $"shirt-{sku}-A"], await Skus($"q=shirt-{sku}&sort=-sku"));
        Assert.Equal([$"shirt-{sku}-c"], await Skus($"q=shirt-{sku}&location=S002"));
        Assert.Empty(await Skus($"q=hirt-{sku}"));
    }

    [Fact]
    public async Task Another_name_finds_its_SKU()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 1, sku));
        (await host.Put($"/v1/skus/{sku}", new { aliases = new[] { $"Alias-of-{sku}" } })).Ok();

        Assert.Equal([sku], await Skus($"q=alias-OF-{sku}"));
        Assert.Equal([sku], await Skus($"q=&sku=Alias-of-{sku}"));
    }

    [Fact]
    public async Task Positions_have_every_field_that_the_list_has()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku), Line("return", 2, sku, more: ("status", "damaged")));
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        (await host.Put($"/v1/rules/fence-{sku}",
            new { kind = "allocation", channel = "web", sku, mode = "fixed", quantity = 3, effectiveFrom = "2026-11-01T00:00:00Z" })).Ok();
        (await host.Put($"/v1/rules/safety-{sku}", new { kind = "safety-stock", sku, quantity = 1, effectiveFrom = "2026-11-01T00:00:00Z" })).Ok();
        (await host.Post("/v1/reservations",
            new { id = $"order-{sku}", channel = "web", holdFor = "PT5M", lines = new[] { new { sku, quantity = 2, location = "S001" } } })).Ok(201);

        Assert.Equal(await Listed($"sku={sku}"), await Listed($"q={sku}"));
        Assert.Contains("reserved 2", await Listed($"q={sku}"));
        host.Clock.Advance(Duration.FromMinutes(6));
        Assert.Contains("reserved 0", await Listed($"q={sku}"));

        async Task<string[]> Listed(string query) =>
            [.. (await host.Get($"/v1/positions?{query}")).Ok().Items().Single().EnumerateObject()
                .Where(field => field.Name is not "asOf" and not "asOfSequence").Select(field => $"{field.Name} {field.Value.GetRawText()}")];
    }

    [Theory]
    [InlineData("onHand", "b c d a")]
    [InlineData("-onHand", "a d c b")]
    [InlineData("unsellable", "b c d a")]
    [InlineData("-reserved", "a b c d")]
    [InlineData("available", "b a c d")]
    [InlineData("sku", "a b c d")]
    [InlineData("-sku", "d c b a")]
    public async Task Pages_of_any_order_have_each_position_once(string sort, string expected)
    {
        var sku = await Four();
        List<string> found = [];
        string? after = null;
        do
        {
            var page = (await host.Get(
                $"/v1/positions?q={sku}&sort={sort}&count=1{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}")).Ok();
            found.AddRange(page.Items().Texts("sku").Select(one => one![^1..]));
            after = page.Text("next");
        }
        while (after is not null);

        Assert.Equal(expected, string.Join(' ', found));
    }

    [Theory]
    [InlineData("below-zero", "b")]
    [InlineData("below-safety", "b")]
    [InlineData("never-counted", "a b d")]
    [InlineData("held-beyond-on-hand", "b")]
    public async Task A_state_leaves_out_all_others(string state, string expected)
    {
        var sku = await Four();

        Assert.Equal(expected, string.Join(' ', (await Skus($"q={sku}&state={state}")).Select(one => one![^1..])));
    }

    [Fact]
    public async Task A_group_is_of_its_locations()
    {
        var (sku, group) = (NewSku(), $"group-{NewSku()}");
        await host.RecordAccepted(Line("receipt", 1, sku, location: $"in-{group}"), Line("receipt", 2, sku, location: $"out-{group}"));
        (await host.Put($"/v1/locations/in-{group}", new { type = "store", timeZone = "Europe/Berlin", groups = new[] { group } })).Ok();

        Assert.Equal([$"in-{group}"], (await host.Get($"/v1/positions?group={group}")).Ok().Items().Texts("location"));
        var sums = (await host.Get($"/v1/positions/summary?by=group&sku={sku}")).Ok().Items();
        Assert.Equal([(null, 2), (group, 1)], sums.Select(sum => (sum.Text("place"), sum.Number("onHand"))));
    }

    [Fact]
    public async Task A_summary_has_the_sums_of_each_place()
    {
        var sku = await Four();
        await host.RecordAccepted(Line("receipt", 7, $"{sku}e", location: "S002"));

        var sums = (await host.Get($"/v1/positions/summary?q={sku}")).Ok().Items();

        Assert.Equal(["S001", "S002"], sums.Texts("place"));
        Assert.Equal((4, 14, 1, 1, 1, 3),
            (sums[0].Number("positions"), sums[0].Number("onHand"), sums[0].Number("unsellable"), sums[0].Number("reserved"), sums[0].Number("belowZero"),
                sums[0].Number("neverCounted")));
        Assert.Equal(7, sums[1].Number("available"));
    }

    [Fact]
    public async Task A_store_finds_its_own()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 1, sku), Line("receipt", 2, sku, location: "S002"));

        Assert.Equal(["S002"], (await host.Get($"/v1/positions?q={sku}", key: "dev-store-S002")).Ok().Items().Texts("location"));
        Assert.Equal(["S002"], (await host.Get($"/v1/positions/summary?q={sku}", key: "dev-store-S002")).Ok().Items().Texts("place"));
        (await host.Get($"/v1/positions?q={sku}&location=S001", key: "dev-store-S002")).Refused(403, "forbidden");
    }

    [Fact]
    public async Task A_second_scan_is_refused_until_the_first_ends()
    {
        var sku = NewSku();
        await host.RecordAccepted([.. Enumerable.Range(0, ScanPositions.SkusBesides + 1).Select(number => Line("receipt", 1, $"{sku}-{number:D4}"))]);

        using (await host.Services.GetRequiredService<ScanPositions>().Enter(CancellationToken.None))
        {
            var refused = await host.Get("/v1/positions?sort=onHand");
            refused.Refused(429, "too-many-scans");
            Assert.Equal("1", refused.Headers["Retry-After"]);
            (await host.Get("/v1/positions/summary")).Refused(429, "too-many-scans");
            (await host.Get($"/v1/positions?q={sku}-00&sort=onHand")).Ok();
            (await host.Get($"/v1/positions?q={sku}")).Ok();
        }

        (await host.Get("/v1/positions?sort=onHand")).Ok();
    }

    [Theory]
    [InlineData("sort=price", "sort")]
    [InlineData("sort=", "sort")]
    [InlineData("state=lost", "state")]
    [InlineData("count=0", "count")]
    [InlineData("count=10&limit=10", "limit")]
    [InlineData("q=a&after=a@S001", "after")]
    [InlineData("q=a&after=1~a", "after")]
    [InlineData("q=a&colour=red", "colour")]
    public async Task A_bad_query_is_refused_with_the_field_named(string query, string field)
    {
        var problem = (await host.Get($"/v1/positions?{query}")).Refused(400, "invalid-request");

        Assert.Equal(field, problem.Items("errors").Single().Text("field"));
    }

    /// <summary>a: 10, 1 damaged and 1 reserved; b: -2; c: 2, counted; d: 4 with nothing else. All keep one unit back, but d.</summary>
    private async Task<string> Four()
    {
        var sku = NewSku();
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        await host.RecordAccepted(
            Line("receipt", 9, $"{sku}a"), Line("return", 1, $"{sku}a", more: ("status", "damaged")), Line("sale", 2, $"{sku}b"), Line("count", 2, $"{sku}c"),
            Line("receipt", 4, $"{sku}d"));
        (await host.Post("/v1/reservations",
            new { id = $"order-{sku}", channel = "web", lines = new[] { new { sku = $"{sku}a", quantity = 1, location = "S001" } } })).Ok(201);
        foreach (var one in "abc")
        {
            (await host.Put($"/v1/rules/safety-{sku}{one}",
                new { kind = "safety-stock", sku = $"{sku}{one}", quantity = one == 'a' ? 8 : 1, effectiveFrom = "2026-11-01T00:00:00Z" })).Ok();
        }

        return sku;
    }

    private async Task<IEnumerable<string?>> Skus(string query) => (await host.Get($"/v1/positions?{query}")).Ok().Items().Texts("sku");
}

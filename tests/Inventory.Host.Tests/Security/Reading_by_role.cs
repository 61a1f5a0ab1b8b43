using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Security;

public class Reading_by_role(RunningHost host) : IClassFixture<RunningHost>
{
    [Theory]
    [InlineData("dev-planner", "S001 S002")]
    [InlineData("dev-finance", "S001 S002")]
    [InlineData("dev-channel-web", "S001 S002")]
    [InlineData("dev-store-S001", "S001")]
    [InlineData("dev-store-S002", "S002")]
    public async Task A_reservation_shows_a_store_its_own_lines(string key, string locations)
    {
        var id = await Reserve("S001", "S002");

        var shown = (await host.Get($"/v1/reservations/{id}", key)).Ok();
        Assert.Equal(locations.Split(' '), shown.Items("lines").SelectMany(line => line.Items("allocations")).Texts("location").Order());
        Assert.Equal(locations.Split(' ').Length, shown.Items("lines").Length);
    }

    [Fact]
    public async Task A_reservation_elsewhere_is_unknown_to_a_store()
    {
        var id = await Reserve("S002");
        (await host.Get($"/v1/reservations/{id}", "dev-store-S001")).Refused(404, "unknown-reservation");
        (await host.Get($"/v1/reservations/{id}", "dev-channel-other")).Refused(404, "unknown-reservation");
        (await host.Post($"/v1/reservations/{id}/release", new { }, "dev-planner")).Refused(403, "forbidden");
    }

    /// <summary>A line without a location is of several: a store sees its own units, which are what the line says.</summary>
    [Fact]
    public async Task A_line_over_several_stores_shows_each_its_units()
    {
        var (sku, id) = (NewSku(), $"r-{NewSku()}");
        await host.Put("/v1/channels/web", new { adapter = "none" });
        await host.RecordAccepted(Line("receipt", 3, sku), Line("receipt", 2, sku, "S002"));
        (await host.Post("/v1/reservations", new { id, channel = "web", lines = new[] { new { sku, quantity = 5 } } })).Ok(201);

        Assert.Equal(3, (await host.Get($"/v1/reservations/{id}", "dev-store-S001")).Ok().Items("lines").Single().Number("quantity"));
        Assert.Equal(2, (await host.Get($"/v1/reservations/{id}", "dev-store-S002")).Ok().Items("lines").Single().Number("quantity"));
    }

    [Fact]
    public async Task A_planner_reads_the_ledger_of_one_SKU()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 3, sku));
        Assert.Equal(3, (await host.Get($"/v1/audit/ledger?sku={sku}", "dev-planner")).Ok().Items().Single().Number("closing"));
        (await host.Get("/v1/audit/ledger", "dev-planner")).Refused(403, "forbidden");
        (await host.Get("/v1/audit/ledger?location=S001", "dev-planner")).Refused(403, "forbidden");
        (await host.Get("/v1/audit/ledger?limit=1", "dev-finance")).Ok();
    }

    [Fact]
    public async Task A_store_reads_what_channels_may_promise_of_its_units()
    {
        var sku = NewSku();
        await host.Put("/v1/channels/web", new { adapter = "none" });
        await host.RecordAccepted(Line("receipt", 3, sku), Line("receipt", 9, sku, "S002"));
        foreach (var path in new[] { $"/v1/availability/{sku}", $"/v1/availability/{sku}/schedule" })
        {
            (await host.Get($"{path}?channel=web", "dev-store-S001")).Refused(403, "forbidden");
            (await host.Get($"{path}?channel=web&location=S002", "dev-store-S001")).Refused(403, "forbidden");
            (await host.Get($"{path}?channel=web&location=S001", "dev-channel-other")).Refused(403, "forbidden");
        }

        var answer = (await host.Get($"/v1/availability/{sku}?channel=web&location=S001&explain=true&detail=locations", "dev-store-S001")).Ok();
        Assert.Equal(3, answer.Number("quantity"));
        Assert.DoesNotContain("S002", answer.GetRawText(), StringComparison.Ordinal);
        var schedule = (await host.Get($"/v1/availability/{sku}/schedule?channel=web&location=S001&days=2", "dev-store-S001")).Ok();
        Assert.Equal([3, 3], schedule.Items("days").Select(day => day.Number("quantity")));
        Assert.Equal(12, (await host.Get($"/v1/availability/{sku}/schedule?channel=web&days=1")).Ok().Items("days")[0].Number("quantity"));
    }

    [Fact]
    public async Task Alerts_are_those_about_oneself()
    {
        var sku = NewSku();
        await host.Record(Line("sale", 1, sku), Line("sale", 1, sku, "S002"));
        var all = (await host.Get("/v1/alerts?limit=1000", "dev-planner")).Ok().Items();
        Assert.Equal(["S001", "S002"], all.Where(alert => alert.Text("sku") == sku).Texts("location").Order());

        var own = (await host.Get("/v1/alerts?limit=1000", "dev-store-S001")).Ok().Items();
        Assert.Equal(["S001"], own.Where(alert => alert.Text("sku") == sku).Texts("location"));
        Assert.All(own, alert => Assert.Equal("S001", alert.Text("location")));
        Assert.All((await host.Get("/v1/alerts?limit=1000&state=all", "dev-channel-web")).Ok().Items(), alert => Assert.Equal("web", alert.Text("channel")));
    }

    [Fact]
    public async Task Rejected_lines_are_those_that_a_store_sent()
    {
        var sku = NewSku();
        await Reject("pos/S001", "S001", "dev-store-S001");
        await Reject("pos/S001/till-2", "S001", "dev-store-S001");
        await Reject("pos/S002", "S002", "dev-store-S002");
        await Reject("pos/S0011", "S0011", "dev-store-S0011");
        await Reject("wms", "S001", "dev-ops");

        Assert.Equal(["pos/S001", "pos/S001/till-2"], await Seen("dev-store-S001"));
        Assert.Equal(["pos/S002"], await Seen("dev-store-S002"));
        Assert.Equal(5, (await Seen("dev-ops")).Count);

        async Task Reject(string source, string location, string key) =>
            (await host.Post("/v1/movements", new { source, movements = new[] { Line("sale", -1, sku, location) } }, key)).Ok();

        async Task<List<string?>> Seen(string key) =>
            [.. (await host.Get("/v1/quarantine?limit=1000", key)).Ok().Items().Where(entry => entry.GetProperty("line").Text("sku") == sku)
                .Texts("source").Order(StringComparer.Ordinal)];
    }

    private async Task<string> Reserve(params string[] locations)
    {
        var (sku, id) = (NewSku(), $"r-{NewSku()}");
        await host.Put("/v1/channels/web", new { adapter = "none" });
        await host.RecordAccepted([.. locations.Select(location => Line("receipt", 5, sku, location))]);
        var lines = locations.Select(location => new { sku, quantity = 1, location });
        (await host.Post("/v1/reservations", new { id, channel = "web", lines })).Ok(201);
        return id;
    }
}

using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Positions;

/// <summary>That each point is the position of its instant is shown beside the checkpoints of positions.</summary>
public class A_position_over_time(RunningHost host) : IClassFixture<RunningHost>
{
    private const string Morning = "from=2026-11-23T08:00:00Z&to=2026-11-23T10:00:00Z";

    [Fact]
    public async Task Has_the_least_and_the_most_of_each_stretch()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("receipt", 10, sku, at: "08:10"), Line("sale", 9, sku, at: "08:20"), Line("receipt", 4, sku, at: "08:30"),
            Line("sale", 2, sku, at: "09:30"));

        var series = (await host.Get($"/v1/positions/{sku}/S001/series?{Morning}&points=2")).Ok();

        Assert.Equal(
            ["sku", "location", "knowledge", "from", "to", "asOfSequence", "points"], series.EnumerateObject().Select(field => field.Name));
        Assert.Equal(["2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z"], series.Items("points").Texts("at"));
        Assert.Equal(
            [(5, 0, 10), (3, 3, 5)],
            series.Items("points").Select(point => (point.Number("onHand"), point.Number("least"), point.Number("most"))));
    }

    [Fact]
    public async Task What_was_known_then_differs_from_what_is_known_now()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku, at: "08:10"));

        Assert.Equal([0, 0], await OnHand("then"));
        Assert.Equal([10, 10], await OnHand("now"));

        async Task<decimal[]> OnHand(string knowledge) =>
            [.. (await host.Get($"/v1/positions/{sku}/S001/series?{Morning}&points=2&knowledge={knowledge}")).Ok()
                .Items("points").Select(point => point.Number("onHand"))];
    }

    [Fact]
    public async Task A_SKU_has_a_point_a_day_in_the_zone_asked_for()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("receipt", 10, sku, at: "00:30"), Line("receipt", 4, sku, location: "S002", at: "08:00"),
            Line("return", 1, sku, location: "S002", at: "09:00", more: ("status", "damaged")), Line("sale", 2, sku, at: "09:30"));
        (await host.Put($"/v1/rules/safety-{sku}", new { kind = "safety-stock", sku, quantity = 3, effectiveFrom = "2026-11-01T00:00:00Z" })).Ok();
        var query = $"/v1/positions/{sku}/series?from=2026-11-21T12:00:00Z&to=2026-11-23T12:00:00Z";

        var berlin = (await host.Get($"{query}&tz=Europe/Berlin")).Ok();
        var newYork = (await host.Get($"{query}&tz=America/New_York")).Ok();

        Assert.Equal(["2026-11-21", "2026-11-22", "2026-11-23"], berlin.Items("points").Texts("day"));
        Assert.Equal(["2026-11-21T23:00:00Z", "2026-11-22T23:00:00Z", "2026-11-23T12:00:00Z"], berlin.Items("points").Texts("at"));
        Assert.Equal([0, 0, 13], berlin.Items("points").Select(point => point.Number("onHand")));
        Assert.Equal([0, 10, 13], newYork.Items("points").Select(point => point.Number("onHand")));
        Assert.Equal((1, 6, 6),
            (berlin.Items("points")[2].GetProperty("unsellable").Number("damaged"), berlin.Items("points")[2].Number("safetyStock"),
                berlin.Items("points")[2].Number("free")));
        Assert.Equal((2, "Europe/Berlin"), (berlin.Number("locations"), berlin.Text("timeZone")));
    }

    [Fact]
    public async Task A_store_sees_its_own_part_of_a_SKU()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku), Line("receipt", 4, sku, location: "S002"));

        var own = (await host.Get($"/v1/positions/{sku}/series", key: "dev-store-S002")).Ok();

        Assert.Equal((1, 4), (own.Number("locations"), own.Items("points")[^1].Number("onHand")));
        (await host.Get($"/v1/positions/{sku}/S001/series", key: "dev-store-S002")).Refused(403, "forbidden");
        (await host.Get($"/v1/positions/{sku}/S003/series")).Refused(404, "unknown-position");
        (await host.Get($"/v1/positions/{NewSku()}/series")).Refused(404, "unknown-position");
    }

    [Theory]
    [InlineData("S001/series?points=1", "points")]
    [InlineData("S001/series?points=2001", "points")]
    [InlineData("S001/series?from=2026-11-23T10:00:00Z&to=2026-11-23T10:00:00Z", "from")]
    [InlineData("S001/series?from=yesterday", "from")]
    [InlineData("S001/series?knowledge=later", "knowledge")]
    [InlineData("S001/series?tz=UTC", "tz")]
    [InlineData("series?tz=Europe/Atlantis", "tz")]
    [InlineData("series?from=2024-11-23T10:00:00Z&to=2026-11-23T10:00:00Z", "from")]
    [InlineData("series?from=9999-12-30T10:00:00Z&to=9999-12-31T10:00:00Z", "from")]
    [InlineData("series?points=10", "points")]
    public async Task A_bad_query_is_refused_with_the_field_named(string path, string field)
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 1, sku));

        var problem = (await host.Get($"/v1/positions/{sku}/{path}")).Refused(400, "invalid-request");

        Assert.Equal(field, problem.Items("errors").Single().Text("field"));
    }

    [Theory]
    [InlineData("from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59.999999999Z&points=2000")]
    [InlineData("to=0001-01-01T00:00:00.000000001Z&points=2")]
    [InlineData("from=2026-11-23T10:00:00Z&to=2026-11-23T10:00:00.000000001Z&points=2")]
    public async Task Any_stretch_of_the_calendar_is_answered(string query)
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 1, sku));

        (await host.Get($"/v1/positions/{sku}/S001/series?{query}")).Ok();
    }
}

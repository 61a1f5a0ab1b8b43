using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Availability;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Monitoring;

public sealed class Raising_alerts(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task A_position_below_zero_is_one_alert_until_it_is_not()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("sale", 3, sku));

        var alert = Assert.Single(await About(sku));
        Assert.Equal(("position-below-zero", "high", "open", "S001"),
            (alert.Text("kind"), alert.Text("severity"), alert.Text("state"), alert.Text("location")));
        await host.RecordAccepted(Line("sale", 1, sku));
        Assert.Contains("-4", Assert.Single(await About(sku)).Text("detail"));
        Assert.Equal(alert.Text("raisedAt"), Assert.Single(await About(sku)).Text("raisedAt"));

        await host.RecordAccepted(Line("receipt", 4, sku));
        Assert.Empty(await About(sku));
        Assert.Equal("resolved", Assert.Single(await About(sku, "resolved")).Text("state"));
    }

    [Fact]
    public async Task More_reserved_than_there_is_is_an_alert()
    {
        var sku = NewSku();
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        await host.RecordAccepted(Line("receipt", 5, sku));
        (await host.Post("/v1/reservations", new { id = $"{sku}-1", channel = "web", lines = new[] { new { sku, quantity = 4 } } })).Ok(201);
        await host.RecordAccepted(Line("count", 3, sku, at: "09:30"));

        Assert.Equal("reserved-above-on-hand", Assert.Single(await About(sku)).Text("kind"));
        (await host.Post($"/v1/reservations/{sku}-1/release", new { })).Ok();
        Assert.Empty(await About(sku));
    }

    [Fact]
    public async Task A_status_below_zero_is_an_alert_until_the_next_count()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("receipt", 5, sku, more: ("status", "damaged")), Line("status", 7, sku, at: "09:10", more: [("from", "damaged"), ("to", "sellable")]));

        Assert.Equal("status-below-zero", Assert.Single(await About(sku)).Text("kind"));
        await host.RecordAccepted(Line("count", 5, sku, at: "10:01"));
        Assert.Empty(await About(sku));
    }

    [Fact]
    public async Task Rules_without_effect_and_oversized_ring_fences_are_alerts()
    {
        var sku = NewSku();
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        (await host.Put($"/v1/rules/{sku}-nothing", new { kind = "safety-stock", sku = "never-seen", quantity = 1 })).Ok();
        (await host.Put($"/v1/rules/{sku}-large", new { kind = "allocation", channel = "web", sku, mode = "fixed", quantity = 10 })).Ok();
        await host.RecordAccepted(Line("receipt", 9, sku));

        Assert.Equal(["rule-matches-nothing", "ring-fence-above-stock"],
            (await Open()).Where(alert => alert.Text("rule")?.StartsWith(sku, StringComparison.Ordinal) == true).Texts("kind").OrderByDescending(kind => kind));
        await host.RecordAccepted(Line("receipt", 1, sku));
        (await host.Send(HttpMethod.Delete, $"/v1/rules/{sku}-nothing")).Ok();
        Assert.DoesNotContain(await Open(), alert => alert.Text("rule")?.StartsWith(sku, StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("state=gone", "state")]
    [InlineData("severity=awful", "severity")]
    [InlineData("colour=red", "colour")]
    public async Task A_query_that_is_not_understood_is_refused(string query, string field) =>
        Assert.Contains(field, (await host.Get($"/v1/alerts?{query}")).Refused(400, "invalid-request").Items("errors").Texts("field"));

    private async Task<JsonElement[]> About(string sku, string state = "open") => [.. (await Open(state)).Where(alert => alert.Text("sku") == sku)];

    private async Task<JsonElement[]> Open(string state = "open")
    {
        // What is found in memory can be found once memory is filled.
        await Waiting.Until(() => host.Services.GetRequiredService<StockCacheUpdater>().IsFollowing);
        return (await host.Get($"/v1/alerts?limit=1000&state={state}")).Ok().Items();
    }
}

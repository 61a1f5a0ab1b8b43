using System.Text.Json;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.Reconciliation.Comparing;

namespace RetailSync.Inventory.Host.Tests.Reconciliation.Report;

public sealed class Accuracy_report(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Accuracy_is_by_location_and_position_with_a_suggested_rule()
    {
        var (wrong, right) = (NewSku(), NewSku());
        var system = $"wms {wrong}";
        await host.RecordAccepted(Line("receipt", 10, wrong, "A001"), Line("receipt", 10, right, "A001"));
        foreach (var (theirs, takenAt) in new[] { (8m, "09:20"), (7m, "09:30"), (12m, "09:40") })
        {
            await host.Compare(Sheet([Count(wrong, theirs, "A001"), Count(right, 10, "A001")], system: system, takenAt: $"2026-11-23T{takenAt}:00Z"));
        }

        var accuracy = (await host.Get($"/v1/reconciliations/accuracy?system={Uri.EscapeDataString(system)}")).Ok();

        var place = Assert.Single(accuracy.Items("places"));
        Assert.Equal(("A001", 3, 6, 3, 0.5m),
            (place.Text("location"), place.Number("runs"), place.Number("compared"), place.Number("matching"), place.Number("accuracy")));
        var position = Assert.Single(accuracy.Items());
        Assert.Equal((wrong, 3, 2), (position.Text("sku"), position.Number("drifts"), position.Number("overstated")));
        Assert.Equal(("safety-stock", 3), (position.GetProperty("draft").Text("kind"), position.GetProperty("draft").Number("quantity")));
        Assert.Equal([-2m, 3, 2], position.Items("evidence").Select(evidence => evidence.Number("difference")));
        Assert.Equal(0, (await host.Position(wrong, "A001")).Number("safetyStock"));
    }

    [Fact]
    public async Task A_recurring_cause_is_an_alert_until_it_stops()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku, "A002"));
        for (var run = 0; run < 3; run++)
        {
            Assert.Empty(await Alerts(sku));
            await host.Compare(Sheet([Count(sku, 8, "A002")], system: sku));
        }

        var alert = Assert.Single(await Alerts(sku));
        await host.Compare(Sheet([Count(sku, 10, "A002")], system: sku));
        await host.Compare(Sheet([Count(sku, 10, "A002")], system: sku));
        await host.Compare(Sheet([Count(sku, 10, "A002")], system: sku));

        Assert.Contains("unexplained", alert.Text("detail"), StringComparison.Ordinal);
        Assert.Empty(await Alerts(sku));
    }

    private async Task<JsonElement[]> Alerts(string sku) =>
        [.. (await host.Get("/v1/alerts?limit=1000")).Ok().Items().Where(alert => alert.Text("kind") == "repeated-drift" && alert.Text("sku") == sku)];
}

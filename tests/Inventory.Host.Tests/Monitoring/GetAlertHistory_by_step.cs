using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Monitoring;
using RetailSync.Inventory.Host.Tests.Http;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Monitoring;

public sealed class GetAlertHistory_by_step(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Each_time_that_an_alert_was_open_is_counted()
    {
        var sku = NewSku();
        await Set(Line("sale", 3, sku));
        host.Clock.AdvanceHours(2);
        await Set(Line("receipt", 9, sku, at: "10:30"));
        host.Clock.AdvanceHours(1);
        await Set(Line("sale", 9, sku, at: "11:30"));

        var history = (await host.Get("/v1/alerts/history?from=2026-11-23T10:00:00Z&to=2026-11-23T14:00:00Z&step=PT1H")).Ok();

        Assert.Equal(("PT1H", 90), (history.Text("step"), history.Number("keptDays")));
        Assert.Equal(
            ["2026-11-23T10:00:00Z 1/1", "2026-11-23T11:00:00Z 0/1", "2026-11-23T12:00:00Z 0/1", "2026-11-23T13:00:00Z 1/1"],
            history.Items().Where(item => item.Text("kind") == "position-below-zero")
                .Select(item => $"{item.Text("at")} {item.Number("raised")}/{item.Number("open")}"));
        Assert.All(history.Items(), item => Assert.Equal("high", item.Text("severity")));
    }

    [Fact]
    public void Alerts_of_before_and_after_the_time_are_counted_within_it()
    {
        var steps = new AlertSteps(RunningHost.Now, RunningHost.Now + Duration.FromMinutes(150), Duration.FromHours(1));

        var counts = steps.CountEach([("high", "b", -1, 0, 2), ("high", "b", 1, 3, 3), ("critical", "a", 0, 1, 1)]);

        Assert.Equal(3, steps.Count);
        Assert.Equal(["0 a 1/1", "0 b 0/2", "1 a 0/1", "1 b 3/3", "2 b 0/3"],
            counts.Select(count => $"{(count.At - RunningHost.Now).TotalHours} {count.Kind} {count.Raised}/{count.Open}"));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("?step=PT1M&from=2026-11-23T00:00:00Z&to=2026-11-23T16:40:00Z", "")]
    [InlineData("?step=PT1M&from=2026-11-23T00:00:00Z&to=2026-11-23T16:41:00Z", "step")]
    [InlineData("?step=PT59S", "step")]
    [InlineData("?step=hour", "step")]
    [InlineData("?from=2026-11-23T10:00:00Z&to=2026-11-23T10:00:00Z", "from")]
    public void Every_wrong_parameter_is_named(string query, string refused) => Assert.Equal(
        refused, ParsedRequest.Refused(() => AlertSteps.Of(new QueryText(ParsedRequest.Query(query), "step", "from", "to"), RunningHost.Now)));

    /// <summary>Records it, and has alerts found.</summary>
    private async Task Set(System.Text.Json.Nodes.JsonObject line)
    {
        await host.RecordAccepted(line);
        (await host.Get("/v1/alerts")).Ok();
    }
}

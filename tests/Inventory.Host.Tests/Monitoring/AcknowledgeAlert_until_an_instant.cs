using System.Text;
using System.Text.Json;
using RetailSync.Inventory.Host.Monitoring;
using RetailSync.Inventory.Host.Tests.Http;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Monitoring;

public sealed class AcknowledgeAlert_until_an_instant(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task It_is_shown_with_who_and_why_until_the_instant()
    {
        var id = await Alert(NewSku());
        var until = (host.Clock.GetCurrentInstant() + Duration.FromHours(1)).ToString();

        var answer = (await Acknowledge(id, until)).Ok();

        var acknowledged = answer.GetProperty("acknowledged");
        Assert.Equal(("open", "dev-ops", "counted today"), (answer.Text("state"), acknowledged.Text("by"), acknowledged.Text("note")));
        Assert.Contains(await Ids("acknowledged=true"), one => one == id);
        Assert.DoesNotContain(await Ids("acknowledged=false"), one => one == id);
        host.Clock.AdvanceHours(1);
        Assert.Contains(await Ids("acknowledged=false"), one => one == id);
        Assert.Equal(JsonValueKind.Null, (await Found(id)).GetProperty("acknowledged").ValueKind);
    }

    [Fact]
    public async Task Another_number_leaves_it_acknowledged()
    {
        var sku = NewSku();
        var id = await Alert(sku);
        (await Acknowledge(id, Later())).Ok();

        await host.RecordAccepted(Line("sale", 1, sku));

        Assert.Equal(JsonValueKind.Object, (await Found(id)).GetProperty("acknowledged").ValueKind);
    }

    [Fact]
    public async Task It_comes_back_when_it_is_raised_anew()
    {
        var sku = NewSku();
        var id = await Alert(sku);
        (await Acknowledge(id, Later())).Ok();
        await host.RecordAccepted(Line("receipt", 9, sku));
        Assert.DoesNotContain(await Ids("state=open"), one => one == id);
        (await Acknowledge(id, Later())).Refused(409, "alert-resolved");

        await host.RecordAccepted(Line("sale", 9, sku));

        Assert.Equal(JsonValueKind.Null, (await Found(id)).GetProperty("acknowledged").ValueKind);
    }

    [Fact]
    public async Task It_comes_back_when_it_gets_worse()
    {
        var sku = NewSku();
        var id = await Alert(sku);
        (await Acknowledge(id, Later())).Ok();
        await host.Sql("update inventory.alert set severity = 'low' where sku = $1", sku);

        Assert.Equal(("high", JsonValueKind.Null), ((await Found(id)).Text("severity"), (await Found(id)).GetProperty("acknowledged").ValueKind));
    }

    [Fact]
    public async Task What_is_no_alert_cannot_be_acknowledged()
    {
        (await Acknowledge("position-below-zero/nothing", Later())).Refused(404, "unknown-alert");
        (await Acknowledge("nothing", Later())).Refused(404, "unknown-alert");
        Assert.Equal(403, (await host.Post("/v1/alerts/x/acknowledge", new { note = "x", until = Later() }, "dev-planner")).Status);
    }

    [Theory]
    [InlineData("""{"note":"x","until":"2026-11-23T11:00:00Z"}""", "")]
    [InlineData("""{"note":"x","until":"2026-12-23T10:00:00Z"}""", "")]
    [InlineData("""{"note":"x","until":"2026-12-23T10:00:01Z"}""", "until")]
    [InlineData("""{"note":"x","until":"2026-11-23T10:00:00Z"}""", "until")]
    [InlineData("""{"note":"x"}""", "until")]
    [InlineData("""{"until":"2026-11-23T11:00:00Z"}""", "note")]
    public void Every_wrong_field_is_named(string body, string refused)
    {
        var fields = AcknowledgeAlert.NewFields();
        fields.ReadJson(Encoding.UTF8.GetBytes(body));
        Assert.Equal(refused, ParsedRequest.Refused(() => AcknowledgeAlert.Read(fields, ParsedRequest.Ops.Actor, RunningHost.Now)));
    }

    private string Later() => (host.Clock.GetCurrentInstant() + Duration.FromDays(1)).ToString();

    private Task<Answer> Acknowledge(string id, string until) =>
        host.Post($"/v1/alerts/{Uri.EscapeDataString(id)}/acknowledge", new { note = "counted today", until }, "dev-ops");

    /// <summary>A position below zero.</summary>
    private async Task<string> Alert(string sku)
    {
        await host.RecordAccepted(Line("sale", 3, sku));
        return (await Alerts("state=open")).Single(alert => alert.Text("sku") == sku).Text("id")!;
    }

    private async Task<JsonElement> Found(string id) => (await Alerts("state=open")).Single(alert => alert.Text("id") == id);

    private async Task<IEnumerable<string?>> Ids(string query) => (await Alerts(query)).Texts("id");

    private async Task<JsonElement[]> Alerts(string query) => (await host.Get($"/v1/alerts?limit=1000&{query}")).Ok().Items();
}

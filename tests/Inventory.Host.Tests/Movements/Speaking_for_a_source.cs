using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Movements;

public sealed class HostWithKeysOfSources : RunningHost
{
    public const string Warehouse = "the key of the warehouse";
    public const string Kiosk = "the key of a kiosk at S001";

    protected override string[] Switches =>
    [
        $"--Authentication:Keys:warehouse:Key={Warehouse}", "--Authentication:Keys:warehouse:Roles:0=ops", "--Authentication:Keys:warehouse:Sources:0=wms/*",
        "--Authentication:Keys:warehouse:Sources:1=erp",
        $"--Authentication:Keys:kiosk:Key={Kiosk}", "--Authentication:Keys:kiosk:Roles:0=store", "--Authentication:Keys:kiosk:Location=S001",
        "--Authentication:Keys:kiosk:Sources:0=kiosk",
    ];
}

public class Speaking_for_a_source(HostWithKeysOfSources host) : IClassFixture<HostWithKeysOfSources>
{
    [Theory]
    [InlineData("dev-store-S001", "pos/S001")]
    [InlineData("dev-store-S001", " pos/S001/till3 ")]
    [InlineData("dev-ops", "pos/S002")]
    [InlineData("dev-admin", "channels")]
    [InlineData("dev-ops", "channel")]
    [InlineData("dev-ops", "reconciliations")]
    [InlineData(HostWithKeysOfSources.Warehouse, "erp")]
    [InlineData(HostWithKeysOfSources.Warehouse, "wms/dock/4")]
    [InlineData(HostWithKeysOfSources.Kiosk, "kiosk")]
    [InlineData(HostWithKeysOfSources.Kiosk, "pos/S001/kiosk")]
    public async Task A_key_may_report_for_its_own_source(string key, string source)
    {
        var sku = NewSku();
        Assert.All(await Send(key, source, sku), code => Assert.Null(code));
        Assert.Equal(3, await host.OnHand(sku));
    }

    [Theory]
    [InlineData("dev-store-S001", "pos/S002")]
    [InlineData("dev-store-S001", "pos/S0011")]
    [InlineData("dev-store-S001", "pos/s001")]
    [InlineData("dev-store-S001", "pos")]
    [InlineData("dev-store-S001", "wms")]
    [InlineData("dev-store-S001", "kiosk")]
    [InlineData("dev-admin", "channel/web")]
    [InlineData("dev-ops", "channel/")]
    [InlineData("dev-ops", " channel/web")]
    [InlineData("dev-ops", "Channel/web")]
    [InlineData("dev-ops", "reconciliation")]
    [InlineData("dev-ops", "reconciliation/1")]
    [InlineData(HostWithKeysOfSources.Warehouse, "wms")]
    [InlineData(HostWithKeysOfSources.Warehouse, "wms2/dock")]
    [InlineData(HostWithKeysOfSources.Warehouse, "pos/S001")]
    [InlineData(HostWithKeysOfSources.Warehouse, "channel/web")]
    [InlineData(HostWithKeysOfSources.Kiosk, "kiosk/1")]
    [InlineData(HostWithKeysOfSources.Kiosk, "pos/S002")]
    public async Task A_line_of_another_source_is_refused_alone(string key, string source)
    {
        var sku = NewSku();
        Assert.All(await Send(key, source, sku), code => Assert.Equal("forbidden-source", code));
        (await host.Get($"/v1/positions/{sku}/S001")).Refused(404, "unknown-position");
    }

    [Fact]
    public async Task A_refused_line_is_kept_with_its_sender_and_can_be_replayed()
    {
        var sku = NewSku();
        await Record("dev-store-S001", "pos/S009", Line("receipt", 1, sku, id: "till-1"), new JsonObject { ["id"] = "nothing-else" });
        var entries = (await host.Get("/v1/quarantine?limit=1000")).Ok().Items().Where(entry => entry.Text("source") == "pos/S009").ToList();
        Assert.All(entries, entry => Assert.Equal(
            ("forbidden-source", true), (entry.Text("code"), entry.Text("detail")!.Contains("store for S001", StringComparison.Ordinal))));
        var kept = entries.Single(entry => entry.GetProperty("line").Text("id") == "till-1").Text("id");

        Assert.Equal("forbidden-source", (await host.Post($"/v1/quarantine/{kept}/replay", new { }, HostWithKeysOfSources.Warehouse)).Ok()
            .Items("results")[0].Text("code"));
        Assert.Equal(1, (await host.Post($"/v1/quarantine/{kept}/replay", new { }, "dev-ops")).Ok().Number("accepted"));

        Assert.Equal(("pos/S009", "till-1"), ((await host.Events(sku))[0].Text("source"), (await host.Events(sku))[0].Text("id")));
    }

    [Fact]
    public async Task A_line_under_the_products_own_source_is_never_replayed()
    {
        var sku = NewSku();
        await Record("dev-ops", "channel/own", Line("receipt", 1, sku));
        var kept = (await host.Get("/v1/quarantine?limit=1000")).Ok().Items().Single(entry => entry.Text("source") == "channel/own").Text("id");

        Assert.Equal("forbidden-source", (await host.Post($"/v1/quarantine/{kept}/replay", new { line = Line("receipt", 2, sku) }, "dev-admin")).Ok()
            .Items("results")[0].Text("code"));
        (await host.Get($"/v1/positions/{sku}/S001")).Refused(404, "unknown-position");
    }

    /// <summary>A line in each of the three forms; the code of each.</summary>
    private async Task<IReadOnlyList<string?>> Send(string key, string source, string sku)
    {
        var query = $"/v1/movements?results=all&source={Uri.EscapeDataString(source)}";
        var csv = $"id,type,sku,location,quantity,occurredAt\nc-{sku},receipt,{sku},S001,1,2026-11-23T09:00:00Z\n";
        JsonElement[] answers =
        [
            await Record(key, source, Line("receipt", 1, sku)),
            (await host.Send(HttpMethod.Post, query,
                new StringContent(Line("receipt", 1, sku).ToJsonString(), Encoding.UTF8, "application/x-ndjson"), key)).Ok(),
            (await host.Send(HttpMethod.Post, query, new StringContent(csv, Encoding.UTF8, "text/csv"), key)).Ok(),
        ];
        return [.. answers.SelectMany(answer => answer.Items("results")).Texts("code")];
    }

    private async Task<JsonElement> Record(string key, string source, params IReadOnlyList<JsonObject> lines) =>
        (await host.Post("/v1/movements?results=all", new { source, movements = lines }, key)).Ok();
}

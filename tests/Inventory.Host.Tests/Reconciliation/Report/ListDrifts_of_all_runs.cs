using System.Text.Json;
using RetailSync.Inventory.Host.Reconciliation.Report;
using RetailSync.Inventory.Host.Tests.Http;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.Reconciliation.Comparing;

namespace RetailSync.Inventory.Host.Tests.Reconciliation.Report;

public sealed class ListDrifts_of_all_runs(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Drifts_of_two_runs_are_listed_the_latest_count_first()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        var earlier = (await host.Compare(Sheet([Count(sku, 8)], [Document("S-1", "sale", sku, 2)], "2026-11-23T09:20:00Z"))).Text("id")!;
        var later = (await host.Compare(Sheet([Count(sku, 7)], takenAt: "2026-11-23T09:30:00Z"))).Text("id")!;
        (await host.Post($"/v1/reconciliations/{earlier}/drifts/1/dismiss", new { reason = "too old" })).Ok();

        var drifts = await Drifts($"sku={sku}");

        Assert.Equal([later, earlier], drifts.Texts("run"));
        Assert.Equal(["open", "dismissed"], drifts.Texts("state"));
        Assert.Equal([true, false], drifts.Select(drift => drift.GetProperty("newest").GetBoolean()));
        var old = drifts[1];
        Assert.Equal(("wms", "2026-11-23T09:20:00Z", 2m, "S-1"),
            (old.Text("system"), old.Text("takenAt"), old.Number("difference"), old.Items("attribution")[0].Text("document")));
        Assert.Equal(("dismissed", "too old", "dev-admin"),
            (old.GetProperty("settled").Text("decision"), old.GetProperty("settled").Text("reason"), old.GetProperty("settled").Text("by")));
    }

    [Fact]
    public async Task Every_filter_narrows()
    {
        var (sku, other) = (NewSku(), NewSku());
        await host.RecordAccepted(Line("receipt", 10, sku), Line("receipt", 10, other, "F001"));
        await host.Compare(Sheet([Count(sku, 8)], [Document("S-1", "sale", sku, 2)], "2026-11-23T09:20:00Z", system: "filters"));
        await host.Compare(Sheet([Count(other, 7, "F001")], takenAt: "2026-11-23T09:30:00Z", system: "filters"));

        Assert.Equal([other, sku], await Skus("system=filters"));
        Assert.Equal([other], await Skus("system=filters&location=F001"));
        Assert.Equal([sku], await Skus("system=filters&cause=missing-movement"));
        Assert.Equal([other], await Skus("system=filters&cause=unexplained"));
        Assert.Equal([other], await Skus("system=filters&from=2026-11-23T09:30:00Z"));
        Assert.Equal([sku], await Skus("system=filters&to=2026-11-23T09:30:00Z"));
        Assert.Equal([other, sku], await Skus("system=filters&state=open"));
        Assert.Empty(await Skus("system=filters&state=approved"));
    }

    [Fact]
    public async Task Only_the_newest_of_a_position_is_listed_for_each_system()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        await host.Compare(Sheet([Count(sku, 8)], takenAt: "2026-11-23T09:20:00Z"));
        await host.Compare(Sheet([Count(sku, 7)], takenAt: "2026-11-23T09:30:00Z"));
        await host.Compare(Sheet([Count(sku, 6)], takenAt: "2026-11-23T09:10:00Z", system: "erp"));

        var newest = await Drifts($"sku={sku}&newest=true");

        Assert.Equal([7m, 6m], newest.Select(drift => drift.Number("theirs")));
    }

    [Fact]
    public async Task Drifts_are_listed_in_pages_without_a_gap()
    {
        string[] skus = [NewSku(), NewSku(), NewSku(), NewSku(), NewSku()];
        await host.RecordAccepted([.. skus.Select(sku => Line("receipt", 10, sku))]);
        await host.Compare(Sheet([.. skus[..3].Select(sku => Count(sku, 8))], takenAt: "2026-11-23T09:20:00Z", system: "pages"));
        await host.Compare(Sheet([.. skus[3..].Select(sku => Count(sku, 8))], takenAt: "2026-11-23T09:20:00Z", system: "pages"));

        List<string?> paged = [];
        string? after = null;
        do
        {
            var page = (await host.Get($"/v1/reconciliations/drifts?system=pages&limit=2{(after is null ? "" : $"&after={after}")}")).Ok();
            paged.AddRange(page.Items().Texts("sku"));
            after = page.Text("next");
        }
        while (after is not null);

        Assert.Equal(skus, paged.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("?state=open&cause=lost-release&newest=false", "")]
    [InlineData("?state=settled", "state")]
    [InlineData("?cause=theft", "cause")]
    [InlineData("?newest=yes", "newest")]
    [InlineData("?from=yesterday", "from")]
    [InlineData("?after=1-2-3", "after")]
    [InlineData("?count=5", "count")]
    public void Every_wrong_parameter_is_named(string query, string refused) =>
        Assert.Equal(refused, ParsedRequest.Refused(() => DriftsRequest.Of(ParsedRequest.Query(query))));

    private async Task<JsonElement[]> Drifts(string query) => (await host.Get($"/v1/reconciliations/drifts?{query}")).Ok().Items();

    private async Task<IEnumerable<string?>> Skus(string query) => (await Drifts(query)).Texts("sku");
}

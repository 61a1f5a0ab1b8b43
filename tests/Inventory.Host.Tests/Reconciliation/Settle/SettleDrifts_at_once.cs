using System.Text;
using System.Text.Json;
using RetailSync.Inventory.Host.Reconciliation.Settle;
using RetailSync.Inventory.Host.Tests.Http;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.Reconciliation.Comparing;

namespace RetailSync.Inventory.Host.Tests.Reconciliation.Settle;

public sealed class SettleDrifts_at_once(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Each_drift_is_settled_by_itself_with_an_outcome()
    {
        var (first, second, moved) = (NewSku(), NewSku(), NewSku());
        var run = await Drifted(first, second, moved);
        await host.RecordAccepted(Line("sale", 1, moved, at: "09:10"));

        var answer = (await Settle("approve", (run, 1), (run, 2), (run, 3), (run, 9), ($"{Guid.Empty}", 1))).Ok();

        Assert.Equal(["settled", "settled", "refused drift-outdated", "refused unknown-drift", "refused unknown-drift"], Outcomes(answer));
        Assert.Equal((2, 0, 3), (answer.Number("settled"), answer.Number("unchanged"), answer.Number("refused")));
        Assert.Equal((8, 8, 9), (await host.OnHand(first), await host.OnHand(second), await host.OnHand(moved)));
        Assert.All((await host.Get($"/v1/reconciliations/drifts?state=approved&sku={first}")).Ok().Items(),
            drift => Assert.Equal("as agreed", drift.GetProperty("settled").Text("reason")));
    }

    [Fact]
    public async Task Sent_again_nothing_changes()
    {
        var sku = NewSku();
        var run = await Drifted(sku);
        (await Settle("approve", (run, 1))).Ok();

        Assert.Equal(["unchanged", "unchanged"], Outcomes((await Settle("approve", (run, 1), (run, 1))).Ok()));
        Assert.Equal(["refused drift-already-settled"], Outcomes((await Settle("dismiss", (run, 1))).Ok()));
        Assert.Equal(8, await host.OnHand(sku));
        Assert.Equal(["adjustment"], (await host.Events(sku)).Texts("type").Skip(1));
    }

    [Fact]
    public async Task Many_are_dismissed_with_one_reason()
    {
        var (first, second) = (NewSku(), NewSku());
        var run = await Drifted(first, second);

        Assert.Equal(["settled", "settled"], Outcomes((await Settle("dismiss", (run, 1), (run, 2))).Ok()));

        Assert.Equal(10, await host.OnHand(first));
        Assert.All((await host.Done(run)).Items("drifts"), drift => Assert.Equal("dismissed", drift.GetProperty("settled").Text("decision")));
    }

    [Theory]
    [InlineData("""{"decision":"approve","reason":"x","drifts":[{"run":"00000000-0000-0000-0000-000000000001","n":1}]}""", "")]
    [InlineData("""{"decision":"settle","reason":"x","drifts":[{"run":"00000000-0000-0000-0000-000000000001","n":1}]}""", "decision")]
    [InlineData("""{"decision":"approve","drifts":[{"run":"00000000-0000-0000-0000-000000000001","n":1}]}""", "reason")]
    [InlineData("""{"decision":"approve","reason":"x","drifts":[]}""", "drifts")]
    [InlineData("""{"decision":"approve","reason":"x"}""", "drifts")]
    [InlineData("""{"decision":"approve","reason":"x","drifts":[{"run":"00000000-0000-0000-0000-000000000001","n":1},{"run":"y","n":1.5}]}""", "drifts[1].run drifts[1].n")]
    [InlineData("""{"decision":"approve","reason":"x","drifts":[{"run":"00000000-0000-0000-0000-000000000001","n":1},5]}""", "drifts[1]")]
    public void Every_wrong_field_is_named(string body, string refused) => Assert.Equal(refused, ParsedRequest.Refused(() => Read(body)));

    [Fact]
    public void Of_500_drifts_one_more_is_refused()
    {
        Assert.Equal(500, Read(Of(500)).Drifts.Count);
        Assert.Equal("drifts", ParsedRequest.Refused(() => Read(Of(501))));

        static string Of(int count) => $$"""{"decision":"dismiss","reason":"x","drifts":[{{Names(count)}}]}""";

        static string Names(int count) => string.Join(',', Enumerable.Range(1, count).Select(n => $$"""{"run":"{{Guid.Empty}}","n":{{n}} }"""));
    }

    private static SettleDriftsBody Read(string body)
    {
        var fields = SettleDrifts.NewFields();
        Assert.True(fields.ReadJson(Encoding.UTF8.GetBytes(body)));
        return SettleDrifts.Read(fields);
    }

    private static string[] Outcomes(JsonElement answer) =>
        [.. answer.Items("results").Select(result => $"{result.Text("outcome")} {result.Text("code")}".TrimEnd())];

    private Task<Answer> Settle(string decision, params (string Run, int N)[] drifts) => host.Post("/v1/reconciliations/drifts/settle",
        new { decision, reason = "as agreed", drifts = drifts.Select(drift => new { run = drift.Run, n = drift.N }) });

    /// <summary>We have 10 of each SKU, they 8.</summary>
    private async Task<string> Drifted(params string[] skus)
    {
        await host.RecordAccepted([.. skus.Select(sku => Line("receipt", 10, sku))]);
        return (await host.Compare(Sheet(skus.Select(sku => Count(sku, 8))))).Text("id")!;
    }
}

using System.Text.Json;
using RetailSync.Inventory.Host.Reconciliation.Report;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.Reconciliation.Comparing;

namespace RetailSync.Inventory.Host.Tests.Reconciliation.Report;

public sealed class GetDriftMatrix_of_a_week(RunningHost host) : IClassFixture<RunningHost>
{
    /// <summary>In one test: classes are worked out once a day, and the host's clock stays on its day.</summary>
    [Fact]
    public async Task Compared_and_drifting_positions_are_counted_by_cell()
    {
        var (most, some, little, unsold, named) = (NewSku(), NewSku(), NewSku(), NewSku(), NewSku());
        (await host.Put($"/v1/skus/{named}", new { @class = "fresh" })).Ok();
        await host.RecordAccepted([.. new[] { most, some, little, unsold, named }.Select(sku => Line("receipt", 100, sku, "M001"))]);
        await host.RecordAccepted(Line("sale", 80, most, "M001"), Line("sale", 15, some, "M001"), Line("sale", 5, little, "M001"));
        var dayBefore = Line("receipt", 100, most, "M002");
        dayBefore["occurredAt"] = "2026-11-22T09:00:00Z";
        await host.RecordAccepted(dayBefore);
        await host.Compare(Sheet(
            [Count(most, 19, "M001"), Count(some, 85, "M001"), Count(little, 95, "M001"), Count(unsold, 90, "M001"), Count(named, 100, "M001")],
            system: "matrix"));
        await host.Compare(Sheet(
            [Count(most, 98, "M002")], [Document("S-1", "sale", most, 2, location: "M002")], "2026-11-22T09:30:00Z", "other"));

        var byClass = await Matrix("rows=location&columns=class&system=matrix");
        var bySystem = await Matrix("rows=system&columns=cause");
        var byDay = await Matrix("columns=day");

        Assert.Equal(["M001 A 1/1", "M001 B 0/1", "M001 C 1/2", "M001 fresh 0/1"], Cells(byClass));
        Assert.Equal(("M001", 5, 2), (byClass.Items("rows")[0].Text("row"), byClass.Items("rows")[0].Number("compared"),
            byClass.Items("rows")[0].Number("drifting")));
        Assert.Contains("matrix unexplained 2/5", Cells(bySystem));
        Assert.Contains("M001 2026-11-23 2/5", Cells(byDay));
        Assert.Contains(Cells(byDay), cell => cell.StartsWith("M002 2026-11-22 1/1", StringComparison.Ordinal));
        var listed = (await host.Get("/v1/reconciliations/drifts?system=matrix")).Ok().Items();
        Assert.Equal(["A", "C"], listed.Texts("class").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Wrong_axes_are_refused()
    {
        (await host.Get("/v1/reconciliations/matrix?rows=sku")).Refused(400, "invalid-request");
        (await host.Get("/v1/reconciliations/matrix?columns=severity")).Refused(400, "invalid-request");
        (await host.Get("/v1/reconciliations/matrix?days=32")).Refused(400, "invalid-request");
    }

    [Fact]
    public void Only_the_columns_with_the_most_positions_are_kept()
    {
        CountedPositions[] compared = [.. Enumerable.Range(1, 101).Select(n => new CountedPositions("S001", $"class-{n:D3}", n))];

        var matrix = MatrixAnswer.Of(RunningHost.Now, compared, [], byCause: false);

        Assert.Equal(100, matrix.Cells.Count);
        Assert.DoesNotContain(matrix.Cells, cell => cell.Column == "class-001");
        Assert.Equal(101 * 102 / 2, matrix.Rows[0].Compared);
    }

    private static string[] Cells(JsonElement matrix) =>
        [.. matrix.Items("cells").Select(cell => $"{cell.Text("row")} {cell.Text("column")} {cell.Number("drifting")}/{cell.Number("compared")}")];

    private async Task<JsonElement> Matrix(string query) => (await host.Get($"/v1/reconciliations/matrix?{query}")).Ok();
}

using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.Reconciliation.Comparing;

namespace RetailSync.Inventory.Host.Tests.Reconciliation.Settle;

/// <summary>What the policy does without a person.</summary>
public sealed class Correction_policy(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task A_drift_is_ignored_corrected_or_left_to_a_person()
    {
        string[] skus = [NewSku(), NewSku(), NewSku(), NewSku(), NewSku()];
        await host.RecordAccepted([.. skus.Select(sku => Line("receipt", 100, sku, "P001")), Line("receipt", 100, skus[0], "P002")]);
        var put = await host.Put("/v1/reconciliations/policy", new
        {
            grace = "PT1M",
            rules = new object[]
            {
                new { location = "P001", tolerance = 1, correctUpTo = 10, correctUpToValue = 50 },
                new { system = "erp", location = "P001", tolerance = 100 },
                new { tolerance = 0.5m },
            },
        });

        var dear = Count(skus[3], 92, "P001");
        dear["unitValue"] = 7;
        var cheap = Count(skus[4], 92, "P001");
        cheap["unitValue"] = 6;
        var run = await host.Compare(
            Sheet([Count(skus[0], 99, "P001"), Count(skus[1], 89, "P001"), Count(skus[2], 95, "P001"), dear, cheap, Count(skus[0], 99, "P002")]));
        var erp = await host.Compare(Sheet([Count(skus[1], 50, "P001")], system: "erp"));

        Assert.Equal("PT1M", put.Ok().Text("grace"));
        Assert.Equal(
            ["none", "needs-approval", "needs-approval", "needs-approval", "corrected", "needs-approval"],
            new[] { (skus[0], "P001"), (skus[1], "P001"), (skus[2], "P001"), (skus[3], "P001"), (skus[4], "P001"), (skus[0], "P002") }
                .Select(key => run.Items("drifts").Single(drift => (drift.Text("sku"), drift.Text("location")) == key).Text("action")));
        Assert.Equal(92, await host.OnHand(skus[4], "P001"));
        Assert.Equal("none", erp.Items("drifts")[0].Text("action"));
        var corrected = run.Items("drifts").Single(drift => drift.Text("sku") == skus[4]);
        Assert.Equal("policy", corrected.GetProperty("settled").Text("decision"));
        (await host.Post($"/v1/reconciliations/{run.Text("id")}/drifts/{corrected.Number("n")}/approve", new { reason = "again" })).Refused(
            409, "drift-already-settled");
    }

    [Fact]
    public async Task A_policy_is_read_as_stored_and_guarded_by_If_Match()
    {
        var put = await host.Put("/v1/reconciliations/policy", new { rules = new[] { new { system = "tms", tolerance = 2 } } });
        var read = await host.Get("/v1/reconciliations/policy");

        Assert.Equal(put.Headers["ETag"], read.Headers["ETag"]);
        Assert.Equal(("PT0S", "tms", 2),
            (read.Ok().Text("grace"), read.Json.Items("rules")[0].Text("system"), read.Json.Items("rules")[0].Number("tolerance")));
        (await host.Put("/v1/reconciliations/policy", new { rules = Array.Empty<object>() }, headers: [("If-Match", "\"0\"")])).Refused(
            412, "precondition-failed");
        Assert.All(await Task.WhenAll(
            Enumerable.Range(1, 10).Select(tolerance => host.Put("/v1/reconciliations/policy", new { rules = new[] { new { tolerance } } }))),
            answer => answer.Ok());
        (await host.Put("/v1/reconciliations/policy", new { rules = new[] { new { tolerance = -1 } } })).Refused(400, "invalid-request");
        (await host.Put("/v1/reconciliations/policy", new { rules = new object[] { new { system = "a" }, new { system = "a" } } })).Refused(
            400, "invalid-request");
        (await host.Put("/v1/reconciliations/policy", new { grace = "P2D", rules = Array.Empty<object>() })).Refused(400, "invalid-request");
        (await host.Put("/v1/reconciliations/policy", new { })).Refused(400, "invalid-request");
    }
}

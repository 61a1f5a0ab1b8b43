using System.Text.Json;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.Reconciliation.Comparing;

namespace RetailSync.Inventory.Host.Tests.Reconciliation.Settle;

public sealed class UndoDrift_of_a_decision(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task A_correction_is_taken_back_by_the_opposite_event()
    {
        var (sku, run) = await Drifted();
        (await Do(run, "approve")).Ok();
        Assert.Equal(8, await host.OnHand(sku));

        var drift = (await host.Post($"/v1/reconciliations/{run}/drifts/1/revert", new { reason = "wrong shelf" }, "dev-ops",
            ("X-Correlation-Id", "undo-1"))).Ok();
        var movement = (await host.Events(sku))[^1];

        Assert.Equal(10, await host.OnHand(sku));
        Assert.Equal(("none", "approved", "wrong shelf", "dev-ops"), (drift.Text("action"), drift.GetProperty("settled").Text("decision"),
            drift.GetProperty("reverted").Text("reason"), drift.GetProperty("reverted").Text("by")));
        Assert.Equal(("correction", "reconciliation", $"{run}/1/revert", "undo-1", "dev-ops"),
            (movement.Text("type"), movement.Text("source"), movement.Text("id"), movement.Text("correlationId"), movement.Text("by")));
        Assert.Equal("reverted", await State(sku));
        Assert.True(drift.Number("sequence") >= movement.Number("sequence"));
    }

    [Fact]
    public async Task A_correction_is_taken_back_once()
    {
        var (sku, run) = await Drifted();
        (await Do(run, "approve")).Ok();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Do(run, "revert")));

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.Refused(409, "drift-already-reverted"));
        (await Do(run, "approve")).Refused(409, "drift-already-settled");
        Assert.Equal(10, await host.OnHand(sku));
    }

    [Fact]
    public async Task A_crash_between_event_and_answer_takes_back_once()
    {
        var (sku, run) = await Drifted();
        (await Do(run, "approve")).Ok();
        (await Do(run, "revert")).Ok();
        await host.Sql($"update inventory.reconciliation_drift set action = 'corrected', reverted = null where run = '{run}'");

        (await Do(run, "revert")).Ok();

        Assert.Equal(10, await host.OnHand(sku));
    }

    [Fact]
    public async Task After_a_reverted_correction_another_count_is_corrected()
    {
        var (sku, run) = await Drifted();
        var earlier = (await host.Compare(Sheet([Count(sku, 7)], takenAt: "2026-11-23T09:20:00Z"))).Text("id")!;
        (await Do(run, "approve")).Ok();
        (await Do(earlier, "approve")).Refused(409, "drift-outdated");
        (await Do(run, "revert")).Ok();

        (await Do(earlier, "approve")).Ok();

        Assert.Equal(7, await host.OnHand(sku));
    }

    [Fact]
    public async Task Only_a_corrected_drift_is_reverted()
    {
        var (_, open) = await Drifted();
        var (_, dismissed) = await Drifted();
        (await Do(dismissed, "dismiss")).Ok();

        (await Do(open, "revert")).Refused(409, "drift-not-approved");
        (await Do(dismissed, "revert")).Refused(409, "drift-not-approved");
        (await host.Post($"/v1/reconciliations/{open}/drifts/7/revert", new { reason = "x" })).Refused(404, "unknown-drift");
        (await host.Post($"/v1/reconciliations/{open}/drifts/1/revert", new { })).Refused(400, "invalid-request");
    }

    [Fact]
    public async Task Units_that_were_given_back_are_not_reverted()
    {
        var sku = NewSku();
        await host.Put("/v1/channels/web", new { adapter = "none" });
        await host.RecordAccepted(Line("receipt", 10, sku));
        (await host.Post("/v1/reservations", new { id = $"o-{sku}", channel = "web", lines = new[] { new { sku, quantity = 2, location = "S001" } } })).Ok(201);
        (await host.Post($"/v1/reservations/o-{sku}/confirm", new { })).Ok();
        var run = (await host.Compare(Sheet(
            [Count(sku, 10, reserved: 0)], [Document($"o-{sku}", "cancellation", sku, 2, "10:00")], "2026-11-23T10:00:05Z"))).Text("id")!;
        (await Do(run, "approve")).Ok();

        (await Do(run, "revert")).Refused(409, "drift-not-revertible");

        Assert.Equal("approved", await State(sku));
    }

    [Fact]
    public async Task A_dismissed_drift_is_decided_anew_after_reopening()
    {
        var (sku, run) = await Drifted();
        (await Do(run, "reopen")).Refused(409, "drift-not-dismissed");
        (await Do(run, "dismiss")).Ok();

        var drift = (await Do(run, "reopen")).Ok();

        Assert.Equal(("needs-approval", JsonValueKind.Null), (drift.Text("action"), drift.GetProperty("settled").ValueKind));
        var reopened = drift.GetProperty("reopened");
        Assert.Equal(("dev-admin", "because", "dismissed"), (reopened.Text("by"), reopened.Text("reason"), reopened.GetProperty("decision").Text("decision")));
        Assert.Equal("open", await State(sku));
        (await Do(run, "reopen")).Refused(409, "drift-not-dismissed");
        (await Do(run, "approve")).Ok();
        Assert.Equal(8, await host.OnHand(sku));
    }

    private Task<Answer> Do(string run, string what) => host.Post($"/v1/reconciliations/{run}/drifts/1/{what}", new { reason = "because" });

    private async Task<string?> State(string sku) => (await host.Get($"/v1/reconciliations/drifts?sku={sku}&newest=true")).Ok().Items()[0].Text("state");

    /// <summary>A SKU of which we have 10, and a run in which they have 8.</summary>
    private async Task<(string Sku, string Run)> Drifted()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        return (sku, (await host.Compare(Sheet([Count(sku, 8)]))).Text("id")!);
    }
}

using Microsoft.Extensions.DependencyInjection;
using NodaTime.Text;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Lanes;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.Reconciliation.Comparing;

namespace RetailSync.Inventory.Host.Tests.Reconciliation.Settle;

/// <summary>What is done about a drift.</summary>
public sealed class Settling_a_drift(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Approving_corrects_our_number_with_an_event_naming_the_run()
    {
        var (sku, run) = await Drifted(theirs: 8);

        var drift = (await Approve(run)).Ok();
        var movement = (await host.Events(sku))[^1];

        Assert.Equal(("corrected", "approved", "counted by hand"),
            (drift.Text("action"), drift.GetProperty("settled").Text("decision"), drift.GetProperty("settled").Text("reason")));
        Assert.Equal(8, await host.OnHand(sku));
        Assert.Equal(("adjustment", "reconciliation", $"{run}/1", "S-1", -2),
            (movement.Text("type"), movement.Text("source"), movement.Text("id"), movement.Text("document"), movement.Number("quantity")));
        Assert.Equal("corrected", (await host.Done(run)).Items("drifts")[0].Text("action"));
        Assert.Equal(1, (await host.Compare(Sheet([Count(sku, 8)]))).Number("matching"));
    }

    [Fact]
    public async Task Settling_twice_is_refused_and_corrects_once()
    {
        var (sku, run) = await Drifted(theirs: 8);
        var (_, dismissed) = await Drifted(theirs: 8);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Approve(run)));
        (await Dismiss(dismissed)).Ok();

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.Refused(409, "drift-already-settled"));
        (await Dismiss(run)).Refused(409, "drift-already-settled");
        (await Approve(dismissed)).Refused(409, "drift-already-settled");
        (await Dismiss(dismissed)).Refused(409, "drift-already-settled");
        Assert.Equal(8, await host.OnHand(sku));
    }

    [Fact]
    public async Task Dismissing_changes_nothing_and_keeps_the_reason()
    {
        var (sku, run) = await Drifted(theirs: 8);

        var drift = (await Dismiss(run)).Ok();

        Assert.Equal(("none", "dismissed", "they miscounted"),
            (drift.Text("action"), drift.GetProperty("settled").Text("decision"), drift.GetProperty("settled").Text("reason")));
        Assert.Equal(10, await host.OnHand(sku));
    }

    [Fact]
    public async Task One_drift_in_two_runs_is_corrected_once()
    {
        var (sku, first) = await Drifted(theirs: 8);
        var same = (await host.Compare(Sheet([Count(sku, 8)], system: "erp"))).Text("id")!;
        var later = (await host.Compare(Sheet([Count(sku, 8)], takenAt: "2026-11-23T09:50:00Z"))).Text("id")!;

        (await Approve(later)).Ok();
        (await Approve(first)).Refused(409, "drift-outdated");
        (await Approve(same)).Refused(409, "drift-outdated");

        Assert.Equal(8, await host.OnHand(sku));
    }

    [Fact]
    public async Task A_drift_that_is_no_longer_so_is_refused_and_stays_open()
    {
        var (sku, run) = await Drifted(theirs: 8);
        await host.RecordAccepted(Line("sale", 2, sku, at: "09:10", more: [("document", "S-1")]));

        (await Approve(run)).Refused(409, "drift-outdated");

        Assert.Equal(8, await host.OnHand(sku));
        (await Dismiss(run)).Ok();
    }

    [Fact]
    public async Task A_crash_between_event_and_answer_corrects_once()
    {
        var (sku, run) = await Drifted(theirs: 8);
        (await Approve(run)).Ok();
        await host.Sql($"update inventory.reconciliation_drift set action = 'needs-approval', settled = null where run = '{run}'");

        (await Approve(run)).Ok();

        Assert.Equal(8, await host.OnHand(sku));
    }

    [Fact]
    public async Task A_status_drift_moves_units_between_sellable_and_status()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku), Line("status", 3, sku, at: "09:05", more: [("from", "sellable"), ("to", "damaged")]));
        var run = await host.Compare(Sheet([Count(sku, 10, unsellable: [("damaged", 1), ("quality-hold", 2)])]));

        (await Approve(run.Text("id")!, 1)).Ok();
        (await Approve(run.Text("id")!, 2)).Ok();

        var position = await host.Position(sku);
        Assert.Equal((10, 1, 2),
            (position.Number("onHand"), position.GetProperty("unsellable").Number("damaged"), position.GetProperty("unsellable").Number("quality-hold")));
    }

    [Fact]
    public async Task A_hold_of_an_order_that_has_ended_is_released_once()
    {
        var sku = NewSku();
        await host.Put("/v1/channels/web", new { adapter = "none" });
        await host.RecordAccepted(Line("receipt", 10, sku));
        (await host.Post("/v1/reservations", new { id = $"o-{sku}", channel = "web", lines = new[] { new { sku, quantity = 2, location = "S001" } } })).Ok(201);
        (await host.Post($"/v1/reservations/o-{sku}/confirm", new { })).Ok();
        var lost = Sheet([Count(sku, 10, reserved: 0)], [Document($"o-{sku}", "cancellation", sku, 2, "10:00")], takenAt: "2026-11-23T10:00:05Z");
        var run = await host.Compare(lost);
        var kept = await host.Compare(Sheet([Count(sku, 10, reserved: 5)], takenAt: "2026-11-23T10:00:05Z"));

        (await Approve(kept.Text("id")!)).Refused(409, "drift-not-correctable");
        var drift = (await Approve(run.Text("id")!)).Ok();

        Assert.Equal("corrected", drift.Text("action"));
        Assert.Equal(0, (await host.Position(sku)).Number("reserved"));
        Assert.Equal("released", (await host.Get($"/v1/reservations/o-{sku}")).Ok().Text("state"));
        Assert.Equal($"reconciliation/{run.Text("id")}/1", (await host.Events(sku))[^1].Text("correlationId"));
    }

    [Fact]
    public async Task A_hold_of_an_order_that_has_partly_ended_is_reduced()
    {
        var (sku, other) = (NewSku(), NewSku());
        await host.Put("/v1/channels/web", new { adapter = "none" });
        await host.RecordAccepted(Line("receipt", 10, sku), Line("receipt", 10, other));
        var lines = new[] { new { sku, quantity = 3, location = "S001" }, new { sku = other, quantity = 1, location = "S001" } };
        (await host.Post("/v1/reservations", new { id = $"o-{sku}", channel = "web", lines })).Ok(201);
        (await host.Post($"/v1/reservations/o-{sku}/confirm", new { })).Ok();
        var run = await host.Compare(Sheet([Count(sku, 10, reserved: 1)], [Document($"o-{sku}", "cancellation", sku, 2, "10:00")], takenAt: Now()));

        Assert.Equal($"reserved 3-1=2 lost-release o-{sku} 2 needs-approval", Assert.Single(run.Items("drifts")).Summary());
        (await Approve(run.Text("id")!)).Ok();
        await host.Sql($"update inventory.reconciliation_drift set action = 'needs-approval', settled = null where run = '{run.Text("id")}'");
        (await Approve(run.Text("id")!)).Ok();

        Assert.Equal((1, 1), ((await host.Position(sku)).Number("reserved"), (await host.Position(other)).Number("reserved")));
        Assert.Equal("confirmed", (await host.Get($"/v1/reservations/o-{sku}")).Ok().Text("state"));
        Assert.Equal(1, (await host.Compare(Sheet([Count(sku, 10, reserved: 1)], takenAt: Now()))).Number("matching"));

        string Now() => InstantPattern.ExtendedIso.Format(host.Clock.GetCurrentInstant());
    }

    [Fact]
    public async Task A_drift_that_resolves_without_a_correction_is_not_corrected()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku), Line("sale", 2, sku, at: "09:31", more: [("document", "S-1")]));
        var run = await host.Compare(Sheet([Count(sku, 8)], [Document("S-1", "sale", sku, 2, "09:29")]));

        Assert.Equal("onHand 10-8=2 mis-timed-movement S-1 2 needs-approval", run.Items("drifts")[0].Summary());
        (await Approve(run.Text("id")!)).Refused(409, "drift-not-correctable");
        Assert.Equal(8, await host.OnHand(sku));
    }

    [Fact]
    public async Task A_correction_of_an_earlier_version_is_not_recorded_twice()
    {
        var (sku, run) = await Drifted(theirs: 8);
        var earlier = $"{Guid.Parse(run):N}/1";
        var recorded = new Adjustment(
            new MovementId("reconciliation", earlier), new PositionKey(Sku.Parse(sku), LocationId.Parse("S001")),
            InstantPattern.ExtendedIso.Parse((await host.Done(run)).Text("takenAt")!).Value, "S-1", -2, $"reconciliation {earlier}: missing-movement S-1");
        await host.Services.GetRequiredService<WriteLanes>().Record([recorded], RunningHost.ByTest, default);

        Assert.Equal("corrected", (await Approve(run)).Ok().Text("action"));

        Assert.Equal((8, 2), (await host.OnHand(sku), (await host.Events(sku)).Length));
    }

    [Fact]
    public async Task A_release_of_an_earlier_version_is_not_repeated()
    {
        var sku = NewSku();
        await host.Put("/v1/channels/web", new { adapter = "none" });
        await host.RecordAccepted(Line("receipt", 10, sku));
        (await host.Post("/v1/reservations", new { id = $"o-{sku}", channel = "web", lines = new[] { new { sku, quantity = 5, location = "S001" } } })).Ok(201);
        (await host.Post($"/v1/reservations/o-{sku}/confirm", new { })).Ok();
        var run = (await host.Compare(Sheet(
            [Count(sku, 10, reserved: 3)], [Document($"o-{sku}", "cancellation", sku, 2, "10:00")], takenAt: "2026-11-23T10:00:05Z"))).Text("id")!;
        var step = new GiveBackUnits($"o-{sku}", $"reconciliation/{Guid.Parse(run):N}/1", new PositionKey(Sku.Parse(sku), LocationId.Parse("S001")), 2);
        await host.Services.GetRequiredService<WriteLanes>().Step(step, _ => true, RunningHost.ByTest with { CorrelationId = step.Step! }, default);

        Assert.Equal("corrected", (await Approve(run)).Ok().Text("action"));

        Assert.Equal(3, (await host.Position(sku)).Number("reserved"));
    }

    [Fact]
    public async Task A_correction_whose_movement_id_is_taken_is_refused()
    {
        var (sku, run) = await Drifted(theirs: 8);
        var used = new Adjustment(
            new MovementId("reconciliation", $"{run}/1"), new PositionKey(Sku.Parse(NewSku()), LocationId.Parse("S001")), RunningHost.Now, null, 1, null);
        await host.Services.GetRequiredService<WriteLanes>().Record([used], RunningHost.ByTest, default);

        (await Approve(run)).Refused(409, "drift-not-correctable");

        Assert.Equal((10, "needs-approval"), (await host.OnHand(sku), (await host.Done(run)).Items("drifts")[0].Text("action")));
    }

    [Fact]
    public async Task Settling_needs_a_drift_and_a_reason()
    {
        var (_, run) = await Drifted(theirs: 8);

        (await host.Post($"/v1/reconciliations/{run}/drifts/1/approve", new { })).Refused(400, "invalid-request");
        (await host.Post($"/v1/reconciliations/{run}/drifts/1/dismiss", new { reason = "" })).Refused(400, "invalid-request");
        (await host.Post($"/v1/reconciliations/{run}/drifts/2/approve", new { reason = "x" })).Refused(404, "unknown-drift");
        (await host.Post($"/v1/reconciliations/{run}/drifts/x/dismiss", new { reason = "x" })).Refused(404, "unknown-drift");
        (await host.Post($"/v1/reconciliations/{Guid.NewGuid()}/drifts/1/approve", new { reason = "x" })).Refused(404, "unknown-reconciliation");
        Assert.Equal(403, (await host.Post($"/v1/reconciliations/{run}/drifts/1/approve", new { reason = "x" }, "dev-finance")).Status);
    }

    /// <summary>A SKU of which we have 10, and a run in which they have another number.</summary>
    private async Task<(string Sku, string Run)> Drifted(decimal theirs)
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku, at: "09:00"));
        return (sku, (await host.Compare(Sheet([Count(sku, theirs)], [Document("S-1", "sale", sku, 10 - theirs)]))).Text("id")!);
    }

    private Task<Answer> Approve(string run, int n = 1) => host.Post($"/v1/reconciliations/{run}/drifts/{n}/approve", new { reason = "counted by hand" });

    private Task<Answer> Dismiss(string run) => host.Post($"/v1/reconciliations/{run}/drifts/1/dismiss", new { reason = "they miscounted" });
}

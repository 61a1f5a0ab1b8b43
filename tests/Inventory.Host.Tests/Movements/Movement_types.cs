using System.Text.Json;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Movements;

/// <summary>The rules are proven in the domain; here each type goes the whole way once, and is read back.</summary>
public class Movement_types(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task A_receipt_arrives_sellable_or_not()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("receipt", 10, sku), Line("receipt", 2, sku, more: ("status", "quality-hold")), Line("receipt", 1, sku, more: ("status", "sellable")));

        var position = await host.Position(sku);
        Assert.Equal((13, 11), (position.Number("onHand"), position.Number("available")));
        Assert.Equal("""{"quality-hold":2}""", position.GetProperty("unsellable").GetRawText());
    }

    [Fact]
    public async Task A_sale_may_take_on_hand_below_zero()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("sale", 2, sku));

        Assert.Equal(-2, await host.OnHand(sku));
    }

    [Fact]
    public async Task An_adjustment_is_signed()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("adjustment", -2.5m, sku, more: ("reason", "breakage")), Line("adjustment", 1, sku));

        Assert.Equal(-1.5m, await host.OnHand(sku));
    }

    [Fact]
    public async Task A_count_sets_on_hand_and_absorbs_earlier_facts()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku, at: "08:00"), Line("sale", 1, sku, at: "09:30"), Line("count", 7, sku, at: "09:00"));
        Assert.Equal(6, await host.OnHand(sku));

        var late = await host.Record(Line("sale", 3, sku, at: "08:30"), Line("count", 50, sku, at: "08:45"));

        Assert.Equal(2, late.Number("absorbed"));
        Assert.Equal(6, await host.OnHand(sku));
        Assert.Equal("2026-11-23T09:00:00Z", (await host.Position(sku)).Text("countedAt"));
        Assert.Equal([false, false, false, true, true], (await host.Events(sku)).Select(happened => happened.GetProperty("absorbed").GetBoolean()));
    }

    [Fact]
    public async Task A_status_change_moves_units_between_sellable_and_not()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("receipt", 10, sku), Line("status", 3, sku, more: [("from", "sellable"), ("to", "damaged")]),
            Line("status", 1, sku, more: [("from", "damaged"), ("to", "quality-hold")]), Line(
                "status", 5, sku, more: [("from", "damaged"), ("to", "sellable")]));

        var position = await host.Position(sku);
        Assert.Equal((10, 9), (position.Number("onHand"), position.Number("available")));
        Assert.Equal("""{"quality-hold":1}""", position.GetProperty("unsellable").GetRawText());
    }

    [Fact]
    public async Task Expected_is_in_transit_until_its_receipts_or_its_end()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("expected", 10, sku, more: [("document", "PO-1"), ("expectedOn", "2026-11-30"), ("kind", "purchase-order"), ("confidence", 0.9m)]),
            Line("expected", 5, sku, more: ("document", "PO-2")));
        Assert.Equal(15, (await host.Position(sku)).Number("inTransit"));

        await host.RecordAccepted(
            Line("receipt", 4, sku, at: "09:30", more: ("document", "PO-1")), Line("expected", 0, sku, at: "09:30", more: ("document", "PO-2")));
        await host.RecordAccepted(Line("receipt", 7, sku, at: "09:31", more: ("document", "PO-1")));

        var position = await host.Position(sku);
        Assert.Equal((11, 0), (position.Number("onHand"), position.Number("inTransit")));
    }

    [Fact]
    public async Task A_transfer_is_in_transit_at_its_target_until_received()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("receipt", 10, sku), Line("transfer", 4, sku, more: [("to", "S002"), ("document", "T-1"), ("expectedOn", "2026-11-24")]));
        var there = await host.Position(sku, "S002");
        Assert.Equal((6, 0, 4), (await host.OnHand(sku), there.Number("onHand"), there.Number("inTransit")));
        Assert.Equal(["transfer"], (await host.Events(sku, "S002")).Texts("type"));

        await host.RecordAccepted(Line("receipt", 4, sku, location: "S002", at: "09:30", more: ("document", "T-1")));

        there = await host.Position(sku, "S002");
        Assert.Equal((4, 0), (there.Number("onHand"), there.Number("inTransit")));
    }

    [Fact]
    public async Task A_transfer_repeated_or_to_itself_moves_nothing()
    {
        var sku = NewSku();
        var transfer = Line("transfer", 4, sku, more: [("to", "S002"), ("document", "T-1")]);
        await host.RecordAccepted(transfer.Clone());

        var answer = await host.Record(transfer.Clone(), Line("transfer", 4, sku, more: [("to", "S001"), ("document", "T-1")]));

        Assert.Equal(["duplicate", "rejected"], answer.Items("results").Texts("outcome"));
        Assert.Equal((-4, 4), (await host.OnHand(sku), (await host.Position(sku, "S002")).Number("inTransit")));
    }

    [Fact]
    public async Task A_correction_undoes_a_mistake_and_both_stay_in_history()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku), Line("sale", 5, sku, id: "wrong"), Line("sale", 1, sku, id: "never"));

        await host.RecordAccepted(
            Line("correction", 3, sku, id: "right", more: [("corrects", "wrong"), ("declaration", "incorrect")]),
            Line("correction", null, sku, more: [("corrects", "never"), ("declaration", "did-not-occur")]));

        Assert.Equal(7, await host.OnHand(sku));
        var events = await host.Events(sku);
        Assert.Equal(["receipt", "sale", "sale", "correction", "correction"], events.Texts("type"));
        Assert.Equal([10, 5, 4, 6, 7], events.Select(happened => happened.Number("onHandAfter")));
        Assert.Equal(JsonValueKind.Null, events[4].GetProperty("quantity").ValueKind);
    }

    [Fact]
    public async Task A_second_correction_is_refused_and_a_wrong_one_corrected()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("sale", 5, sku, id: "once"), Line("correction", 3, sku, id: "first", more: [("corrects", "once"), ("declaration", "incorrect")]));

        var again = await host.Record(Line("correction", 4, sku, more: [("corrects", "once"), ("declaration", "incorrect")]));
        await host.RecordAccepted(Line("correction", 2, sku, more: [("corrects", "first"), ("declaration", "incorrect")]));

        Assert.Equal("already-corrected", again.Items("results").Single().Text("code"));
        Assert.Equal(-2, await host.OnHand(sku));
    }

    [Fact]
    public async Task A_correction_of_a_transfer_affects_both_ends()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("transfer", 5, sku, id: "too-many", more: [("to", "S002"), ("document", "T-2")]));
        await host.RecordAccepted(Line("correction", 3, sku, id: "fewer", more: [("corrects", "too-many"), ("declaration", "incorrect")]));
        Assert.Equal((-3, 3), (await host.OnHand(sku), (await host.Position(sku, "S002")).Number("inTransit")));

        await host.RecordAccepted(Line("correction", null, sku, more: [("corrects", "fewer"), ("declaration", "did-not-occur")]));

        Assert.Equal((-5, 5), (await host.OnHand(sku), (await host.Position(sku, "S002")).Number("inTransit")));
    }

    [Fact]
    public async Task A_correction_of_a_count_restores_what_it_absorbed()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("receipt", 10, sku, at: "08:00"), Line("count", 100, sku, id: "miscount", at: "09:00"), Line("sale", 1, sku, at: "09:30"));

        await host.RecordAccepted(Line("correction", null, sku, more: [("corrects", "miscount"), ("declaration", "did-not-occur")]));

        Assert.Equal(9, await host.OnHand(sku));
        Assert.Equal(JsonValueKind.Null, (await host.Position(sku)).GetProperty("countedAt").ValueKind);
    }
}

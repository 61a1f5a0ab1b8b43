using System.Text;
using System.Text.Json;
using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ChannelOrders;

public class Webhooks_of_Adobe_Commerce(PublishingHost host) : IClassFixture<PublishingHost>, IAsyncLifetime
{
    private int _events;

    public Task InitializeAsync() => host.Register("adobe", "adobe-commerce", new() { ["webhookSecret"] = "hush-hush-hush-hush" });

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task An_order_is_held_shipped_and_returned_once()
    {
        var sku = await NewStock(10);

        var placed = (await Send(Saved(11, "new", Row(sku, 4, 0)))).Ok();
        (await Send(Saved(11, "processing", Row(sku, 4, 3)))).Ok();
        (await Send(Saved(11, "processing", Row(sku, 4, 1)))).Ok();
        await Stands(sku, onHand: 7, reserved: 1);
        (await Send(Saved(11, "complete", Row(sku, 4, 3)))).Ok();
        (await Send(Refunded(11, 5, sku, 1, "true"))).Ok();
        (await Send(Refunded(11, 5, sku, 1, "true"))).Ok();
        Assert.Equal(200, (await Send(Refunded(11, 6, sku, 2, "false"))).Status);

        Assert.Equal("confirmed", placed.Text("state"));
        await Stands(sku, onHand: 8, reserved: 0);
    }

    [Fact]
    public async Task Events_may_arrive_in_any_order()
    {
        var sku = await NewStock(10);
        var unpaid = await NewStock(10);

        var early = (await Send(Refunded(12, 7, sku, 1, "\"1\""))).Ok();
        (await Send(Saved(12, "complete", Row(sku, 4, 4)))).Ok();
        (await Send(Saved(12, "new", Row(sku, 4, 0)))).Ok();
        (await Send(Saved(13, "canceled", Row(unpaid, 4, 0)))).Ok();
        (await Send(Saved(13, "pending_payment", Row(unpaid, 4, 0)))).Ok();

        Assert.Equal("waiting", early.Text("state"));
        await Stands(sku, onHand: 7, reserved: 0);
        await Stands(unpaid, onHand: 10, reserved: 0);
    }

    [Fact]
    public async Task A_refund_is_judged_by_what_had_shipped()
    {
        var sku = await NewStock(100);
        (await Send(Saved(14, "processing", Row(sku, 4, 0)))).Ok();
        (await Send(Saved(14, "processing", Row(sku, 4, 2)))).Ok();
        await Stands(sku, onHand: 98, reserved: 2);

        Assert.Equal("released", (await Send(Refunded(14, 8, sku, 2, "1"))).Ok().Text("state"));
        await Stands(sku, onHand: 98, reserved: 0);

        Assert.Equal("returned", (await Send(Refunded(14, 9, sku, 2, "1"))).Ok().Text("state"));
        await Stands(sku, onHand: 100, reserved: 0);
        (await Send(Saved(14, "closed", Row(sku, 4, 2, """ "product_type":"simple","qty_refunded":"4.0000", """)))).Ok();
        await Stands(sku, onHand: 100, reserved: 0);
    }

    [Fact]
    public async Task A_refund_is_judged_anew_when_more_had_shipped()
    {
        var sku = await NewStock(100);
        (await Send(Saved(17, "processing", Row(sku, 4, 2)))).Ok();
        (await Send(Refunded(17, 10, sku, 2, "1"))).Ok();
        await Stands(sku, onHand: 98, reserved: 0);

        (await Send(Saved(17, "complete", Row(sku, 4, 4)))).Ok();

        await Stands(sku, onHand: 98, reserved: 0);
    }

    [Fact]
    public async Task A_refund_before_shipping_makes_the_order_smaller()
    {
        var (refunded, cancelled) = (await NewStock(10), await NewStock(10));
        (await Send(Saved(18, "processing", Row(refunded, 2, 0), Row(cancelled, 3, 0)))).Ok();

        (await Send(Saved(18, "processing",
            Row(refunded, 2, 0, """ "product_type":"simple","qty_refunded":1, """), Row(
                cancelled, 3, 0, """ "product_type":"simple","qty_canceled":"2.0000", """)))).Ok();

        await Stands(refunded, onHand: 10, reserved: 1);
        await Stands(cancelled, onHand: 10, reserved: 1);
        (await Send(Refunded(18, 11, refunded, 1, "0"))).Ok();
        await Stands(refunded, onHand: 10, reserved: 1);
    }

    [Fact]
    public async Task An_unknown_event_that_may_move_stock_is_quarantined()
    {
        foreach (var code in new[] { "sales_order_item_save_after", "rma_save_after", "inventory_source_items_save",
            "sales_order_invoice_save_after", "catalog_product_save_after" })
        {
            Assert.Equal(200, (await Send(Event(code, "{}"))).Status);
        }

        var kept = (await host.Get("/v1/quarantine?limit=1000")).Ok().Items()
            .Where(entry => entry.Text("detail")!.Contains("says of stock is not known", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, kept.Count(entry => entry.Text("source") == "channel/adobe"));
    }

    [Fact]
    public async Task A_product_in_several_rows_counts_each_unit_once()
    {
        var (chosen, part) = (await NewStock(10), await NewStock(10));

        (await Send(Saved(
            15, "processing",
            Row(chosen, 2, 0, """ "item_id":1,"product_type":"configurable", """), Row(
                chosen, 2, 0, """ "item_id":2,"parent_item_id":1,"product_type":"simple", """),
            Row("a-bundle", 2, 1, """ "item_id":"3","product_type":"bundle", """), Row(
                part, 6, 0, """ "item_id":"4","parent_item_id":"3","product_type":"simple", """),
            Row("a-voucher", 1, 0, """ "item_id":5,"product_type":"virtual", """)))).Ok();

        await Stands(chosen, onHand: 10, reserved: 2);
        await Stands(part, onHand: 7, reserved: 3);
    }

    [Fact]
    public async Task An_unreadable_or_foreign_event_changes_nothing()
    {
        var earlier = (await Quarantined()).Select(entry => entry.Text("id")).ToHashSet();
        foreach (var body in (string[])["<html>", "[]", """{"id":"1","type":"sales_order_save_commit_after","data":{"value":{"entity_id":"x"}}}""",
            Saved(16, "new", """{"sku":"\ud800","qty_ordered":1}"""), Saved(16, "new", """{"sku":"S","qty_ordered":1e27,"qty_shipped":1e27}"""),
            Saved(16, "new"), """{"id":"1","type":"observer.catalog","data":{"value":{}}}"""])
        {
            Assert.Equal(200, (await Send(body)).Status);
        }

        (await Send(Saved(16, "new"), "wrong")).Refused(401, "unauthenticated");

        // What is about an order is quarantined; anything else is ignored.
        var kept = (await Quarantined()).Where(entry => !earlier.Contains(entry.Text("id"))).Select(entry => entry.GetProperty("line").GetRawText()).ToList();
        Assert.Equal(4, kept.Count);
        Assert.Contains(kept, line => line.Contains("\u003Chtml", StringComparison.OrdinalIgnoreCase) || line.Contains("<html>", StringComparison.Ordinal));
        Assert.Contains(kept, line => line.Contains("\"entity_id\":\"x\"", StringComparison.Ordinal));
        Assert.DoesNotContain(kept, line => line.Contains("observer.catalog", StringComparison.Ordinal));
    }

    private async Task<IEnumerable<JsonElement>> Quarantined() =>
        (await host.Get("/v1/quarantine?limit=1000")).Ok().Items().Where(entry => entry.Text("source") == "channel/adobe");

    private async Task<string> NewStock(int units)
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", units, sku));
        return sku;
    }

    private async Task Stands(string sku, int onHand, int reserved)
    {
        var position = await host.Position(sku);
        Assert.Equal((onHand, reserved), (position.Number("onHand"), position.Number("reserved")));
    }

    /// <summary>Numbers come as numbers or as text, as the shop has them.</summary>
    private static string Row(string sku, int ordered, int shipped, string more = """ "product_type":"simple", """) =>
        $$"""{{{more}}"sku":"{{sku}}","qty_ordered":"{{ordered}}.0000","qty_shipped":{{shipped}}}""";

    private string Saved(int order, string state, params string[] rows) => Event(
        "sales_order_save_commit_after",
        $$"""{"entity_id":"{{order}}","increment_id":"0000{{order}}","state":"{{state}}","created_at":"2026-11-23 09:30:00","updated_at":"2026-11-23 09:40:00","items":[{{string.Join(',', rows)}}]}""");

    private string Refunded(int order, int memo, string sku, int quantity, string back) => Event(
        "sales_order_creditmemo_save_after",
        $$"""{"entity_id":{{memo}},"order_id":{{order}},"created_at":"2026-11-23 09:50:00","items":[{"sku":"{{sku}}","qty":{{quantity}},"back_to_stock":{{back}}}]}""");

    private string Event(string code, string value) =>
        $$"""{"specversion":"1.0","id":"e-{{++_events}}","source":"urn:uuid:1","type":"com.adobe.commerce.observer.{{code}}","data":{"key":"k","value":{{value}} } }""";

    private Task<Answer> Send(string body, string secret = "hush-hush-hush-hush") => host.Send(
        HttpMethod.Post, "/v1/channels/adobe/webhooks/adobe-commerce", new StringContent(body, Encoding.UTF8, "application/json"), null,
        ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"commerce:{secret}"))));
}

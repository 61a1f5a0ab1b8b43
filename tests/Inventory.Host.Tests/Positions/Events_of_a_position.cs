using System.Text.Json;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Positions;

public class Events_of_a_position(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Have_every_field_of_the_contract()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku, id: "first", at: "08:15", more: ("document", "PO-1")));

        var happened = (await host.Events(sku)).Single();

        Assert.Equal(
            ["version", "type", "quantity", "occurredAt", "recordedAt", "source", "id", "document", "absorbed",
                "onHandAfter", "correlationId", "by", "role", "sequence", "channel"],
            happened.EnumerateObject().Select(field => field.Name));
        Assert.Equal((1, "receipt", 10, "pos", "first", "PO-1"),
            (happened.Number("version"), happened.Text("type"), happened.Number("quantity"), happened.Text("source"),
                happened.Text("id"), happened.Text("document")));
        Assert.Equal("2026-11-23T08:15:00Z", happened.Text("occurredAt"));
        Assert.StartsWith("2026-11-23T10:0", happened.Text("recordedAt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Have_the_names_of_movement_types()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("receipt", 10, sku, id: "receipt-1"), Line("sale", 1, sku), Line("return", 1, sku), Line("adjustment", -1, sku), Line("count", 9, sku),
            Line("status", 1, sku, more: [("from", "sellable"), ("to", "damaged")]), Line("expected", 1, sku, more: ("document", "PO")),
            Line("transfer", 1, sku, more: [("to", "S002"), ("document", "T")]), Line(
                "correction", 11, sku, more: [("corrects", "receipt-1"), ("declaration", "incorrect")]));

        Assert.Equal(["receipt", "sale", "return", "adjustment", "count", "status", "expected", "transfer", "correction"],
            (await host.Events(sku)).Texts("type"));
    }

    [Fact]
    public async Task Come_in_pages_with_the_oldest_first()
    {
        var sku = NewSku();
        await host.RecordAccepted([.. Enumerable.Range(1, 5).Select(quantity => Line("receipt", quantity, sku))]);

        var first = (await host.Get($"/v1/positions/{sku}/S001/events?limit=3")).Ok();
        var second = (await host.Get($"/v1/positions/{sku}/S001/events?limit=3&after={first.Text("next")}")).Ok();

        Assert.Equal([1, 3, 6], first.Items().Select(happened => happened.Number("onHandAfter")));
        Assert.Equal([4, 5], second.Items().Select(happened => happened.Number("version")));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
    }
}

using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using NodaTime.Text;
using RetailSync.Inventory.Host.Audit.Chain;
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
                "onHandAfter", "correlationId", "by", "role", "sequence", "channel", "change", "unsellableChange", "reservedChange", "inTransitChange",
                "unsellableAfter", "reservedAfter", "inTransitAfter"],
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

    [Fact]
    public async Task Have_the_changes_and_balances_of_the_ledger()
    {
        var sku = NewSku();
        await Live(sku);

        var events = (await host.Get($"/v1/positions/{sku}/S001/events?limit=1000")).Ok().Items();
        var ledger = (await host.Get($"/v1/audit/ledger?sku={sku}")).Ok().Items().Single().Items("events");

        Assert.Equal(ledger.Select(Line), events.Select(Line));
        Assert.Equal(ledger.Select(line => line.Number("balance")), events.Select(line => line.Number("onHandAfter")));
        Assert.Equal(ledger.Select(line => line.Number("reserved")), events.Select(line => line.Number("reservedAfter")));

        // A balance is the same whichever events are asked for beside it.
        foreach (var type in new[] { "sale", "count,correction", "reserved", "status" })
        {
            var some = (await host.Get($"/v1/positions/{sku}/S001/events?limit=1000&type={type}")).Ok().Items();
            Assert.Equal(events.Where(one => type.Split(',').Contains(one.Text("type"))).Select(one => one.GetRawText()), some.Select(one => one.GetRawText()));
            Assert.NotEmpty(some);
        }

        static string Line(JsonElement line) => string.Join(' ', line.GetProperty("version"), line.Text("type"), line.Number("change"),
            line.Number("unsellableChange"), line.Number("reservedChange"), line.Number("inTransitChange"));
    }

    [Theory]
    [InlineData("by=recorded&order=asc")]
    [InlineData("by=recorded&order=desc")]
    [InlineData("by=occurred&order=asc")]
    [InlineData("by=occurred&order=desc")]
    public async Task Come_in_any_order_and_range_in_pages(string order)
    {
        var sku = NewSku();
        await Live(sku);
        var key = order.Contains("occurred", StringComparison.Ordinal) ? "occurredAt" : "recordedAt";
        var all = (await host.Events(sku)).Select(one => (At: Instants(one.Text(key) ?? one.Text("recordedAt")!), Version: one.Number("version")))
            .OrderBy(one => one.At).ThenBy(one => one.Version).ToList();
        var (from, to) = (all[3].At, all[^4].At);
        var expected = all.Where(one => one.At > from && one.At <= to).Select(one => one.Version).ToList();
        if (order.EndsWith("desc", StringComparison.Ordinal))
        {
            expected.Reverse();
        }

        List<decimal> found = [];
        string? after = null;
        do
        {
            var range = $"from={InstantPattern.ExtendedIso.Format(from)}&to={InstantPattern.ExtendedIso.Format(to)}";
            var page = (await host.Get($"/v1/positions/{sku}/S001/events?{order}&{range}&limit=4{(after is null ? "" : $"&after={after}")}")).Ok();
            found.AddRange(page.Items().Select(one => one.Number("version")));
            after = page.Text("next");
        }
        while (after is not null);

        Assert.Equal(expected, found);

        static Instant Instants(string text) => InstantPattern.ExtendedIso.Parse(text).Value;
    }

    [Fact]
    public async Task Of_a_cancelled_transfer_have_a_type_of_their_own()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("receipt", 10, sku), Line("transfer", 4, sku, id: $"{sku}-t", more: [("to", "S002"), ("document", "T")]),
            Line("transfer-cancelled", 4, sku, more: [("to", "S002"), ("document", "T")]));

        Assert.Equal(["transfer"], await Types("transfer"));
        Assert.Equal(["transfer-cancelled"], await Types("transfer-cancelled"));
        Assert.Equal(["transfer", "transfer-cancelled"], await Types("transfer-cancelled,transfer"));
        Assert.Empty(await Types("count"));

        async Task<IEnumerable<string?>> Types(string type) => (await host.Get($"/v1/positions/{sku}/S001/events?type={type}")).Ok().Items().Texts("type");
    }

    [Theory]
    [InlineData("type=theft", "type")]
    [InlineData("type=", "type")]
    [InlineData("by=chance", "by")]
    [InlineData("order=any", "order")]
    [InlineData("from=today", "from")]
    [InlineData("after=x", "after")]
    public async Task Are_refused_with_the_field_named_for_a_bad_query(string query, string field)
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 1, sku));

        var problem = (await host.Get($"/v1/positions/{sku}/S001/events?{query}")).Refused(400, "invalid-request");

        Assert.Equal(field, problem.Items("errors").Single().Text("field"));
    }

    /// <summary>Facts in and out of order, a hold, and enough of them that there is a checkpoint among them.</summary>
    private async Task Live(string sku)
    {
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        for (var number = 10; number < 20; number++)
        {
            await host.RecordAccepted(
                Line("receipt", 10, sku, id: $"{sku}-{number}", at: $"08:{number}", more: ("document", "PO-1")), Line("sale", 2, sku, at: $"08:{number + 20}"));
        }

        await host.Record(
            Line("expected", 5, sku, more: ("document", $"po-{sku}")), Line("count", 60, sku, at: "08:35"), Line("sale", 1, sku, at: "08:12"),
            Line("status", 2, sku, more: [("from", "sellable"), ("to", "damaged")]),
            Line("correction", 7, sku, more: [("corrects", $"{sku}-12"), ("declaration", "incorrect")]));
        (await host.Post("/v1/reservations", new { id = $"order-{sku}", channel = "web", lines = new[] { new { sku, quantity = 2, location = "S001" } } }))
            .Ok(201);
        (await host.Post($"/v1/reservations/order-{sku}/fulfil", new { })).Ok();
        await host.Services.GetRequiredService<HashChainWriter>().Extend(CancellationToken.None);
        await host.RecordAccepted(Line("sale", 3, sku, at: "09:30"));
    }
}

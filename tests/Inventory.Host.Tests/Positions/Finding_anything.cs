using System.Text.Json;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Positions;

public class Finding_anything(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task A_name_finds_what_bears_it()
    {
        var sku = NewSku();
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        (await host.Put($"/v1/locations/L{sku}", new { type = "store", timeZone = "UTC" })).Ok();
        (await host.Put($"/v1/rules/R{sku}", new { kind = "safety-stock", sku, quantity = 1, effectiveFrom = "2026-11-01T00:00:00Z" })).Ok();
        await host.RecordAccepted(Line("receipt", 10, sku, id: $"M{sku}"), Line("receipt", 10, sku, location: "S002"));
        (await host.Post("/v1/reservations", new { id = $"O{sku}", channel = "web", lines = new[] { new { sku, quantity = 1 } } })).Ok(201);

        Assert.Equal(("sku", sku, "2"), Words(await Only(sku.ToUpperInvariant())));
        Assert.Equal(("position", $"{sku}@S002", "S002"), Place(await Only($"{sku}@s002")));
        Assert.Equal(("location", $"L{sku}", $"L{sku}"), Place(await Only($"l{sku}")));
        Assert.Equal(("channel", "web", ""), Words(await Only("we")));
        Assert.Equal(("rule", $"R{sku}", "safety-stock"), Words(await Only($"r{sku}")));
        Assert.Equal(("reservation", $"O{sku}", "held"), Words(await Only($"O{sku}")));
        var movement = await Only($"pos M{sku}");
        Assert.Equal(("movement", $"M{sku}", "receipt"), Words(movement));
        Assert.Equal(("pos", sku, "S001"), (movement.Text("source"), movement.Text("sku"), movement.Text("location")));
        Assert.Empty((await host.Get($"/v1/search?q=nothing-{sku}")).Ok().Items());

        static (string?, string?, string?) Words(JsonElement hit) => (hit.Text("kind"), hit.Text("id"), hit.Text("title"));

        static (string?, string?, string?) Place(JsonElement hit) => (hit.Text("kind"), hit.Text("id"), hit.Text("location"));
    }

    [Fact]
    public async Task An_event_is_found_by_sequence_id_and_correlation()
    {
        var (sku, correlation) = (NewSku(), $"correlation-{NewSku()}");
        await host.Post("/v1/movements", new { source = "pos", movements = new[] { Line("receipt", 10, sku), Line("sale", 3, sku) } },
            headers: ("X-Correlation-Id", correlation));
        var sale = (await host.Events(sku))[1];
        var id = (Guid)(await host.Sql($"select id from inventory.mt_events where seq_id = {sale.Number("sequence")}"))!;

        Assert.Equal([sale.Number("sequence")], await Sequences($"{sale.Number("sequence")}"));
        Assert.Equal([sale.Number("sequence")], await Sequences($"{id}"));
        Assert.Equal([sale.Number("sequence"), sale.Number("sequence") - 1], await Sequences(correlation));
        foreach (var name in new[] { $"{sale.Number("sequence")}", $"{id}" })
        {
            var found = (await host.Get($"/v1/events/{name}")).Ok();
            Assert.Equal(($"{id}", sku, "S001", sale.GetRawText()),
                (found.Text("eventId"), found.Text("sku"), found.Text("location"), found.GetProperty("event").GetRawText()));
        }

        (await host.Get($"/v1/events/{Guid.NewGuid()}")).Refused(404, "unknown-event");
        (await host.Get($"/v1/events/{Guid.CreateVersion7()}")).Refused(404, "unknown-event");
        (await host.Get("/v1/events/9223372036854775807")).Refused(404, "unknown-event");
        (await host.Get("/v1/events/last")).Refused(400, "invalid-request");

        async Task<decimal[]> Sequences(string text) =>
            [.. (await host.Get($"/v1/search?q={text}")).Ok().Items().Where(hit => hit.Text("kind") == "event").Select(hit => hit.Number("sequence"))];
    }

    [Fact]
    public async Task A_movement_has_all_ends_and_its_corrections()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("receipt", 10, sku, id: $"{sku}-r"), Line("transfer", 4, sku, id: $"{sku}-t", more: [("to", "S002"), ("document", "T")]),
            Line("correction", 8, sku, id: $"{sku}-c", more: [("corrects", $"{sku}-r"), ("declaration", "incorrect")]));

        var receipt = (await host.Get($"/v1/movements?source=pos&id={sku}-r")).Ok();
        var transfer = (await host.Get($"/v1/movements?source=pos&id={sku}-t")).Ok();
        var ofStore = (await host.Get($"/v1/movements?source=pos&id={sku}-t", key: "dev-store-S002")).Ok();

        Assert.Equal([$"{sku}-c"], receipt.Items("corrections").Select(one => one.GetProperty("event").Text("id")));
        Assert.Equal([10], receipt.Items("events").Select(one => one.GetProperty("event").Number("quantity")));
        Assert.Equal(["S001", "S002"], transfer.Items("events").Texts("location").Order());
        Assert.Equal(["S002"], ofStore.Items("events").Texts("location"));
        (await host.Get($"/v1/movements?source=pos&id={sku}-r", key: "dev-store-S002")).Refused(404, "movement-not-recorded");
        (await host.Get($"/v1/movements?source=pos&id={sku}-x")).Refused(404, "movement-not-recorded");
        (await host.Get("/v1/movements?source=pos")).Refused(400, "invalid-request");
        (await host.Get($"/v1/movements?source=pos&id=a&sku={sku}")).Refused(400, "invalid-request");
    }

    [Fact]
    public async Task Nobody_finds_what_it_may_not_see()
    {
        var sku = NewSku();
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        (await host.Put("/v1/channels/shop-pl", new { adapter = "none" })).Ok();
        await host.RecordAccepted(Line("receipt", 10, sku, id: $"M{sku}"));
        var sequence = (await host.Events(sku))[0].Number("sequence");
        (await host.Post("/v1/reservations", new { id = $"O{sku}", channel = "shop-pl", lines = new[] { new { sku, quantity = 1 } } })).Ok(201);

        foreach (var (key, text) in new[]
        {
            ("dev-store-S002", sku), ("dev-store-S002", $"{sku}@S001"), ("dev-store-S002", $"pos M{sku}"), ("dev-store-S002", $"{sequence}"),
            ("dev-store-S002", $"O{sku}"), ("dev-channel-web", sku), ("dev-channel-web", $"O{sku}"), ("dev-channel-web", "shop"),
        })
        {
            Assert.Empty((await host.Get($"/v1/search?q={text}", key: key)).Ok().Items());
        }

        (await host.Get($"/v1/events/{sequence}", key: "dev-store-S002")).Refused(404, "unknown-event");
        Assert.Single((await host.Get($"/v1/search?q={sku}", key: "dev-store-S001")).Ok().Items());
    }

    [Theory]
    [InlineData("", "q")]
    [InlineData("q=%20", "q")]
    [InlineData("q=a&count=51", "count")]
    [InlineData("q=a&limit=1", "limit")]
    public async Task A_bad_query_is_refused_with_the_field_named(string query, string field) =>
        Assert.Equal(field, (await host.Get($"/v1/search?{query}")).Refused(400, "invalid-request").Items("errors").Single().Text("field"));

    private async Task<JsonElement> Only(string text) => (await host.Get($"/v1/search?q={Uri.EscapeDataString(text)}")).Ok().Items().Single();
}

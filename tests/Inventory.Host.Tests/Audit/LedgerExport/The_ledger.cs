using System.Text.Json;
using Parquet;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Audit.LedgerExport;

public class The_ledger(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Absorbed_facts_and_corrections_add_up()
    {
        var sku = NewSku();
        await Story(sku);

        var position = (await Ledger($"sku={sku}")).Items().Single();

        Assert.Equal((sku, "S001", 0, 7), (position.Text("sku"), position.Text("location"), position.Number("opening"), position.Number("closing")));
        Assert.Equal(["receipt", "sale", "count", "sale", "correction", "return"], position.Items("events").Texts("type"));
        Assert.Equal([10, -3, -1, 0, 0, 1], position.Items("events").Select(happened => happened.Number("change")));
        Assert.Equal([10, 7, 6, 6, 6, 7], position.Items("events").Select(happened => happened.Number("balance")));
        Assert.Equal([1, 2, 3, 4, 5, 6], position.Items("events").Select(happened => happened.Number("version")));
        Assert.Equal(position.Number("closing"), position.Number("opening") + position.Items("events").Sum(happened => happened.Number("change")));
        Assert.True(position.Items("events")[3].GetProperty("absorbed").GetBoolean());
        Assert.Equal(("pos", "2026-11-23T08:00:00Z"), (position.Items("events")[0].Text("source"), position.Items("events")[0].Text("occurredAt")));
    }

    [Fact]
    public async Task A_period_opens_and_closes_with_what_was_known_then()
    {
        var sku = NewSku();
        await Story(sku);
        var recorded = (await host.Events(sku)).Texts("recordedAt").Distinct().ToArray();

        foreach (var (from, to) in recorded.Zip(recorded[1..]))
        {
            var position = (await Ledger($"sku={sku}&from={from}&to={to}")).Items().Single();
            Assert.Equal(await OnHand(sku, from!), position.Number("opening"));
            Assert.Equal(await OnHand(sku, to!), position.Number("closing"));
            Assert.Equal(position.Number("closing"), position.Number("opening") + position.Items("events").Sum(happened => happened.Number("change")));
            Assert.NotEmpty(position.Items("events"));
        }

        Assert.Empty((await Ledger($"sku={sku}&to=2026-11-23T09:59:59Z")).Items());
        var after = (await Ledger($"sku={sku}&from=2026-11-23T12:00:00Z")).Items().Single();
        Assert.Equal((7, 7, 0), (after.Number("opening"), after.Number("closing"), after.Items("events").Length));
    }

    [Fact]
    public async Task Columns_for_reserved_in_transit_and_unsellable_exist()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("receipt", 10, sku), Line("return", 2, sku, more: ("status", "damaged")),
            Line("expected", 4, sku, more: [("document", $"po-{sku}"), ("expectedOn", "2026-11-30"), ("kind", "purchase-order"), ("confidence", 1)]));
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        (await host.Post("/v1/reservations", new { id = $"order-{sku}", channel = "web", lines = new[] { new { sku, quantity = 2, location = "S001" } } })).Ok(
            201);
        (await host.Post($"/v1/reservations/order-{sku}/fulfil", new { })).Ok();

        var position = (await Ledger($"sku={sku}")).Items().Single();

        Assert.Equal(["receipt", "return", "expected", "reserved", "fulfilled"], position.Items("events").Texts("type"));
        Assert.Equal([0, 0, 0, 2, -2], position.Items("events").Select(happened => happened.Number("reservedChange")));
        Assert.Equal([0, 2, 0, 0, 0], position.Items("events").Select(happened => happened.Number("unsellableChange")));
        Assert.Equal([0, 0, 4, 0, 0], position.Items("events").Select(happened => happened.Number("inTransitChange")));
        Assert.Equal([10, 2, 0, 0, -2], position.Items("events").Select(happened => happened.Number("change")));
        Assert.Equal((10, 0, 4), (position.Number("closing"), position.Number("closingReserved"), position.Number("closingInTransit")));
        Assert.Equal($"order-{sku}", position.Items("events")[3].Text("id"));
    }

    [Fact]
    public async Task Pages_come_to_an_end()
    {
        var sku = NewSku();
        await host.RecordAccepted([.. new[] { "b", "a", "B", "c" }.Select(location => Line("receipt", 1, sku, location: location))]);

        List<JsonElement> items = [];
        string? after = null;
        var pages = 0;
        do
        {
            var page = await Ledger($"sku={sku}&limit=2{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}");
            items.AddRange(page.Items());
            after = page.Text("next");
            pages++;
        }
        while (after is not null);

        Assert.Equal(["B", "a", "b", "c"], items.Texts("location"));
        Assert.Equal(2, pages);
        Assert.Equal(["b"], (await Ledger($"sku={sku}&location=b")).Items().Texts("location"));
    }

    [Fact]
    public async Task The_ledger_can_be_a_CSV_table()
    {
        var sku = $"\"{NewSku()}\", blue";
        await Story(sku);

        var answer = await host.Get($"/v1/audit/ledger?sku={Uri.EscapeDataString(sku)}", headers: ("Accept", "text/csv"));

        Assert.Equal((200, "text/csv"), (answer.Status, answer.MediaType));
        var lines = answer.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("sku,location,version,type,change,balance,occurredAt,recordedAt,source,id,document,", lines[0], StringComparison.Ordinal);
        Assert.Equal(1 + 1 + 6 + 1, lines.Length);
        var quoted = $"\"{sku.Replace("\"", "\"\"", StringComparison.Ordinal)}\",S001,";
        Assert.All(lines[1..], line => Assert.StartsWith(quoted, line, StringComparison.Ordinal));
        Assert.StartsWith($"{quoted},opening,,0,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"{quoted}2,sale,-3,7,2026-11-23T08:30:00Z,", lines[3], StringComparison.Ordinal);
        Assert.StartsWith($"{quoted},closing,,7,", lines[^1], StringComparison.Ordinal);
        Assert.All([lines[1], lines[^1]],
            line => Assert.Equal(lines[0].Split(',').Length, line.Replace(quoted, "sku,S001,", StringComparison.Ordinal).Split(',').Length));
    }

    [Fact]
    public async Task The_ledger_can_be_a_Parquet_file()
    {
        var sku = NewSku();
        await Story(sku);
        using var http = new HttpClient { BaseAddress = host.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/audit/ledger?sku={sku}");
        request.Headers.Authorization = new("Bearer", "dev-finance");
        request.Headers.Accept.ParseAdd("application/vnd.apache.parquet");
        using var answer = await http.SendAsync(request);
        Assert.Equal("application/vnd.apache.parquet", answer.EnsureSuccessStatusCode().Content.Headers.ContentType!.MediaType);

        using var file = new MemoryStream(await answer.Content.ReadAsByteArrayAsync());
        await using var reader = await ParquetReader.CreateAsync(file);
        using var group = reader.OpenRowGroupReader(0);
        var changes = new decimal?[8];
        var types = new string?[8];
        await group.ReadAsync<decimal>(reader.Schema.FindDataField("change"), changes.AsMemory());
        await group.ReadAsync(reader.Schema.FindDataField("type"), types.AsMemory());

        Assert.Equal("opening receipt sale count sale correction return closing", string.Join(' ', types));
        Assert.Equal([null, 10, -3, -1, 0, 0, 1, null], changes);
    }

    [Theory]
    [InlineData("from=today", "from")]
    [InlineData("from=2026-11-24T00:00:00Z&to=2026-11-23T00:00:00Z", "to")]
    [InlineData("limit=0", "limit")]
    [InlineData("after=nowhere", "after")]
    [InlineData("location=no place", "location")]
    [InlineData("channel=web", "channel")]
    public async Task A_bad_query_is_refused_with_the_field_named(string query, string field) =>
        Assert.Equal(field, (await host.Get($"/v1/audit/ledger?{query}")).Refused(400, "invalid-request").Items("errors").Single().Text("field"));

    [Fact]
    public async Task The_ledger_is_for_finance_and_ops_only()
    {
        Assert.Equal(200, (await host.Get("/v1/audit/ledger?limit=1", key: "dev-finance")).Status);
        Assert.Equal(200, (await host.Get("/v1/audit/ledger?limit=1", key: "dev-ops")).Status);
        (await host.Get("/v1/audit/ledger", key: "dev-store-S001")).Refused(403, "forbidden");
        (await host.Get("/v1/audit/ledger", key: "dev-planner")).Refused(403, "forbidden");
        (await host.Get("/v1/audit/ledger", key: null)).Refused(401, "unauthenticated");
        (await host.Get("/v1/audit/ledger", headers: ("Accept", "application/xml"))).Refused(406, "not-acceptable");
    }

    [Theory]
    [InlineData("GET", "/v1/audit/ledger?limit=1", "application/json")]
    [InlineData("GET", "/v1/audit/ledger", "text/csv")]
    [InlineData("GET", "/v1/audit/as-of?at=2026-11-23T08:29:00Z", "text/csv")]
    [InlineData("GET", "/v1/audit/verify", "application/json")]
    [InlineData("POST", "/v1/audit/rebuild", "application/x-ndjson")]
    public async Task An_answer_in_several_formats_varies_by_Accept(string method, string path, string accept)
    {
        var answer = await host.Send(new HttpMethod(method), path, headers: ("Accept", accept));

        Assert.Equal(200, answer.Status);
        Assert.Contains("Accept", answer.Headers.GetValueOrDefault("Vary", "").Split(','));
    }

    [Fact]
    public async Task All_positions_at_an_instant_can_be_listed()
    {
        var sku = NewSku();
        await Story(sku);
        await host.RecordAccepted(Line("receipt", 2, sku, location: "S002", at: "08:00"));

        var then = (await host.Get($"/v1/audit/as-of?at=2026-11-23T08:29:00Z&sku={sku}&limit=1")).Ok();
        var rest = (await host.Get($"/v1/audit/as-of?at=2026-11-23T08:29:00Z&sku={sku}&limit=1&after={Uri.EscapeDataString(then.Text("next")!)}")).Ok();

        Assert.Equal(("S001", 10), (then.Items().Single().Text("location"), then.Items().Single().Number("onHand")));
        Assert.Equal(("S002", 2), (rest.Items().Single().Text("location"), rest.Items().Single().Number("onHand")));
        Assert.Null(rest.Text("next"));
        Assert.Equal([0, 0], (await host.Get($"/v1/audit/as-of?at=2026-11-23T08:29:00Z&knowledge=then&sku={sku}")).Ok()
            .Items().Select(item => item.Number("onHand")));
        Assert.Equal(["S002"], (await host.Get($"/v1/audit/as-of?at=2026-11-23T08:29:00Z&sku={sku}&location=S002")).Ok().Items().Texts("location"));
        var table = await host.Get($"/v1/audit/as-of?at=2026-11-23T08:29:00Z&sku={sku}", headers: ("Accept", "text/csv"));
        Assert.Contains($"\r\n{sku},S001,10,0,0,0,0,10,,6\r\n", table.Text, StringComparison.Ordinal);
        Assert.Equal("at", (await host.Get("/v1/audit/as-of")).Refused(400, "invalid-request").Items("errors").Single().Text("field"));
        (await host.Get("/v1/audit/as-of?at=2026-11-23T08:29:00Z", key: "dev-store-S001")).Refused(403, "forbidden");
    }

    /// <summary>Ten came in, three were sold, six were counted; then a sale from before the count, a correction from before the count, and a return.</summary>
    private async Task Story(string sku)
    {
        await host.RecordAccepted(Line("receipt", 10, sku, at: "08:00"), Line("sale", 3, sku, id: $"{sku}-sale", at: "08:30"));
        await host.RecordAccepted(Line("count", 6, sku, at: "09:00"));
        await host.Record(Line("sale", 1, sku, at: "08:45"), Line("correction", 2, sku, more: [("corrects", $"{sku}-sale"), ("declaration", "incorrect")]));
        await host.RecordAccepted(Line("return", 1, sku, at: "09:30"));
    }

    private async Task<JsonElement> Ledger(string query) => (await host.Get($"/v1/audit/ledger?{query}", key: "dev-finance")).Ok();

    private async Task<decimal> OnHand(string sku, string at) => (await host.Get($"/v1/positions/{sku}/S001?at={at}&knowledge=then")).Ok().Number("onHand");
}

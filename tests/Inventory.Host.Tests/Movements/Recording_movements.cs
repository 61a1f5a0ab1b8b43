using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Movements;

public class Recording_movements(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task A_position_moves_and_only_lines_not_accepted_are_named()
    {
        var sku = NewSku();

        var answer = (await host.Post("/v1/movements", new { source = "pos", movements = new[] { Line("receipt", 10, sku), Line("sale", 2, sku) } })).Ok();

        Assert.Equal(2, answer.Number("accepted"));
        Assert.True(answer.Number("sequence") >= 2);
        Assert.Empty(answer.Items("results"));
        Assert.Equal(8, await host.OnHand(sku));
    }

    [Fact]
    public async Task Every_line_is_named_on_request()
    {
        var answer = await host.Record(Line("receipt", 10, NewSku(), id: "asked-1"), Line("receipt", 10, NewSku(), id: "asked-2"));

        Assert.Equal(["asked-1", "asked-2"], answer.Items("results").Texts("id"));
        Assert.Equal(["accepted", "accepted"], answer.Items("results").Texts("outcome"));
        Assert.Equal([0, 1], answer.Items("results").Select(result => result.Number("index")));
    }

    [Fact]
    public async Task One_id_twice_counts_once_within_a_call_and_across_calls()
    {
        var sku = NewSku();
        var sale = Line("sale", 2, sku);

        var first = await host.Record(Line("receipt", 10, sku), sale.Clone(), sale.Clone());
        var second = await host.Record(sale.Clone());

        Assert.Equal(["accepted", "accepted", "duplicate"], first.Items("results").Texts("outcome"));
        Assert.Equal(1, second.Number("duplicates"));
        Assert.Equal(8, await host.OnHand(sku));
    }

    [Fact]
    public async Task A_repeat_with_the_number_written_differently_counts_once()
    {
        var sku = NewSku();
        const string fields = """ "type":"receipt","location":"S001","occurredAt":"2026-11-23T09:00:00Z" """;
        await Ndjson($$"""{"id":"{{sku}}","sku":"{{sku}}","quantity":2.5,{{fields}}}""");

        var again =
            await Ndjson($$"""{"id":" {{sku}} ","sku":"{{sku}}","quantity":2.50e0,{{fields.Replace("09:00:00Z", "10:00:00+01:00", StringComparison.Ordinal)}}}""");

        Assert.Equal(1, again.Number("duplicates"));
        Assert.Equal(2.5m, await host.OnHand(sku));
    }

    [Fact]
    public async Task One_id_with_other_content_is_refused_and_kept()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku, id: "reused"));

        var answer = await host.Record(Line("receipt", 11, sku, id: "reused"));

        Assert.Equal("movement-id-reused", answer.Items("results").Single().Text("code"));
        Assert.Equal(10, await host.OnHand(sku));
        var kept = (await host.Get("/v1/quarantine?limit=1000")).Ok().Items().Single(entry => entry.Text("code") == "movement-id-reused");
        Assert.Equal(("reused", 11), (kept.GetProperty("line").Text("id"), kept.GetProperty("line").Number("quantity")));
    }

    [Fact]
    public async Task Two_sources_may_use_one_id()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku, id: "shared"));
        (await host.Post("/v1/movements", new { source = "wms", movements = new[] { Line("receipt", 1, sku, id: "shared") } })).Ok();

        Assert.Equal(11, await host.OnHand(sku));
    }

    [Fact]
    public async Task A_movement_counts_once_across_a_restart()
    {
        var sku = NewSku();
        var sale = Line("sale", 2, sku);
        await host.RecordAccepted(Line("receipt", 10, sku), sale.Clone());

        await host.Restart();

        Assert.Equal(1, (await host.Record(sale.Clone())).Number("duplicates"));
        Assert.Equal(8, await host.OnHand(sku));
        await host.RecordAccepted(Line("sale", 1, sku));
        Assert.Equal(7, await host.OnHand(sku));
    }

    [Fact]
    public async Task A_bad_line_is_rejected_with_its_code_its_neighbours_applied()
    {
        var sku = NewSku();

        var answer = await host.Record(
            Line("receipt", 10, sku),
            Line("sale", -1, sku, id: "negative"),
            Line("sale", 1, sku, at: "10:06"),
            Line("sale", 1, sku, at: "10:04"),
            Line("teleport", 1, sku),
            Line("correction", null, sku, more: [("corrects", "never-recorded"), ("declaration", "did-not-occur")]),
            new JsonObject { ["id"] = "nothing-else" },
            Line("sale", 3, sku));

        Assert.Equal(
            ["accepted", "invalid-line", "occurred-in-future", "accepted", "invalid-line", "unknown-movement", "invalid-line", "accepted"],
            answer.Items("results").Select(result => result.Text("code") ?? result.Text("outcome")));
        Assert.Equal((3, 5), (answer.Number("accepted"), answer.Number("rejected")));
        Assert.Contains("quantity", answer.Items("results")[1].Text("detail"), StringComparison.Ordinal);
        Assert.Equal("negative", answer.Items("results")[1].Text("id"));
        Assert.Equal(6, await host.OnHand(sku));
    }

    [Fact]
    public async Task A_stores_key_records_at_its_own_location_only()
    {
        var sku = NewSku();
        var lines = new[] { Line("receipt", 1, sku), Line("receipt", 1, sku, location: "S002"),
            Line("transfer", 1, sku, location: "S002", more: [("to", "S001"), ("document", "t")]) };

        var answer = (await host.Post("/v1/movements?results=all", new { source = "pos/S001", movements = lines }, key: "dev-store-S001")).Ok();

        Assert.Equal([null, "forbidden-location", "forbidden-location"], answer.Items("results").Texts("code"));
        (await host.Get($"/v1/positions/{sku}/S002")).Refused(404, "unknown-position");
    }

    [Fact]
    public async Task NDJSON_has_one_movement_per_line()
    {
        var sku = NewSku();

        var answer = await Ndjson(
            string.Join("\r\n", Line("receipt", 10.125m, sku).ToJsonString(), "", "{broken", Line("sale", 0.0625m, sku).ToJsonString(), ""));

        Assert.Equal(["accepted", "rejected", "accepted"], answer.Items("results").Texts("outcome"));
        Assert.Equal("invalid-line", answer.Items("results")[1].Text("code"));
        Assert.Equal(10.0625m, await host.OnHand(sku));
    }

    [Fact]
    public async Task CSV_has_a_header()
    {
        var sku = NewSku();
        var csv = $"""
            id,type,sku,location,quantity,occurredAt,document,status
            {sku}-1,receipt,{sku},S001,10,2026-11-23T09:00:00Z,"a, ""b"" c",
            {sku}-2,return,{sku},S001,2,2026-11-23T09:01:00Z,,damaged
            {sku}-3,sale,{sku},S001,many,2026-11-23T09:02:00Z,,
            {sku}-4,sale,{sku},S001,1
            {sku}-5,sale,{sku},S001,0.5,2026-11-23T09:03:00Z,,
            """;

        var answer = (await host.Send(HttpMethod.Post, "/v1/movements?results=all&source=pos", new StringContent(csv, Encoding.UTF8, "text/csv"))).Ok();

        Assert.Equal(["accepted", "accepted", "rejected", "rejected", "accepted"], answer.Items("results").Texts("outcome"));
        var position = await host.Position(sku);
        Assert.Equal((11.5m, 2m), (position.Number("onHand"), position.GetProperty("unsellable").Number("damaged")));
        Assert.Equal("a, \"b\" c", (await host.Events(sku))[0].Text("document"));
    }

    [Fact]
    public async Task All_three_formats_mean_the_same()
    {
        var sku = NewSku();
        var line = Line("receipt", 3, sku, id: sku);
        await host.RecordAccepted(line.Clone());
        var csv = $"id,type,sku,location,quantity,occurredAt\n{sku},receipt,{sku},S001,3.0,2026-11-23T09:00:00Z\n";

        Assert.Equal(1, (await Ndjson(line.ToJsonString())).Number("duplicates"));
        Assert.Equal(1, (await host.Send(HttpMethod.Post, "/v1/movements?source=pos", new StringContent(csv, Encoding.UTF8, "text/csv"))).Ok()
            .Number("duplicates"));
    }

    [Fact]
    public async Task Ten_thousand_lines_are_taken_at_once_and_not_one_more()
    {
        var sku = NewSku();
        JsonObject[] lines = [.. Enumerable.Range(0, 10_000).Select(index => Line("receipt", 1, $"{sku}-{index % 500}", location: $"W{index % 3}"))];

        await host.RecordAccepted(lines);

        var sum = (decimal)(await host.Sql($"select sum(on_hand) from inventory.position where sku like '{sku}-%'"))!;
        Assert.Equal(10_000, sum);
        (await host.Post("/v1/movements", new { source = "pos", movements = lines.Select(line => line.Clone()).Append(Line("receipt", 1, sku)) })).Refused(
            413, "batch-too-large");
        (await host.Get($"/v1/positions/{sku}/S001")).Refused(404, "unknown-position");
    }

    [Fact]
    public async Task Exact_decimals_are_kept_and_more_digits_refused()
    {
        var sku = NewSku();

        var answer = await host.Record(
            Line("receipt", 999_999_999_999.9999m, sku), Line("sale", 0.0001m, sku), Line("sale", 0.00001m, sku), Line("receipt", 1_000_000_000_000m, sku));

        Assert.Equal([null, null, "invalid-line", "invalid-line"], answer.Items("results").Texts("code"));
        Assert.Equal(999_999_999_999.9998m, await host.OnHand(sku));
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("1969-07-20T20:17:40.123456789Z")]
    public async Task Any_past_instant_is_kept_exactly(string instant)
    {
        var sku = NewSku();
        var line = Line("receipt", 1, sku, id: sku);
        line["occurredAt"] = instant;

        await host.RecordAccepted(line.Clone());

        Assert.Equal(instant, (await host.Events(sku))[0].Text("occurredAt"));
        await host.Restart();
        Assert.Equal(1, (await host.Record(line)).Number("duplicates"));
        await host.RecordAccepted(Line("sale", 1, sku));
    }

    [Fact]
    public async Task What_looks_like_SQL_or_markup_is_text()
    {
        const string hostile = """'; drop table inventory.position; -- "\ <b>{}$1 %s 😀 ‮""";

        await host.RecordAccepted(Line("receipt", 1, hostile, id: hostile, more: [("document", hostile), ("status", hostile)]));

        var position = await host.Position(hostile);
        Assert.Equal((hostile, 1m), (position.Text("sku"), position.GetProperty("unsellable").Number(hostile)));
        Assert.Equal(hostile, (await host.Events(hostile))[0].Text("id"));
    }

    [Fact]
    public async Task The_correlation_id_is_stored_with_its_events()
    {
        var sku = NewSku();

        var answer = await host.Post(
            "/v1/movements", new { source = "pos", movements = new[] { Line("receipt", 1, sku) } }, headers: ("X-Correlation-Id", "till 3/124"));

        Assert.Equal("till 3/124", answer.Headers["X-Correlation-Id"]);
        Assert.Equal("till 3/124", (await host.Events(sku)).Single().Text("correlationId"));
    }

    [Fact]
    public async Task An_empty_batch_is_no_mistake()
    {
        var answer = await host.Record();

        Assert.Equal((0, 0), (answer.Number("accepted"), answer.Number("sequence")));
    }

    private async Task<JsonElement> Ndjson(string body) =>
        (await host.Send(HttpMethod.Post, "/v1/movements?results=all&source=pos", new StringContent(body, Encoding.UTF8, "application/x-ndjson"))).Ok();
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.Reconciliation.Comparing;

namespace RetailSync.Inventory.Host.Tests.Reconciliation.Intake;

/// <summary>Counts of another system come in, and differences come out.</summary>
public sealed class Posting_counts(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task A_count_is_compared_as_of_its_instant_and_names_the_document()
    {
        var (sku, equal) = (NewSku(), NewSku());
        await host.RecordAccepted(
            Line("receipt", 10, sku, at: "09:00"), Line("sale", 2, sku, at: "09:10", more: [("document", "S-1")]), Line("sale", 1, sku, at: "09:40"),
            Line("receipt", 5, equal));

        var answer = await host.Post(
            "/v1/reconciliations", Sheet([Count(sku, 5), Count(equal, 5)], [Document("S-1", "sale", sku, 2, "09:10"), Document("S-9", "sale", sku, 3)]));
        var id = answer.Ok(202).Text("id")!;
        var run = await host.Done(id);

        Assert.Equal($"/v1/reconciliations/{id}", answer.Headers["Location"]);
        Assert.Equal((2, 1), (run.Number("compared"), run.Number("matching")));
        var drift = Assert.Single(run.Items("drifts"));
        Assert.Equal(("onHand 8-5=3 missing-movement S-9 3 needs-approval", 1, sku, "S001", "high"),
            (drift.Summary(), drift.Number("n"), drift.Text("sku"), drift.Text("location"), drift.Text("severity")));
        Assert.Equal(1, drift.Items("attribution")[0].Number("confidence"));
        Assert.Equal(("wms", JsonValueKind.Null), (run.Text("system"), drift.GetProperty("settled").ValueKind));
    }

    [Fact]
    public async Task Late_facts_that_had_occurred_by_then_are_included()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("receipt", 10, sku, at: "09:00"), Line("sale", 1, sku, at: "09:45"), Line("sale", 2, sku, at: "09:20"), Line("count", 4, sku, at: "09:50"));

        Assert.Equal(1, (await host.Compare(Sheet([Count(sku, 8)]))).Number("matching"));
        Assert.Equal("onHand 4-8=-4 unexplained - -4 needs-approval",
            (await host.Compare(Sheet([Count(sku, 8)], takenAt: "2026-11-23T09:55:00Z"))).Items("drifts")[0].Summary());
    }

    [Fact]
    public async Task Statuses_and_reserved_units_are_compared_where_counted()
    {
        var sku = NewSku();
        await host.Put("/v1/channels/web", new { adapter = "none" });
        await host.RecordAccepted(Line("receipt", 10, sku), Line("status", 3, sku, at: "09:05", more: [("from", "sellable"), ("to", "damaged")]));
        var order = $"order-{sku}";
        (await host.Post("/v1/reservations", new { id = order, channel = "web", lines = new[] { new { sku, quantity = 2, location = "S001" } } })).Ok(201);

        // The clock of the tests stands a little after ten.
        var run = await host.Compare(Sheet(
            [Count(sku, 10, reserved: 0, unsellable: [("damaged", 1), ("quality-hold", 0)])], [Document(order, "cancellation", sku, 2, "10:00")],
            takenAt: "2026-11-23T10:00:05Z"));
        var left = await host.Compare(Sheet([Count(sku, null, reserved: 2)], takenAt: "2026-11-23T10:00:05Z"));
        var before = await host.Compare(Sheet([Count(sku, null, reserved: 0)]));

        Assert.Equal(
            ["reserved 2-0=2 lost-release " + order + " 2 needs-approval", "unsellable.damaged 3-1=2 unexplained - 2 needs-approval"], run.Items("drifts")
            .Select(drift => drift.Summary()).Order());
        Assert.Equal((1, 0), (run.Number("compared"), run.Number("matching")));
        Assert.Equal((1, 1), (left.Number("matching"), before.Number("matching")));
    }

    [Fact]
    public async Task A_sale_at_a_location_that_was_not_counted_is_found()
    {
        var sku = NewSku();
        await host.RecordAccepted(
            Line("receipt", 10, sku), Line("receipt", 10, sku, "S002"), Line("sale", 2, sku, "S002", at: "09:10", more: [("document", "S-7")]));

        var run = await host.Compare(Sheet([Count(sku, 8)], [Document("S-7", "sale", sku, 2, "09:10")]));

        Assert.Equal("onHand 10-8=2 wrong-location S-7 2 needs-approval", Assert.Single(run.Items("drifts")).Summary());
    }

    [Fact]
    public async Task A_position_without_any_records_is_reported_as_such()
    {
        var (known, unknown) = (NewSku(), NewSku());
        await host.RecordAccepted(Line("receipt", 10, known), Line("receipt", 10, NewSku(), "S002"));

        var run = await host.Compare(Sheet([Count(known, 4, "nowhere"), Count(unknown, 0), Count(unknown, 2, "S002")]));

        Assert.Equal((3, 1), (run.Number("compared"), run.Number("matching")));
        Assert.Equal(
            [(known, "nowhere", "location"), (unknown, "S001", "sku"), (unknown, "S002", "sku")],
            run.Items("unknown").Select(count => (count.Text("sku"), count.Text("location"), count.Text("unknown"))).Order());
        Assert.Equal(["location", "sku"], run.Items("drifts").Texts("unknown"));
    }

    [Fact]
    public async Task A_CSV_table_is_compared_the_same()
    {
        var (sku, other) = (NewSku(), $"a,b \"{NewSku()}\"");
        await host.RecordAccepted(Line("receipt", 10, sku), Line("receipt", 2.5m, other, more: [("status", "damaged")]));

        var answer = await Table(
            $"sku,location,onHand,unsellable.damaged,reserved\r\n{sku},S001,9,,0\r\n\"{other.Replace("\"", "\"\"", StringComparison.Ordinal)}\",S001,2.5,2.5,\r\n");
        var run = await host.Done(answer.Ok(202).Text("id")!);
        var objects = await host.Done(
            (await Table($"sku,location,unsellable\n\"{other.Replace("\"", "\"\"", StringComparison.Ordinal)}\",S001,\"{{\"\"damaged\"\":1}}\"\n")).Ok(202)
            .Text("id")!);

        Assert.Equal((2, 1), (run.Number("compared"), run.Number("matching")));
        Assert.Equal("onHand 10-9=1 unexplained - 1 needs-approval", Assert.Single(run.Items("drifts")).Summary());
        Assert.Equal("unsellable.damaged 2.5-1=1.5 unexplained - 1.5 needs-approval", Assert.Single(objects.Items("drifts")).Summary());
    }

    public static TheoryData<string, string, string> Broken => new()
    {
        { """{"takenAt":"2026-11-23T09:30:00Z","counts":[]}""", "system", "is missing" },
        { """{"system":"wms","counts":[]}""", "takenAt", "is missing" },
        { """{"system":"wms","takenAt":"2026-11-23T09:30:00Z"}""", "counts", "is missing" },
        { """{"system":null,"takenAt":"2026-11-23T09:30:00Z","counts":[],"documents":null}""", "system", "is missing" },
        { """{"system":"wms","takenAt":"2026-11-23T09:30:00Z","counts":null}""", "counts", "is missing" },
        { """{"system":"wms","takenAt":"yesterday","counts":[]}""", "takenAt", "RFC 3339" },
        { """{"system":"wms","takenAt":"2026-11-23T11:30:00Z","counts":[]}""", "takenAt", "in the future" },
        { """{"system":"wms","takenAt":"2026-11-20T09:30:00Z","counts":[]}""", "takenAt", "before the first event" },
        { """{"system":"wms","takenAt":"2026-11-23T09:30:00Z","counts":[],"more":1}""", "more", "not a known field" },
        { """{"system":"wms","system":"erp","takenAt":"2026-11-23T09:30:00Z","counts":[]}""", "system", "twice" },
        { """{"system":7,"takenAt":"2026-11-23T09:30:00Z","counts":[]}""", "system", "must be text" },
        { """{"system":"wms","takenAt":"2026-11-23T09:30:00Z","counts":{}}""", "counts", "must be an array" },
        { Body("""{"sku":"a","location":"S001","onHand":1},{"sku":"a","location":"S001","onHand":"2"}"""), "counts[1].onHand", "must be a number" },
        { Body("""{"sku":"a","location":"S001","onHand":-1}"""), "counts[0].onHand", "0 or more" },
        { Body("""{"sku":"a","location":"S001","onHand":1.23456}"""), "counts[0].onHand", "fraction digits" },
        { Body("""{"sku":"a","location":"S001","onHand":1,"available":1}"""), "counts[0].available", "not a known field" },
        { Body("""{"sku":"a","location":"S001","onHand":1,"onHand":1}"""), "counts[0].onHand", "twice" },
        { Body("""{"sku":"a","location":"S 001","onHand":1}"""), "counts[0].location", "letters" },
        { Body("""{"location":"S001","onHand":1}"""), "counts[0].sku", "is missing" },
        { Body("""{"sku":"a","location":"S001"}"""), "counts[0].onHand", "nothing else is counted" },
        { Body("""{"sku":"a","location":"S001","unsellable":{"damaged":-2}}"""), "counts[0].unsellable", "0 or more" },
        { Body("""{"sku":"a","location":"S001","unsellable":{"damaged":1,"damaged":2}}"""), "counts[0].unsellable", "twice" },
        { Body("""{"sku":"a","location":"S001","onHand":1},{"sku":"b","location":"S001","onHand":1},{"sku":"a","location":"S001","onHand":1}"""),
            "counts[2]", "after counts[0]" },
        { Body("""7"""), "counts[0]", "must be an object" },
        { Body("""{"sku":"a","location":"S001","onHand":1}""",
            """{"id":"d","type":"magic","sku":"a","location":"S001","quantity":1,"occurredAt":"2026-11-23T09:00:00Z"}"""),
            "documents[0].type", "must be one of" },
        { Body("""{"sku":"a","location":"S001","onHand":1}""",
            """{"id":"d","type":"sale","sku":"a","location":"S001","quantity":0,"occurredAt":"2026-11-23T09:00:00Z"}"""), "documents[0].quantity", "above 0" },
        { Body("""{"sku":"a","location":"S001","onHand":1}""", """{"id":"d","type":"sale","sku":"a","location":"S001","quantity":1}"""),
            "documents[0].occurredAt", "is missing" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_mistake_names_the_line_and_changes_nothing(string body, string field, string why)
    {
        await host.RecordAccepted(Line("receipt", 1, NewSku(), at: "09:00"));
        var before = await Left();

        var problem = (await Send(body)).Refused(400, "invalid-request");

        var error = problem.Items("errors").FirstOrDefault(error => error.Text("field") == field);
        Assert.True(error.ValueKind == JsonValueKind.Object && error.Text("detail")!.Contains(why, StringComparison.Ordinal), problem.GetRawText());
        Assert.Equal(before, await Left());
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("[]", "one JSON object")]
    [InlineData("""{"system":"wms","takenAt":"2026-11-23T09:30:00Z","counts":[{"sku":"a"}""", "line 1")]
    [InlineData("""{"system":"wms","takenAt":"2026-11-23T09:30:00Z","counts":[]}{}""", "line 1")]
    [InlineData("""{"system":"wms","takenAt":"2026-11-23T09:30:00Z","counts":[{]}""", "line 1")]
    public async Task A_body_that_is_no_JSON_is_refused_as_a_whole(string body, string why)
    {
        var before = await Left();

        var problem = (await Send(body)).Refused(400, "invalid-request");

        Assert.Contains(why, problem.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(before, await Left());
    }

    [Theory]
    [InlineData("sku,location,onHand\na,S001,1\nb,S001,x\n", "line 3.onHand", "must be a number")]
    [InlineData("sku,location,onHand\na,S001,1\n\na,S001,2\n", "line 4", "after line 2")]
    [InlineData("sku,location,onHand\na,S001\n", "line 2", "cells")]
    [InlineData("sku,location,onHand\n\"a,S001,1\n", "line 2", "")]
    [InlineData("sku,location,stock\na,S001,1\n", "stock", "not a known column")]
    [InlineData("sku,onHand\na,1\n", "location", "not in the header")]
    public async Task A_mistake_in_a_table_names_the_line(string table, string field, string why)
    {
        await host.RecordAccepted(Line("receipt", 1, NewSku(), at: "09:00"));
        var before = await Left();

        var problem = (await Table(table)).Refused(400, "invalid-request");

        Assert.Contains(problem.Items("errors"), error => error.Text("field") == field && error.Text("detail")!.Contains(why, StringComparison.Ordinal));
        Assert.Equal(before, await Left());
    }

    [Theory]
    [InlineData("application/json", "")]
    [InlineData("text/csv", "?system=wms&takenAt=2026-11-23T09:30:00Z")]
    public async Task A_body_that_cannot_be_decompressed_is_refused_as_a_problem(string type, string query)
    {
        var body = new ByteArrayContent("not encoded at all"u8.ToArray());
        body.Headers.ContentType = new(type);
        body.Headers.ContentEncoding.Add("gzip");

        var problem = (await host.Send(HttpMethod.Post, $"/v1/reconciliations{query}", body)).Refused(400, "invalid-request");

        Assert.Equal("The body cannot be decompressed.", problem.Text("detail"));
    }

    [Fact]
    public async Task Posting_counts_is_for_ops_only()
    {
        Assert.Equal(403, (await host.Post("/v1/reconciliations", Sheet([]), "dev-store-S001")).Status);
        Assert.Equal(401, (await host.Post("/v1/reconciliations", Sheet([]), null)).Status);
        Assert.Equal(403, (await host.Get("/v1/reconciliations", "dev-channel-web")).Status);
    }

    [Fact]
    public async Task Concurrent_sheets_are_each_compared_once()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));

        var runs = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => host.Compare(Sheet([Count(sku, 9)], system: sku))));

        Assert.All(runs, run => Assert.Equal([1m], run.Items("drifts").Select(drift => drift.Number("n"))));
        Assert.Equal(12, (await host.Get($"/v1/reconciliations?system={sku}")).Ok().Items().Length);
    }

    [Fact]
    public async Task Reconciliations_are_listed_newest_first_and_in_pages()
    {
        var system = $"erp {NewSku()}";
        await host.RecordAccepted(Line("receipt", 10, NewSku()));
        List<string?> ids = [];
        for (var number = 0; number < 5; number++)
        {
            ids.Insert(0, (await host.Compare(Sheet([], system: system))).Text("id"));
        }

        List<string?> paged = [];
        for (string? after = ""; after is not null;)
        {
            var page = (await host.Get(
                $"/v1/reconciliations?system={Uri.EscapeDataString(system)}&limit=2{(after.Length == 0 ? "" : $"&after={after}")}")).Ok();
            paged.AddRange(page.Items().Texts("id"));
            after = page.Text("next");
        }

        Assert.Equal(ids, paged);
    }

    [Theory]
    [InlineData("/v1/reconciliations/00000000-0000-0000-0000-000000000001")]
    [InlineData("/v1/reconciliations/none")]
    public async Task An_unknown_reconciliation_is_404(string path) => (await host.Get(path)).Refused(404, "unknown-reconciliation");

    [Fact]
    public async Task More_counts_than_one_batch_are_each_compared_once()
    {
        const int counts = 45_000;
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku, at: "09:00"));
        await host.Sql(
            $"""
             insert into inventory.position (sku, location, version, on_hand, unsellable, reserved, in_transit, recorded_at)
             select '{sku}/' || n, 'S001', 1, 12, 0, 0, 0, '2026-11-23T06:00:00Z' from generate_series(1, {counts}) n
             """);
        var table = new StringBuilder("sku,location,onHand\n");
        for (var number = 1; number <= counts; number++)
        {
            table.Append(CultureInfo.InvariantCulture, $"{sku}/{number},S001,{(number is 1 or 30_001 or counts ? 11 : 12)}\n");
        }

        var run = await host.Done((await Table(table.ToString())).Ok(202).Text("id")!);

        Assert.Equal((counts, counts - 3), (run.Number("compared"), run.Number("matching")));
        Assert.Equal([$"{sku}/1", $"{sku}/30001", $"{sku}/{counts}"], run.Items("drifts").Texts("sku"));
        await host.Sql($"delete from inventory.position where sku like '{sku}/%'");
    }

    [Fact]
    public async Task No_temporary_table_is_left_behind()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        await host.Compare(Sheet([Count(sku, 10)], [Document("S-1", "sale", sku, 1)]));

        Assert.Equal(0L, await host.Sql("select count(*) from pg_tables where tablename like 'reconciliation\\_count\\_%' or tablename like "
            + "'reconciliation\\_document\\_%'"));
    }

    private static string Body(string counts, string? documents = null) =>
        $$"""{"system":"wms","takenAt":"2026-11-23T09:30:00Z","counts":[{{counts}}]{{(documents is null ? "" : $",\"documents\":[{documents}]")}}}""";

    private Task<Answer> Send(string body) => host.Send(HttpMethod.Post, "/v1/reconciliations", new StringContent(body, Encoding.UTF8, "application/json"));

    private Task<Answer> Table(string table) =>
        host.Send(HttpMethod.Post, "/v1/reconciliations?system=wms&takenAt=2026-11-23T09:30:00Z", new StringContent(table, Encoding.UTF8, "text/csv"));

    /// <summary>Runs and tables.</summary>
    private async Task<(object?, object?)> Left() =>
        (await host.Sql("select count(*) from inventory.reconciliation"), await host.Sql("select count(*) from pg_tables where schemaname = 'inventory'"));
}

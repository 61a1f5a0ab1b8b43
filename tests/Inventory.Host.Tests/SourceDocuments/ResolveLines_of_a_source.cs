using System.Net.Http.Headers;
using System.Text;
using RetailSync.Channels.Documents;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.SourceDocuments.HostWithPlainDocuments;
using static RetailSync.Inventory.Host.Tests.SourceDocuments.TakeDocuments_of_a_warehouse;

namespace RetailSync.Inventory.Host.Tests.SourceDocuments;

/// <summary>Places, articles, units and times in the sender's words. Each test has a source of its own.</summary>
public sealed class ResolveLines_of_a_source(HostWithPlainDocuments host) : IClassFixture<HostWithPlainDocuments>, IAsyncLifetime
{
    private readonly string _source = $"wms/{Guid.NewGuid():N}";

    public async Task InitializeAsync() => (await host.Put("/v1/locations/S001", new { type = "store", timeZone = "Europe/Berlin" })).Ok();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Lines_of_an_unmapped_place_are_replayed_when_it_is_mapped()
    {
        var sku = NewSku();
        AssertCounts(await Take(Receipt("1", sku, 1, "0614141000012"), Receipt("2", sku, 2, "0614141000012"), Receipt("3", sku, 4, "DOCK/7")),
            lines: 3, rejected: 3);
        Assert.All(await host.Waiting(_source), entry => Assert.Equal("unmapped-location", entry.Text("code")));

        var unmapped = (await host.Get($"{Path}/unmapped")).Ok().Items();
        Assert.Equal([("location", "0614141000012", 2), ("location", "DOCK/7", 1)],
            unmapped.Select(one => (one.Text("kind"), one.Text("theirs"), (int)one.Number("lines"))));

        var mapped = (await host.Put($"{Path}/mappings", new { locations = new[] { new { theirs = "0614141000012", location = "W1" } } })).Ok();
        Assert.Equal((1, 0, 2), (mapped.Number("locations"), mapped.Number("skus"), mapped.Number("replayed")));
        Assert.Equal(3, await host.OnHand(sku, "W1"));
        Assert.Equal("DOCK/7", Assert.Single((await host.Get($"{Path}/unmapped")).Ok().Items()).Text("theirs"));

        AssertCounts(await Take(Receipt("1", sku, 8, "0614141000012")), lines: 1, accepted: 1);
    }

    [Fact]
    public async Task The_outcome_says_what_became_of_rejected_lines()
    {
        var sku = NewSku();
        var lines = new[] { Receipt("1", sku, 1, "YARD"), Receipt("2", sku, 2, "GATE"), Receipt("3", sku, 4, "GATE"), Receipt("4", sku, 8) };
        var file = (await host.Post([Document(host.NewNumber(), lines)], $"&source={Uri.EscapeDataString(_source)}")).Ok().Text("id")!;
        Assert.Equal((3, 0, 0), await Rejected(file));

        (await Map("theirs,location\nYARD,W1\n")).Ok();
        var waiting = (await host.Get($"/v1/quarantine?state=open&document={file}")).Ok().Items();
        Assert.Equal(2, waiting.Length);
        (await host.Post($"/v1/quarantine/{waiting[0].Text("id")}/dismiss", new { reason = "counted twice" })).Ok();

        Assert.Equal((1, 1, 1), await Rejected(file));
        Assert.Empty((await host.Get($"/v1/quarantine?document={Guid.NewGuid()}")).Ok().Items());
        (await host.Get("/v1/quarantine?document=1")).Refused(400, "invalid-request");
    }

    [Fact]
    public async Task A_line_of_two_unmapped_places_waits_for_both()
    {
        var sku = NewSku();
        var moves = new Moved([StockMove.Receipt(1), StockMove.Receipt(2) with { Part = "other", Place = new PlaceName("GATE-2") }]);
        AssertCounts(await Take(Line("1", sku, moves, "GATE-1")), lines: 1, rejected: 1);

        Assert.Equal(0, (await Map("theirs,location\nGATE-1,W1\n")).Ok().Number("replayed"));
        Assert.Equal("GATE-2", Assert.Single((await host.Get($"{Path}/unmapped")).Ok().Items()).Text("theirs"));
        Assert.Equal(1, (await Map("theirs,location\nGATE-2,W2\n")).Ok().Number("replayed"));
        Assert.Equal([1, 2], new[] { await host.OnHand(sku, "W1"), await host.OnHand(sku, "W2") });
    }

    [Fact]
    public async Task Articles_wait_where_the_source_has_a_mapping_of_any()
    {
        var (sku, other) = (NewSku(), NewSku());
        (await Map($"theirs,sku,location\n{sku}-theirs,{sku},\nWAREHOUSE,,S001\n")).Ok();

        AssertCounts(await Take(Receipt("1", $"{sku}-theirs", 1, "WAREHOUSE"), Receipt("2", $"{other}-theirs", 2)), lines: 2, accepted: 1, rejected: 1);
        Assert.Equal("unmapped-sku", Assert.Single(await host.Waiting(_source)).Text("code"));
        Assert.Equal(1, (await Map($"theirs,sku\n{other}-theirs,{other}\n")).Ok().Number("replayed"));
        Assert.Equal([1, 2], new[] { await host.OnHand(sku), await host.OnHand(other) });

        var mappings = (await host.Get($"{Path}/mappings")).Ok().Items();
        Assert.Equal([$"{sku}-theirs", $"{other}-theirs"], mappings.Texts("theirs"));
    }

    [Fact]
    public async Task An_article_with_recorded_stock_waits_for_no_mapping()
    {
        var (recorded, unknown) = (NewSku(), NewSku());
        await host.RecordAccepted(Line("receipt", 10, recorded));
        (await Map($"theirs,sku\n{recorded}-theirs,{recorded}\n")).Ok();

        AssertCounts(await Take(Receipt("1", recorded, 1), Receipt("2", unknown, 1)), lines: 2, accepted: 1, rejected: 1);
        Assert.Equal(11, await host.OnHand(recorded));
        Assert.Equal($"unmapped-sku", Assert.Single(await host.Waiting(_source)).Text("code"));
    }

    [Fact]
    public async Task An_article_with_a_NUL_is_a_bad_line_where_articles_wait()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        (await host.Put(Path, new { unmappedSkus = "wait" })).Ok();
        AssertCounts(await Take(Receipt("1", $"{sku}\0", 1), Receipt("2", sku, 1)), lines: 2, accepted: 1, rejected: 1);
        Assert.Equal(11, await host.OnHand(sku));
    }

    [Fact]
    public async Task A_storage_location_is_replayed_when_its_plant_is_mapped()
    {
        var sku = NewSku();
        AssertCounts(await Take(Receipt("1", sku, 3) with { Place = new PlaceName("1710/171A", "1710") }), lines: 1, rejected: 1);
        Assert.Equal(1, (await Map("theirs,location\n1710,S001\n")).Ok().Number("replayed"));
        Assert.Equal(3, await host.OnHand(sku));
    }

    [Fact]
    public async Task A_case_is_unpacked_once()
    {
        var sku = NewSku();
        (await host.Put($"/v1/skus/{sku}", new { unit = "EA", decimals = 0, packs = new object[] { new { unit = "CS", factor = 12, gtin = "10614141000057" } } }))
            .Ok();
        DocumentLine Case(string key, string? unit) => Receipt(key, sku, 1) with
        {
            Unit = unit,
            Articles = [new ArticleNumber("UA", "0614141000057", IsGtin: true), new ArticleNumber("UK", "10614141000057", IsGtin: true)],
        };
        AssertCounts(await Take(Case("1", "CA"), Case("2", "CS") with { Pack = new PackSize(12) }, Case("3", null)), lines: 3, accepted: 3);
        Assert.Equal(36, await host.OnHand(sku));
    }

    [Fact]
    public async Task A_table_with_a_mistake_maps_nothing()
    {
        (await Map("theirs,location\nA,S001\nB,not a location\n")).Refused(400, "invalid-request");
        (await Map("theirs\nA\n")).Refused(400, "invalid-request");
        (await Map("theirs,location\nA,S001\nA,S002\n")).Refused(400, "invalid-request");
        (await Map("theirs,location\nA\uFFFD,S001\n")).Refused(400, "invalid-request");
        (await host.Put($"{Path}/mappings", new { skus = new[] { new { theirs = "A", sku = "B", more = 1 } } })).Refused(400, "invalid-request");
        Assert.Empty((await host.Get($"{Path}/mappings?kind=location")).Ok().Items());
    }

    [Fact]
    public async Task One_gtin_is_one_article_however_long_it_is_written()
    {
        var (twelve, fourteen) = ("614141000036", "00614141000036");
        AssertCounts(await Take(
            Gtin("1", twelve), Gtin("2", fourteen), Gtin("3", "614141000037")), lines: 3, accepted: 3);
        Assert.Equal((2, 1), (await host.OnHand(fourteen), await host.OnHand("614141000037")));

        (await host.Put(Path, new { strictGtin = true })).Ok();
        AssertCounts(await Take(Gtin("1", "614141000037")), lines: 1, rejected: 1);
        Assert.Equal("invalid-gtin", Assert.Single(await host.Waiting(_source)).Text("code"));
    }

    [Fact]
    public async Task Which_number_wins_is_configured()
    {
        var (vendors, buyers) = (NewSku(), NewSku());
        var line = Receipt("1", vendors, 1) with { Articles = [new ArticleNumber("VN", vendors), new ArticleNumber("IN", buyers)] };
        await Take(line);
        (await host.Put(Path, new { articles = new[] { "IN" } })).Ok();
        await Take(line);
        Assert.Equal([1, 1], new[] { await host.OnHand(vendors), await host.OnHand(buyers) });
    }

    [Fact]
    public async Task Packs_are_units_by_the_document_or_the_sku_and_never_pieces()
    {
        var sku = NewSku();
        (await host.Put($"/v1/skus/{sku}",
            new
            {
                unit = "EA",
                decimals = 0,
                packs = new object[] { new { unit = "CS", factor = 12, gtin = "10614141000019" } },
                aliases = new[] { $"{sku}-alias" },
            })).Ok();
        AssertCounts(await Take(
            Receipt("1", sku, 1) with { Unit = "CA" }, // by the SKU, in X12's word for a case
            Receipt("2", sku, 1) with { Unit = "CT", Pack = new PackSize(20) }, // by the document
            Receipt("3", sku, 6) with { Unit = "KAR", Pack = new PackSize(1, Per: 3) }, // a fraction of the document's
            Receipt("4", sku, 1) with { Unit = "EA", Pack = new PackSize(20) }, // pieces are pieces
            Receipt("5", "10614141000019", 2) with { Articles = [new ArticleNumber("UK", "10614141000019", IsGtin: true)] }, // the number of the pack
            Receipt("6", $"{sku}-alias", 1)), lines: 6, accepted: 6);
        Assert.Equal(12 + 20 + 2 + 1 + 24 + 1, await host.OnHand(sku));

        AssertCounts(await Take(
            Receipt("1", sku, 1) with { Unit = "PL" }, Receipt("2", sku, 1) with { Unit = "KGM" }, Receipt("3", sku, 0.5m),
            Receipt("4", sku, 1) with { Unit = "CT", Pack = new PackSize(1, Per: 3) }, Receipt("5", sku, 1.00001m)), lines: 5, rejected: 5);
        Assert.Equal(["fractional-unit", "fractional-unit", "invalid-quantity", "unknown-unit", "unknown-unit"],
            (await host.Waiting(_source)).Texts("code").Order());
        Assert.Equal(60, await host.OnHand(sku));
    }

    [Fact]
    public async Task A_time_without_an_offset_needs_a_zone()
    {
        var sku = NewSku();
        var local = Receipt("1", sku, 1, place: null) with { Time = new TimeWithoutZone(new LocalDateTime(2026, 11, 20, 6, 0)) };
        AssertCounts(await Take("&location=NOZONE", local), lines: 1, rejected: 1);
        Assert.Equal("no-zone", Assert.Single(await host.Waiting(_source)).Text("code"));

        await Take("&location=NOZONE&zone=America/New_York", local);
        Assert.Equal("2026-11-20T11:00:00Z", (await host.Events(sku, "NOZONE"))[0].Text("occurredAt"));
        await Take("&location=S001", local);
        Assert.Equal("2026-11-20T05:00:00Z", (await host.Events(sku))[0].Text("occurredAt"));
    }

    [Fact]
    public async Task A_day_is_not_in_the_future_once_it_has_begun()
    {
        var (sku, today) = (NewSku(), new LocalDate(2026, 11, 23));
        AssertCounts(await Take(
            Receipt("1", sku, 1) with { Time = new WholeDay(today) }, Receipt("2", sku, 2) with { Time = new WholeDay(today.PlusDays(1)) },
            Receipt("3", sku, 4) with { Time = new WholeDay(today, AtEnd: false) }), lines: 3, accepted: 2, rejected: 1);
        Assert.Equal(["2026-11-22T23:00:00Z", "2026-11-23T22:59:59Z"], (await host.Events(sku)).Texts("occurredAt").Order());
        Assert.Equal("occurred-in-future", Assert.Single(await host.Waiting(_source)).Text("code"));
    }

    [Fact]
    public async Task A_line_without_a_place_needs_a_location()
    {
        var sku = NewSku();
        AssertCounts(await Take(Receipt("1", sku, 1, place: null)), lines: 1, rejected: 1);
        Assert.Equal("no-location", Assert.Single(await host.Waiting(_source)).Text("code"));
        (await host.Put(Path, new { location = "S001" })).Ok();
        AssertCounts(await Take(Receipt("1", sku, 1, place: null)), lines: 1, accepted: 1);
    }

    [Fact]
    public async Task Stock_figures_are_compared_unless_the_source_is_the_owner()
    {
        var (sku, at) = (NewSku(), new ExactTime(Instant.FromUtc(2026, 11, 23, 9, 30)));
        await host.RecordAccepted(Line("receipt", 10, sku));
        var levels = new[]
        {
            Line("1", sku, new Level(7)) with { Time = at }, Line("2", sku, new Level(2, "damaged")) with { Time = at },
        };
        var document = await Take(levels);
        Assert.Equal("""{"compared":2}""", document.GetProperty("noStock").GetRawText());
        var run = Assert.Single((await host.Get("/v1/reconciliations?limit=1000")).Ok().Items(), run => run.Text("system") == _source);
        await Waiting.Until(async () => (await host.Get($"/v1/reconciliations/{run.Text("id")}")).Ok().Text("state") == "done");
        var drifts = (await host.Get($"/v1/reconciliations/{run.Text("id")}")).Ok().Items("drifts");
        Assert.Equal([("onHand", 3m), ("unsellable.damaged", -2m)], drifts.Select(drift => (drift.Text("field"), drift.Number("difference"))));

        await Take(levels);
        Assert.Single((await host.Get("/v1/reconciliations?limit=1000")).Ok().Items(), one => one.Text("system") == _source);
        Assert.Equal(10, await host.OnHand(sku));

        AssertCounts(await Take("&levels=count", levels[0]), lines: 1, accepted: 1);
        Assert.Equal(7, await host.OnHand(sku));
    }

    [Fact]
    public async Task A_stock_figure_that_is_too_fine_leaves_the_others()
    {
        var (weighed, sku, at) = (NewSku(), NewSku(), new ExactTime(Instant.FromUtc(2026, 11, 23, 9, 30)));
        await host.RecordAccepted(Line("receipt", 10, sku));
        (await host.Put($"/v1/skus/{weighed}", new { unit = "KGM", decimals = 1 })).Ok();
        var document = await Take(
            Line("1", weighed, new Level(250)) with { Time = at, Unit = "GRM" }, Line("2", sku, new Level(7)) with { Time = at });
        AssertCounts(document, lines: 2, rejected: 1);
        Assert.Equal("""{"compared":1}""", document.GetProperty("noStock").GetRawText());
        Assert.Equal("fractional-unit", Assert.Single(await host.Waiting(_source)).Text("code"));
    }

    [Fact]
    public async Task A_revised_line_is_in_the_unit_that_is_registered_now()
    {
        var (sku, number, known) = (NewSku(), host.NewNumber(), Receipt("1", NewSku(), 1));
        AssertCounts(await Send(Document(number, known)), lines: 1, accepted: 1);
        (await host.Put($"/v1/skus/{sku}", new { unit = "KGM", decimals = 0 })).Ok();
        AssertCounts(await Send(Revised(250)), lines: 2, duplicates: 1, rejected: 1);
        (await host.Put($"/v1/skus/{sku}", new { unit = "GRM", decimals = 0 })).Ok();
        AssertCounts(await Send(Revised(500)), lines: 2, duplicates: 1, accepted: 1);
        Assert.Equal(500, await host.OnHand(sku));

        SourceDocument Revised(decimal grams) =>
            Document(number, known, Receipt("2", sku, grams) with { Unit = "GRM" }) with { Function = DocumentFunction.Replace };

        async Task<System.Text.Json.JsonElement> Send(SourceDocument document) =>
            (await host.Post([document], $"&source={Uri.EscapeDataString(_source)}")).Ok().Items("documents")[0];
    }

    [Fact]
    public async Task Its_configuration_has_versions()
    {
        var options = new Dictionary<string, string> { ["twoSidedStatus"] = "true", ["noGoods"] = "ROUNDING" };
        var put = (await host.Put(Path, new { zone = "Europe/Berlin", levels = "count", options })).Ok();
        Assert.Equal(("count", "record", 1), (put.Text("levels"), put.Text("unmappedSkus"), (int)put.Number("version")));
        (await host.Put(Path, new { zone = "UTC" }, "dev-ops", ("If-Match", "\"9\""))).Refused(412, "precondition-failed");
        (await host.Put(Path, new { zone = "UTC" }, "dev-ops", ("If-Match", "\"1\""))).Ok();
        Assert.Equal("UTC", (await host.Get(Path)).Ok().Text("zone"));
        (await host.Put(Path, new { zone = "Mars" })).Refused(400, "invalid-request");
        (await host.Put(Path, new { options = new { acceptTestDatta = "true" } })).Refused(400, "invalid-request");
        (await host.Put(Path, new { options = new { acceptTestData = "yes" } })).Refused(400, "invalid-request");
        (await host.Get("/v1/sources/nobody")).Refused(404, "unknown-source");
    }

    private string Path => $"/v1/sources/{Uri.EscapeDataString(_source)}";

    private static DocumentLine Gtin(string key, string number) => Receipt(key, number, 1) with { Articles = [new ArticleNumber("UP", number, IsGtin: true)] };

    private async Task<(decimal Open, decimal Replayed, decimal Dismissed)> Rejected(string file)
    {
        var lines = (await host.Get($"/v1/documents/{file}")).Ok().GetProperty("quarantine").GetProperty("unmapped-location");
        return (lines.Number("open"), lines.Number("replayed"), lines.Number("dismissed"));
    }

    private Task<System.Text.Json.JsonElement> Take(params DocumentLine[] lines) => Take("", lines);

    private async Task<System.Text.Json.JsonElement> Take(string query, params DocumentLine[] lines) =>
        (await host.Post([Document(host.NewNumber(), lines)], $"&source={Uri.EscapeDataString(_source)}{query}")).Ok().Items("documents")[0];

    private async Task<Answer> Map(string table)
    {
        using var content = new StringContent(table, Encoding.UTF8, MediaTypeHeaderValue.Parse("text/csv"));
        return await host.Send(HttpMethod.Put, $"{Path}/mappings", content);
    }
}

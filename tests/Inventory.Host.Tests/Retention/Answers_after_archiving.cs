using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.Reconciliation.Comparing;

namespace RetailSync.Inventory.Host.Tests.Retention;

/// <summary>Queries and writes behave the same whether or not an event is archived.</summary>
public sealed class Answers_after_archiving : IAsyncLifetime
{
    /// <summary>When what is recorded after the story is old enough: nothing is stamped before what is recorded already.</summary>
    private static readonly Instant YearsLater = Instant.FromUtc(2030, 2, 1, 9, 0);

    private static readonly string[] Instants = ["2026-11-23T10:00:00.02Z", "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z", "2027-12-31T00:00:00Z"];

    private readonly ArchivingHost _host = new();
    private readonly string _sku = NewSku();

    public async Task InitializeAsync()
    {
        await _host.InitializeAsync();
        await _host.Story(_sku);
    }

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Are_the_same_to_every_query()
    {
        var before = await Answers();
        var verified = await Verify();
        Assert.Equal((true, 12, 12, 2), verified);

        Assert.Equal(9, await _host.Archive());

        Assert.Equal((9, 2), (await _host.Archived(), await _host.Recent()));
        foreach (var ((question, now), then) in (await Answers()).Zip(before.Values))
        {
            Assert.True(then == now, $"{question}\nbefore {then}\nafter  {now}");
        }

        Assert.Equal(verified, await Verify());
        await _host.Restart();
        Assert.Equal(before[$"/v1/positions/{_sku}/S001"], (await Answers())[$"/v1/positions/{_sku}/S001"]);
    }

    [Fact]
    public async Task Repeats_late_facts_and_corrections_find_archived_events()
    {
        var receipt = Line("receipt", 10, _sku, id: $"{_sku}-receipt", at: "08:00", more: ("document", "receipt-1"));
        await _host.Archive();

        Assert.Equal(
            ["duplicate", "rejected movement-id-reused", "rejected movement-id-reused", "duplicate"],
            await Outcomes(receipt, Changed("quantity", 11), Changed("location", "S002"), receipt.Clone()));
        Assert.Equal(8, await _host.OnHand(_sku));

        // One from before the count of a year ago, one from after it.
        Assert.Equal(["absorbed", "accepted"], await Outcomes(Line("sale", 1, _sku, at: "08:50"), Line("sale", 1, _sku, at: "09:05")));
        Assert.Equal(7, await _host.OnHand(_sku));

        Assert.Equal(
            ["accepted", "rejected already-corrected", "rejected unknown-movement", "accepted"],
            await Outcomes(Correction($"{_sku}-transfer", null), Correction($"{_sku}-sale", 3), Correction("nothing", 1), Correction($"{_sku}-return", 1)));
        var position = await _host.Position(_sku);
        Assert.Equal((7, 1), (position.Number("onHand"), position.GetProperty("unsellable").Number("damaged")));
        Assert.Equal(0, (await _host.Position(_sku, "S002")).Number("inTransit"));
        Assert.True((await Verify()).Ok);

        JsonObject Changed(string field, JsonNode value)
        {
            var line = receipt.Clone();
            line[field] = value;
            return line;
        }

        JsonObject Correction(string corrects, decimal? quantity) =>
            Line("correction", quantity, _sku, more: [("corrects", corrects), ("declaration", quantity is null ? "did-not-occur" : "incorrect")]);
    }

    [Fact]
    public async Task A_rebuild_restores_rows_from_archived_events()
    {
        await _host.Archive();
        await _host.Sql($"update inventory.position set on_hand = 99, reserved = 5, detail = null where sku = '{_sku}'");

        Assert.Equal(2, (await _host.Send(HttpMethod.Post, "/v1/audit/rebuild")).Ok().Number("positionsRebuilt"));

        var position = await _host.Position(_sku);
        Assert.Equal((8, 2, 2), (position.Number("onHand"), position.Number("reserved"), position.GetProperty("unsellable").Number("damaged")));
        Assert.True((await Verify()).Ok);
    }

    /// <summary>Balances are made of events wherever these are: the same from the archive as before, and of those that come late.</summary>
    [Fact]
    public async Task Position_checkpoints_build_on_archived_events()
    {
        const string Balances = "select string_agg(b::text, chr(10) order by stream, version) from inventory.position_balance b";
        var sku = NewSku();
        await _host.RecordAccepted([.. Enumerable.Range(0, 40).Select(minute => Line("receipt", 1, sku, at: $"09:{minute + 10}"))]);
        _host.Clock.Reset(YearsLater);
        await _host.Linked();
        var before = await _host.Sql(Balances);
        Assert.Equal("16,32", await _host.Sql(
            $"select string_agg(version::text, ',' order by version) from inventory.position_balance where stream = '{sku}@S001'"));

        await _host.Archive();
        Assert.Equal(39, await _host.Archived($"stream = '{sku}@S001'"));
        await _host.Sql("update inventory.position_balance set state = jsonb_set(state, '{onHand}', '999')");
        Assert.False((await Verify()).Ok);
        (await _host.Post("/v1/audit/rebuild", new { })).Ok();

        Assert.Equal(before, await _host.Sql(Balances));
        Assert.Equal((20, 35), (await Then("2026-11-23T09:29:00Z"), await Then("2026-11-23T09:44:30Z")));
        await _host.RecordAccepted(Line("sale", 4, sku, at: "09:20"));
        await _host.Linked();
        Assert.Equal((16, 31), (await Then("2026-11-23T09:29:00Z"), await Then("2026-11-23T09:44:30Z")));
        Assert.True((await Verify()).Ok);

        async Task<decimal> Then(string at) => (await _host.Get($"/v1/positions/{sku}/S001?at={at}&knowledge=now")).Ok().Number("onHand");
    }

    [Fact]
    public async Task A_comparison_includes_archived_events()
    {
        var elsewhere = NewSku();
        await _host.RecordAccepted(
            Line("receipt", 10, elsewhere), Line("receipt", 10, elsewhere, "S002"), Line("sale", 2, elsewhere, "S002", at: "09:10", more: ("document", "S-7")),
            Line("receipt", 1, elsewhere, "S002", at: "09:11"));
        _host.Clock.Reset(YearsLater);
        await _host.Archive();

        var matching = await _host.Compare(Sheet([Count(_sku, 9, reserved: 2)], takenAt: "2026-12-31T23:00:00Z"));
        Assert.Equal((1, 1), (matching.Number("compared"), matching.Number("matching")));
        Assert.Contains($"wrong-quantity {_sku}-return -1", await Drift(
            Sheet([Count(_sku, 10)], [Document($"{_sku}-return", "return", _sku, 3, at: "09:10")], takenAt: "2026-12-31T23:00:00Z")), StringComparison.Ordinal);
        Assert.Contains("wrong-location S-7 2", await Drift(Sheet([Count(elsewhere, 8)], [Document("S-7", "sale", elsewhere, 2, at: "09:10")])),
            StringComparison.Ordinal);

        // After the very first event and before all that are not archived; then before all there are.
        Assert.Equal(1, (await _host.Compare(Sheet([Count(_sku, 10)], takenAt: "2026-11-23T08:10:00Z"))).Number("compared"));
        (await _host.Post("/v1/reconciliations", Sheet([Count(_sku, 9)], takenAt: "2026-11-23T07:00:00Z"))).Refused(400, "invalid-request");

        async Task<string> Drift(JsonObject sheet) => (await _host.Compare(sheet)).Items("drifts").Single().Summary();
    }

    [Fact]
    public async Task An_oversell_names_an_archived_event_as_its_cause()
    {
        var sku = NewSku();
        await Number("receipt", 5, becomes: 5);
        await Number("sale", 3, becomes: 2);
        var sale = await _host.Sql($"select id from inventory.mt_events where stream_id = '{sku}@S001' and version = 2");
        await Number("receipt", 1, becomes: 3);
        _host.Clock.Reset(YearsLater);
        await _host.Archive();
        Assert.Equal(1, await _host.Recent($"stream_id = '{sku}@S001'"));

        var placed = (await _host.Post("/v1/channels/web/orders", new { type = "order", order = "A1", lines = new[] { new { sku, quantity = 4 } } })).Ok();

        Assert.Equal($"{sale}", placed.Items("oversold").Single().Text("takenBy"));
        var explained = (await _host.Get("/v1/channels/web/oversells/A1")).Ok().Items().Single();
        Assert.Equal($"{sale}", explained.Text("takenBy"));
        Assert.Equal((2, false),
            (explained.GetProperty("toldInstead").Number("quantity"), explained.GetProperty("toldInstead").GetProperty("byRule").GetBoolean()));
        Assert.Contains($"{sale}", explained.Items("events").Texts("event"));

        async Task Number(string type, decimal quantity, decimal becomes)
        {
            await _host.RecordAccepted(Line(type, quantity, sku));
            await Waiting.Until(async () => (await _host.Get($"/v1/channels/web/publications?sku={sku}")).Ok().Items()
                .Any(row => row.Number("quantity") == becomes));
        }
    }

    private async Task<Dictionary<string, string>> Answers()
    {
        string[] questions =
        [
            $"/v1/positions/{_sku}/S001", $"/v1/positions/{_sku}/S002", $"/v1/positions?sku={_sku}",
            .. Instants.SelectMany(at => (string[])["then", "now"], (at, knowledge) => $"at={at}&knowledge={knowledge}").SelectMany(past => (string[])[
                $"/v1/positions/{_sku}/S001?{past}", $"/v1/audit/as-of?{past}", $"/v1/availability/{_sku}?channel=web&explain=true&{past}"]),
            $"/v1/positions/{_sku}/S001/events", $"/v1/positions/{_sku}/S002/events",
            .. Enumerable.Range(0, 12).Select(after => $"/v1/positions/{_sku}/S001/events?limit=2&after={after}"),
            $"/v1/positions/{_sku}/S001/events?after={long.MaxValue}",
            $"/v1/audit/ledger?sku={_sku}", "/v1/audit/ledger?limit=1", .. Instants.SelectMany(
                at => (string[])[$"/v1/audit/ledger?from={at}", $"/v1/audit/ledger?to={at}"]),
            $"/v1/availability/{_sku}?channel=web&explain=true",
        ];
        var answers = new Dictionary<string, string>();
        foreach (var question in questions)
        {
            var answer = await _host.Get(question);
            Assert.True(answer.Status == 200, $"{question}: {answer.Status} {answer.Text}");
            answers.Add(question, Still(answer.Text));
        }

        var tried = await _host.Post(
            "/v1/rules/simulate", new
            {
                rules = new[] { new { kind = "buffer", channel = "web", sku = _sku, quantity = 9 } },
                from = "2026-01-01T00:00:00Z",
                to = "2028-01-01T00:00:00Z",
                channels = new[] { "web" }
            });
        Assert.Equal(11, tried.Ok().Number("eventsReplayed"));
        answers.Add("simulate", tried.Text);
        return answers;
    }

    /// <summary>Without what the clock alone changes.</summary>
    private static string Still(string answer) => Regex.Replace(answer, """ "(asOf|sourceAge)":("[^"]*"|[\d.]+) """.Trim(), "");

    private async Task<(bool Ok, decimal Events, decimal Linked, decimal Positions)> Verify()
    {
        await _host.Linked();
        var verified = (await _host.Get("/v1/audit/verify")).Ok();
        return (verified.GetProperty("ok").GetBoolean(), verified.Number("eventsChecked"), verified.Number("eventsLinked"),
            verified.Number("positionsChecked"));
    }

    private async Task<string[]> Outcomes(params IReadOnlyList<JsonObject> lines) =>
        [.. (await _host.Record(lines)).Items("results").Select(result => $"{result.Text("outcome")} {Code(result)}".Trim())];

    private static string? Code(JsonElement result) => result.TryGetProperty("code", out var code) ? code.GetString() : null;
}

using System.Text.Json;
using System.Text.Json.Nodes;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Quarantine;

public class Rejected_lines(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task A_rejected_line_is_kept_as_it_was_sent_with_the_reason()
    {
        var line = Line("sale", -1, NewSku(), id: "kept");
        await host.Record(Line("receipt", 1, NewSku()), line.Clone());

        var entry = await Entry("kept");

        Assert.Equal(("pos", 1, "invalid-line", "open"), (entry.Text("source"), entry.Number("index"), entry.Text("code"), entry.Text("state")));
        Assert.Contains("quantity", entry.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(line.ToJsonString(), JsonNode.Parse(entry.GetProperty("line").GetRawText())!.ToJsonString());
    }

    [Fact]
    public async Task A_line_that_is_sent_repeatedly_is_kept_once()
    {
        var line = Line("sale", -1, NewSku(), id: "again");
        await host.Record(line.Clone());
        await host.Record(line.Clone(), line.Clone());

        Assert.Single(await Entries(), entry => Names(entry, "again"));
    }

    [Fact]
    public async Task A_corrected_and_replayed_line_counts_once_and_is_settled()
    {
        var sku = NewSku();
        var line = Line("receipt", -5, sku, id: "mended");
        await host.Record(line.Clone());
        var id = (await Entry("mended")).Text("id");
        line["quantity"] = 5;

        var answer = (await host.Post($"/v1/quarantine/{id}/replay", new { line })).Ok();

        Assert.Equal(1, answer.Number("accepted"));
        Assert.Equal(5, await host.OnHand(sku));
        Assert.Equal("replayed", (await Entry("mended")).Text("state"));
        (await host.Post($"/v1/quarantine/{id}/replay", new { line })).Refused(409, "quarantine-already-settled");
        (await host.Post($"/v1/quarantine/{id}/dismiss", new { reason = "late" })).Refused(409, "quarantine-already-settled");
        Assert.Equal(1, (await host.Record(line.Clone())).Number("duplicates"));
    }

    [Fact]
    public async Task Several_people_settle_a_line_once()
    {
        var sku = NewSku();
        await host.Record(Line("receipt", -5, sku, id: "wanted"));
        var id = (await Entry("wanted")).Text("id");

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => number % 4 == 3
            ? host.Post($"/v1/quarantine/{id}/dismiss", new { reason = "nobody knows" })
            : host.Post($"/v1/quarantine/{id}/replay", new { line = Line("receipt", 5, sku, id: $"wanted-{number}") })));

        var settled = Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer != settled), answer => answer.Refused(409, "quarantine-already-settled"));
        var state = (await Entry("wanted")).Text("state");
        Assert.Equal(state == "replayed" ? 5 : 0, state == "replayed" ? await host.OnHand(sku) : 0);
        Assert.Equal(settled.Json.TryGetProperty("accepted", out _) ? "replayed" : "dismissed", state);
    }

    [Fact]
    public async Task A_line_that_is_still_wrong_stays_open_after_a_replay()
    {
        await host.Record(Line("sale", -1, NewSku(), id: "stubborn"));
        var id = (await Entry("stubborn")).Text("id");

        var answer = (await host.Post($"/v1/quarantine/{id}/replay", new { })).Ok();

        Assert.Equal((1, "invalid-line"), (answer.Number("rejected"), answer.Items("results").Single().Text("code")));
        Assert.Equal("open", (await Entry("stubborn")).Text("state"));
        Assert.Single(await Entries(), entry => Names(entry, "stubborn"));
    }

    [Fact]
    public async Task A_line_is_accepted_after_what_it_waited_for_has_come()
    {
        var sku = NewSku();
        await host.Record(Line("correction", null, sku, id: "early", more: [("corrects", "later"), ("declaration", "did-not-occur")]));
        await host.RecordAccepted(Line("sale", 1, sku, id: "later"));

        var answer = (await host.Post($"/v1/quarantine/{(await Entry("early")).Text("id")}/replay", new { })).Ok();

        Assert.Equal(1, answer.Number("accepted"));
        Assert.Equal(0, await host.OnHand(sku));
    }

    [Fact]
    public async Task A_dismissed_line_keeps_the_reason()
    {
        await host.Record(Line("sale", -1, NewSku(), id: "unwanted"));
        var id = (await Entry("unwanted")).Text("id");
        (await host.Post($"/v1/quarantine/{id}/dismiss", new { })).Refused(400, "invalid-request");

        var answer = (await host.Post($"/v1/quarantine/{id}/dismiss", new { reason = "a test till" })).Ok();

        Assert.Equal(("dismissed", "a test till"), (answer.Text("state"), answer.Text("reason")));
        (await host.Post($"/v1/quarantine/{id}/replay", new { })).Refused(409, "quarantine-already-settled");
        Assert.DoesNotContain((await host.Get("/v1/quarantine?state=open&limit=1000")).Ok().Items(), entry => entry.Text("id") == id);
        Assert.Contains((await host.Get("/v1/quarantine?state=dismissed&limit=1000")).Ok().Items(), entry => entry.Text("id") == id);
    }

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000001")]
    [InlineData("none")]
    public async Task An_unknown_line_is_404(string id)
    {
        (await host.Post($"/v1/quarantine/{id}/replay", new { })).Refused(404, "unknown-quarantine-entry");
        (await host.Post($"/v1/quarantine/{id}/dismiss", new { reason = "x" })).Refused(404, "unknown-quarantine-entry");
    }

    [Fact]
    public async Task Lines_are_listed_in_pages_without_a_gap()
    {
        await host.Record([.. Enumerable.Range(0, 5).Select(index => Line("sale", -1, NewSku(), id: $"page-{index}"))]);
        var all = (await Entries()).Texts("id").ToList();

        List<string?> paged = [];
        string? after = null;
        do
        {
            var page = (await host.Get($"/v1/quarantine?limit=2{(after is null ? "" : $"&after={after}")}")).Ok();
            paged.AddRange(page.Items().Texts("id"));
            after = page.Text("next");
        }
        while (after is not null);

        Assert.True(all.Count >= 5);
        Assert.Equal(all, paged.Take(all.Count));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(62)]
    [InlineData(63)]
    [InlineData(2_000)]
    public async Task A_deeply_nested_line_is_kept_and_hides_no_other(int depth)
    {
        var body = $$"""{"source":"deep","movements":[{"id":"deep-{{depth}}","sku":{{new string('[', depth)}}{{new string(']', depth)}}}]}""";
        Assert.Equal(1, (await host.Send(HttpMethod.Post, "/v1/movements", new StringContent(body, System.Text.Encoding.UTF8, "application/json"))).Ok()
            .Number("rejected"));

        Assert.Contains(await Entries(), entry => entry.GetProperty("line").ToString().Contains($"deep-{depth}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_line_of_any_bytes_is_kept_and_shown()
    {
        byte[] body = [.. "{\"id\":\"bytes\",\"type\":\"\0"u8, 0xC3, 0x28, 0xFF, .. "\"}"u8];
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/x-ndjson");

        var answer = (await host.Send(HttpMethod.Post, "/v1/movements?source=bytes", content)).Ok();

        Assert.Equal(1, answer.Number("rejected"));
        Assert.Contains(await Entries(), entry => entry.Text("source") == "bytes");
    }

    private async Task<JsonElement[]> Entries() => (await host.Get("/v1/quarantine?limit=1000")).Ok().Items();

    private async Task<JsonElement> Entry(string movement) =>
        (await Entries()).Single(entry => Names(entry, movement));

    private static bool Names(JsonElement entry, string movement) =>
        entry.GetProperty("line") is { ValueKind: JsonValueKind.Object } line && line.Text("id") == movement;
}

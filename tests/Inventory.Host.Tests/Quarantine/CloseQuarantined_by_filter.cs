using System.Text.Json;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Quarantine;

public sealed class CloseQuarantined_by_filter(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Lines_are_found_by_source_code_and_words()
    {
        await Reject("find-1", "find-a", "find-b");
        await Reject("find-2", "find-c");

        Assert.Equal(2, (await Entries("source=find-1")).Length);
        Assert.Equal(2, (await Entries("source=find-1&code=invalid-line")).Length);
        Assert.Empty(await Entries("source=find-1&code=unknown-movement"));
        Assert.Equal("find-2", Assert.Single(await Entries("q=FIND-C")).Text("source"));
        Assert.Equal(2, (await Entries("source=find-1&q=quantity")).Length);
        (await host.Get("/v1/quarantine?q=")).Refused(400, "invalid-request");
        (await host.Get($"/v1/quarantine?q={new string('x', 129)}")).Refused(400, "invalid-request");
    }

    [Fact]
    public async Task The_summary_counts_by_code_and_source()
    {
        await Reject("sum-1", "sum-a");
        host.Clock.AdvanceMinutes(1);
        await Reject("sum-1", "sum-b");

        var group = Assert.Single(await Groups("open"), group => group.Text("source") == "sum-1");
        (await host.Post("/v1/quarantine/dismiss", new { source = "sum-1", reason = "x" })).Ok();

        Assert.Equal(("invalid-line", 2), (group.Text("code"), group.Number("lines")));
        Assert.Equal(
            (await Entries("source=sum-1")).Texts("at"), new[] { group.Text("oldest"), group.Text("newest") });
        Assert.DoesNotContain(await Groups("open"), open => open.Text("source") == "sum-1");
        Assert.Contains(await Groups("dismissed"), dismissed => dismissed.Text("source") == "sum-1");
    }

    [Fact]
    public async Task Lines_that_fit_now_are_replayed_and_others_stay_open()
    {
        var sku = NewSku();
        await host.Post("/v1/movements", new
        {
            source = "pos",
            movements = new[]
            {
                Line("correction", null, sku, id: "many-early", more: [("corrects", "many-later"), ("declaration", "did-not-occur")]),
                Line("sale", -1, sku, id: "many-wrong"),
            },
        });
        await host.RecordAccepted(Line("sale", 1, sku, id: "many-later"));

        var answer = (await host.Post("/v1/quarantine/replay", new { source = "pos", q = "\"many-" })).Ok();

        Assert.Equal(1, answer.Number("settled"));
        Assert.Equal(["rejected invalid-line", "replayed"], Outcomes(answer));
        Assert.Equal(0, await host.OnHand(sku));
        Assert.Equal("many-wrong", Assert.Single(await Entries("state=open&q=many-")).GetProperty("line").Text("id"));
    }

    [Fact]
    public async Task Lines_are_dismissed_with_one_reason()
    {
        await Reject("drop-1", "drop-a", "drop-b");

        var answer = (await host.Post("/v1/quarantine/dismiss", new { source = "drop-1", reason = "a test till" }, "dev-ops")).Ok();

        Assert.Equal(["dismissed", "dismissed"], Outcomes(answer));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("next").ValueKind);
        Assert.All(await Entries("source=drop-1"), entry =>
            Assert.Equal(("dismissed", "a test till", "dev-ops"), (entry.Text("state"), entry.Text("reason"), entry.Text("settledBy"))));
        Assert.Empty((await host.Post("/v1/quarantine/dismiss", new { source = "drop-1", reason = "again" })).Ok().Items("results"));
    }

    [Fact]
    public async Task After_500_lines_the_rest_is_for_the_next_call()
    {
        await Reject("lots-1", [.. Enumerable.Range(0, 501).Select(index => $"lots-{index}")]);

        var first = (await host.Post("/v1/quarantine/dismiss", new { source = "lots-1", reason = "x" })).Ok();
        var second = (await host.Post("/v1/quarantine/dismiss", new { source = "lots-1", reason = "x", after = first.Text("next") })).Ok();

        Assert.Equal((500, 1), (first.Number("settled"), second.Number("settled")));
        Assert.Null(second.Text("next"));
    }

    [Fact]
    public async Task A_body_has_to_say_which_lines_are_meant()
    {
        (await host.Post("/v1/quarantine/replay", new { })).Refused(400, "invalid-request");
        (await host.Post("/v1/quarantine/dismiss", new { reason = "x" })).Refused(400, "invalid-request");
        (await host.Post("/v1/quarantine/dismiss", new { source = "x" })).Refused(400, "invalid-request");
        (await host.Post("/v1/quarantine/dismiss", new { source = "x", reason = "x", document = "y" })).Refused(400, "invalid-request");
        (await host.Post("/v1/quarantine/dismiss", new { source = "x", reason = "x", after = "y" })).Refused(400, "invalid-request");
        Assert.Equal(403, (await host.Post("/v1/quarantine/replay", new { source = "x" }, "dev-finance")).Status);
    }

    [Fact]
    public async Task A_dismissed_line_is_opened_again_and_keeps_why()
    {
        var sku = NewSku();
        await Reject("open-1", "open-a");
        var id = (await Entries("source=open-1"))[0].Text("id");
        (await host.Post($"/v1/quarantine/{id}/reopen", new { reason = "x" })).Refused(409, "quarantine-not-dismissed");
        (await host.Post($"/v1/quarantine/{id}/dismiss", new { reason = "a test till" })).Ok();
        (await host.Post($"/v1/quarantine/{id}/reopen", new { })).Refused(400, "invalid-request");

        var entry = (await host.Post($"/v1/quarantine/{id}/reopen", new { reason = "no test" }, "dev-ops")).Ok();

        Assert.Equal(("open", "a test till"), (entry.Text("state"), entry.Text("reason")));
        Assert.Equal(("dev-ops", "no test"), (entry.GetProperty("reopened").Text("by"), entry.GetProperty("reopened").Text("reason")));
        (await host.Post($"/v1/quarantine/{id}/reopen", new { reason = "x" })).Refused(409, "quarantine-not-dismissed");
        (await host.Post($"/v1/quarantine/{Guid.Empty}/reopen", new { reason = "x" })).Refused(404, "unknown-quarantine-entry");
        Assert.Equal(1, (await host.Post($"/v1/quarantine/{id}/replay", new { line = Line("receipt", 3, sku, id: "open-a") })).Ok().Number("accepted"));
    }

    private static string[] Outcomes(JsonElement answer) => [.. answer.Items("results")
        .Select(result => $"{result.Text("outcome")} {result.Text("code")}".TrimEnd()).Order(StringComparer.Ordinal)];

    private async Task<JsonElement[]> Entries(string query) => (await host.Get($"/v1/quarantine?limit=1000&{query}")).Ok().Items();

    private async Task<JsonElement[]> Groups(string state) => (await host.Get($"/v1/quarantine/summary?state={state}")).Ok().Items("groups");

    /// <summary>Sends lines with a negative quantity.</summary>
    private async Task Reject(string source, params string[] ids)
    {
        var lines = ids.Select(id => Line("sale", -1, NewSku(), id: id));
        Assert.Equal(ids.Length, (await host.Post("/v1/movements", new { source, movements = lines })).Ok().Number("rejected"));
    }
}

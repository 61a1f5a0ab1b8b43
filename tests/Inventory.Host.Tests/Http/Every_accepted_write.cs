using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Http;

public sealed class Every_accepted_write(RunningHost host) : IClassFixture<RunningHost>
{
    /// <summary>In this order: what comes later needs what came before.</summary>
    private static readonly (string Method, string Path, object Body)[] Writes =
    [
        ("PUT", "/v1/channels/web", new { adapter = "shopify" }),
        ("PUT", "/v1/channels/web/mappings", new { items = new[] { new { sku = "A", theirs = "a" } } }),
        ("PUT", "/v1/channels/web/locations", new { items = new[] { new { location = "S001", theirs = "1" } } }),
        ("POST", "/v1/channels/web/republish", new { }),
        ("POST", "/v1/channels/web/dead-letters/replay", new { }),
        ("POST", "/v1/messages/dead-letters/replay", new { }),
        ("POST", "/v1/channels/web/pause", new { }),
        ("POST", "/v1/channels/web/resume", new { }),
        ("PUT", "/v1/locations/S001", new { type = "store" }),
        ("PUT", "/v1/skus/A", new { }),
        ("PUT", "/v1/rules/one", new { kind = "publish", cap = 5 }),
        ("PUT", "/v1/reconciliations/policy", new { rules = Array.Empty<object>() }),
        ("POST", "/v1/reservations", new { id = "order", channel = "web", lines = new[] { new { sku = "A", quantity = 1 } } }),
        ("PUT", "/v1/reservations/order", new { lines = new[] { new { sku = "A", quantity = 2 } } }),
        ("POST", "/v1/reservations/order/confirm", new { }),
        ("POST", "/v1/reservations/order/release", new { }),
        ("POST", "/v1/reconciliations",
            new { system = "wms", takenAt = "2026-11-23T09:30:00Z",
                counts = new[] { new { sku = "A", location = "S001", onHand = 8 }, new { sku = "B", location = "S001", onHand = 8 } } }),
        ("POST", "/v1/reconciliations/{run}/drifts/1/approve", new { reason = "counted" }),
        ("POST", "/v1/reconciliations/{run}/drifts/2/dismiss", new { reason = "counted" }),
        ("POST", "/v1/reconciliations/{run}/drifts/1/revert", new { reason = "counted" }),
        ("POST", "/v1/reconciliations/{run}/drifts/2/reopen", new { reason = "counted" }),
        ("POST", "/v1/reconciliations/drifts/settle",
            new { decision = "dismiss", reason = "counted", drifts = new[] { new { run = Guid.Empty, n = 2 } } }),
        ("POST", "/v1/quarantine/{entry}/dismiss", new { reason = "nobody knows" }),
        ("POST", "/v1/quarantine/{entry}/reopen", new { reason = "somebody does" }),
        ("POST", "/v1/quarantine/replay", new { source = "pos" }),
        ("POST", "/v1/quarantine/dismiss", new { source = "pos", reason = "nobody knows" }),
    ];

    [Fact]
    public async Task Returns_the_sequence_from_which_it_can_be_read()
    {
        var recorded = await host.Record(Line("receipt", 10, "A"), Line("receipt", 10, "B"), Line("sale", -1, "A"));
        Assert.True(recorded.Number("sequence") > 0);
        var entry = (await host.Get("/v1/quarantine")).Ok().Items()[0].Text("id");
        var run = "";
        foreach (var (method, path, body) in Writes)
        {
            var place = path.Replace("{entry}", entry, StringComparison.Ordinal).Replace("{run}", run, StringComparison.Ordinal);
            var answer = method == "PUT" ? await host.Put(place, body) : await host.Post(place, body);

            Assert.True(answer.Status is 200 or 201 or 202, $"{path}: {answer.Status} {answer.Text}");
            Assert.True(answer.Json.TryGetProperty("sequence", out var sequence) && sequence.ValueKind == System.Text.Json.JsonValueKind.Number
                && sequence.GetInt64() >= recorded.Number("sequence"), $"{path}: {answer.Text}");
            if (path == "/v1/reconciliations")
            {
                run = answer.Json.Text("id")!;
                await Waiting.Until(async () => (await host.Get($"/v1/reconciliations/{run}")).Ok().Text("state") == "done");
            }
        }
    }
}

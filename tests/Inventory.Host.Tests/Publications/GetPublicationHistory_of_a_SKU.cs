using System.Text.Json;
using NodaTime.Text;
using RetailSync.Inventory.Host.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Publications;

public sealed class GetPublicationHistory_of_a_SKU(PublishingHost host) : IClassFixture<PublishingHost>
{
    [Fact]
    public async Task What_was_promised_sent_and_acknowledged_are_steps()
    {
        await host.Register("hist", "log");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Acknowledged("hist", sku, 5);
        (await host.Post("/v1/channels/hist/pause", new { })).Ok();
        await host.RecordAccepted(Line("sale", 1, sku));
        await host.Publication("hist", sku, row => row.Number("quantity") == 4);
        var paused = InstantPattern.ExtendedIso.Format(host.Clock.GetCurrentInstant());
        await host.RecordAccepted(Line("sale", 1, sku));
        await host.Publication("hist", sku, row => row.Number("quantity") == 3);
        (await host.Post("/v1/channels/hist/resume", new { })).Ok();
        await host.Acknowledged("hist", sku, 3);

        var history = await Eventually(sku, history => history.Items("acknowledged").Length == 2);

        Assert.Equal([5m, 4, 3], Quantities(history, "promised"));
        Assert.Equal([5m, 3], Quantities(history, "sent"));
        Assert.Equal([5m, 3], Quantities(history, "acknowledged"));
        Assert.Equal(JsonValueKind.Null, history.GetProperty("keptFrom").ValueKind);
        var since = await Read(sku, $"?from={paused}");
        Assert.Equal([4m, 3], Quantities(since, "promised"));
        Assert.Equal([5m, 3], Quantities(since, "acknowledged"));
        Assert.Equal([5m], Quantities(await Read(sku, $"?to={paused}"), "acknowledged"));
    }

    [Fact]
    public async Task A_compacted_feed_says_since_when_it_is_complete()
    {
        await host.Register("kept", "log");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Acknowledged("kept", sku, 5);
        await host.RecordAccepted(Line("receipt", 2, sku));
        await host.Acknowledged("kept", sku, 7);
        await host.Sql("update inventory.publication_head set complete_from = sequence where channel = 'kept'");

        var history = (await host.Get($"/v1/channels/kept/publications/{sku}/history")).Ok();

        Assert.Equal(history.Items("promised")[^1].Text("at"), history.Text("keptFrom"));
        (await host.Get($"/v1/channels/kept/publications/{sku}/history?from=2026-11-23T10:00:00Z&to=2026-11-23T10:00:00Z")).Refused(400, "invalid-request");
        (await host.Get($"/v1/channels/nowhere/publications/{sku}/history")).Refused(404, "unknown-channel");
        Assert.Equal(403, (await host.Get($"/v1/channels/kept/publications/{sku}/history", "dev-channel-hist")).Status);
    }

    [Fact]
    public void The_step_that_holds_at_the_beginning_comes_first()
    {
        FeedChange[] changes = [Change(1, 0), Change(2, 10), Change(3, 20), Change(4, 40)];

        Assert.Equal([2L, 3], Steps(changes, 15, 30));
        Assert.Equal([3L, 4], Steps(changes, 20, 40));
        Assert.Empty(Steps(changes, -20, -10));

        static FeedChange Change(long sequence, int minute) => new(sequence, sequence, At(minute), null, null);

        static IEnumerable<long> Steps(FeedChange[] changes, int from, int to) =>
            GetPublicationHistory.Steps(changes, change => change.At, At(from), At(to)).Select(step => step.Sequence);

        static Instant At(int minute) => RunningHost.Now + Duration.FromMinutes(minute);
    }

    private static IEnumerable<decimal> Quantities(JsonElement history, string which) => history.Items(which).Select(step => step.Number("quantity"));

    private async Task<JsonElement> Read(string sku, string query = "") => (await host.Get($"/v1/channels/hist/publications/{sku}/history{query}")).Ok();

    private Task<JsonElement> Eventually(string sku, Func<JsonElement, bool> becomes) => PublishingHost.Eventually(() => Read(sku), becomes);
}

using RetailSync.Channels.Tests;
using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ChannelOrders;

/// <summary>What the runbook promises to whoever does not know whether the first replay came to anything.</summary>
public sealed class Replaying_twice(PublishingHost host) : IClassFixture<PublishingHost>
{
    private const int People = 8;

    [Fact]
    public async Task A_quarantined_line_replayed_by_several_people_counts_once()
    {
        var sku = NewSku();
        var line = Line("receipt", -5, sku, id: "many-hands");
        await host.Record(line.Clone());
        var id = (await host.Get("/v1/quarantine?state=open")).Ok().Items().Single(entry => entry.GetProperty("line").Text("id") == "many-hands").Text("id");
        line["quantity"] = 5;

        var answers = await Task.WhenAll(Enumerable.Range(0, People).Select(_ => host.Post($"/v1/quarantine/{id}/replay", new { line })));

        Assert.All(answers, answer => Assert.Contains(answer.Status, (int[])[200, 409]));
        Assert.Equal(1, answers.Where(answer => answer.Status == 200).Sum(answer => answer.Json.Number("accepted")));
        Assert.Equal((5, 1), (await host.OnHand(sku), (await host.Events(sku)).Length));
    }

    [Fact]
    public async Task A_refused_number_is_published_once_and_records_nothing()
    {
        var (sku, isWilling, published) = (NewSku(), false, 0);
        await using var shop = await Sandbox.Start(call =>
        {
            Interlocked.Add(ref published, isWilling && call.Body.Contains($"\"{sku}\"", StringComparison.Ordinal) ? 1 : 0);
            return isWilling ? new Answered(204) : new Answered(422, "no such article");
        });
        await host.Register("twice", "webhook", new() { ["url"] = $"{shop.Address}", ["batchSize"] = 1 });
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Publication("twice", sku, row => row.Text("state") == "set-aside");
        var events = await host.Sql("select count(*) from inventory.mt_events");
        isWilling = true;

        Assert.Equal(1, await Replay());
        await host.Acknowledged("twice", sku, 5);
        Assert.Equal(0, await Replay());

        // Another number that is published afterwards: had the second replay published anything, it would have come before.
        await host.RecordAccepted(Line("sale", 1, sku));
        await host.Acknowledged("twice", sku, 4);
        Assert.Equal(2, published);
        Assert.Equal(1L, (long)(await host.Sql("select count(*) from inventory.mt_events"))! - (long)events!);

        async Task<decimal> Replay() => (await host.Post("/v1/channels/twice/dead-letters/replay", new { sku })).Ok().Number("replayed");
    }

    [Fact]
    public async Task A_quarantined_order_holds_once_also_when_sent_again()
    {
        await host.Register("orders", "none");
        var sku = NewSku();
        var order = new { type = "order", order = "7781", id = "m1", lines = new[] { new { sku, quantity = 2 } } };
        Assert.Equal("quarantined", await Send());
        await host.RecordAccepted(Line("receipt", 5, sku));
        var id = (await host.Get("/v1/quarantine?state=open")).Ok().Items().Single(entry => entry.Text("source") == "channel/orders").Text("id");

        var answers = await Task.WhenAll(Enumerable.Range(0, People).Select(_ => host.Post($"/v1/quarantine/{id}/replay", new { })));

        Assert.All(answers, answer => Assert.Contains(answer.Status, (int[])[200, 409]));
        Assert.Contains(answers, answer => answer.Status == 200 && answer.Json.Number("accepted") == 1);
        Assert.Equal(("confirmed", "confirmed"), (await Send(), await Send()));

        Assert.Equal(2, (await host.Position(sku)).Number("reserved"));

        async Task<string?> Send() => (await host.Post("/v1/channels/orders/orders", order)).Ok().Text("state");
    }
}

using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Publications;

public class Publication_feed(PublishingHost host) : IClassFixture<PublishingHost>
{
    [Fact]
    public async Task Numbers_are_in_order_without_gaps_and_name_their_causes()
    {
        await host.Register("feed", "none");
        var (first, second) = (NewSku(), NewSku());
        await host.RecordAccepted(Line("receipt", 5, first));
        await host.Publication("feed", first, row => row.Number("quantity") == 5);
        await host.RecordAccepted(Line("sale", 2, first), Line("receipt", 1.5m, second));
        await host.Publication("feed", first, row => row.Number("quantity") == 3);
        await host.Publication("feed", second, row => row.Number("quantity") == 1.5m);

        var changes = await host.Changes("feed", 3);

        Assert.Equal(Enumerable.Range(1, changes.Length).Select(number => (decimal)number), changes.Select(change => change.Number("sequence")));
        Assert.Equal([5, 3], changes.Where(change => change.Text("sku") == first).Select(change => change.Number("quantity")));
        Assert.Equal([1.5m], changes.Where(change => change.Text("sku") == second).Select(change => change.Number("quantity")));
        var sale = await host.Sql($"select id from inventory.mt_events where stream_id = '{first}@S001' order by version desc limit 1");
        Assert.Equal([$"{sale}"], changes.Last(change => change.Text("sku") == first).Items("causes").Select(cause => cause.GetString()));
    }

    [Fact]
    public async Task Reading_starts_at_the_beginning_unless_asked_otherwise()
    {
        await host.Register("whole", "none");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Changes("whole", 1);
        (await host.Get($"/v1/availability/{sku}?channel=whole")).Ok();

        Assert.Equal(1, (await host.Get("/v1/availability/changes?channel=whole")).Ok().Items()[0].Number("sequence"));
    }

    [Fact]
    public async Task A_number_can_be_read_right_after_the_write()
    {
        await host.Register("own", "none");
        var sku = NewSku();
        var sequence = await host.RecordAccepted(Line("receipt", 5, sku));

        var seen = (await host.Get($"/v1/availability/changes?channel=own&minSequence={sequence}&limit=1000")).Ok();

        Assert.Contains(seen.Items(), change => change.Text("sku") == sku);
        Assert.True(seen.Number("asOfSequence") >= sequence);
        Assert.Equal("not-told", (await host.Get($"/v1/channels/own/publications?sku={sku}")).Ok().Items().Single().Text("state"));
    }

    [Fact]
    public async Task A_new_channel_gets_the_current_numbers()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 7, sku));
        await host.Register("late", "log");

        var published = await host.Acknowledged("late", sku, 7);

        Assert.Single(published.Items("causes"));
    }

    [Fact]
    public async Task An_unchanged_number_is_not_recorded()
    {
        await host.Register("same", "none");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Publication("same", sku, row => row.Number("quantity") == 5);
        var sequence = await host.RecordAccepted(
            Line("status", 2, sku, more: [("from", "sellable"), ("to", "damaged")]), Line("adjustment", 2, sku, more: [("reason", "found")]));
        await PublishingHost.Eventually(
            async () => (await host.Get($"/v1/availability/changes?channel=same&minSequence={sequence}")).Status, status => status == 200);

        Assert.Single((await host.Get("/v1/availability/changes?channel=same&limit=1000")).Ok().Items(), change => change.Text("sku") == sku);
    }

    [Fact]
    public async Task Changes_of_rules_and_locations_are_recorded()
    {
        await host.Register("ruled", "log");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 9, sku, location: "closing"), Line("receipt", 1, sku));
        await host.Acknowledged("ruled", sku, 10);

        (await host.Put("/v1/rules/keep-two", new { kind = "publish", channel = "ruled", sku, buffer = 2, reason = "to be sure" })).Ok();
        var buffered = await host.Acknowledged("ruled", sku, 8);
        (await host.Put("/v1/locations/closing", new { type = "store", enabled = false })).Ok();
        await host.Acknowledged("ruled", sku, 0);

        var rule = await host.Sql("select id from inventory.mt_events where stream_id = 'rule/keep-two'");
        Assert.Contains($"{rule}", buffered.Items("causes").Select(cause => cause.GetString()));
    }

    [Fact]
    public async Task Channels_and_pages_are_kept_apart()
    {
        await host.Register("paged", "none");
        await host.Register("other", "none");
        await host.RecordAccepted([.. Enumerable.Range(0, 5).Select(_ => Line("receipt", 1, NewSku()))]);
        var all = await host.Changes("paged", 5);

        var page = (await host.Get("/v1/availability/changes?channel=paged&after=1&limit=2")).Ok();

        Assert.Equal([2, 3], page.Items().Select(change => change.Number("sequence")));
        Assert.Equal("3", page.Text("next"));
        Assert.True(all.Length >= 5);
        (await host.Get("/v1/availability/changes?channel=paged", key: "dev-channel-other")).Refused(403, "forbidden");
        (await host.Get("/v1/channels/paged/publications", key: "dev-channel-other")).Refused(403, "forbidden");
        (await host.Get("/v1/availability/changes?channel=nowhere")).Refused(404, "unknown-channel");
        (await host.Get("/v1/channels/nowhere/publications")).Refused(404, "unknown-channel");
        (await host.Get("/v1/availability/changes")).Refused(400, "invalid-request");
        (await host.Get("/v1/availability/changes?channel=paged&after=x")).Refused(400, "invalid-request");
    }
}

using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Reservations.Reading;
using RetailSync.Inventory.Host.Tests.Http;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Reservations.Reading;

public sealed class ListReservations_that_are_open(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Those_that_expire_next_come_first_and_confirmed_ones_last()
    {
        var sku = await Stocked("order-1");
        await Hold("order-1", "c-late", sku, "PT30M");
        await Hold("order-1", "b-soon", sku, "PT10M");
        await Hold("order-1", "a-kept", sku);
        (await host.Post("/v1/reservations/a-kept/confirm?channel=order-1", new { })).Ok();
        await Hold("order-1", "d-gone", sku);
        (await host.Post("/v1/reservations/d-gone/release?channel=order-1", new { })).Ok();

        Assert.Equal(["b-soon", "c-late", "a-kept"], await Ids("channel=order-1"));
        Assert.Equal(["b-soon", "c-late", "a-kept"], await Ids($"sku={sku}"));
        Assert.Equal(["b-soon", "c-late"], await Ids("channel=order-1&state=held"));
        Assert.Equal(["a-kept"], await Ids("channel=order-1&state=confirmed"));
        Assert.Equal(["a-kept"], await Ids($"sku={sku}&state=confirmed"));
        var kept = (await host.Get("/v1/reservations?channel=order-1&state=confirmed")).Ok().Items()[0];
        Assert.Equal((sku, 1), (kept.Items("lines")[0].Text("sku"), kept.Items("lines")[0].Number("quantity")));
    }

    [Fact]
    public async Task Every_filter_narrows_with_and_without_a_sku()
    {
        var sku = await Stocked("filter-1", "R001", "R002");
        await Hold("filter-1", "f-one", sku, "PT10M", "R001");
        await Hold("filter-1", "f-two", sku, "PT50M", "R002");

        foreach (var with in new[] { "channel=filter-1", $"sku={sku}" })
        {
            Assert.Equal(["f-two"], await Ids($"{with}&location=R002"));
            Assert.Equal(["f-one"], await Ids($"{with}&endsBefore=2026-11-23T10:30:00Z"));
            Assert.Empty(await Ids($"{with}&endsBefore=2026-11-23T10:30:00Z&state=confirmed"));
            Assert.Empty(await Ids($"{with}&location=R003"));
        }

        Assert.Empty(await Ids($"sku={sku}&channel=order-1"));
    }

    [Fact]
    public async Task A_hold_that_has_expired_is_left_out_before_that_is_recorded()
    {
        var sku = await Stocked("clock-1");
        await Hold("clock-1", "k-short", sku, "PT1S");
        host.Clock.AdvanceSeconds(2);

        Assert.Empty(await Ids("channel=clock-1"));
        Assert.Empty(await Ids($"sku={sku}"));
    }

    [Fact]
    public async Task A_channel_sees_its_own_only()
    {
        var sku = await Stocked("mine-1");
        await Stocked("theirs-1");
        await Hold("mine-1", "m-one", sku);
        await Hold("theirs-1", "m-two", sku);

        Assert.Equal(["m-one"], await Ids($"sku={sku}", "dev-channel-mine-1"));
        Assert.Equal(["m-one"], await Ids("limit=1000", "dev-channel-mine-1"));
        (await host.Get("/v1/reservations?channel=theirs-1", "dev-channel-mine-1")).Refused(403, "forbidden");
    }

    [Theory]
    [InlineData("channel=pages-1")]
    [InlineData("sku=")]
    public async Task They_are_listed_in_pages_without_a_gap(string which)
    {
        var sku = await Stocked("pages-1");
        string[] ids = [.. Enumerable.Range(1, 5).Select(n => $"p-{sku}-{n}")];
        foreach (var id in ids)
        {
            await Hold("pages-1", id, sku);
        }

        foreach (var id in ids[..2])
        {
            (await host.Post($"/v1/reservations/{id}/confirm?channel=pages-1", new { })).Ok();
        }

        var query = which.EndsWith('=') ? $"{which}{sku}" : which;
        List<string?> paged = [];
        string? after = null;
        do
        {
            var page = (await host.Get($"/v1/reservations?{query}&limit=2{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}")).Ok();
            paged.AddRange(page.Items().Texts("id"));
            after = page.Text("next");
        }
        while (after is not null);

        Assert.Equal([.. ids[2..], .. ids[..2]], paged.Where(id => ids.Contains(id)));
        Assert.Equal(paged.Distinct(), paged);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("?state=held&after=15/web/a/b", "")]
    [InlineData("?after=confirmed/web/a", "")]
    [InlineData("?state=released", "state")]
    [InlineData("?after=x/web/a", "after")]
    [InlineData("?after=1", "after")]
    [InlineData("?endsBefore=soon", "endsBefore")]
    [InlineData("?location=a b", "location")]
    public void Every_wrong_parameter_is_named(string query, string refused) => Assert.Equal(
        refused, ParsedRequest.Refused(() => ReservationsRequest.Of(
            new QueryText(ParsedRequest.Query(query), "channel", "state", "sku", "location", "endsBefore", "limit", "after"))));

    private async Task<IEnumerable<string?>> Ids(string query, string key = "dev-ops") =>
        (await host.Get($"/v1/reservations?{query}", key)).Ok().Items().Texts("id");

    private async Task<string> Stocked(string channel, params string[] locations)
    {
        var sku = NewSku();
        (await host.Put($"/v1/channels/{channel}", new { adapter = "none" })).Ok();
        await host.RecordAccepted([.. (locations is [] ? ["S001"] : locations).Select(location => Line("receipt", 100, sku, location))]);
        return sku;
    }

    private async Task Hold(string channel, string id, string sku, string holdFor = "PT15M", string? location = null) =>
        (await host.Post("/v1/reservations", new { id, channel, holdFor, lines = new[] { new { sku, quantity = 1, location } } })).Ok(201);
}

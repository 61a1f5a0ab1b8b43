using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Audit.Chain;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Audit.AsOf;

public class Changes_of_the_past(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Positions_with_both_numbers_and_the_events_between()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku, id: $"{sku}-r", at: "08:00"));
        var at = await Now();
        host.Clock.Advance(Duration.FromMinutes(10));
        await host.RecordAccepted(
            Line("sale", 3, sku, at: "08:30"), Line("correction", 9, sku, more: [("corrects", $"{sku}-r"), ("declaration", "incorrect")]),
            Line("sale", 1, sku, at: FiveMinutesAgo()));

        var change = Assert.Single((await host.Get($"/v1/audit/as-of/changes?at={at}&sku={sku}")).Ok().Items());

        Assert.Equal((sku, "S001", 10, 6), (change.Text("sku"), change.Text("location"), change.Number("onHandThen"), change.Number("onHandNow")));
        Assert.Equal(["sale", "correction"], change.Items("events").Texts("type"));
        Assert.Equal([(3, null), (9, $"{sku}-r")], change.Items("events").Select(one => (one.Number("quantity"), one.Text("corrects"))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_whose_answers_differ_and_no_others(bool hasCheckpoints)
    {
        var sku = NewSku();
        for (var number = 0; number < 18; number++)
        {
            await host.RecordAccepted([.. "abcdef".Select(place => Line("receipt", 1, sku, location: $"{place}", at: $"08:{number + 10}"))]);
        }

        var at = await Now();
        if (hasCheckpoints)
        {
            await Linked();
        }

        await host.RecordAccepted(
            Line("sale", 2, sku, location: "a", at: "08:05"), Line("adjustment", 1, sku, location: "b", at: "08:50"),
            Line("adjustment", -1, sku, location: "b", at: "08:51"), Line("receipt", 1, sku, location: "g", at: "08:52"));
        await host.Record(
            Line("count", 3, sku, location: "c", at: "08:40"),
            Line("status", 1, sku, location: "d", at: "08:45", more: [("from", "sellable"), ("to", "damaged")]));
        host.Clock.Advance(Duration.FromMinutes(10));
        await host.RecordAccepted(Line("sale", 1, sku, location: "e", at: FiveMinutesAgo()));
        if (hasCheckpoints)
        {
            await host.RecordAccepted([.. Enumerable.Range(0, 20).Select(_ => Line("receipt", 1, sku, location: "a", at: FiveMinutesAgo()))]);
            await Linked();
        }

        List<JsonElement> found = [];
        string? after = null;
        do
        {
            var page = (await host.Get($"/v1/audit/as-of/changes?at={at}&sku={sku}&count=2{(after is null ? "" : $"&after={after}")}")).Ok();
            found.AddRange(page.Items());
            after = page.Text("next");
        }
        while (after is not null);

        var (then, now) = (await AsOf("then"), await AsOf("now"));
        Assert.Equal(then.Keys.Where(place => then[place] != now[place]).Order(StringComparer.Ordinal), found.Select(one => one.Text("location")));
        Assert.All(found, one => Assert.Equal(
            (then[one.Text("location")!].OnHand, now[one.Text("location")!].OnHand), (one.Number("onHandThen"), one.Number("onHandNow"))));
        Assert.Equal(["a", "c", "d", "g"], found.Texts("location"));

        async Task<Dictionary<string, (decimal OnHand, string Unsellable)>> AsOf(string knowledge) =>
            (await host.Get($"/v1/audit/as-of?at={at}&knowledge={knowledge}&sku={sku}")).Ok().Items()
                .ToDictionary(one => one.Text("location")!, one => (one.Number("onHand"), one.GetProperty("unsellable").GetRawText()));
    }

    [Theory]
    [InlineData("", "at")]
    [InlineData("at=then", "at")]
    [InlineData("at=2026-11-23T09:00:00Z&knowledge=now", "knowledge")]
    [InlineData("at=2026-11-23T09:00:00Z&after=x", "after")]
    [InlineData("at=2026-11-23T09:00:00Z&count=0", "count")]
    public async Task A_bad_query_is_refused_with_the_field_named(string query, string field) => Assert.Equal(
        field, (await host.Get($"/v1/audit/as-of/changes?{query}")).Refused(400, "invalid-request").Items("errors").Single().Text("field"));

    private async Task<string> Now()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 1, sku));
        return (await host.Events(sku))[0].Text("recordedAt")!;
    }

    /// <summary>After the instant that is asked about, since the clock has been moved on by ten; other tests of the class move it too.</summary>
    private string FiveMinutesAgo() => (host.Clock.GetCurrentInstant() - Duration.FromMinutes(5)).ToString("HH:mm", CultureInfo.InvariantCulture);

    private Task Linked() => host.Services.GetRequiredService<HashChainWriter>().Extend(CancellationToken.None);
}

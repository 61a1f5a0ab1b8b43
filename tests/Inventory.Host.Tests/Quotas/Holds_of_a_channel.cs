using System.Text.Json;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Quotas;

/// <summary>Channels that may hold little.</summary>
public sealed class HostWithHoldLimits : RunningHost
{
    protected override string[] Switches =>
    [
        "--Limits:Holds:Channels:few:Open=3", "--Limits:Holds:Channels:long:LongOpen=2", "--Limits:Holds:Channels:short:HoldFor=PT1H",
        "--Limits:Holds:Channels:units:SkuUnits=5", "--Limits:Holds:Channels:share:SkuShare=50",
    ];
}

public sealed class Holds_of_a_channel(HostWithHoldLimits host) : IClassFixture<HostWithHoldLimits>
{
    private int _made;

    [Fact]
    public async Task Concurrent_holds_stay_within_the_number_allowed()
    {
        var sku = await Stock("few", 100);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Hold("few", sku, 1)));

        Assert.Equal((3, 17), (answers.Count(answer => answer.Status == 201), answers.Count(answer => answer.Status == 409)));
        Assert.All(answers.Where(answer => answer.Status == 409), answer => Assert.Equal("Limits:Holds:Open", answer.Refused(409, "hold-limit").Text("limit")));
        Assert.Equal(3, (await host.Position(sku)).Number("reserved"));
        var held = answers.Where(answer => answer.Status == 201).Select(answer => answer.Json.Text("id")!).ToArray();

        // The same one again is answered as the first time; what has ended, or is an order by now, counts no longer.
        (await Hold("few", sku, 1, id: held[0])).Ok(200);
        (await host.Post($"/v1/reservations/{held[0]}/release", new { })).Ok();
        (await host.Post($"/v1/reservations/{held[1]}/confirm", new { })).Ok();
        (await Hold("few", sku, 1)).Ok(201);
        (await Hold("few", sku, 1)).Ok(201);
        (await Hold("few", sku, 1)).Refused(409, "hold-limit");
        host.Clock.AdvanceMinutes(16);
        (await Hold("few", sku, 1)).Ok(201);

        // An order has happened.
        foreach (var order in Enumerable.Range(0, 5))
        {
            (await host.Post("/v1/channels/few/orders",
                new { type = "order", order = $"few-{order}", id = $"few-{order}", lines = new[] { new { sku, quantity = 1 } } })).Ok();
        }
    }

    [Fact]
    public async Task Holds_of_more_than_a_day_have_their_own_limit()
    {
        var sku = await Stock("long", 100);

        (await Hold("long", sku, 1, "P30D")).Ok(201);
        (await Hold("long", sku, 1, "P2D")).Ok(201);

        Assert.Equal("Limits:Holds:LongOpen", (await Hold("long", sku, 1, "P30D")).Refused(409, "hold-limit").Text("limit"));
        (await Hold("long", sku, 1, "PT15M")).Ok(201);
    }

    [Fact]
    public async Task A_hold_lasts_as_long_as_its_channel_may_hold()
    {
        var sku = await Stock("short", 100);

        (await Hold("short", sku, 1, "PT1H")).Ok(201);

        Assert.Equal("Limits:Holds:HoldFor", (await Hold("short", sku, 1, "PT1H0M1S")).Refused(409, "hold-limit").Text("limit"));
    }

    [Fact]
    public async Task A_hold_stays_within_the_units_of_a_SKU_and_cannot_grow()
    {
        var (sku, other) = (await Stock("units", 100), await Stock("units", 100));
        var first = (await Hold("units", sku, 3)).Ok(201).Text("id");

        Assert.Equal("Limits:Holds:SkuUnits", (await Hold("units", sku, 3)).Refused(409, "hold-limit").Text("limit"));
        (await Hold("units", other, 5)).Ok(201);
        (await Change(first!, sku, 6)).Refused(409, "hold-limit");
        (await Change(first!, sku, 5)).Ok();
        (await Hold("units", sku, 0.5m)).Refused(409, "hold-limit");
        (await Change(first!, sku, 1)).Ok();
        (await Hold("units", sku, 4)).Ok(201);
    }

    [Fact]
    public async Task A_hold_stays_within_its_share_of_a_SKU()
    {
        var sku = await Stock("share", 10);

        (await Hold("share", sku, 4)).Ok(201);
        Assert.Equal("Limits:Holds:SkuShare", (await Hold("share", sku, 2)).Refused(409, "hold-limit").Text("limit"));
        await host.RecordAccepted(Line("receipt", 2, sku, location: "S002"));
        (await Hold("share", sku, 2)).Ok(201);
    }

    [Fact]
    public async Task Holds_of_most_of_a_SKU_are_an_alert()
    {
        var sku = await Stock("greedy", 20);
        (await Hold("greedy", sku, 10)).Ok(201);
        Assert.Empty(await Alerts(sku));

        var last = (await Hold("greedy", sku, 1, "P30D")).Ok(201).Text("id");

        Assert.Equal("greedy keeps 11 of 20 sellable units of " + sku + " in holds that are not confirmed.", Assert.Single(await Alerts(sku)).Text("detail"));
        (await host.Post($"/v1/reservations/{last}/release", new { })).Ok();
        Assert.Empty(await Alerts(sku));
    }

    private async Task<string> Stock(string channel, int units)
    {
        (await host.Put($"/v1/channels/{channel}", new { adapter = "none" })).Ok();
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", units, sku));
        return sku;
    }

    private Task<Answer> Hold(string channel, string sku, decimal quantity, string? holdFor = null, string? id = null) => host.Post(
        "/v1/reservations", new
        {
            id = id ?? $"{channel}-{Interlocked.Increment(ref _made)}",
            channel,
            holdFor = holdFor
            ?? "PT15M",
            lines = new[] { new { sku, quantity } }
        });

    private Task<Answer> Change(string id, string sku, decimal quantity) => host.Put($"/v1/reservations/{id}", new { lines = new[] { new { sku, quantity } } });

    private async Task<JsonElement[]> Alerts(string sku) =>
        [.. (await host.Get("/v1/alerts?kind=channel-holds-most&limit=1000")).Ok().Items().Where(alert => alert.Text("sku") == sku)];
}

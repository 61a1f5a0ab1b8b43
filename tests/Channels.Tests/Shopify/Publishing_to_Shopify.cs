using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime.Testing;
using RetailSync.Channels.Http;
using RetailSync.Channels.Shopify;
using RetailSync.Inventory.Domain;

namespace RetailSync.Channels.Tests.Shopify;

public class Publishing_to_Shopify
{
    private const string SchemaFile = "channel-shopify/admin_schema_2025-01.json.gz";

    private static readonly Instant Now = Instant.FromUtc(2026, 11, 23, 10, 0);

    private readonly ShopifySandbox _shop = new();

    [Fact]
    public async Task Whole_units_are_set_where_the_shop_shows_the_last_number()
    {
        _shop.Available[ShopifyIds.InventoryItem("1")] = 5;
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Channel(server);

        var reply = await channel.Publish([Number("A", "1", 7.9m, believed: 5)], default);

        Assert.Equal((Verdict.Accepted, 1), (reply.Replies.Single().Verdict, reply.Calls));
        Assert.Equal(7, _shop.Available[ShopifyIds.InventoryItem("1")]);
    }

    [Fact]
    public async Task The_first_publication_reads_the_shops_number_first()
    {
        _shop.Available[ShopifyIds.InventoryItem("1")] = 42;
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Channel(server);

        var reply = await channel.Publish([Number("A", "1", 7)], default);

        Assert.Equal((Verdict.Accepted, 2), (reply.Replies.Single().Verdict, reply.Calls));
        Assert.Equal(7, _shop.Available[ShopifyIds.InventoryItem("1")]);
    }

    [Fact]
    public async Task A_sale_at_the_shop_is_a_drift_and_then_overwritten()
    {
        _shop.Available[ShopifyIds.InventoryItem("1")] = 4;
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Channel(server);

        var stale = (await channel.Publish([Number("A", "1", 7, believed: 5)], default)).Replies.Single();
        var published = await channel.Publish([Number("A", "1", 7, believed: stale.Shows)], default);

        Assert.Equal((Verdict.Retry, 4m), (stale.Verdict, stale.Shows));
        Assert.Equal(Verdict.Accepted, published.Replies.Single().Verdict);
    }

    [Fact]
    public async Task A_lost_answer_is_no_drift_where_the_number_is_already_there()
    {
        _shop.Available[ShopifyIds.InventoryItem("1")] = 7;
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Channel(server);

        var reply = (await channel.Publish([Number("A", "1", 7.5m, believed: 5)], default)).Replies.Single();

        Assert.Equal((Verdict.Accepted, null), (reply.Verdict, reply.Shows));
    }

    [Fact]
    public async Task A_lost_answer_is_retried_without_effect()
    {
        var item = ShopifyIds.InventoryItem("1");
        _shop.Available[item] = 5;
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Channel(server);
        server.Behaviour = asked =>
        {
            _shop.Answer(asked);
            return Task.FromResult(new Answered(0));
        };
        var lost = await channel.Publish([Number("A", "1", 7, believed: 5)], default);

        // It was sold meanwhile: setting it again would sell that unit twice.
        _shop.Available[item] = 6;
        server.Behaviour = asked => Task.FromResult(_shop.Answer(asked));
        var again = await channel.Publish([Number("A", "1", 7, believed: 5)], default);

        Assert.Equal((true, Verdict.Accepted, 1), (lost.CallFailed, again.Replies.Single().Verdict, again.Calls));
        Assert.Equal((1, 6L), (_shop.Executed, _shop.Available[item]));
    }

    [Fact]
    public async Task The_same_number_published_anew_is_another_call()
    {
        var item = ShopifyIds.InventoryItem("1");
        _shop.Available[item] = 5;
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Channel(server);
        await channel.Publish([Number("A", "1", 7, believed: 5)], default);
        _shop.Available[item] = 5;

        var repaired = await channel.Publish([Number("A", "1", 7, believed: 5) with { WaitingSince = Now + Duration.FromHours(1) }], default);

        Assert.Equal((Verdict.Accepted, 7L, 2), (repaired.Replies.Single().Verdict, _shop.Available[item], _shop.Executed));
    }

    [Fact]
    public async Task A_refused_number_is_retried_under_another_key()
    {
        var item = ShopifyIds.InventoryItem("1");
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Channel(server);
        var refused = await channel.Publish([Number("A", "1", 7, believed: 5)], default);
        _shop.Available[item] = 5;

        var published = await channel.Publish([Number("A", "1", 7, believed: 5)], default);

        Assert.Equal(Verdict.Refused, refused.Replies.Single().Verdict);
        Assert.Equal((Verdict.Accepted, 2, 7L), (published.Replies.Single().Verdict, published.Calls, _shop.Available[item]));
    }

    [Fact]
    public async Task A_call_in_progress_is_retried_later()
    {
        await using var server =
            await Sandbox.Start(_ => new Answered(
                200,
                """{"data":{"inventorySetQuantities":{"userErrors":[{"code":"IDEMPOTENCY_CONCURRENT_REQUEST","field":null,"message":"in progress"}]}}}"""));
        using var channel = Channel(server);
        var reply = await channel.Publish([Number("A", "1", 7, believed: 5)], default);
        Assert.Equal((Verdict.Retry, false, Duration.FromSeconds(2)), (reply.Replies.Single().Verdict, reply.CallFailed, reply.RetryAfter));
    }

    [Theory]
    [InlineData("2025-01", "is out of service since 2026-01-01; this adapter supports 2026-10")]
    [InlineData("2025-10", "is out of service since 2026-10-01; this adapter supports 2026-10")]
    [InlineData("2026-01", null)]
    [InlineData("2026-10", null)]
    [InlineData("2027-01", null)]
    [InlineData("unstable", null)]
    [InlineData("2026-02", "must be a version of the Admin API, such as 2026-10")]
    [InlineData("latest", "must be a version of the Admin API, such as 2026-10")]
    public void A_version_out_of_service_is_refused(string version, string? refusal) => Assert.Equal(refusal, ShopifyVersion.Refusal(version, Now));

    [Fact]
    public void A_served_version_is_accepted() =>
        Assert.Equal(Instant.FromUtc(2027, 10, 1, 17, 0), ShopifyVersion.EndsAt(ShopifyVersion.In(ShopifyOptions.Read(new AdapterSettings(new JsonObject
        {
            ["shop"] = "x.myshopify.com",
            ["accessToken"] = "t",
            ["locationId"] = "1",
        })).Endpoint)!));

    [Fact]
    public async Task One_bad_item_does_not_spoil_the_others()
    {
        _shop.Available[ShopifyIds.InventoryItem("1")] = 5;
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Channel(server);

        var reply = await channel.Publish([Number("A", "1", 7, believed: 5), Number("B", "2", 1, believed: 0), Number("C", "1", 9, believed: 5)], default);

        Assert.Equal([Verdict.Retry, Verdict.Refused, Verdict.Refused], reply.Replies.OrderBy(one => one.Sku.Value, StringComparer.Ordinal)
            .Select(one => one.Verdict));
        Assert.Equal(5, _shop.Available[ShopifyIds.InventoryItem("1")]);
        Assert.False(reply.CallFailed);
    }

    [Fact]
    public async Task A_removed_location_is_set_to_zero_whatever_it_showed()
    {
        var item = ShopifyIds.InventoryItem("1");
        _shop.Available[item] = 5;
        _shop.Elsewhere[(item, ShopifyIds.Location("78"))] = 3;
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Channel(server);

        // 77 has another name now, 79 is gone there as well.
        var reply = await channel.Publish(
            [Number("A", "1", 6) with { Locations = [new("gid://shopify/Location/77", 6, null)], Leaving = ["", "77", "78", "79"] }], default);

        Assert.Equal(Verdict.Accepted, reply.Replies.Single().Verdict);
        Assert.Equal((6, 0), (_shop.Available[item], _shop.Elsewhere[(item, ShopifyIds.Location("78"))]));
        Assert.Single(_shop.Elsewhere);
    }

    [Fact]
    public async Task Removed_locations_go_first_when_a_call_cannot_hold_all()
    {
        var item = ShopifyIds.InventoryItem("1");
        _shop.Available[item] = 0;
        List<string> left = [.. Enumerable.Range(1_000, 200).Select(place => $"{place}")];
        List<string> stay = [.. Enumerable.Range(2_000, 200).Select(place => $"{place}")];
        left.Concat(stay).ToList().ForEach(place => _shop.Elsewhere[(item, ShopifyIds.Location(place))] = 1);
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Channel(server);

        var reply = await channel.Publish(
            [Number("A", "1", 400) with { Locations = [.. stay.Select(place => new LocationQuantity(place, 2, 1))], Leaving = left },
                Number("B", "2", 1) with { Leaving = left }], default);

        Assert.Equal([Verdict.Accepted, Verdict.Refused], reply.Replies.Select(one => one.Verdict));
        Assert.All(_shop.Elsewhere, at => Assert.Equal(at.Key.Location.Contains("/1", StringComparison.Ordinal) ? 0 : 2, at.Value));
        Assert.Equal(server.Requests.Count, reply.Calls);
    }

    [Fact]
    public async Task Each_location_is_set_alone_and_an_untracked_item_is_skipped()
    {
        var item = ShopifyIds.InventoryItem("1");
        _shop.Available[item] = 5;
        _shop.Elsewhere[(item, ShopifyIds.Location("78"))] = 1;
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Channel(server);
        var number = Number("A", "1", 9.5m) with { Locations = [new("77", 6.5m, null), new("gid://shopify/Location/78", 3, null), new("79", 0, null)] };

        var first = await channel.Publish([number], default);
        var same = await channel.Publish([number with { Locations = [new("77", 6, 6), new("gid://shopify/Location/78", 3, 3), new("79", 0, 0)] }], default);
        _shop.Elsewhere[(item, ShopifyIds.Location("78"))] = 2;
        var stale = await channel.Publish([number with { Locations = [new("77", 4, 6), new("gid://shopify/Location/78", 5, 3), new("79", 0, 0)] }], default);
        var shown = (await channel.ReadBack(["1", "2"], ["77", "gid://shopify/Location/78", "79"], default));

        Assert.Equal((Verdict.Accepted, 2), (first.Replies.Single().Verdict, first.Calls));
        Assert.Equal((Verdict.Accepted, 1), (same.Replies.Single().Verdict, same.Calls));
        Assert.Equal((Verdict.Retry, 8m), (stale.Replies.Single().Verdict, stale.Replies.Single().Shows));
        Assert.Equal([(("1", "77"), 6m), (("1", "gid://shopify/Location/78"), 2m)], shown.Quantities.Select(one => (one.Key, one.Value)).Order());
        Assert.Equal(83, channel.MaxBatchSizeAt(3));
    }

    [Fact]
    public async Task Calls_keep_to_the_query_cost_budget()
    {
        _shop.Available[ShopifyIds.InventoryItem("1")] = 5;
        _shop.Points = 12;
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Channel(server);

        var last = await channel.Publish([Number("A", "1", 7, believed: 5)], default);
        var throttled = await channel.Publish([Number("A", "1", 8, believed: 7)], default);

        Assert.Equal((Verdict.Accepted, Duration.FromMilliseconds(80)), (last.Replies.Single().Verdict, last.RetryAfter));
        Assert.Equal((Verdict.Retry, true, Duration.FromMilliseconds(80)), (throttled.Replies.Single().Verdict, throttled.CallFailed, throttled.RetryAfter));
    }

    [Theory]
    [InlineData(200, "<html>maintenance</html>")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"data":{"inventorySetQuantities":null}}""")]
    [InlineData(502, "<html>bad gateway</html>")]
    [InlineData(401, """{"errors":"no"}""")]
    [InlineData(0, "")]
    public async Task An_outage_is_reported_as_retry_without_a_secret(int status, string body)
    {
        await using var server = await Sandbox.Start(_ => new Answered(status, body));
        using var channel = Channel(server);

        var reply = await channel.Publish([Number("A", "1", 7, believed: 5)], default);

        Assert.Equal((Verdict.Retry, true), (reply.Replies.Single().Verdict, reply.CallFailed));
        Assert.DoesNotContain("shpat", reply.Replies.Single().Detail, StringComparison.Ordinal);
    }

    [RealDataFact(SchemaFile)]
    public async Task Only_fields_of_the_schema_are_sent()
    {
        _shop.Available[ShopifyIds.InventoryItem("1")] = 5;
        await using var server = await Sandbox.Start(_shop.Answer);
        using var channel = Channel(server);
        await channel.Publish([Number("A", "1", 7), Number("B", "2", 8, believed: 1)], default);
        await channel.ReadBack(["1"], ["77", "78"], default);
        var schema = ShopifySchema.Read(RealData.Path(SchemaFile)).WithChangeFromQuantity();

        var requests = server.Requests.Select(asked => JsonDocument.Parse(asked.Body).RootElement).ToList();

        Assert.Equal(3, requests.Count);
        Assert.All(requests, request => Assert.Empty(schema.Mistakes(request.GetProperty("query").GetString()!, request.GetProperty("variables"))));
        Assert.NotEmpty(schema.Mistakes(
            "mutation M($input: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $input) { nothing } }",
            JsonDocument.Parse("""{"input":{"colour":1}}""").RootElement));
    }

    private static Publication Number(string sku, string item, decimal quantity, decimal? believed = null) =>
        new(Sku.Parse(sku), 1, quantity, null, Now) { ExternalId = item, Acknowledged = believed };

    private static ShopifyChannel Channel(Sandbox server) => new(
        ShopifyOptions.Read(new AdapterSettings(new JsonObject { ["url"] = $"{server.Address}", ["accessToken"] = "shpat_secret", ["locationId"] = "77" })),
        PublicNetworks.Client(allowPrivate: true, TimeSpan.FromSeconds(10)), new FakeClock(Now));
}

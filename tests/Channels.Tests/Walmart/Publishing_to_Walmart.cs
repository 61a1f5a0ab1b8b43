using static RetailSync.Channels.Tests.Adapters;

namespace RetailSync.Channels.Tests.Walmart;

public class Publishing_to_Walmart
{
    private readonly WalmartSandbox _walmart = new() { Items = { ["A"] = 0, ["B"] = 0 } };

    [Fact]
    public async Task One_change_sets_the_item()
    {
        await using var server = await Sandbox.Start(_walmart.Answer);
        using var channel = Open("walmart", server);

        var published = await channel.Publish([Number("A", 7.9m)], default);
        var refused = await channel.Publish([Number("nothing", 1)], default);

        Assert.Equal((Verdict.Accepted, 7), (published.Replies.Single().Verdict, _walmart.Items["A"]));
        Assert.Equal(Verdict.Refused, refused.Replies.Single().Verdict);
        Assert.Contains("CONTENT_NOT_FOUND", refused.Replies.Single().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_node_within_a_200_is_not_success()
    {
        await using var server = await Sandbox.Start(_walmart.Answer);
        using var channel = Open("walmart", server, ("shipNode", "1000"));
        var published = await channel.Publish([Number("A", 7)], default);
        _walmart.NodeFails = true;

        var refused = (await channel.Publish([Number("A", 8)], default)).Replies.Single();

        Assert.Equal(Verdict.Accepted, published.Replies.Single().Verdict);
        Assert.Equal((Verdict.Refused, "INVALID_SHIP_NODE: Not yours"), (refused.Verdict, refused.Detail));
    }

    [Fact]
    public async Task Each_node_gets_its_own_number_and_one_failure_fails_all()
    {
        await using var server = await Sandbox.Start(_walmart.Answer);
        using var channel = Open("walmart", server);
        var placed = Number("A", 7)
            with
        { Locations = [new LocationQuantity("1000", 4.9m, null), new LocationQuantity("2000", 2.1m, null), new LocationQuantity("3000", 0, null)] };
        var published = await channel.Publish([placed], default);
        _walmart.NodeFails = true;

        var refused = (await channel.Publish([placed], default)).Replies.Single();
        var feed = await channel.Publish([placed, Number("B", 3) with { Locations = [new LocationQuantity("2000", 3, null)] }], default);

        Assert.Equal(Verdict.Accepted, published.Replies.Single().Verdict);
        Assert.Equal((4, 2, 0), (_walmart.Nodes[("A", "1000")], _walmart.Nodes[("A", "2000")], _walmart.Nodes[("A", "3000")]));
        Assert.Equal((Verdict.Refused, "1000: INVALID_SHIP_NODE: Not yours"), (refused.Verdict, refused.Detail));
        Assert.NotNull(feed.Ticket);
        Assert.Contains(server.Requests, asked => asked.Query == "?feedType=MP_INVENTORY"
            && asked.Body.Contains("""{"sku":"A","shipNodes":[{"shipNode":"1000","quantity":{"unit":"EACH","amount":4}},{"shipNode":"2000",""",
                StringComparison.Ordinal));
    }

    [Fact]
    public async Task Numbers_of_one_form_go_in_one_feed()
    {
        await using var server = await Sandbox.Start(_walmart.Answer);
        using var channel = Open("walmart", server);

        var reply = await channel.Publish([Number("A", 7) with { Locations = [new LocationQuantity("1000", 7, null)] }, Number("B", 3)], default);

        Assert.Equal([("A", Verdict.Pending), ("B", Verdict.Retry)], reply.Replies.Select(one => (one.Sku.Value, one.Verdict)));
        Assert.False(reply.CallFailed);
    }

    [Theory]
    [InlineData("0", 9_000, 200, 9)]
    [InlineData("0.0", 9_000, 429, 9)]
    [InlineData("1", 9_000, 200, null)]
    [InlineData("0", -9_000, 200, null)]
    [InlineData("0", null, 200, null)]
    [InlineData("many", 9_000, 200, null)]
    public async Task Calls_keep_to_what_answers_say_is_left(string left, int? milliseconds, int status, int? seconds)
    {
        var time = milliseconds is { } from ? $"{(Now + Duration.FromMilliseconds(from)).ToUnixTimeMilliseconds()}" : "99999999999999999";
        await using var server = await Sandbox.Start(asked => asked.Method != "PUT" ? _walmart.Answer(asked)
            : _walmart.Answer(asked)
            with
            { Status = status, Headers = [("x-current-token-count", left), ("X-Next-Replenishment-Time", time), ("Date", $"{Now.ToDateTimeUtc():R}")] });
        using var channel = Open("walmart", server);

        var reply = await channel.Publish([Number("A", 7)], default);

        Assert.Equal(status == 200 ? Verdict.Accepted : Verdict.Retry, reply.Replies.Single().Verdict);
        Assert.Equal(seconds is { } wait ? Duration.FromSeconds(wait) : null, reply.RetryAfter);
    }

    [Fact]
    public async Task Back_to_one_node_sets_the_other_nodes_to_zero_first()
    {
        await using var server = await Sandbox.Start(_walmart.Answer);
        using var channel = Open("walmart", server);
        var one = Number("A", 7) with { Leaving = ["1000", "2000"] };

        var published = await channel.Publish([one], default);
        var feed = await channel.Publish([Number("B", 3), one], default);
        var alone = await channel.Publish([one, Number("B", 3)], default);

        Assert.Equal((Verdict.Accepted, 2), (published.Replies.Single().Verdict, published.Calls));
        Assert.Equal((0, 0, 7), (_walmart.Nodes[("A", "1000")], _walmart.Nodes[("A", "2000")], _walmart.Items["A"]));
        Assert.Equal([("A", Verdict.Retry), ("B", Verdict.Pending)], feed.Replies.Select(reply => (reply.Sku.Value, reply.Verdict)).Order());
        Assert.Equal([("A", Verdict.Retry), ("B", Verdict.Retry)], alone.Replies.Select(reply => (reply.Sku.Value, reply.Verdict)).Order());
    }

    [Fact]
    public async Task Read_back_shows_each_nodes_number_with_its_open_orders()
    {
        await using var server = await Sandbox.Start(_walmart.Answer);
        using var channel = Open("walmart", server);
        await channel.Publish([Number("A", 7) with { Locations = [new LocationQuantity("1000", 4, null), new LocationQuantity("2000", 3, null)] }], default);
        using var single = Open("walmart", server, ("shipNode", "2000"));

        Assert.Equal([(("A", "1000"), 4m)], (await channel.ReadBack(["A"], ["1000", "9"], default)).Quantities.Select(one => (one.Key, one.Value)));
        Assert.Equal([(("A", ""), 3m)], (await single.ReadBack(["A"], [], default)).Quantities.Select(one => (one.Key, one.Value)));
    }

    [Theory]
    [InlineData(null, "?feedType=inventory")]
    [InlineData("1000", "?feedType=MP_INVENTORY")]
    public async Task A_feed_is_written_in_the_letter_case_of_its_version(string? shipNode, string query)
    {
        await using var server = await Sandbox.Start(_walmart.Answer);
        using var channel = shipNode is null ? Open("walmart", server) : Open("walmart", server, ("shipNode", shipNode));

        var reply = await channel.Publish([Number("A", 7), Number("B", 8), Number("nothing", 9)], default);
        var early = await channel.Poll(reply.Ticket!, default);
        _walmart.FeedStatus = "PROCESSED";
        var results = (await channel.Poll(reply.Ticket!, default))!;

        Assert.All(reply.Replies, one => Assert.Equal(Verdict.Pending, one.Verdict));
        Assert.Contains(server.Requests, asked => asked.Method == "POST" && asked.Query == query);
        Assert.Null(early);
        Assert.Equal((Verdict.Accepted, Verdict.Accepted, Verdict.Refused), (results.Of("A").Verdict, results.Of("B").Verdict, results.Of("nothing").Verdict));
        Assert.Equal("ERR_1: No such item", results.Of("nothing").Detail);
    }
}

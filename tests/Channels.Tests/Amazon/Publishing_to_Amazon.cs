using System.Text.Json;
using static RetailSync.Channels.Tests.Adapters;

namespace RetailSync.Channels.Tests.Amazon;

public class Publishing_to_Amazon
{
    private readonly AmazonSandbox _amazon = new() { Listings = { ["A/1"] = 0, ["B"] = 0 } };

    [Fact]
    public async Task One_change_patches_the_quantity_that_the_seller_ships()
    {
        await using var server = await Sandbox.Start(_amazon.Answer);
        using var channel = Open("amazon", server);

        var reply = await channel.Publish([Number("A/1", 7.9m)], default);

        Assert.Equal(Verdict.Accepted, reply.Replies.Single().Verdict);
        Assert.Equal(7, _amazon.Listings["A/1"]);
        Assert.Contains(server.Requests, asked => asked.Method == "PATCH" && asked.Query == "?marketplaceIds=ATVPDKIKX0DER");
    }

    [Fact]
    public async Task An_unlisted_SKU_is_refused_with_the_reason()
    {
        await using var server = await Sandbox.Start(_amazon.Answer);
        using var channel = Open("amazon", server);

        var refused = (await channel.Publish([Number("nothing", 7)], default)).Replies.Single();

        Assert.Equal((Verdict.Refused, "4000001: The provided SKU is not a listing."), (refused.Verdict, refused.Detail));
    }

    [Fact]
    public async Task Many_changes_go_as_a_feed_whose_outcomes_are_read_back()
    {
        await using var server = await Sandbox.Start(_amazon.Answer);
        using var channel = Open("amazon", server);

        var reply = await channel.Publish([Number("A/1", 7), Number("B", 8), Number("nothing", 9)], default);
        var early = await channel.Poll(reply.Ticket!, default);
        _amazon.FeedStatus = "DONE";
        var results = (await channel.Poll(reply.Ticket!, default))!;

        Assert.All(reply.Replies, one => Assert.Equal(Verdict.Pending, one.Verdict));
        Assert.Null(early);
        Assert.Equal(
            (Verdict.Accepted, Verdict.Accepted, Verdict.Refused), (results.Of("A/1").Verdict, results.Of("B").Verdict, results.Of("nothing").Verdict));
        Assert.Equal("90220: Not a listing.", results.Of("nothing").Detail);
        Assert.Equal((7, 8), (_amazon.Listings["A/1"], _amazon.Listings["B"]));
    }

    [Theory]
    [InlineData("CANCELLED")]
    [InlineData("FATAL")]
    public async Task A_feed_that_Amazon_ended_early_is_sent_again(string status)
    {
        await using var server = await Sandbox.Start(_amazon.Answer);
        using var channel = Open("amazon", server);
        var reply = await channel.Publish([Number("A/1", 7), Number("B", 8)], default);
        _amazon.FeedStatus = status;

        Assert.Equal(Verdict.Retry, (await channel.Poll(reply.Ticket!, default))!.Of("A/1").Verdict);
    }

    [Fact]
    public async Task Calls_keep_to_the_rate_that_answers_state()
    {
        await using var server = await Sandbox.Start(
            asked => asked.Method == "PATCH" ? _amazon.Answer(asked) with { Headers = [("x-amzn-RateLimit-Limit", "2.5")] } : _amazon.Answer(asked));
        using var channel = Open("amazon", server);
        var before = channel.Rate;

        await channel.Publish([Number("A/1", 7)], default);

        Assert.Equal((new CallRate(5, 5), new CallRate(2.5m, 2)), (before, channel.Rate));
    }

    [Fact]
    public async Task An_expired_token_is_renewed_within_the_call()
    {
        await using var server = await Sandbox.Start(_amazon.Answer);
        using var channel = Open("amazon", server);
        await channel.Publish([Number("A/1", 7)], default);
        _amazon.Expire();

        var failed = await channel.Publish([Number("A/1", 8)], default);
        var published = await channel.Publish([Number("A/1", 8)], default);

        Assert.Equal((true, Verdict.Retry), (failed.CallFailed, failed.Replies.Single().Verdict));
        Assert.Equal(Verdict.Accepted, published.Replies.Single().Verdict);
        Assert.Equal(2, server.Requests.Count(asked => asked.Path == "/token"));
    }

    /// <summary>The feed has what Amazon's schema requires of each message, and nothing that it does not know.</summary>
    [RealDataFact("channel-amazon/listings-feed-schema-v2.json")]
    public async Task A_feed_matches_its_published_schema()
    {
        await using var server = await Sandbox.Start(_amazon.Answer);
        using var channel = Open("amazon", server);
        await channel.Publish([Number("A/1", 7), Number("B", 8)], default);
        var schema = JsonDocument.Parse(await File.ReadAllTextAsync(RealData.Path("channel-amazon/listings-feed-schema-v2.json"))).RootElement.GetProperty(
            "properties");

        var feed = JsonDocument.Parse(server.Requests.Single(asked => asked.Path == "/upload").Body).RootElement;

        Keeps(feed.GetProperty("header"), schema.GetProperty("header"));
        Assert.All(feed.GetProperty("messages").EnumerateArray(), message => Keeps(message, schema.GetProperty("messages").GetProperty("items")));

        static void Keeps(JsonElement value, JsonElement schema)
        {
            Assert.All(schema.GetProperty("required").EnumerateArray(), name => Assert.True(value.TryGetProperty(name.GetString()!, out _), name.GetString()));
            Assert.All(value.EnumerateObject(), field => Assert.True(schema.GetProperty("properties").TryGetProperty(field.Name, out _), field.Name));
        }
    }
}

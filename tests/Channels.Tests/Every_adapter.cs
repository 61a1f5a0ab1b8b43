using RetailSync.Channels.Tests.AdobeCommerce;
using RetailSync.Channels.Tests.Amazon;
using RetailSync.Channels.Tests.Shopify;
using RetailSync.Channels.Tests.Walmart;
using static RetailSync.Channels.Tests.Adapters;

namespace RetailSync.Channels.Tests;

/// <summary>What the publisher counts on, of each adapter against a sandbox of its channel. A new adapter adds its name to the list, and a sandbox.</summary>
public class Every_adapter
{
    private const string Sku = "1";

    public static TheoryData<string> All => ["webhook", "shopify", "amazon", "walmart", "adobe-commerce"];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Publishes_one_number_and_reads_its_acknowledgement(string adapter)
    {
        await using var server = await Sandbox.Start(Healthy(adapter));
        using var channel = Open(adapter, server);

        var reply = await channel.Publish([Number(Sku, 7.9m)], default);

        Assert.Equal((Verdict.Accepted, false), (reply.Replies.Single().Verdict, reply.CallFailed));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Publishing_the_same_number_twice_is_harmless(string adapter)
    {
        await using var server = await Sandbox.Start(Healthy(adapter));
        using var channel = Open(adapter, server);
        await channel.Publish([Number(Sku, 7)], default);

        var again = await channel.Publish([Number(Sku, 7) with { Acknowledged = 7 }], default);

        Assert.Equal(Verdict.Accepted, again.Replies.Single().Verdict);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Each_number_has_one_outcome_also_in_a_large_batch(string adapter)
    {
        await using var server = await Sandbox.Start(Healthy(adapter));
        using var channel = Open(adapter, server);
        var many = Enumerable.Range(0, 5).Select(number => Number($"sku-{number}", number)).ToList();

        var reply = await channel.Publish(many, default);

        Assert.Equal(many.Select(publication => publication.Sku).ToHashSet(), [.. reply.Replies.Select(one => one.Sku)]);
        Assert.Equal(many.Count, reply.Replies.Count);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_requested_pause_is_kept(string adapter)
    {
        await using var server = await Sandbox.Start(Healthy(adapter, new Answered(429, "slow down", Headers: ("Retry-After", "7"))));
        using var channel = Open(adapter, server);

        var reply = await channel.Publish([Number(Sku, 7)], default);

        Assert.Equal((Verdict.Retry, true, Duration.FromSeconds(7)), (reply.Replies.Single().Verdict, reply.CallFailed, reply.RetryAfter));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_requested_pause_is_measured_by_the_channels_clock(string adapter)
    {
        // An hour after ours.
        var theirs = (Now + Duration.FromHours(1)).ToDateTimeUtc();
        await using var server =
            await Sandbox.Start(Healthy(adapter, new Answered(503, "", Headers: [("Date", $"{theirs:R}"), ("Retry-After", $"{theirs.AddSeconds(7):R}")])));
        using var channel = Open(adapter, server);

        var reply = await channel.Publish([Number(Sku, 7)], default);

        Assert.Equal((Verdict.Retry, Duration.FromSeconds(7)), (reply.Replies.Single().Verdict, reply.RetryAfter));
    }

    public static TheoryData<string, int, string> BadWeather()
    {
        var data = new TheoryData<string, int, string>();
        foreach (var adapter in (string[])["webhook", "shopify", "amazon", "walmart", "adobe-commerce"])
        {
            data.Add(adapter, 500, "{}");
            data.Add(adapter, 502, "<html>bad gateway</html>");
            data.Add(adapter, 503, "");
            data.Add(adapter, 408, "");
            data.Add(adapter, 0, "");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(BadWeather))]
    public async Task An_outage_is_reported_as_retry_without_a_secret(string adapter, int status, string body)
    {
        await using var server = await Sandbox.Start(Healthy(adapter, new Answered(status, body, "text/html")));
        using var channel = Open(adapter, server);

        var reply = await channel.Publish([Number(Sku, 7)], default);

        Assert.Equal((Verdict.Retry, true), (reply.Replies.Single().Verdict, reply.CallFailed));
        Assert.NotEmpty(reply.Replies.Single().Detail!);
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, reply.Replies.Single().Detail, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("shopify")]
    [InlineData("amazon")]
    [InlineData("walmart")]
    [InlineData("adobe-commerce")]
    public async Task An_HTML_page_is_not_taken_for_success(string adapter)
    {
        await using var server = await Sandbox.Start(Healthy(adapter, new Answered(200, "<html>welcome</html>", "text/html")));
        using var channel = Open(adapter, server);

        Assert.Equal(Verdict.Retry, (await channel.Publish([Number(Sku, 7)], default)).Replies.Single().Verdict);
    }

    [Theory]
    [InlineData("webhook", false)]
    [InlineData("shopify", true)]
    [InlineData("amazon", true)]
    [InlineData("walmart", true)]
    [InlineData("adobe-commerce", true)]
    public async Task Published_numbers_can_be_read_back_where_supported(string adapter, bool canBeAsked)
    {
        await using var server = await Sandbox.Start(Healthy(adapter));
        using var channel = Open(adapter, server);
        await channel.Publish([Number(Sku, 7)], default);

        Assert.Equal(canBeAsked, channel.MaxReadBackSizeAt(0) > 0);
        if (canBeAsked)
        {
            var shown = await channel.ReadBack([Sku], [], default);
            var unknown = await channel.ReadBack(["nothing"], [], default);

            Assert.Equal([((Sku, ""), 7m)], shown.Quantities.Select(one => (one.Key, one.Value)));
            Assert.Equal((false, 0), (unknown.Failed, unknown.Quantities.Count));
        }
    }

    [Theory]
    [MemberData(nameof(BadWeather))]
    public async Task A_channel_that_cannot_answer_reads_back_nothing(string adapter, int status, string body)
    {
        await using var server = await Sandbox.Start(Healthy(adapter, new Answered(status, body, "text/html", ("Retry-After", "7"))));
        using var channel = Open(adapter, server);
        if (channel.MaxReadBackSizeAt(0) > 0)
        {
            var shown = await channel.ReadBack([Sku], [], default);

            Assert.Equal((true, 0), (shown.Failed, shown.Quantities.Count));
            Assert.Equal(status == 0 ? null : Duration.FromSeconds(7), shown.RetryAfter);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Missing_settings_are_named(string adapter)
    {
        Action open = adapter switch
        {
            "webhook" => () => Channels.Webhook.WebhookOptions.Read(new AdapterSettings([])),
            "shopify" => () => Channels.Shopify.ShopifyOptions.Read(new AdapterSettings([])),
            "amazon" => () => Channels.Amazon.AmazonOptions.Read(new AdapterSettings([])),
            "walmart" => () => Channels.Walmart.WalmartOptions.Read(new AdapterSettings([])),
            _ => () => Channels.AdobeCommerce.AdobeCommerceOptions.Read(new AdapterSettings([])),
        };

        Assert.Contains("is missing", Assert.Throws<ChannelNotReadyException>(open).Message, StringComparison.Ordinal);
    }

    /// <summary>Some say what they were sent when they complain: in a log, an error or the ledger nobody is to read a credential.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public async Task A_credential_that_the_channel_echoes_is_not_repeated(string adapter)
    {
        foreach (var status in (int[])[200, 400, 401, 500])
        {
            var healthy = Healthy(adapter);
            var asked = new List<string>();
            await using var server = await Sandbox.Start(request =>
            {
                if (adapter == "webhook" || !request.Path.EndsWith("/token", StringComparison.Ordinal))
                {
                    asked.AddRange(request.Headers.Where(header => Credentials.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
                        .Select(header => header.Value.Split(' ')[^1]));
                    return new Answered(status, $$"""{"errors":[{"message":"{{string.Join(' ', request.Headers.Select(header =>
                        $"{header.Key}: {header.Value}"))}}"}],"message":"{{string.Join(' ', asked)}}"}""");
                }

                return healthy(request);
            });
            using var channel = Open(adapter, server);

            var reply = await channel.Publish([Number(Sku, 7)], default);

            Assert.True(adapter == "webhook" || asked.Count > 0);
            Assert.All([.. asked, .. Secrets], secret => Assert.DoesNotContain(secret, $"{reply.Replies.Single().Detail}", StringComparison.Ordinal));
        }
    }

    private static readonly string[] Credentials = ["Authorization", "X-Shopify-Access-Token", "x-amz-access-token", "WM_SEC.ACCESS_TOKEN"];

    /// <summary>A sandbox that is well, or that lets us in and answers every other call with <paramref name="instead"/>.</summary>
    private static Func<Asked, Answered> Healthy(string adapter, Answered? instead = null)
    {
        Func<Asked, Answered> behaviour = adapter switch
        {
            "webhook" => _ => new Answered(204),
            "shopify" => new ShopifySandbox { Available = { ["gid://shopify/InventoryItem/1"] = 0 } }.Answer,
            "amazon" => new AmazonSandbox { Listings = { [Sku] = 0 } }.Answer,
            "walmart" => new WalmartSandbox { Items = { [Sku] = 0 } }.Answer,
            _ => new AdobeCommerceSandbox { Sources = { [Sku] = (0, 0) } }.Answer,
        };
        return asked => instead is null || asked.Path.EndsWith("/token", StringComparison.Ordinal) ? behaviour(asked) : instead;
    }
}

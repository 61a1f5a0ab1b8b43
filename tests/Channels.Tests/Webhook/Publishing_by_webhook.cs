using System.Net;
using System.Text;
using System.Text.Json;
using NodaTime.Testing;
using RetailSync.Channels.Http;
using RetailSync.Channels.Webhook;
using RetailSync.Inventory.Domain;

namespace RetailSync.Channels.Tests.Webhook;

public class Publishing_by_webhook
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 23, 10, 0);

    [Fact]
    public async Task CloudEvents_are_signed_for_anyone_with_the_key()
    {
        await using var shop = await Sandbox.Start(_ => new Answered(202));
        using var channel = Channel(shop, new() { ["secret"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" });

        var reply = await channel.Publish([Number("85123A", 5.5m, 7), Number("ä/1", 0, 8)], default);

        Assert.All(reply.Replies, one => Assert.Equal(Verdict.Accepted, one.Verdict));
        var asked = Assert.Single(shop.Requests);
        Assert.StartsWith("application/cloudevents-batch+json", asked.Headers["Content-Type"], StringComparison.Ordinal);
        var events = JsonDocument.Parse(asked.Body).RootElement;
        Assert.Equal(("1.0", "7", "/v1/channels/web", "retailsync.availability.changed", "85123A"), (
            events[0].GetProperty("specversion").GetString(), events[0].GetProperty("id").GetString(), events[0].GetProperty("source").GetString(),
            events[0].GetProperty("type").GetString(), events[0].GetProperty("subject").GetString()));
        Assert.Equal(5.5m, events[0].GetProperty("data").GetProperty("quantity").GetDecimal());
        Assert.Equal("ä/1", events[1].GetProperty("data").GetProperty("sku").GetString());
        Assert.True(IsSigned(asked, Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), Now));
        Assert.False(IsSigned(asked, Encoding.UTF8.GetBytes("another"), Now));
        Assert.False(IsSigned(asked, Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), Now + Duration.FromMinutes(6)));
        Assert.False(IsSigned(asked with { Body = asked.Body.Replace("5.5", "9", StringComparison.Ordinal) },
            Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), Now));
    }

    /// <summary>The example of the Standard Webhooks specification.</summary>
    [Fact]
    public void Signatures_are_those_of_the_specification() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        StandardSignature.Sign([Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")], "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330", """{"test": 2432232314}"""u8));

    [Fact]
    public async Task Both_keys_sign_while_a_key_is_rotated()
    {
        await using var shop = await Sandbox.Start(_ => new Answered(200));
        using var channel = Channel(shop, new() { ["secret"] = "new", ["previousSecret"] = "old" });

        await channel.Publish([Number("A", 1, 1)], default);

        Assert.True(IsSigned(shop.Requests[0], "new"u8.ToArray(), Now));
        Assert.True(IsSigned(shop.Requests[0], "old"u8.ToArray(), Now));
    }

    [Fact]
    public async Task A_repeat_has_the_same_id_and_another_number_another()
    {
        await using var shop = await Sandbox.Start(_ => new Answered(200));
        using var channel = Channel(shop, new() { ["batchSize"] = 1 });
        await channel.Publish([Number("A", 1, 1)], default);
        await channel.Publish([Number("A", 1, 1)], default);
        await channel.Publish([Number("A", 1, 2)], default);

        var ids = shop.Requests.Select(asked => asked.Headers[StandardSignature.IdHeader]).ToList();

        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);
        Assert.StartsWith("application/cloudevents+json", shop.Requests[0].Headers["Content-Type"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1/", true)]
    [InlineData("http://localhost:8080/", true)]
    [InlineData("http://10.1.2.3/", true)]
    [InlineData("http://169.254.169.254/latest", true)]
    [InlineData("http://[::1]/", true)]
    [InlineData("http://[::ffff:192.168.0.1]/", true)]
    [InlineData("http://[64:ff9b::a00:1]/", true)]
    [InlineData("http://2130706433/", true)]
    [InlineData("https://shop.example/", false)]
    [InlineData("https://8.8.8.8/", false)]
    public void Private_network_addresses_are_recognized(string address, bool isPrivate) => Assert.Equal(isPrivate, PublicNetworks.IsPrivate(new Uri(address)));

    [Fact]
    public async Task A_private_network_is_never_called()
    {
        await using var shop = await Sandbox.Start(_ => new Answered(200));
        using var channel = Channel(shop, [], allowPrivate: false);

        var reply = await channel.Publish([Number("A", 1, 1)], default);

        Assert.True(reply.CallFailed);
        Assert.Contains("private network", reply.Replies[0].Detail, StringComparison.Ordinal);
        Assert.Empty(shop.Requests);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, Verdict.Retry, true)]
    [InlineData(HttpStatusCode.RequestTimeout, Verdict.Retry, true)]
    [InlineData(HttpStatusCode.TooManyRequests, Verdict.Retry, true)]
    [InlineData(HttpStatusCode.BadRequest, Verdict.Refused, false)]
    [InlineData(HttpStatusCode.Found, Verdict.Refused, false)]
    [InlineData((HttpStatusCode)0, Verdict.Retry, true)]
    public async Task Outages_are_retried_and_refusals_are_not(HttpStatusCode status, Verdict verdict, bool failed)
    {
        await using var shop = await Sandbox.Start(_ => new Answered((int)status, "<html>", "text/html"));
        using var channel = Channel(shop, new() { ["secret"] = "s3cret" });

        var reply = await channel.Publish([Number("A", 1, 1)], default);

        Assert.Equal((verdict, failed), (reply.Replies[0].Verdict, reply.CallFailed));
        Assert.DoesNotContain("s3cret", reply.Replies[0].Detail, StringComparison.Ordinal);
    }

    private static Publication Number(string sku, decimal quantity, long sequence) => new(Sku.Parse(sku), sequence, quantity, null, Now);

    private static WebhookChannel Channel(Sandbox shop, System.Text.Json.Nodes.JsonObject settings, bool allowPrivate = true)
    {
        settings["url"] = $"{shop.Address}hooks/stock";
        return new WebhookChannel(
            "web", WebhookOptions.Read(new AdapterSettings(settings)), PublicNetworks.Client(allowPrivate, TimeSpan.FromSeconds(10)), new FakeClock(Now));
    }

    private static bool IsSigned(Asked asked, byte[] key, Instant at) => StandardSignature.IsValid(
        [key], asked.Headers[StandardSignature.IdHeader], asked.Headers[StandardSignature.TimestampHeader], asked.Headers[StandardSignature.SignatureHeader],
        asked.Bytes, at,
        Duration.FromMinutes(5));
}

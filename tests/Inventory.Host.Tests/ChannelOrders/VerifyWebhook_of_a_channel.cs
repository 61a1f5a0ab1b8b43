using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using NodaTime.Testing;
using RetailSync.Channels;
using RetailSync.Inventory.Host.ChannelOrders.Webhooks;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.SalesChannels;

namespace RetailSync.Inventory.Host.Tests.ChannelOrders;

/// <summary>Without a host: a channel and a message are all it takes.</summary>
public sealed class VerifyWebhook_of_a_channel : IDisposable
{
    private const string Secret = "0123456789abcdef";

    private static readonly Instant Now = Instant.FromUtc(2026, 11, 23, 10, 0);
    private static readonly ChannelSecrets Secrets = new(new EphemeralDataProtectionProvider());

    private readonly VendorKeys _keys = new(new Adapters(new ConfigurationBuilder().Build(), Secrets, new FakeClock(Now)), new FakeClock(Now));
    private readonly VerifyWebhook _verify;

    public VerifyWebhook_of_a_channel() => _verify = new VerifyWebhook(_keys, Secrets);

    public void Dispose() => _keys.Dispose();

    [Fact]
    public void A_message_to_an_unregistered_channel_is_not_expected() => Assert.Null(_verify.Expected(null, "walmart"));

    [Theory]
    [InlineData("walmart", "amazon", Secret)]
    [InlineData("log", "log", Secret)]
    [InlineData("walmart", "walmart", null)]
    public void One_that_no_vendor_of_the_channel_can_sign_is_not_either(string adapter, string address, string? secret) =>
        Assert.Null(_verify.Expected(Channel(adapter, Settings(secret)), address));

    [Theory]
    [InlineData(Secret, "{}", true)]
    [InlineData(Secret, "{ }", false)]
    [InlineData("another secret!!", "{}", false)]
    public async Task It_is_genuine_if_it_is_signed_with_the_secret(string signedWith, string received, bool isGenuine)
    {
        var (webhook, settings) = _verify.Expected(Channel("walmart", Settings(Secret)), "walmart")!.Value;

        Assert.Equal(isGenuine, await _verify.IsGenuine(webhook, settings, Signed("{}", signedWith) with { Body = Encoding.UTF8.GetBytes(received) }, default));
    }

    [Fact]
    public void Keys_that_another_host_has_are_no_refusal_for_good()
    {
        var elsewhere = new ChannelSecrets(new EphemeralDataProtectionProvider());
        var channel = Channel("walmart", elsewhere.Protect("WEB", Settings(Secret)));

        Assert.Equal("secrets-unavailable", Assert.Throws<ApiProblemException>(() => _verify.Expected(channel, "walmart")).Code);
    }

    private static string Settings(string? secret) => secret is null ? "{}" : $$"""{"webhookSecret":"{{secret}}"}""";

    private static SalesChannel Channel(string adapter, string settings) =>
        new() { Id = "WEB", Adapter = adapter, Settings = settings, TimeZone = "UTC" };

    private static VendorMessage Signed(string body, string secret)
    {
        var at = Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{at}.{body}")));
        return new VendorMessage(
            Encoding.UTF8.GetBytes(body),
            name => name switch { SharedSecret.TimestampHeader => at, SharedSecret.SignatureHeader => signature, _ => null }, Now);
    }
}

using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using NodaTime.Testing;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Publications.Administration;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Tests.Http;

namespace RetailSync.Inventory.Host.Tests.Publications.Administration;

public sealed class PutChannel_with_errors
{
    private static readonly ChannelSecrets Secrets = new(new EphemeralDataProtectionProvider());

    private static readonly Adapters Adapters = new(
        new ConfigurationBuilder().Build(), Secrets, new FakeClock(Instant.FromUtc(2026, 11, 23, 10, 0)));

    [Theory]
    [InlineData("""{"adapter":"none"}""", "")]
    [InlineData("""{"adapter":"log","timeZone":"Europe/Berlin","rateLimit":0.5,"minimumInterval":"P1D"}""", "")]
    [InlineData("""{"adapter":"webhook","settings":{"url":"https://shop.example/","secret":"0123456789abcdef"}}""", "")]
    [InlineData("""{}""", "adapter")]
    [InlineData("""{"adapter":"fax"}""", "adapter")]
    [InlineData("""{"adapter":"log","name":"Shop"}""", "name")]
    [InlineData("""{"adapter":"log","settings":[]}""", "settings")]
    [InlineData("""{"adapter":"log","settings":{"a":"\u0000"}}""", "settings")]
    [InlineData("""{"adapter":"log","rateLimit":0}""", "rateLimit")]
    [InlineData("""{"adapter":"log","rateLimit":-1,"timeZone":"Europe/Atlantis","minimumInterval":"P2D"}""", "rateLimit timeZone minimumInterval")]
    [InlineData("""{"adapter":"log","minimumInterval":"P1M"}""", "minimumInterval")]
    [InlineData("""{"adapter":"webhook","settings":{"url":"http://shop.example/"}}""", "settings.url")]
    [InlineData("""{"adapter":"webhook","settings":{"url":"https://127.0.0.1/"}}""", "settings.url")]
    [InlineData("""{"adapter":"webhook","settings":{"url":"shop"}}""", "settings.url")]
    [InlineData("""{"adapter":"shopify","settings":{"apiVersion":"1999-01"}}""", "settings.apiVersion")]
    [InlineData("""{"adapter":"webhook","settings":{"secret":"0123456789abcde"}}""", "settings.secret")]
    public void The_wrong_field_is_named(string body, string refused) => Assert.Equal(refused, ParsedRequest.Refused(() => Read(body)));

    [Fact]
    public void What_is_left_out_is_UTC_and_without_limits() => Assert.Equal(
        new ChannelDraft("log", "{}", RateLimit: null, "UTC", MinimumInterval: null), Read("""{"adapter":"log"}"""));

    [Fact]
    public void A_secret_that_is_left_out_stays_for_its_address()
    {
        var first = Replacing(null, """{"url":"https://a.example/","accessToken":"t"}""", out _);
        var same = Replacing(first, """{"url":"https://a.example/"}""", out var keptAll);
        var moved = Replacing(same, """{"url":"https://b.example/"}""", out var dropped);

        Assert.Empty(keptAll);
        Assert.Equal("t", Secrets.Read(same).OptionalText("accessToken"));
        Assert.Equal(["accessToken"], dropped);
        Assert.Null(Secrets.Read(moved).OptionalText("accessToken"));
    }

    [Fact]
    public void Settings_of_another_adapter_are_not_kept()
    {
        var first = Replacing(null, """{"url":"https://a.example/","accessToken":"t"}""", out _);
        var other = Read("""{"adapter":"webhook","settings":{"url":"https://a.example/"}}""")
            .Replacing(first, ChannelId.Parse("WEB"), Secrets, ParsedRequest.Ops.Actor, out var dropped);

        Assert.Null(Secrets.Read(other).OptionalText("accessToken"));
        Assert.Empty(dropped);
    }

    private static SalesChannel Replacing(SalesChannel? current, string settings, out IReadOnlyList<string> dropped) =>
        Read($$"""{"adapter":"shopify","settings":{{settings}}}""")
            .Replacing(current, ChannelId.Parse("WEB"), Secrets, ParsedRequest.Ops.Actor, out dropped);

    private static ChannelDraft Read(string body)
    {
        var fields = ChannelDraft.NewFields();
        Assert.True(fields.ReadJson(Encoding.UTF8.GetBytes(body)));
        return ChannelDraft.Read(fields, Adapters);
    }
}

using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Availability;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Availability;

/// <summary>The answer from the cache equals that of the full pipeline. A parameter that changes nothing (<c>explain=false</c>) takes the pipeline.</summary>
public sealed partial class Answers_from_the_cache(RunningHost host) : IClassFixture<RunningHost>
{
    [Theory]
    [InlineData("plain")]
    [InlineData("A/B @ 50% ü 緑茶")]
    [InlineData("never-seen")]
    public async Task Are_equal_to_those_of_the_database(string sku)
    {
        await Ready();
        if (sku != "never-seen")
        {
            await host.RecordAccepted(Line("receipt", 2.50m, sku), Line("receipt", 1, sku, location: "S002"));
        }

        (await host.Put("/v1/rules/levels", new { kind = "publish", channel = "web", levels = new[] { new { name = "any «one»" } } })).Ok();
        foreach (var channel in (string[])["web", "shop"])
        {
            var (shortly, longly) = (await Get($"{sku}", channel, ""), await Get($"{sku}", channel, "&explain=false"));
            Assert.Equal(Still(longly.Text), Still(shortly.Text));
            Assert.Equal((longly.Headers["ETag"], longly.Headers["Content-Type"]), (shortly.Headers["ETag"], shortly.Headers["Content-Type"]));
            Assert.Equal("abc", shortly.Headers["X-Correlation-Id"]);
            Assert.True(longly.Headers.ContainsKey("Content-Length") || shortly.Headers.ContainsKey("Content-Length"));
        }
    }

    [Theory]
    [InlineData("?channel=web", null, 401)]
    [InlineData("?channel=web", "wrong", 401)]
    [InlineData("?channel=web", "dev-channel-shop", 403)]
    [InlineData("?channel=web", "dev-store-S001", 403)]
    [InlineData("?channel=nobody", "dev-admin", 404)]
    [InlineData("?channel=web&channel=web", "dev-admin", 400)]
    [InlineData("?channel=web&colour=red", "dev-admin", 400)]
    [InlineData("?channel=w%20b", "dev-admin", 400)]
    [InlineData("?channel=%77eb", "dev-admin", 200)]
    [InlineData("?channel=web", "dev-channel-web", 200)]
    [InlineData("?channel=web", "dev-finance", 200)]
    public async Task Are_for_those_who_may_ask(string query, string? key, int status)
    {
        await Ready();
        Assert.Equal(status, (await host.Get("/v1/availability/plain" + query, key)).Status);
    }

    private async Task Ready()
    {
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        (await host.Put("/v1/channels/shop", new { adapter = "none" })).Ok();
        (await host.Get("/v1/availability/any?channel=web&explain=false")).Ok();
        (await host.Get("/v1/availability/any?channel=shop&explain=false")).Ok();
        await Waiting.Until(() => host.Services.GetRequiredService<StockCacheUpdater>().IsFollowing);
    }

    private Task<Answer> Get(string sku, string channel, string more) =>
        host.Get($"/v1/availability/{Uri.EscapeDataString(sku)}?channel={channel}{more}", headers: ("X-Correlation-Id", "abc"));

    /// <summary>But for the passing of time, in which the event of a rule comes by.</summary>
    private static string Still(string json) => Passing().Replace(json, "");

    [GeneratedRegex("\"(asOf|sourceAge|asOfSequence)\":(\"[^\"]*\"|[0-9]+),?")]
    private static partial Regex Passing();
}

using System.Text.Json;
using Marten;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Channels;
using RetailSync.Inventory.Host.SalesChannels;

namespace RetailSync.Inventory.Host.Tests.SalesChannels;

public class Registering_a_channel(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task An_adapter_is_all_it_needs()
    {
        var put = await host.Put("/v1/channels/web", new { adapter = "none" });
        put.Ok();

        var read = await host.Get("/v1/channels/web");

        Assert.Equal(put.Headers["ETag"], read.Headers["ETag"]);
        Assert.Equal(("none", "UTC", "closed"), (read.Json.Text("adapter"), read.Json.Text("timeZone"), read.Json.GetProperty("status").Text("circuit")));
        (await host.Put("/v1/channels/web", new { })).Refused(400, "invalid-request");
        (await host.Put("/v1/channels/web", new { adapter = "carrier-pigeon" })).Refused(400, "invalid-request");
    }

    [Fact]
    public async Task Settings_are_kept_and_secrets_never_shown()
    {
        var body = new
        {
            adapter = "webhook",
            settings = new { url = "https://shop.example/", secret = "s3cret-s3cret-s3cret" },
            timeZone = "Europe/Berlin",
            rateLimit = 2.5,
            minimumInterval = "PT30S"
        };

        var put = await host.Put("/v1/channels/hook", body);
        var read = await host.Get("/v1/channels/hook");
        var list = await host.Get("/v1/channels");

        Assert.Equal("https://shop.example/", read.Ok().GetProperty("settings").Text("url"));
        Assert.Equal((2.5m, "PT30S"), (read.Json.Number("rateLimit"), read.Json.Text("minimumInterval")));
        Assert.All(new[] { put, read, list }, answer => Assert.DoesNotContain("s3cret-s3cret-s3cret", answer.Text, StringComparison.Ordinal));
        Assert.DoesNotContain("s3cret", await Stored("hook"), StringComparison.Ordinal);
        Assert.Equal("s3cret-s3cret-s3cret", await Secret("hook"));
    }

    [Fact]
    public async Task Secrets_that_an_earlier_build_stored_are_encrypted()
    {
        (await host.Put("/v1/channels/earlier",
            new { adapter = "webhook", settings = new { url = "https://shop.example/", secret = "s3cret-s3cret-s3cret" } })).Ok();
        await host.Sql(
            """update inventory.mt_doc_channel set data = jsonb_set(data, '{settings}', '"{\"url\":\"https://shop.example/\",\"secret\":\"plain-plain-plain\"}"') where id = 'earlier'""");
        Assert.Equal("plain-plain-plain", await Secret("earlier"));

        (await host.Put("/v1/channels/earlier", new { adapter = "webhook", settings = new { url = "https://shop.example/" } })).Ok();

        Assert.Equal("plain-plain-plain", await Secret("earlier"));
        Assert.DoesNotContain("plain-plain-plain", await Stored("earlier"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_dropped_when_the_address_changes()
    {
        (await host.Put("/v1/channels/moves",
            new { adapter = "webhook", settings = new { url = "https://shop.example/", secret = "s3cret-s3cret-s3cret" } })).Ok();

        var moved = (await host.Put("/v1/channels/moves", new { adapter = "webhook", settings = new { url = "https://elsewhere.example/" } })).Ok();

        Assert.Equal(["secret"], moved.Items("secretsDropped").Select(name => name.GetString()));
        Assert.Null(await Secret("moves"));
    }

    [Fact]
    public async Task Secrets_can_be_read_with_the_channels_own_keys_only()
    {
        (await host.Put("/v1/channels/theirs",
            new { adapter = "shopify", settings = new { shop = "a.myshopify.com", webhookSecret = "s3cret-s3cret-s3cret" } })).Ok();
        var other = new ChannelSecrets(new EphemeralDataProtectionProvider());

        var unreadable = await Assert.ThrowsAsync<ChannelNotReadyException>(async () => other.Read((await Channel("theirs"))!));
        Assert.Contains("DataProtection:KeyDirectory", unreadable.Message, StringComparison.Ordinal);

        // Nor does what was encrypted for one channel open in another's row.
        var moved = (await Channel("theirs"))!;
        Assert.Throws<ChannelNotReadyException>(() => host.Services.GetRequiredService<ChannelSecrets>().Read(
            new SalesChannel { Id = "another", Adapter = moved.Adapter, Settings = moved.Settings, TimeZone = moved.TimeZone }));
    }

    [Theory]
    [InlineData("webhook", "secret", "fifteen-letters")]
    [InlineData("webhook", "previousSecret", "short")]
    [InlineData("webhook", "secret", "whsec_fifteenletters1")]
    [InlineData("shopify", "webhookSecret", "short")]
    public async Task A_secret_that_is_too_short_is_refused(string adapter, string name, string secret)
    {
        var refused = await host.Put("/v1/channels/short", new { adapter, settings = new Dictionary<string, string> { [name] = secret } });

        Assert.Equal($"settings.{name}", refused.Refused(400, "invalid-request").Items("errors").Single().Text("field"));
        Assert.DoesNotContain(secret, refused.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://shop.example/hook")]
    [InlineData("http://127.0.0.1:9000/hook")]
    [InlineData("http://localhost/hook")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("ftp://shop.example/")]
    [InlineData("shop.example")]
    public async Task An_address_that_may_not_be_called_is_refused(string url) =>
        Assert.Equal("settings.url", (await host.Put("/v1/channels/inside", new { adapter = "webhook", settings = new { url } })).Refused(
            400, "invalid-request")
            .Items("errors").Single().Text("field"));

    [Fact]
    public async Task Token_and_key_addresses_without_encryption_are_refused()
    {
        (await host.Put("/v1/channels/inside", new { adapter = "amazon", settings = new { tokenUrl = "http://token.example/" } })).Refused(
            400, "invalid-request");
        (await host.Put("/v1/channels/inside", new { adapter = "adobe-commerce", settings = new { eventsUrl = "http://events.example/" } })).Refused(
            400, "invalid-request");
    }

    [Fact]
    public async Task Concurrent_changes_without_a_version_follow_one_another()
    {
        var answers = await Task.WhenAll(Enumerable.Range(1, 30).Select(rateLimit => host.Put("/v1/channels/busy", new { adapter = "none", rateLimit })));

        Assert.All(answers, answer => answer.Ok());
        Assert.Equal(30, (await host.Get("/v1/channels/busy")).Ok().Number("version"));
    }

    [Fact]
    public async Task If_Match_prevents_a_lost_update()
    {
        var first = await host.Put("/v1/channels/guarded", new { adapter = "none" });
        (await host.Put("/v1/channels/guarded", new { adapter = "log" })).Ok();

        (await host.Put("/v1/channels/guarded", new { adapter = "none" }, headers: ("If-Match", first.Headers["ETag"]))).Refused(412, "precondition-failed");
    }

    [Fact]
    public async Task A_channel_sees_itself_only()
    {
        (await host.Put("/v1/channels/mine", new { adapter = "none" })).Ok();
        (await host.Put("/v1/channels/other", new { adapter = "none" })).Ok();

        (await host.Get("/v1/channels/mine", key: "dev-channel-mine")).Ok();
        (await host.Get("/v1/channels/other", key: "dev-channel-mine")).Refused(403, "forbidden");
        (await host.Get("/v1/channels/absent", key: "dev-channel-mine")).Refused(403, "forbidden");
        (await host.Get("/v1/channels/absent")).Refused(404, "unknown-channel");
        Assert.Equal(["mine"], (await host.Get("/v1/channels", key: "dev-channel-mine")).Ok().Items().Texts("id"));
        Assert.Equal(JsonValueKind.Null, (await host.Get("/v1/channels", key: "dev-channel-mine")).Json.GetProperty("next").ValueKind);
    }

    private async Task<string> Stored(string id) => (string)(await host.Sql($"select data::text from inventory.mt_doc_channel where id = '{id}'"))!;

    private async Task<SalesChannel?> Channel(string id)
    {
        await using var session = host.Services.GetRequiredService<IDocumentStore>().QuerySession();
        return await session.LoadAsync<SalesChannel>(id);
    }

    private async Task<string?> Secret(string id) => host.Services.GetRequiredService<ChannelSecrets>().Read((await Channel(id))!).OptionalText("secret");
}

using System.Text.Json;

namespace RetailSync.Inventory.Host.Tests.SalesChannels;

public class Registering_a_channel(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task needs_an_adapter_and_nothing_else()
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
    public async Task keeps_its_settings_and_never_shows_a_secret()
    {
        var body = new { adapter = "webhook", settings = new { url = "https://shop.example/", secret = "s3cret" }, timeZone = "Europe/Berlin", rateLimit = 2.5, minimumInterval = "PT30S" };

        var put = await host.Put("/v1/channels/hook", body);
        var read = await host.Get("/v1/channels/hook");
        var list = await host.Get("/v1/channels");

        Assert.Equal("https://shop.example/", read.Ok().GetProperty("settings").Text("url"));
        Assert.Equal((2.5m, "PT30S"), (read.Json.Number("rateLimit"), read.Json.Text("minimumInterval")));
        Assert.All(new[] { put, read, list }, answer => Assert.DoesNotContain("s3cret", answer.Text, StringComparison.Ordinal));
        Assert.Contains("s3cret", (string)(await host.Sql("select data::text from inventory.mt_doc_channel where id = 'hook'"))!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9000/hook")]
    [InlineData("http://localhost/hook")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("ftp://shop.example/")]
    [InlineData("shop.example")]
    public async Task refuses_an_address_that_it_may_not_call(string url) =>
        (await host.Put("/v1/channels/inside", new { adapter = "webhook", settings = new { url } })).Refused(400, "invalid-request");

    [Fact]
    public async Task at_once_and_without_a_version_is_done_one_after_the_other()
    {
        var answers = await Task.WhenAll(Enumerable.Range(1, 30).Select(rateLimit => host.Put("/v1/channels/busy", new { adapter = "none", rateLimit })));

        Assert.All(answers, answer => answer.Ok());
        Assert.Equal(30, (await host.Get("/v1/channels/busy")).Ok().Number("version"));
    }

    [Fact]
    public async Task is_guarded_against_a_lost_update()
    {
        var first = await host.Put("/v1/channels/guarded", new { adapter = "none" });
        (await host.Put("/v1/channels/guarded", new { adapter = "log" })).Ok();

        (await host.Put("/v1/channels/guarded", new { adapter = "none" }, headers: ("If-Match", first.Headers["ETag"]))).Refused(412, "precondition-failed");
    }

    [Fact]
    public async Task is_seen_by_the_channel_itself_only()
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
}

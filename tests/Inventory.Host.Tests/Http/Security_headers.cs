namespace RetailSync.Inventory.Host.Tests.Http;

public class Security_headers(RunningHost host) : IClassFixture<RunningHost>
{
    [Theory]
    [InlineData("/v1/locations", "dev-ops", 200)]
    [InlineData("/v1/locations", null, 401)]
    [InlineData("/v1/locations", "dev-channel-web", 403)]
    [InlineData("/v1/nothing", "dev-ops", 404)]
    [InlineData("/v1/locations?limit=x", "dev-ops", 400)]
    [InlineData("/health/live", null, 200)]
    [InlineData("/metrics", null, 200)]
    [InlineData("/console", null, 200)]
    [InlineData("/docs", null, 200)]
    [InlineData("/openapi/v1.json", null, 200)]
    [InlineData("/v1/audit/ledger", "dev-finance", 200)]
    public async Task Are_on_every_answer(string path, string? key, int status)
    {
        var answer = await host.Get(path, key);

        Assert.Equal(status, answer.Status);
        Assert.Equal(("nosniff", "DENY", "no-referrer"),
            (answer.Headers["X-Content-Type-Options"], answer.Headers["X-Frame-Options"], answer.Headers["Referrer-Policy"]));
        Assert.Contains("frame-ancestors 'none'", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.False(answer.Headers.ContainsKey("Server") || answer.Headers.ContainsKey("X-Powered-By"));
        Assert.False(answer.Headers.ContainsKey("Strict-Transport-Security"), "Only https may say so.");
    }

    [Fact]
    public async Task Keep_data_out_of_caches_that_do_not_revalidate()
    {
        (await host.Put("/v1/channels/cached", new { adapter = "none" })).Ok();

        Assert.Equal("no-store", (await host.Get("/v1/locations")).Headers["Cache-Control"]);
        Assert.Equal("no-store", (await host.Get("/v1/locations", key: null)).Headers["Cache-Control"]);
        var tagged = await host.Get("/v1/availability/x?channel=cached");
        Assert.Equal((true, "no-cache, private"),
            (tagged.Headers.ContainsKey("ETag"), string.Join(", ", tagged.Headers["Cache-Control"].Split(',').Select(part => part.Trim()).Order())));
        Assert.False((await host.Get("/console")).Headers.TryGetValue("Cache-Control", out var page) && page.Contains("no-store", StringComparison.Ordinal));
    }
}

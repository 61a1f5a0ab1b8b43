using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Http;

/// <summary>A caller that waits for an event that never comes is answered 503 after a second; one that may not read is refused without waiting.</summary>
public class Reading_your_own_writes(RunningHost host) : IClassFixture<RunningHost>
{
    private const string Never = "minSequence=9000000000000000000";

    [Theory]
    [InlineData("/v1/channels/web", "dev-channel-web")]
    [InlineData("/v1/positions/x/S001", "dev-store-S001")]
    [InlineData("/v1/positions?location=S001", "dev-store-S001")]
    [InlineData("/v1/channels/other", "dev-ops")]
    public async Task Waits_for_those_who_may_read(string path, string key) => (await Ask(path, key)).Refused(503, "not-yet-seen");

    [Theory]
    [InlineData("/v1/channels/web", null, 401)]
    [InlineData("/v1/channels/web", "an unknown key", 401)]
    [InlineData("/v1/channels/web", "dev-store-S001", 403)]
    [InlineData("/v1/channels/other", "dev-channel-web", 403)]
    [InlineData("/v1/channels/other/oversells", "dev-channel-web", 403)]
    [InlineData("/v1/availability/x?channel=other", "dev-channel-web", 403)]
    [InlineData("/v1/availability/changes?channel=other", "dev-channel-web", 403)]
    [InlineData("/v1/positions/x/S002", "dev-store-S001", 403)]
    [InlineData("/v1/positions?location=S002", "dev-store-S001", 403)]
    public async Task Does_not_make_those_wait_who_may_not_read(string path, string? key, int status) => Assert.Equal(status, (await Ask(path, key)).Status);

    [Theory]
    [InlineData("/v1/channels/web/webhooks/adobe-commerce?challenge=x")]
    [InlineData("/health/live")]
    [InlineData("/openapi/v1.json")]
    public async Task Is_not_offered_without_a_key(string path) => (await Ask(path, null)).Refused(400, "invalid-request");

    [Fact]
    public async Task Shows_what_was_written()
    {
        var sku = NewSku();
        var sequence = await host.RecordAccepted(Line("receipt", 3, sku));

        Assert.Equal(3, (await host.Get($"/v1/positions/{sku}/S001?minSequence={sequence}", "dev-store-S001")).Ok().Number("onHand"));
    }

    private Task<Answer> Ask(string path, string? key) => host.Get($"{path}{(path.Contains('?') ? '&' : '?')}{Never}", key);
}

using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Quotas;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Quotas;

/// <summary>Little room and little time, over real sockets.</summary>
public sealed class HostWithLittleRoom : RunningHost
{
    public const int AnonymousBytesInFlight = 8 * 1024 * 1024;

    protected override string[] Switches =>
        [$"--Limits:Bodies:AnonymousBytesInFlight={AnonymousBytesInFlight}", $"--Limits:Bodies:BytesInFlight={96 * 1024 * 1024}",
            "--Limits:Bodies:AnonymousSeconds=3", "--Limits:Bodies:Seconds=3"];
}

public sealed class Limits_of_request_bodies(HostWithLittleRoom host) : IClassFixture<HostWithLittleRoom>
{
    private const string Webhook = "POST /v1/channels/quota-shop/webhooks/shopify";

    private BodyBudget Budget => host.Services.GetRequiredService<BodyBudget>();

    [Theory]
    [InlineData("POST /v1/channels/nowhere/webhooks/shopify")]
    [InlineData("POST /v1/channels/quota-none/webhooks/shopify")]
    [InlineData("POST /v1/movements")]
    public async Task A_body_without_a_valid_signature_is_not_read(string request)
    {
        await Register();
        using var call = await RawCall.Begin(host, request, headers: ["Content-Type: application/json", "Content-Length: 1000000"]);

        await Waiting.Until(() => call.Read(4096) && call.Status is not null);

        Assert.Equal(401, call.Status);
    }

    [Fact]
    public async Task A_caller_without_a_key_may_send_a_megabyte()
    {
        await Register();
        using var call = await RawCall.Begin(host, Webhook, headers: ["Content-Type: application/json", $"Content-Length: {(1024 * 1024) + 1}"]);

        await Waiting.Until(() => call.Read(4096) && call.Status is not null);

        Assert.Equal(413, call.Status);
        Assert.Contains("body-too-large", call.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_of_a_hundred_strangers_fit_into_their_budget()
    {
        await Register();
        var almost = new byte[(1024 * 1024) - 1];
        List<RawCall> calls = [];
        for (var number = 0; number < 100; number++)
        {
            calls.Add(await RawCall.Begin(host, Webhook, headers: ["Content-Type: application/json", $"Content-Length: {almost.Length + 1}"]));
        }

        await Task.WhenAll(calls.Select(call => call.Send(almost)));
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 1, sku));
        await Waiting.Until(() => calls.TrueForAll(call => !call.Read(4096) || call.Status is not null));

        Assert.InRange(Budget.Anonymous.Most, 1, HostWithLittleRoom.AnonymousBytesInFlight / 2);
        Assert.Contains(calls, call => call.Status == 503 && call.Answer.Contains("too-many-bodies", StringComparison.Ordinal)
            && call.Answer.Contains("Retry-After", StringComparison.Ordinal));
        Assert.All(calls.Where(call => call.Status is not null), call => Assert.Contains(call.Status, new int?[] { 503, 408 }));
        calls.ForEach(call => call.Dispose());
        await Waiting.Until(() => Budget.Anonymous.Now == 0);
    }

    [Fact]
    public async Task A_body_without_a_length_is_limited_to_a_megabyte_too()
    {
        await Register();
        using var call = await RawCall.Begin(host, Webhook, headers: ["Content-Type: application/json", "Transfer-Encoding: chunked"]);

        await Waiting.Until(async () =>
        {
            await call.Send($"{64 * 1024:x}\r\n{new string(' ', 64 * 1024)}\r\n");
            return call.Read(4096) && call.Status is not null;
        });

        Assert.Equal(413, call.Status);
    }

    [Fact]
    public async Task Bodies_of_one_key_leave_room_for_the_others()
    {
        var most = new byte[15 * 1024 * 1024];
        List<RawCall> calls = [];
        for (var number = 0; number < 8; number++)
        {
            calls.Add(await RawCall.Begin(
                host, "POST /v1/movements",
                headers: ["Authorization: Bearer dev-store-S001", "Content-Type: application/json", $"Content-Length: {most.Length + 1}"]));
        }

        var sending = calls.Select(call => call.Send(most)).ToList();
        await Waiting.Until(() => calls.Exists(call => call.Read(4096) && call.Status == 503));

        await host.RecordAccepted(Line("receipt", 1, NewSku()));
        calls.ForEach(call => call.Dispose());
        await Task.WhenAll(sending);
    }

    [Theory]
    [InlineData(Webhook, "X-Nothing: 1")]
    [InlineData("POST /v1/movements", "Authorization: Bearer dev-ops")]
    public async Task A_body_that_never_ends_is_cut_off(string request, string header)
    {
        await Register();
        using var call = await RawCall.Begin(host, request, headers: [header, "Content-Type: application/json", "Content-Length: 1000000"]);

        // Faster than the server's least rate, and for ever.
        await Waiting.Until(async () =>
        {
            await call.Send(new string(' ', 64));
            return call.Read(4096) && call.Status is not null;
        });

        Assert.Equal(408, call.Status);
        Assert.Contains("request-timeout", call.Answer, StringComparison.Ordinal);
    }

    private async Task Register()
    {
        (await host.Put("/v1/channels/quota-shop", new { adapter = "shopify", settings = new { webhookSecret = "a-secret-of-more-than-16" } })).Ok();
        (await host.Put("/v1/channels/quota-none", new { adapter = "shopify" })).Ok();
    }
}

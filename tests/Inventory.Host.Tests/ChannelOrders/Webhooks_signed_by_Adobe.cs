using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using RetailSync.Channels.Tests;
using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ChannelOrders;

/// <summary>Adobe I/O Events signs by two keys of its own and says where they are; a server on a real socket stands in for where it keeps them.</summary>
public sealed class Webhooks_signed_by_Adobe(PublishingHost host) : IClassFixture<PublishingHost>, IAsyncLifetime
{
    private const string Client = "ca7b36f23be94dcb9d2ebb97f0276e3f";
    private const string Path1 = "/prod/keys/pub-key-one.pem";
    private const string Path2 = "/prod/keys/pub-key-two.pem";

    private static int s_orders = 1_000;

    private readonly RSA _key1 = RSA.Create(2048);
    private readonly RSA _key2 = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, Answered> _keys = [];
    private readonly string _channel = $"adobe-{Guid.NewGuid():n}";

    private Sandbox? _server;

    public async Task InitializeAsync()
    {
        (_keys[Path1], _keys[Path2]) = (Pem(_key1), Pem(_key2));
        _server = await Sandbox.Start(asked => _keys.TryGetValue(asked.Path, out var key) ? key : new Answered(403, "<Error/>", "application/xml"));
        await host.Register(_channel, "adobe-commerce", new() { ["clientId"] = Client, ["eventsUrl"] = $"{_server.Address}" });
    }

    public async Task DisposeAsync()
    {
        await _server!.DisposeAsync();
        _key1.Dispose();
        _key2.Dispose();
    }

    [Fact]
    public async Task Either_signature_is_accepted_and_an_event_counts_once()
    {
        var sku = await NewStock(10);
        var first = Saved(Next(), sku, 4);
        var second = Saved(Next(), sku, 3);

        (await Send(first, _key1, RSA.Create(2048))).Ok();
        (await Send(first, _key1, _key2)).Ok();
        var placed = (await Send(second, RSA.Create(2048), _key2)).Ok();

        Assert.Equal("confirmed", placed.Text("state"));
        Assert.Equal(7, (await host.Position(sku)).Number("reserved"));
        Assert.Equal(2, _server!.Requests.Count);
    }

    [Fact]
    public async Task A_bad_event_in_a_batch_spoils_no_other()
    {
        var sku = await NewStock(10);
        var body = $"[{Saved(Next(), sku, 4)},{Envelope("1")},{Saved(Next(), sku, 3)}]";

        (await Send(body, _key1, _key2)).Ok();

        Assert.Equal(7, (await host.Position(sku)).Number("reserved"));
    }

    [Fact]
    public async Task Events_signed_by_others_changed_or_misdirected_are_refused()
    {
        var sku = await NewStock(10);
        var body = Saved(Next(), sku, 4);
        using var others = RSA.Create(2048);

        await TurnedAway(Send(body, others, others));
        await TurnedAway(Send(body, _key1, _key2, sent: body.Replace("processing", "canceled", StringComparison.Ordinal)));
        await TurnedAway(Send(body, _key2, _key1));
        await TurnedAway(Send(Saved(Next(), sku, 4, "another"), _key1, _key2));
        await TurnedAway(Send(Saved(Next(), sku, 4, null), _key1, _key2));
        await TurnedAway(Send($"[{body},{Saved(Next(), sku, 4, "another")}]", _key1, _key2));
        await TurnedAway(Send(body.Replace("{", """{"recipient_client_id":"another",""", StringComparison.Ordinal), _key1, _key2));
        await TurnedAway(Send("""{"\ud800":1,"recipientclientid":"\ud800"}""", _key1, _key2));
        await TurnedAway(Send("<html>", _key1, _key2));
        await TurnedAway(Send("[]", _key1, _key2));
        await host.Register($"{_channel}-2", "adobe-commerce", new() { ["eventsUrl"] = $"{_server!.Address}" });
        await TurnedAway(Send(body, _key1, _key2, channel: $"{_channel}-2"));

        Assert.Equal(0, (await host.Position(sku)).Number("reserved"));
    }

    [Theory]
    [InlineData("//evil.example/prod/keys/pub-key-one.pem")]
    [InlineData("https://evil.example/prod/keys/pub-key-one.pem")]
    [InlineData("@evil.example/prod/keys/pub-key-one.pem")]
    [InlineData("/prod/keys/../../mine/pub-key-one.pem")]
    [InlineData("/prod/keys/pub-key-..%2Fone.pem")]
    [InlineData("/prod/keys/pub-key-one.pem?x=1")]
    [InlineData("/prod/keys/pub-key-one.pem#")]
    [InlineData("/prod/keys/pub-key-one.pem/..")]
    [InlineData("/other/keys/pub-key-one.pem")]
    [InlineData("prod/keys/pub-key-one.pem")]
    [InlineData("")]
    public async Task A_key_at_another_address_is_refused_without_a_fetch(string path)
    {
        var body = Saved(Next(), await NewStock(10), 4);

        await TurnedAway(Send(body, _key1, _key1, path, path));

        Assert.Empty(_server!.Requests);
    }

    [Fact]
    public async Task An_unreachable_key_is_503_and_an_unknown_key_401()
    {
        var sku = await NewStock(10);
        var body = Saved(Next(), sku, 4);
        foreach (var away in (Answered[])[new(503), new(0), new(429), new(200, "<html>sign in</html>", "text/html"), new(200, new string('-', 100_000))])
        {
            (_keys[Path1], _keys[Path2]) = (away, away);
            (await Send(body, _key1, _key2)).Refused(503, "vendor-keys-unavailable");
        }

        // The other one does.
        _keys[Path2] = Pem(_key2);
        (await Send(body, _key1, _key2)).Ok();
        Assert.Equal(4, (await host.Position(sku)).Number("reserved"));

        await TurnedAway(Send(Saved(Next(), sku, 1), _key1, _key1, "/prod/keys/pub-key-unknown.pem", "/prod/keys/pub-key-unknown.pem"));
    }

    [Fact]
    public async Task Fetched_keys_are_cached_for_hours_and_then_expire()
    {
        var sku = await NewStock(10);
        (await Send(Saved(Next(), sku, 1), _key1, _key2)).Ok();
        _keys.Clear();
        (await Send(Saved(Next(), sku, 1), _key1, _key2)).Ok();

        host.Clock.AdvanceHours(13);

        await TurnedAway(Send(Saved(Next(), sku, 1), _key1, _key2));
    }

    [Fact]
    public async Task A_relay_with_the_secret_is_accepted_except_for_others_events()
    {
        var sku = await NewStock(10);
        await host.Register(_channel, "adobe-commerce", new() { ["clientId"] = Client, ["webhookSecret"] = "hush-hush-hush-hush" });

        (await Relay(Saved(Next(), sku, 1))).Ok();
        (await Relay(Saved(Next(), sku, 2, null))).Ok();
        await TurnedAway(Relay(Saved(Next(), sku, 4, "another")));

        Assert.Equal(3, (await host.Position(sku)).Number("reserved"));
    }

    [Fact]
    public async Task An_order_number_that_is_left_out_is_taken_from_the_rows()
    {
        var sku = await NewStock(10);
        var order = Next();
        (await Send(Event("sales_order_save_commit_after", $$"""
            {"increment_id":"00000{{order}}","state":"complete","created_at":"2026-11-23 09:30:00","updated_at":"2026-11-23 09:40:00",
             "items":[{"order_id":{{order}},"sku":"{{sku}}","product_type":"simple","qty_ordered":4,"qty_shipped":4}]}
            """, Client), _key1, _key2)).Ok();

        (await Send(Event("sales_order_creditmemo_save_after", $$"""
            {"increment_id":"000000007","order_id":{{order}},"created_at":"2026-11-23 09:50:00","items":[{"sku":"{{sku}}","qty":1,"back_to_stock":true}]}
            """, Client), _key1, _key2)).Ok();

        Assert.Equal((7, 0), ((await host.Position(sku)).Number("onHand"), (await host.Position(sku)).Number("reserved")));
    }

    [Fact]
    public async Task Registration_answers_the_challenge()
    {
        var answer = (await host.Get($"/v1/channels/{_channel}/webhooks/adobe-commerce?challenge=8ec8d794-e0ab-42df-9017-e3dada8e84f7", key: null)).Ok();

        Assert.Equal("8ec8d794-e0ab-42df-9017-e3dada8e84f7", answer.Text("challenge"));
        Assert.Equal(answer.GetRawText(),
            (await host.Get("/v1/channels/nowhere/webhooks/adobe-commerce?challenge=8ec8d794-e0ab-42df-9017-e3dada8e84f7", key: null)).Ok().GetRawText());
        (await host.Get($"/v1/channels/{_channel}/webhooks/adobe-commerce", key: null)).Refused(400, "invalid-request");
        (await host.Get($"/v1/channels/{_channel}/webhooks/adobe-commerce?challenge=%3Cscript%3E", key: null)).Refused(400, "invalid-request");
        (await host.Get($"/v1/channels/{_channel}/webhooks/adobe-commerce?challenge={new string('a', 200)}", key: null)).Refused(400, "invalid-request");
        (await host.Get($"/v1/channels/{_channel}/webhooks/shopify?challenge=a", key: null)).Refused(404, "unknown-webhook");
    }

    private static int Next() => Interlocked.Increment(ref s_orders);

    private static Answered Pem(RSA key) => new(200, key.ExportSubjectPublicKeyInfoPem(), "application/x-pem-file");

    private static async Task TurnedAway(Task<Answer> sent) => (await sent).Refused(401, "unauthenticated");

    private async Task<string> NewStock(int units)
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", units, sku));
        return sku;
    }

    private static string Saved(int order, string sku, int units, string? recipient = Client) => Event(
        "sales_order_save_commit_after",
        $$"""{"entity_id":"{{order}}","state":"processing","created_at":"2026-11-23 09:30:00","updated_at":"2026-11-23 09:40:00","items":[{"sku":"{{sku}}","product_type":"simple","qty_ordered":{{units}}}]}""",
        recipient);

    private static string Envelope(string value) => Event("sales_order_save_commit_after", value, Client);

    private static string Event(string code, string value, string? recipient) => new JsonObject
    {
        ["specversion"] = "1.0",
        ["id"] = Guid.NewGuid().ToString(),
        ["source"] = "urn:uuid:fb58963f-d2e7-4ab4-83da-b6ff15b8ebc0",
        ["type"] = $"com.adobe.commerce.observer.{code}",
        [recipient is null ? "other" : "recipientclientid"] = recipient,
        ["data"] = new JsonObject { ["key"] = "k", ["value"] = JsonNode.Parse(value) },
    }.ToJsonString();

    private Task<Answer> Send(string body, RSA signer1, RSA signer2, string path1 = Path1, string path2 = Path2, string? sent = null, string? channel = null) =>
        host.Send(
        HttpMethod.Post, $"/v1/channels/{channel ?? _channel}/webhooks/adobe-commerce", new StringContent(
            sent ?? body, Encoding.UTF8, "application/json"), null,
        ("x-adobe-digital-signature-1", Sign(signer1, body)), ("x-adobe-digital-signature-2", Sign(signer2, body)), ("x-adobe-public-key1-path", path1),
        ("x-adobe-public-key2-path", path2));

    private Task<Answer> Relay(string body) => host.Send(
        HttpMethod.Post, $"/v1/channels/{_channel}/webhooks/adobe-commerce", new StringContent(body, Encoding.UTF8, "application/json"), null,
        RelaySignature.Of("hush-hush-hush-hush", RunningHost.Now, body));

    private static string Sign(RSA key, string body) =>
        Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(body), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
}

using System.Security.Cryptography;
using System.Text;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.SourceDocuments;

public sealed class Webhooks_of_tills(HostWithPlainDocuments host) : IClassFixture<HostWithPlainDocuments>, IAsyncLifetime
{
    private const string Secret = "of-the-vendor-and-us";
    private const string Url = "https://stock.example.com/v1/sources/tills/webhooks/square";

    private readonly string _source = $"tills/{Guid.NewGuid():N}";

    public async Task InitializeAsync()
    {
        (await host.Put("/v1/locations/S001", new { type = "store" })).Ok();
        (await Configure(new { webhookSecret = Secret, webhookUrl = Url })).Ok();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>A sale of two units, in the words of each vendor.</summary>
    public static TheoryData<string, string> Sales => new()
    {
        {
            "square",
            """{"type":"ADJUSTMENT","adjustment":{"id":"SKU-1","from_state":"IN_STOCK","to_state":"SOLD","quantity":"2","catalog_object_id":"SKU","location_id":"S001","occurred_at":"2026-11-23T09:00:00Z"}}"""
        },
        {
            "shopify",
            """{"id":"SKU-1","order_id":1,"status":"success","created_at":"2026-11-23T09:00:00Z","location_id":"S001","line_items":[{"id":1,"sku":"SKU","quantity":2}]}"""
        },
        {
            "lightspeed",
            """payload={"id":"SKU-1","outlet_id":"S001","sale_date":"2026-11-23T09:00:00Z","status":"CLOSED","version":1,"register_sale_products":[{"id":"1","product_id":"SKU","quantity":2,"status":"CONFIRMED"}]}"""
        },
    };

    [Theory]
    [MemberData(nameof(Sales))]
    public async Task A_signed_delivery_is_recorded_once(string format, string content)
    {
        var sku = NewSku();
        var body = content.Replace("SKU", sku, StringComparison.Ordinal);

        var first = (await Send(format, body)).Ok();
        var again = (await Send(format, body)).Ok();

        Assert.True(first.Items("documents").Single().Number("accepted") == 1, first.GetRawText());
        Assert.Equal(1, again.Items("documents").Single().Number("duplicates"));
        Assert.Equal(-2, await host.OnHand(sku));
        Assert.Equal((_source, $"webhook/{format}"), (await host.Events(sku)).Select(one => (one.Text("source"), one.Text("by"))).Single());
        Assert.Equal(first.Items("documents").Single().GetRawText(),
            (await host.Get($"/v1/documents/{first.Text("id")}")).Ok().Items("documents").Single().GetRawText());
    }

    [Theory]
    [MemberData(nameof(Sales))]
    public async Task What_is_not_signed_for_this_source_has_no_effect(string format, string content)
    {
        var sku = NewSku();
        var body = content.Replace("SKU", sku, StringComparison.Ordinal);
        var signature = Sign(format, body);

        (await Send(format, body, signature: "")).Refused(401, "unauthenticated");
        (await Send(format, body, signature: Sign(format, body, secret: "of-somebody-else"))).Refused(401, "unauthenticated");
        (await Send(format, body.Replace(":2", ":3", StringComparison.Ordinal).Replace("\"2\"", "\"3\"", StringComparison.Ordinal), signature: signature))
            .Refused(401, "unauthenticated");
        (await Send(format, body, source: "tills/unknown")).Refused(401, "unauthenticated");
        (await host.Put("/v1/sources/tills%2Funsigned", new { webhookUrl = Url })).Ok();
        (await Send(format, body, source: "tills/unsigned")).Refused(401, "unauthenticated");
        (await Send("x12", body, headers: format)).Refused(401, "unauthenticated");
        (await Send("none", body, headers: format)).Refused(401, "unauthenticated");

        (await host.Get($"/v1/positions/{sku}/S001")).Refused(404, "unknown-position");
        Assert.Empty(await host.Waiting(_source));
    }

    [Fact]
    public async Task The_address_that_Square_signs_is_the_configured_one()
    {
        const string body = """{"type":"test"}""";
        (await Send("square", body)).Ok();

        (await Configure(new { webhookUrl = $"{Url}/" })).Ok();
        (await Send("square", body)).Refused(401, "unauthenticated");
        (await Configure(new { })).Ok();
        (await Send("square", body)).Refused(401, "unauthenticated");
        (await Send("shopify", body)).Ok();
    }

    [Fact]
    public async Task A_secret_can_be_replaced_and_taken_away_and_never_read()
    {
        const string body = """{"id":1}""";
        var kept = await Configure(new { zone = "UTC" });
        Assert.True(kept.Ok().GetProperty("hasWebhookSecret").GetBoolean());
        (await Send("shopify", body)).Ok();

        var replaced = await Configure(new { webhookSecret = "another-secret-of-ours" });
        (await Send("shopify", body)).Refused(401, "unauthenticated");
        (await Send("shopify", body, signature: Sign("shopify", body, "another-secret-of-ours"))).Ok();
        var read = await host.Get($"/v1/sources/{Uri.EscapeDataString(_source)}");
        var stored = (string)(await host.Sql($"select settings::text from inventory.document_source where source = '{_source}'"))!;
        Assert.All([kept.Text, replaced.Text, read.Text, stored], text => Assert.DoesNotContain("secret-of-ours", text, StringComparison.Ordinal));

        Assert.False((await Configure(new { webhookSecret = (string?)null })).Ok().GetProperty("hasWebhookSecret").GetBoolean());
        (await Send("shopify", body, signature: Sign("shopify", body, "another-secret-of-ours"))).Refused(401, "unauthenticated");
    }

    [Fact]
    public async Task Wrong_settings_of_webhooks_are_named()
    {
        (await Configure(new { webhookSecret = "short" })).Refused(400, "invalid-request");
        (await Configure(new { webhookSecret = 1 })).Refused(400, "invalid-request");
        (await Configure(new { webhookSecret = new string('a', 257) })).Refused(400, "invalid-request");
        (await Configure(new { webhookUrl = "stock.example.com" })).Refused(400, "invalid-request");
        (await Configure(new { webhookUrl = "ftp://stock.example.com" })).Refused(400, "invalid-request");
    }

    [Fact]
    public async Task A_body_has_a_bound_and_bad_ones_wait_in_quarantine()
    {
        (await Send("shopify", new string('a', (1024 * 1024) + 1))).Refused(413, "body-too-large");

        Assert.Equal(1, (await Send("shopify", "<html>")).Ok().Items("documents").Single().Number("rejected"));
        Assert.Single(await host.Waiting(_source));
        Assert.Equal(1, (await Send("lightspeed", "payload=%7B")).Ok().Items("documents").Single().Number("rejected"));
        (await Send("shopify", "")).Refused(400, "invalid-request");
    }

    /// <summary>Of a count that is sent again nothing more is compared.</summary>
    [Fact]
    public async Task A_stock_figure_is_compared()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        var body = """
            {"merchant_id":"M","type":"inventory.count.updated","event_id":"SKU","data":{"object":{"inventory_counts":[
            {"catalog_object_id":"SKU","location_id":"S001","state":"IN_STOCK","quantity":"4","calculated_at":"2026-11-23T09:59:00Z"}]}}}
            """.Replace("SKU", sku, StringComparison.Ordinal);

        Assert.Equal("""{"compared":1}""", (await Send("square", body)).Ok().Items("documents").Single().GetProperty("noStock").GetRawText());
        (await Send("square", body)).Ok();

        Assert.Single((await host.Get("/v1/reconciliations")).Ok().Items(), run => run.Text("system") == _source);
        Assert.Equal(5, await host.OnHand(sku));
    }

    private Task<Answer> Configure(object settings) => host.Put($"/v1/sources/{Uri.EscapeDataString(_source)}", settings);

    private Task<Answer> Send(string format, string body, string? signature = null, string? source = null, string? headers = null)
    {
        var name = (headers ?? format) switch
        {
            "square" => "x-square-hmacsha256-signature",
            "lightspeed" => "X-Signature",
            _ => "X-Shopify-Hmac-Sha256",
        };
        var mediaType = format == "lightspeed" ? "application/x-www-form-urlencoded" : "application/json";
        return host.Send(
            HttpMethod.Post, $"/v1/sources/{Uri.EscapeDataString(source ?? _source)}/webhooks/{format}", new StringContent(body, Encoding.UTF8, mediaType),
            key: null, (name, signature ?? Sign(headers ?? format, body)));
    }

    private static string Sign(string format, string body, string secret = Secret)
    {
        var code = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(format == "square" ? Url + body : body));
        return format == "lightspeed" ? $"signature={Convert.ToHexStringLower(code)},algorithm=HMAC-SHA256" : Convert.ToBase64String(code);
    }
}

using System.Text;
using RetailSync.Channels.Documents.Webhooks;

namespace RetailSync.Channels.Tests;

/// <summary>
/// Square's own example (the tests of its SDKs); the others were signed with <c>openssl dgst -sha256 -hmac</c>, as the vendors say that they sign: Shopify in
/// base64, Lightspeed in hexadecimal digits.
/// </summary>
public sealed class Signatures_of_webhooks
{
    private const string Url = "https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9";
    private const string Hex = "a7d44628d8d69d1835273c50dec7c083d711f7e771cdb16fcaab779e0b5a1233";

    public static TheoryData<string, string, string, string> Signed => new()
    {
        {
            "square", "Ibxx_5AKakO-3qeNVR61Dw", "GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4=",
            """{"merchant_id":"MLEFBHHSJGVHD","type":"webhooks.test_notification","event_id":"ac3ac95b-f97d-458c-a6e6-18981597e05f","created_at":"2022-07-13T20:30:59.037339943Z","data":{"type":"webhooks","id":"bc368e64-01aa-407e-b46e-3231809b1129"}}"""
        },
        {
            "shopify", "shpss_0123456789abcdef0123456789abcdef", "+QxPxfAqeDIjvStjsW+hip5BQF8fPl/dwMC81MB8P1c=",
            """{"id":509562969,"order_id":450789469,"refund_line_items":[]}"""
        },
        {
            "lightspeed", "Xp4mYc0eE1Zt7oQbA9sK3dLuVwR6hN2j", $"signature={Hex},algorithm=HMAC-SHA256",
            "payload=%7B%22id%22%3A%226f0c%22%2C%22status%22%3A%22CLOSED%22%7D&domain_prefix=example"
        },
    };

    [Theory]
    [MemberData(nameof(Signed))]
    public void What_the_vendor_signed_is_genuine_and_nothing_else(string format, string secret, string header, string body)
    {
        Assert.True(Is(secret, Url, header, body));
        Assert.False(Is($"{secret}x", Url, header, body));
        Assert.False(Is(secret, Url, header, $"{body} "));
        Assert.False(Is(secret, Url, header, ""));
        Assert.False(Is(secret, Url, $"{header[..15]}{(header[15] == 'a' ? 'b' : 'a')}{header[16..]}", body));
        Assert.False(Is(secret, Url, header[..^5], body));
        Assert.False(Is(secret, Url, "", body));
        Assert.False(Is(secret, Url, null, body));
        Assert.Equal(format != "square", Is(secret, $"{Url}/", header, body));
        Assert.Equal(format != "square", SignatureOf(format).CanVerify(secret, null));
        Assert.False(SignatureOf(format).CanVerify(null, Url));

        bool Is(string key, string url, string? sent, string text) => SignatureOf(format).IsGenuine(key, url, sent, Encoding.UTF8.GetBytes(text));
    }

    [Theory]
    [InlineData($"signature={Hex}, algorithm=HMAC-SHA256", true)]
    [InlineData($"algorithm=hmac-sha256,signature={Hex}", true)]
    [InlineData($"signature={Hex}", false)]
    [InlineData($"signature={Hex},algorithm=NONE", false)]
    [InlineData("algorithm=HMAC-SHA256", false)]
    [InlineData("signature=,algorithm=HMAC-SHA256", false)]
    [InlineData("signature=zz,algorithm=HMAC-SHA256", false)]
    [InlineData(Hex, false)]
    public void Lightspeed_names_its_algorithm(string header, bool isGenuine) =>
        Assert.Equal(isGenuine, SignatureOf("lightspeed").IsGenuine("Xp4mYc0eE1Zt7oQbA9sK3dLuVwR6hN2j", null, header,
            "payload=%7B%22id%22%3A%226f0c%22%2C%22status%22%3A%22CLOSED%22%7D&domain_prefix=example"u8));

    private static WebhookSignature SignatureOf(string format) => DocumentFormats.Find(format)!.Signature!;
}

using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RetailSync.Channels.AdobeCommerce;

/// <summary>
/// How Adobe I/O Events shows that a delivery is its own: RSA with SHA-256 over the body as it came, in base64, by two keys of which one is valid at any time,
/// also while they are replaced. The headers name the paths of the public keys at Adobe's fixed domain. The keys are the same for everybody who has events of
/// Adobe's: that a delivery is meant for this channel, only the client id in it says.
/// <see href="https://developer.adobe.com/events/docs/guides/#security-considerations">Introduction to Adobe I/O Events Webhooks, security
/// considerations</see>; <see href="https://developer.adobe.com/events/docs/guides/sdk/sdk-signature-verification">Signature Verification for Events</see>.
/// Pure.
/// </summary>
public static partial class AdobeSignature
{
    /// <summary>Where Adobe keeps the keys.</summary>
    public const string Server = "https://static.adobeioevents.com";

    private static readonly (string Signature, string Path)[] Headers =
        [("x-adobe-digital-signature-1", "x-adobe-public-key1-path"), ("x-adobe-digital-signature-2", "x-adobe-public-key2-path")];

    /// <summary>The documents have the one, deliveries the other as well.</summary>
    private static readonly string[] RecipientFields = ["recipientclientid", "recipient_client_id"];

    /// <summary>Where the keys are that the message names; a path that is none of a key of Adobe's is left out.</summary>
    public static IReadOnlyList<Uri> KeysOf(Uri server, VendorMessage message) =>
        [.. Headers.Where(header => message.Header(header.Signature) is not null).Select(header => Key(server, message.Header(header.Path)))
            .OfType<Uri>().Distinct()];

    /// <summary>Whether one of the two signatures is right.</summary>
    public static bool IsOf(Uri server, VendorMessage message, IReadOnlyDictionary<Uri, string> keys) => Array.Exists(Headers, header =>
        message.Header(header.Signature) is { } signature && Key(server, message.Header(header.Path)) is { } address && keys.TryGetValue(address, out var key)
        && IsRight(signature, key, message.Body.Span));

    /// <summary>The recipient client ids of a message's events; null where one does not say. Empty when it cannot be read.</summary>
    public static IReadOnlyList<string?> Recipients(VendorMessage message) => [.. (AdobeCommerceOrders.Events(message) ?? []).SelectMany(Recipients)];

    /// <summary>As often as it is said, in whichever field; null where it is not said.</summary>
    private static IReadOnlyList<string?> Recipients(JsonElement happened)
    {
        if (happened.ValueKind != JsonValueKind.Object)
        {
            return [null];
        }

        try
        {
            List<string?> said = [.. happened.EnumerateObject().Where(field => RecipientFields.Contains(field.Name))
                .Select(field => field.Value.GetString() ?? "")];
            return said.Count > 0 ? said : [null];
        }
        catch (InvalidOperationException)
        {
            // No text, or none that could be one.
            return [""];
        }
    }

    private static Uri? Key(Uri server, string? path) => path is not null && KeyPath().IsMatch(path) ? new Uri(server, path) : null;

    private static bool IsRight(string signature, string key, ReadOnlySpan<byte> body)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(key);
            return rsa.VerifyData(body, Convert.FromBase64String(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException or CryptographicException)
        {
            return false;
        }
    }

    /// <summary>As Adobe's documents have it: <c>/prod/keys/pub-key-{uuid}.pem</c>.</summary>
    [GeneratedRegex(@"^/prod/keys/pub-key-[0-9A-Za-z-]{1,64}\.pem\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyPath();
}

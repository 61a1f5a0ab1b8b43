using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using RetailSync.Channels.Documents.Webhooks;

namespace RetailSync.Channels;

/// <summary>How a vendor reports of its orders over HTTP. Pure: verifies the sender and translates the content.</summary>
public interface IOrderWebhook
{
    /// <summary>Whether its SKUs are the names that the channel has for ours, as they are mapped; ours themselves otherwise.</summary>
    bool SpeaksInItsNames { get; }

    /// <summary>Whether the vendor first sends a <c>challenge</c> to be echoed, to verify the address.</summary>
    bool SendsChallenges => false;

    /// <summary>Whether the channel has a key to verify messages with; where it has none, every message is refused.</summary>
    bool CanVerify(AdapterSettings settings) => SharedSecret.IsSet(settings);

    /// <summary>
    /// Where the public keys are that the message says it is signed with: on the vendor's own server, whatever the message says. The caller fetches them first.
    /// </summary>
    IReadOnlyList<Uri> KeysOf(AdapterSettings settings, VendorMessage message) => [];

    /// <summary>Whether the signature proves that it was sent by the vendor, for this channel, or by a relay that has the channel's secret.</summary>
    /// <param name="keys">Those of <see cref="KeysOf"/> that could be read, as PEM.</param>
    /// <exception cref="ChannelNotReadyException">The settings lack what is needed to verify the message.</exception>
    bool IsGenuine(AdapterSettings settings, VendorMessage message, IReadOnlyDictionary<Uri, string> keys);

    /// <summary>
    /// What it reports, in the order in which that has happened; empty when it is about nothing that concerns stock. What cannot be understood is among it.
    /// </summary>
    IReadOnlyList<ReportedOrder> Read(VendorMessage message);
}

/// <summary>What was sent, in a vendor's words.</summary>
/// <param name="Header">A header by its name; null when it is not there.</param>
/// <param name="ReceivedAt">When it came, by the clock of this host.</param>
public sealed record VendorMessage(ReadOnlyMemory<byte> Body, Func<string, string?> Header, Instant ReceivedAt)
{
    /// <summary>The body for people.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);
}

/// <summary>Ways to prove possession of a secret.</summary>
public static class SharedSecret
{
    /// <summary>Where a relay of ours puts the signature.</summary>
    public const string SignatureHeader = "X-RetailSync-Hmac-Sha256";

    /// <summary>And when it signed: seconds since 1970, which are signed too.</summary>
    public const string TimestampHeader = "X-RetailSync-Timestamp";

    /// <summary>How far the two clocks may differ, and a message be on its way.</summary>
    private static readonly Duration Tolerance = Duration.FromMinutes(5);

    private const string Setting = "webhookSecret";

    /// <summary>Whether the channel has a secret.</summary>
    public static bool IsSet(AdapterSettings settings) => settings.OptionalText(Setting) is not null;

    /// <summary>Whether this is the HMAC-SHA256 of the body with the channel's secret, in base64.</summary>
    public static bool IsSigned(AdapterSettings settings, ReadOnlySpan<byte> body, string? signature) =>
        settings.OptionalText(Setting) is { } secret && HmacSha256.Matches(secret, body, HmacSha256.FromBase64(signature));

    /// <summary>
    /// Whether a relay has signed it just now, or the secret is the password of HTTP's basic scheme, for relays that cannot sign. A signature of the body
    /// alone, which is right for ever, counts only where <c>settings.relayTimestamp</c> is <c>optional</c>.
    /// </summary>
    public static bool IsKnownTo(AdapterSettings settings, VendorMessage message) =>
        IsSignedNow(settings, message)
        || (settings.OptionalText("relayTimestamp") == "optional" && message.Header(TimestampHeader) is null
            && IsSigned(settings, message.Body.Span, message.Header(SignatureHeader)))
        || (settings.OptionalText(Setting) is { } secret && Equal(secret, PasswordOf(message.Header("Authorization"))));

    private static bool IsSignedNow(AdapterSettings settings, VendorMessage message) =>
        message.Header(TimestampHeader) is { } timestamp && long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs(message.ReceivedAt.ToUnixTimeSeconds() - (decimal)seconds) <= (decimal)Tolerance.TotalSeconds
        && IsSigned(settings, [.. Encoding.UTF8.GetBytes($"{timestamp}."), .. message.Body.Span], message.Header(SignatureHeader));

    private static string? PasswordOf(string? authorization)
    {
        var credentials = new byte[authorization?.Length ?? 0];
        return AuthenticationHeaderValue.TryParse(authorization, out var header) && header is { Scheme: var scheme, Parameter: { } parameter }
            && scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) && Convert.TryFromBase64String(parameter, credentials, out var length)
            && Encoding.UTF8.GetString(credentials, 0, length).Split(':', 2) is [_, var password]
                ? password
                : null;
    }

    private static bool Equal(string expected, string? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));
}

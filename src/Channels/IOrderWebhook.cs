using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace RetailSync.Channels;

/// <summary>How a vendor reports of its orders over HTTP. Pure: whether it is the vendor who speaks, and what it says.</summary>
public interface IOrderWebhook
{
    /// <summary>Whether its SKUs are the names that the channel has for ours, as they are mapped; ours themselves otherwise.</summary>
    bool SpeaksInItsNames { get; }

    /// <summary>Whether it was sent by somebody who knows the channel's secret.</summary>
    bool IsGenuine(string secret, VendorMessage message);

    /// <summary>What it reports, in the order in which that has happened; empty when it is about nothing that concerns stock, or cannot be read.</summary>
    IReadOnlyList<ReportedOrder> Read(VendorMessage message);
}

/// <summary>What was sent, in a vendor's words.</summary>
/// <param name="Body">As it came.</param>
/// <param name="Header">A header by its name; null when it is not there.</param>
public sealed record VendorMessage(ReadOnlyMemory<byte> Body, Func<string, string?> Header);

/// <summary>Ways to show that one knows a secret.</summary>
public static class SharedSecret
{
    /// <summary>Where a relay of ours puts the signature of the body.</summary>
    public const string SignatureHeader = "X-RetailSync-Hmac-Sha256";

    /// <summary>Whether this is the HMAC-SHA256 of the body, in base64.</summary>
    public static bool IsSigned(string secret, ReadOnlySpan<byte> body, string? signature) =>
        Equal(Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)), signature);

    /// <summary>Whether the body is signed in <see cref="SignatureHeader"/>, or the secret is the password of HTTP's basic scheme, for relays that cannot sign.</summary>
    public static bool IsKnownTo(string secret, VendorMessage message) =>
        IsSigned(secret, message.Body.Span, message.Header(SignatureHeader)) || Equal(secret, PasswordOf(message.Header("Authorization")));

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

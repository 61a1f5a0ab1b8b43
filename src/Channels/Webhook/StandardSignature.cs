using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace RetailSync.Channels.Webhook;

/// <summary>Signatures as Standard Webhooks defines them: HMAC-SHA256 over <c>id.timestamp.body</c>, in base64 after <c>v1,</c>, one for each key.</summary>
public static class StandardSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>What comes after it in a secret is base64.</summary>
    public const string SecretPrefix = "whsec_";

    /// <summary>The key of a secret: <see cref="SecretPrefix"/> and base64, or any text as it is.</summary>
    /// <exception cref="FormatException">It begins with <see cref="SecretPrefix"/> and is not base64 after that.</exception>
    public static byte[] Key(string secret) => secret.StartsWith(SecretPrefix, StringComparison.Ordinal)
        ? Convert.FromBase64String(secret[SecretPrefix.Length..])
        : Encoding.UTF8.GetBytes(secret);

    /// <summary>Seconds since 1970.</summary>
    public static string Timestamp(Instant at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>Signatures with a space between, one for each key.</summary>
    public static string Sign(IEnumerable<byte[]> keys, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return string.Join(' ', keys.Select(key => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}"));
    }

    /// <summary>Whether one of the signatures is by one of the keys, and from within <paramref name="tolerance"/> of <paramref name="now"/>.</summary>
    public static bool IsValid(
        IEnumerable<byte[]> keys, string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body, Instant now, Duration tolerance)
    {
        if (id is null || signatures is null || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(now.ToUnixTimeSeconds() - (decimal)seconds) > (decimal)tolerance.TotalSeconds)
        {
            return false;
        }

        var expected = Sign(keys, id, timestamp, body).Split(' ').Select(Encoding.ASCII.GetBytes).ToList();
        return signatures.Split(' ')
            .Any(signature => expected.Exists(right => CryptographicOperations.FixedTimeEquals(right, Encoding.UTF8.GetBytes(signature))));
    }
}

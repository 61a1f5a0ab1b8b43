using System.Security.Cryptography;
using System.Text;

namespace RetailSync.Channels.Documents.Webhooks;

/// <summary>HMAC-SHA256, with which vendors and relays sign what they send.</summary>
public static class HmacSha256
{
    /// <summary>Whether a code is that of these bytes. It takes as long for each wrong code.</summary>
    /// <param name="secret">The key, as text in UTF-8.</param>
    /// <param name="signed">What was signed.</param>
    /// <param name="code">As it was sent; null where nothing that is one was.</param>
    public static bool Matches(string secret, ReadOnlySpan<byte> signed, byte[]? code) =>
        code is not null && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed), code);

    /// <summary>A code in base64; null for a text that is none.</summary>
    public static byte[]? FromBase64(string? text)
    {
        var code = new byte[HMACSHA256.HashSizeInBytes];
        return Convert.TryFromBase64String(text ?? "", code, out var length) && length == code.Length ? code : null;
    }

    /// <summary>A code in hexadecimal digits of either case; null for a text that is none.</summary>
    public static byte[]? FromHex(string? text)
    {
        var code = new byte[HMACSHA256.HashSizeInBytes];
        return text?.Length == code.Length * 2 && Convert.FromHexString(text, code, out _, out _) == System.Buffers.OperationStatus.Done ? code : null;
    }
}

using System.Text;

namespace RetailSync.Channels.Documents.Webhooks;

/// <summary>How a vendor signs what its webhooks deliver: the HMAC-SHA256 of the body, with a secret that it shares with the receiver.</summary>
/// <param name="Header">The name of the header with the signature.</param>
/// <param name="Code">The code in that header; null where it has none.</param>
/// <param name="CoversUrl">Whether the address to which the vendor sends is signed too, before the body.</param>
public sealed record WebhookSignature(string Header, Func<string, byte[]?> Code, bool CoversUrl = false)
{
    /// <summary>Whether a receiver has what is needed to verify.</summary>
    /// <param name="secret">The shared secret; null where none is configured.</param>
    /// <param name="url">The address as the vendor has it; null where none is configured.</param>
    public bool CanVerify(string? secret, string? url) => secret is not null && (!CoversUrl || url is not null);

    /// <summary>Whether it was sent by who has the secret.</summary>
    /// <param name="url">The address, exactly as the vendor has it; not used unless <see cref="CoversUrl"/>.</param>
    /// <param name="header">The text of <see cref="Header"/>; null where it was not sent.</param>
    /// <param name="body">As it was sent, byte for byte.</param>
    public bool IsGenuine(string secret, string? url, string? header, ReadOnlySpan<byte> body) =>
        header is not null && HmacSha256.Matches(secret, CoversUrl ? [.. Encoding.UTF8.GetBytes(url ?? ""), .. body] : body, Code(header));
}

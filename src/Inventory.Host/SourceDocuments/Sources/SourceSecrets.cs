using Microsoft.AspNetCore.DataProtection;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.SourceDocuments.Sources;

/// <summary>The secrets with which vendors sign webhooks: each encrypted for its source, by the keys that encrypt those of channels.</summary>
public sealed class SourceSecrets(SourceStore sources, IDataProtectionProvider protection, TimeProvider time)
{
    private const string Purpose = "RetailSync.SourceSecrets";

    private readonly Cached<IReadOnlyDictionary<string, SourceSettings>> _sources = new(sources.All, time);

    /// <summary>A secret as it is stored.</summary>
    /// <exception cref="ApiProblemException">503 <c>secrets-unavailable</c>: there are no keys here.</exception>
    public string Protect(string source, string secret) => protection.CreateProtector(Purpose, source).Encrypt(secret);

    /// <summary>Has what was written through this host used at once; other hosts use it within a second.</summary>
    public void Invalidate() => _sources.Invalidate();

    /// <summary>
    /// The secret of a source and the address that its vendor signs; nulls for a source that has none. Callers that nobody knows ask the database once a second
    /// at most.
    /// </summary>
    /// <exception cref="ApiProblemException">503 <c>secrets-unavailable</c>: it was encrypted with a key that this host does not have.</exception>
    public async ValueTask<(string? Secret, string? Url)> Read(string source, CancellationToken cancellation)
    {
        var settings = (await _sources.Read(cancellation)).GetValueOrDefault(source);
        return (settings?.WebhookSecret is { } cipher ? protection.CreateProtector(Purpose, source).DecryptToVerify(cipher) : null, settings?.WebhookUrl);
    }
}

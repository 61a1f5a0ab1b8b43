using System.Security.Cryptography;
using System.Text;

namespace RetailSync.Inventory.Host.Audit.Checkpoints;

/// <summary>Public keys whose signatures count, by name. Not for two threads.</summary>
public sealed class TrustedKeys : IDisposable
{
    private readonly Dictionary<string, ECDsa> _keys = [];

    /// <param name="publicKeys">In the form SubjectPublicKeyInfo; the first is the one that signs, where there is one that does.</param>
    public TrustedKeys(IEnumerable<byte[]> publicKeys)
    {
        foreach (var publicKey in publicKeys)
        {
            var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(publicKey, out _);
            if (!_keys.TryAdd(NameOf(key), key))
            {
                key.Dispose();
            }
        }
    }

    /// <summary>The name of a key and its PEM.</summary>
    public IEnumerable<(string Name, string PublicKey)> All => _keys.Select(key => (key.Key, key.Value.ExportSubjectPublicKeyInfoPem()));

    /// <summary>The first 16 hexadecimal digits of the SHA-256 of the public key.</summary>
    public static string NameOf(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16];

    /// <summary>Null where a trusted key has signed the statement; otherwise what is wrong, as the end of a sentence that begins with the checkpoint.</summary>
    public string? Refusal(Checkpoint made)
    {
        if (!_keys.TryGetValue(made.Key, out var key))
        {
            return $"is signed by the key '{made.Key}', which is not trusted ({CheckpointKeys.TrustedSetting})";
        }

        return key.VerifyData(Encoding.UTF8.GetBytes(made.Statement), made.Signature, HashAlgorithmName.SHA256)
            ? null
            : $"has a signature that key '{made.Key}' did not make for it";
    }

    public void Dispose()
    {
        foreach (var key in _keys.Values)
        {
            key.Dispose();
        }
    }
}

using System.Security.Cryptography;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.SignIn;

/// <summary>What lets people in: keys, and an identity provider where one is configured.</summary>
/// <param name="Oidc">Null where there is none.</param>
public sealed record SignInPolicy(KeyRing Keys, OidcOptions? Oidc)
{
    /// <summary>Whether what let this session in is still configured as it was.</summary>
    public bool StillAdmits(ConsoleSession session) => session.Key is { } key
        ? Keys.IsCurrent(key, session.Fingerprint)
        : Oidc is not null && CryptographicOperations.FixedTimeEquals(Oidc.Fingerprint, session.Fingerprint);
}

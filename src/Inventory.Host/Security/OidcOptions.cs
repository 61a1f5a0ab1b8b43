using System.Security.Cryptography;
using System.Text;
using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Security;

/// <summary>The identity provider with which people sign in to the console: OpenID Connect, code flow with PKCE.</summary>
public sealed class OidcOptions
{
    /// <summary>The provider's address, below which is <c>.well-known/openid-configuration</c>; https, but in Development.</summary>
    [Setting(Default = "required")]
    public string? Authority { get; init; }

    /// <summary>What the provider calls this installation.</summary>
    [Setting(Default = "required")]
    public string? ClientId { get; init; }

    /// <summary>Shared with the provider.</summary>
    [Setting(IsSecret = true, Default = "none")]
    public string? ClientSecret { get; init; }

    /// <summary>What is asked for, with which the id token has <c>sub</c> and <c>role</c> (or <c>roles</c>).</summary>
    [Setting(Default = "openid, profile")]
    public string[] Scopes { get; init; } = [];

    /// <summary>What a session compares with the configuration: another provider or client ends those that it let in.</summary>
    public byte[] Fingerprint => SHA256.HashData(Encoding.UTF8.GetBytes($"oidc\n{Authority}\n{ClientId}"));

    /// <exception cref="SettingsException">It is not enough to sign in with.</exception>
    public OidcOptions Checked() =>
        !Uri.TryCreate(Authority, UriKind.Absolute, out _) ? throw new SettingsException("Authentication:Oidc:Authority must be an address.")
        : ClientId is not { Length: > 0 } ? throw new SettingsException("Authentication:Oidc:ClientId is missing.")
        : this;
}

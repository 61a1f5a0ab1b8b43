using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Security;

/// <summary>Keys and tokens; section <c>Authentication</c> of the configuration.</summary>
[Section("Authentication")]
public sealed class CallerOptions
{
    /// <summary>
    /// Whether the keys <c>dev-admin</c>, <c>dev-ops</c> and so on count, which anybody knows: true lets them count on every address, and stops a host outside
    /// Development.
    /// </summary>
    [Setting(Default = "in Development, on loopback only")]
    public bool? DevKeys { get; init; }

    /// <summary>Keys, by the name under which everything that they record stands.</summary>
    public Dictionary<string, ConfiguredKey> Keys { get; init; } = [];

    /// <summary>Tokens of an issuer.</summary>
    public JwtOptions? Jwt { get; init; }

    /// <summary>Single sign-on of the console.</summary>
    public OidcOptions? Oidc { get; init; }
}

/// <summary>
/// Which JWTs count: those of an issuer with key pairs (<see cref="Authority"/>), or those that are signed with a shared key (<see cref="SigningKey"/>).
/// </summary>
public sealed class JwtOptions
{
    /// <summary>The address of the issuer, from which its public keys are read.</summary>
    [Setting(Default = "none")]
    public string? Authority { get; init; }

    /// <summary>The issuer that a token has to name.</summary>
    [Setting(Default = "Authority")]
    public string? Issuer { get; init; }

    /// <summary>Whom a token has to be for. Required: a token for somebody else would be accepted.</summary>
    [Setting(Default = "required")]
    public string? Audience { get; init; }

    /// <summary>A shared key of at least 32 bytes, instead of an <see cref="Authority"/>.</summary>
    [Setting(IsSecret = true, Default = "none")]
    public string? SigningKey { get; init; }

    /// <summary>
    /// The algorithms that count; with a shared key some of HS256, HS384 and HS512, else some of RS256 to RS512, PS256 to PS512 and ES256 to ES512.
    /// </summary>
    [Setting(Default = "HS256 with a shared key, else RS256, PS256, ES256")]
    public string[] Algorithms { get; init; } = [];

    /// <summary>What a token may say that it is (<c>typ</c>).</summary>
    [Setting(Default = "JWT, at+jwt")]
    public string[] Types { get; init; } = [];
}

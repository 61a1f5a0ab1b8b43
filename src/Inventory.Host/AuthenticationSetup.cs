using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.SignIn;

namespace RetailSync.Inventory.Host;

/// <summary>
/// Who may come in: keys of the configuration, development keys, and JWTs (<c>Authentication:Jwt</c>: <c>Authority</c>, or
/// <c>Issuer</c> with <c>SigningKey</c>; <c>Audience</c>; <c>Algorithms</c> and <c>Types</c> where the usual ones are not meant), and sessions of the console.
/// What each may do stands as <c>[Authorize]</c> at each endpoint.
/// </summary>
public static class AuthenticationSetup
{
    private const string KeyOrToken = "KeyOrToken";
    private const int MinSigningKeyBytes = 32;

    private static readonly string[] OfSharedKeys = [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512];

    private static readonly string[] OfKeyPairs =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256,
        SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>
    /// What a token says that it is (<c>typ</c>): RFC 7519's word, and RFC 9068's for access tokens. One that says nothing, or is for something else, such as a
    /// logout, opens nothing.
    /// </summary>
    private static readonly string[] UsualTypes = ["JWT", "at+jwt"];

    /// <exception cref="SettingsException">The configuration would admit callers that it should not.</exception>
    public static WebApplicationBuilder AddSecurity(this WebApplicationBuilder builder)
    {
        // Made now rather than when first asked for: a host with development keys outside Development must not start.
        var keys = new KeyRing(builder.Configuration, builder.Environment.IsDevelopment());
        var callers = builder.Configuration.Read<CallerOptions>();
        var (jwt, oidc) = (callers.Jwt, callers.Oidc?.Checked());
        builder.Services.AddSingleton(keys);
        builder.Services.AddSingleton(new SignInPolicy(keys, oidc));
        var acceptsTokens = jwt is not null;
        var authentication = builder.Services.AddAuthentication(KeyOrToken)
            .AddPolicyScheme(KeyOrToken, null, options => options.ForwardDefaultSelector = http =>
                acceptsTokens && KeyAuthentication.BearerOf(http.Request)?.Count(character => character == '.') == 2
                    ? JwtBearerDefaults.AuthenticationScheme
                    : SessionAuthentication.IsMeant(http.Request) ? SessionAuthentication.Name
                    : KeyAuthentication.Name)
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.Name, null)
            .AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.Name, null);
        builder.Services.AddSingleton<SessionStore>();
        if (jwt is not null)
        {
            var parameters = Parameters(jwt);
            authentication.AddJwtBearer(options => AcceptTokens(options, jwt, parameters, builder.Environment.IsDevelopment()));
            builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<IClock>((options, clock) =>
                options.TokenValidationParameters.LifetimeValidator = (from, until, _, _) => TokenLifetime.IsInForce(from, until, clock.GetCurrentInstant()));
        }

        if (oidc is not null)
        {
            authentication.AddSingleSignOn(oidc, builder.Environment.IsDevelopment());
        }

        builder.AddSecretKeys();
        builder.Services.AddAuthorization();
        return builder;
    }

    /// <summary>Once with what is configured, so that no call is too early, and once with what is listened on, wherever that was said.</summary>
    public static WebApplication RefuseDevKeysOffLoopback(this WebApplication app)
    {
        var keys = app.Services.GetRequiredService<KeyRing>();
        Warn(keys.Listen((app.Configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
        app.Lifetime.ApplicationStarted.Register(() => Warn(keys.Listen(app.Urls)));
        return app;

        void Warn(string? address)
        {
            if (address is not null)
            {
                app.Logger.LogWarning(
                    "Development keys are refused, since {Address} is not loopback and anybody knows them. Set a key of your own, Authentication:Keys:NAME:Key (at least 16 characters) and "
                    + "Authentication:Keys:NAME:Roles:0 (channel, store, planner, finance or ops), or Authentication:DevKeys=true where nobody else "
                    + "reaches this address",
                    address);
            }
        }
    }

    private static void AcceptTokens(JwtBearerOptions options, JwtOptions jwt, TokenValidationParameters parameters, bool isDevelopment)
    {
        options.Authority = jwt.Authority;
        options.RequireHttpsMetadata = !isDevelopment;
        options.MapInboundClaims = false;
        options.IncludeErrorDetails = false;
        options.TokenValidationParameters = parameters;
        options.Events = new JwtBearerEvents { OnTokenValidated = RequireSubjectAndSpreadRoles };
    }

    /// <exception cref="SettingsException">The settings would accept tokens that are for somebody else, or none at all.</exception>
    private static TokenValidationParameters Parameters(JwtOptions jwt)
    {
        var parameters = new TokenValidationParameters
        {
            ValidIssuer = jwt.Issuer ?? jwt.Authority
            ?? throw new SettingsException("Authentication:Jwt:Issuer is missing, and no Authority says it: no token would be accepted."),
            ValidAudience = jwt.Audience ?? throw new SettingsException("Authentication:Jwt:Audience is missing: a token for somebody else would be accepted."),
            RoleClaimType = Caller.RoleClaim,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ValidAlgorithms = Algorithms(jwt),
            ValidTypes = jwt.Types.Length > 0 ? jwt.Types : UsualTypes,
        };
        if (jwt.SigningKey is { } key)
        {
            var bytes = Encoding.UTF8.GetBytes(key);
            parameters.IssuerSigningKey = bytes.Length >= MinSigningKeyBytes
                ? new SymmetricSecurityKey(bytes)
                : throw new SettingsException($"Authentication:Jwt:SigningKey needs at least {MinSigningKeyBytes} bytes.");
        }

        return parameters;
    }

    /// <summary>
    /// The algorithms that count: by default HS256 for a shared <c>SigningKey</c>, RS256, PS256 and ES256 for an issuer's key pairs. Never both kinds, so that
    /// nobody signs with a public key as if it were a shared one, and never <c>none</c>.
    /// </summary>
    private static string[] Algorithms(JwtOptions jwt)
    {
        var isShared = jwt.SigningKey is not null;
        if (isShared == jwt.Authority is not null)
        {
            throw new SettingsException(
                isShared ? "Authentication:Jwt has an Authority and a SigningKey: tokens are signed by the issuer's key pair or with a shared key, not both."
                : "Authentication:Jwt has neither an Authority nor a SigningKey: no token could be accepted.");
        }

        var possible = isShared ? OfSharedKeys : OfKeyPairs;
        var algorithms = jwt.Algorithms.Length > 0 ? jwt.Algorithms
            : isShared ? [SecurityAlgorithms.HmacSha256]
            : [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256];
        return algorithms.Except(possible).FirstOrDefault() is { } other
            ? throw new SettingsException(
                $"Authentication:Jwt:Algorithms has '{other}': {(isShared ? "with a SigningKey" : "without a SigningKey")} it must be some of "
                    + $"{string.Join(", ", possible)}.")
            : algorithms;
    }

    /// <summary>
    /// Everything recorded names its subject, so a token without one is refused. Some issuers say <c>roles</c>; both words mean the same here.
    /// </summary>
    private static Task RequireSubjectAndSpreadRoles(TokenValidatedContext context)
    {
        if (!Identifier.TryParse(context.Principal?.FindFirst(Caller.NameClaim)?.Value, out _))
        {
            context.Fail("The token has no sub of 1 to 128 printable characters.");
            return Task.CompletedTask;
        }

        // What its issuer calls critical has to be understood (RFC 7515, 4.1.11), and no extension is.
        if (context.SecurityToken is JsonWebToken { EncodedHeader: { } header }
            && JsonSerializer.Deserialize<JsonElement>(Base64UrlEncoder.DecodeBytes(header)).TryGetProperty("crit", out _))
        {
            context.Fail("The token has a critical header.");
            return Task.CompletedTask;
        }

        if (context.Principal?.Identity is ClaimsIdentity identity)
        {
            identity.AddClaims([.. identity.FindAll("roles").Select(claim => new Claim(Caller.RoleClaim, claim.Value))]);
        }

        return Task.CompletedTask;
    }
}

using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Tokens;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Callers;

namespace RetailSync.Inventory.Host;

/// <summary>
/// Who may come in: keys of the configuration, development keys, and JWTs (<c>Authentication:Jwt</c>: <c>Authority</c>, or
/// <c>Issuer</c> with <c>SigningKey</c>; <c>Audience</c>). What each may do stands as <c>[Authorize]</c> at each endpoint.
/// </summary>
public static class Security
{
    private const string KeyOrToken = "KeyOrToken";
    private const int MinSigningKeyBytes = 32;

    /// <exception cref="InvalidOperationException">The configuration would let in whom it should not.</exception>
    public static WebApplicationBuilder AddSecurity(this WebApplicationBuilder builder)
    {
        // Made now rather than when first asked for: a host with development keys outside Development must not start.
        builder.Services.AddSingleton(new KeyRing(builder.Configuration, builder.Environment.IsDevelopment()));
        var jwt = builder.Configuration.GetSection("Authentication:Jwt");
        var acceptsTokens = jwt.GetChildren().Any();
        var authentication = builder.Services.AddAuthentication(KeyOrToken)
            .AddPolicyScheme(KeyOrToken, null, options => options.ForwardDefaultSelector = http =>
                acceptsTokens && KeyAuthentication.BearerOf(http.Request)?.Count(character => character == '.') == 2
                    ? JwtBearerDefaults.AuthenticationScheme
                    : KeyAuthentication.Name)
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.Name, null);
        if (acceptsTokens)
        {
            authentication.AddJwtBearer(options => AcceptTokens(options, jwt, builder.Environment.IsDevelopment()));
        }

        builder.AddSecretKeys();
        builder.Services.AddAuthorization();
        return builder;
    }

    private static void AcceptTokens(JwtBearerOptions options, IConfigurationSection jwt, bool isDevelopment)
    {
        options.Authority = jwt["Authority"];
        options.RequireHttpsMetadata = !isDevelopment;
        options.MapInboundClaims = false;
        options.IncludeErrorDetails = false;
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = jwt["Issuer"] ?? jwt["Authority"],
            ValidAudience = jwt["Audience"] ?? throw new InvalidOperationException("Authentication:Jwt:Audience is missing: a token for somebody else would be accepted."),
            RoleClaimType = Caller.RoleClaim,
            RequireExpirationTime = true,
        };
        if (jwt["SigningKey"] is { } key)
        {
            var bytes = Encoding.UTF8.GetBytes(key);
            options.TokenValidationParameters.IssuerSigningKey = bytes.Length >= MinSigningKeyBytes
                ? new SymmetricSecurityKey(bytes)
                : throw new InvalidOperationException($"Authentication:Jwt:SigningKey needs at least {MinSigningKeyBytes} bytes.");
        }

        options.Events = new JwtBearerEvents { OnTokenValidated = RequireSubjectAndSpreadRoles };
    }

    /// <summary>Everything recorded names its subject, so a token without one is refused. Some issuers say <c>roles</c>; both words mean the same here.</summary>
    private static Task RequireSubjectAndSpreadRoles(TokenValidatedContext context)
    {
        if (!Identifier.TryParse(context.Principal?.FindFirst(Caller.NameClaim)?.Value, out _))
        {
            context.Fail("The token has no sub of 1 to 128 printable characters.");
            return Task.CompletedTask;
        }

        if (context.Principal?.Identity is ClaimsIdentity identity)
        {
            identity.AddClaims([.. identity.FindAll("roles").Select(claim => new Claim(Caller.RoleClaim, claim.Value))]);
        }

        return Task.CompletedTask;
    }
}

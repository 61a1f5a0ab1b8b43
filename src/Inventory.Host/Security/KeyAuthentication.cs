using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace RetailSync.Inventory.Host.Security;

/// <summary><c>Authorization: Bearer {key}</c> for keys; tokens are the matter of JwtBearer.</summary>
public sealed class KeyAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, KeyRing keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "Key";

    /// <summary>The credential after <c>Bearer</c>; null when there is none.</summary>
    public static string? BearerOf(HttpRequest request) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
        && header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
        && header.Parameter is { Length: > 0 } credential
            ? credential
            : null;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        BearerOf(Request) is not { } key ? AuthenticateResult.NoResult()
        : keys.Find(key) is { } caller ? AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(Name), Name))
        : AuthenticateResult.Fail("Unknown key."));

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }
}

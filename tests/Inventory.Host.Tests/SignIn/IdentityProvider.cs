using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace RetailSync.Inventory.Host.Tests.SignIn;

/// <summary>An OpenID provider on a port of its own, which signs everybody in at once: discovery, code flow with PKCE, each code once.</summary>
public sealed class IdentityProvider : IAsyncDisposable
{
    public const string ClientId = "retailsync";
    public const string ClientSecret = "shared with the provider";

    private readonly WebApplication _app;
    private readonly RsaSecurityKey _key = new(RSA.Create(2048)) { KeyId = "one" };
    private readonly ConcurrentDictionary<string, (string Challenge, string Nonce, string RedirectUri)> _codes = [];

    private IdentityProvider(WebApplication app) => _app = app;

    public string Authority => _app.Urls.First();

    /// <summary>Claims of the id token beside those of the protocol.</summary>
    public Dictionary<string, object> Claims { get; set; } = [];

    /// <summary>By whose clock tokens are issued.</summary>
    public Func<Instant> Now { get; set; } = () => RunningHost.Now;

    public static async Task<IdentityProvider> Start()
    {
        var builder = WebApplication.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        var provider = new IdentityProvider(builder.Build());
        provider.Map();
        await provider._app.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private void Map()
    {
        _app.MapGet("/.well-known/openid-configuration", () => new Dictionary<string, object>
        {
            ["issuer"] = Authority,
            ["authorization_endpoint"] = $"{Authority}/authorize",
            ["token_endpoint"] = $"{Authority}/token",
            ["jwks_uri"] = $"{Authority}/keys",
            ["response_types_supported"] = new[] { "code" },
            ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
        });
        _app.MapGet("/keys", () =>
        {
            var parameters = _key.Rsa.ExportParameters(includePrivateParameters: false);
            var (n, e) = (Base64UrlEncoder.Encode(parameters.Modulus), Base64UrlEncoder.Encode(parameters.Exponent));
            return new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = _key.KeyId, n, e } } };
        });
        _app.MapGet("/authorize", (HttpRequest request) =>
        {
            var query = request.Query;
            Assert.Equal(("code", ClientId, "S256"), (query["response_type"].ToString(), query["client_id"].ToString(), query["code_challenge_method"].ToString()));
            var code = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(16));
            _codes[code] = (query["code_challenge"]!, query["nonce"]!, query["redirect_uri"]!);
            return Results.Redirect(QueryHelpers.AddQueryString(query["redirect_uri"]!, new Dictionary<string, string?>
            { ["code"] = code, ["state"] = query["state"] }));
        });
        _app.MapPost("/token", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync();
            var verifier = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
            return _codes.TryRemove(form["code"].ToString(), out var code) && code.Challenge == verifier && code.RedirectUri == form["redirect_uri"]
                && form["client_secret"] == ClientSecret
                    ? Results.Json(new { access_token = "opaque", token_type = "Bearer", expires_in = 60, id_token = IdToken(code.Nonce) })
                    : Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        });
    }

    private string IdToken(string nonce)
    {
        var now = Now().ToDateTimeUtc();
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Authority,
            Audience = ClientId,
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddMinutes(5),
            Claims = new Dictionary<string, object>(Claims) { ["nonce"] = nonce },
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.RsaSha256),
        });
    }
}

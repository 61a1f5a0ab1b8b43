using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using RetailSync.Inventory.Host.Configuration;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Security;

public class Bearer_tokens_of_an_issuer(HostThatTakesTokens host) : IClassFixture<HostThatTakesTokens>
{
    [Theory]
    [InlineData(SecurityAlgorithms.HmacSha256, "JWT", 200)]
    [InlineData(SecurityAlgorithms.HmacSha256, "at+jwt", 200)]
    [InlineData(SecurityAlgorithms.HmacSha384, "JWT", 401)]
    [InlineData(SecurityAlgorithms.HmacSha512, "JWT", 401)]
    [InlineData(SecurityAlgorithms.HmacSha256, "logout+jwt", 401)]
    [InlineData(SecurityAlgorithms.HmacSha256, "jwt-secevent", 401)]
    public async Task Are_refused_by_algorithm_and_type(string algorithm, string type, int status)
    {
        var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(HostThatTakesTokens.Key.PadRight(algorithm == SecurityAlgorithms.HmacSha256 ? 0 : 64)));
        Assert.Equal(status, (await host.Get("/v1/locations", Token(new SigningCredentials(key, algorithm), type, TimeSpan.FromHours(1)))).Status);
    }

    [Fact]
    public async Task Are_refused_without_a_signature()
    {
        var parts = Token(Credentials(), "JWT", TimeSpan.FromHours(1)).Split('.');
        var none = Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""");
        foreach (var token in new[] { $"{none}.{parts[1]}.", $"{none}.{parts[1]}.{parts[2]}", $"{parts[0]}.{parts[1]}.", $"{parts[0]}.{parts[1]}.AAAA" })
        {
            (await host.Get("/v1/locations", token)).Refused(401, "unauthenticated");
        }
    }

    [Theory]
    [InlineData("""{"alg":"HS256","typ":"JWT"}""", 200)]
    [InlineData("""{"alg":"HS256","typ":"JWT","crit":["tenant"],"tenant":"a"}""", 401)]
    [InlineData("""{"alg":"HS256"}""", 401)]
    [InlineData("""{"alg":"HS256","typ":null}""", 401)]
    [InlineData("""{"alg":"HS256","typ":"jwt"}""", 401)]
    public async Task Are_refused_without_a_known_type_or_with_unknown_extensions(string header, int status)
    {
        var unsigned = $"{Base64UrlEncoder.Encode(header)}.{Token(Credentials(), "JWT", TimeSpan.FromHours(1)).Split('.')[1]}";
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(HostThatTakesTokens.Key), Encoding.ASCII.GetBytes(unsigned));
        Assert.Equal(status, (await host.Get("/v1/locations", $"{unsigned}.{Base64UrlEncoder.Encode(signature)}")).Status);
    }

    [Theory]
    [InlineData(-15, 200)]
    [InlineData(-60, 401)]
    public async Task Are_accepted_after_expiry_only_within_the_clock_skew(int expiresIn, int status) =>
        Assert.Equal(status, (await host.Get("/v1/locations", Token(Credentials(), "JWT", TimeSpan.FromSeconds(expiresIn)))).Status);

    /// <summary>The machine's clock has no part in it: this host's stands elsewhere.</summary>
    [Fact]
    public async Task Are_valid_by_the_hosts_clock()
    {
        var token = Token(Credentials(), "JWT", TimeSpan.FromDays(2));
        (await host.Get("/v1/locations", token)).Ok();
        host.Clock.AdvanceDays(3);
        (await host.Get("/v1/locations", token)).Refused(401, "unauthenticated");
        (await host.Get("/v1/locations", Token(Credentials(), "JWT", TimeSpan.FromHours(1)))).Ok();
    }

    [Fact]
    public async Task Limit_the_sources_that_they_name()
    {
        var sku = NewSku();
        var token = Token(Credentials(), "JWT", TimeSpan.FromHours(1), ("source", "wms/*"));
        foreach (var (source, code) in new[] { ("wms/1", null), ("erp", "forbidden-source"), ("channel/web", "forbidden-source") })
        {
            var answer = (await host.Post("/v1/movements?results=all", new { source, movements = new[] { Line("receipt", 1, sku) } }, token)).Ok();
            Assert.Equal(code, answer.Items("results")[0].Text("code"));
        }
    }

    [Fact]
    public async Task Are_refused_by_shared_secret_where_the_issuer_has_a_key_pair()
    {
        await using var app = Server.Build(
            ["--environment", "Development", "--Authentication:Jwt:Authority=https://issuer.example", "--Authentication:Jwt:Audience=retailsync"],
            "Host=127.0.0.1;Port=1;Database=none;Username=nobody");
        using var pair = RSA.Create(2048);
        var parameters = app.Services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>()
            .Get(JwtBearerDefaults.AuthenticationScheme).TokenValidationParameters.Clone();
        parameters.ValidIssuer = "us";
        parameters.IssuerSigningKeys = [new RsaSecurityKey(pair), new SymmetricSecurityKey(pair.ExportSubjectPublicKeyInfo())];

        Assert.True(await IsBelieved(new SigningCredentials(new RsaSecurityKey(pair), SecurityAlgorithms.RsaSha256)));
        Assert.False(await IsBelieved(new SigningCredentials(new SymmetricSecurityKey(pair.ExportSubjectPublicKeyInfo()), SecurityAlgorithms.HmacSha256)));

        async Task<bool> IsBelieved(SigningCredentials credentials) =>
            (await new JsonWebTokenHandler().ValidateTokenAsync(
                Token(Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()), credentials, "JWT", TimeSpan.FromHours(1)), parameters)).IsValid;
    }

    [Theory]
    [InlineData("Authentication:Jwt:SigningKey=a signing key of more than thirty-two bytes", "Authentication:Jwt:Algorithms:0=RS256")]
    [InlineData("Authentication:Jwt:SigningKey=a signing key of more than thirty-two bytes", "Authentication:Jwt:Algorithms:0=none")]
    [InlineData("Authentication:Jwt:Authority=https://issuer.example", "Authentication:Jwt:Algorithms:0=HS256")]
    [InlineData("Authentication:Jwt:Authority=https://issuer.example", "Authentication:Jwt:SigningKey=a signing key of more than thirty-two bytes")]
    [InlineData("Authentication:Jwt:SigningKey=a signing key of more than thirty-two bytes", "Authentication:Jwt:Types:0=JWT")]
    [InlineData("Authentication:Jwt:Issuer=https://issuer.example", "Authentication:Jwt:Types:0=JWT")]
    public void Are_not_configured_together_with_another_kind(string one, string other) => Assert.Throws<SettingsException>(() => Server.Build(
        ["--environment", "Development", "--Authentication:Jwt:Audience=retailsync", $"--{one}", $"--{other}"],
        "Host=127.0.0.1;Port=1;Database=none;Username=nobody"));

    private static SigningCredentials Credentials() =>
        new(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(HostThatTakesTokens.Key)), SecurityAlgorithms.HmacSha256);

    private string Token(SigningCredentials credentials, string type, TimeSpan expiresIn, params IReadOnlyList<(string Type, string Value)> claims) =>
        Token(host.Clock.GetCurrentInstant(), credentials, type, expiresIn, claims);

    private static string Token(
        Instant now, SigningCredentials credentials, string type, TimeSpan expiresIn, params IReadOnlyList<(string Type, string Value)> claims) =>
        new JsonWebTokenHandler().CreateToken(
        new SecurityTokenDescriptor
        {
            Issuer = "us",
            Audience = "retailsync",
            NotBefore = new DateTime(2019, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            Expires = (now + Duration.FromTimeSpan(expiresIn)).ToDateTimeUtc(),
            TokenType = type,
            Subject = new ClaimsIdentity(
                [new Claim("sub", "somebody"), new Claim("role", "ops"), .. claims.Select(claim => new Claim(claim.Type, claim.Value))]),
            SigningCredentials = credentials,
        });
}

using System.Security.Claims;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Security;

public sealed class HostThatTakesTokens : RunningHost
{
    public const string Key = "a signing key of more than thirty-two bytes";

    protected override string[] Switches =>
        ["--Authentication:Jwt:Issuer=us", "--Authentication:Jwt:Audience=retailsync", $"--Authentication:Jwt:SigningKey={Key}"];
}

public class Bearer_tokens(HostThatTakesTokens host) : IClassFixture<HostThatTakesTokens>
{
    private static readonly DateTime Future = new(2099, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task A_stores_token_records_at_its_own_location()
    {
        var sku = NewSku();
        var lines = new[] { Line("receipt", 1, sku), Line("receipt", 1, sku, location: "S002") };

        var answer = (await host.Post(
            "/v1/movements?results=all", new { source = "pos/S001", movements = lines }, Token(("role", "store"), ("location", "S001")))).Ok();

        Assert.Equal([null, "forbidden-location"], answer.Items("results").Texts("code"));
    }

    [Fact]
    public async Task Several_roles_may_be_in_either_claim()
    {
        (await host.Get("/v1/quarantine", Token(("roles", "planner"), ("roles", "ops")))).Ok();
        (await host.Get("/v1/quarantine", Token(("roles", "planner")))).Refused(403, "forbidden");
        (await host.Get("/v1/quarantine", Token())).Refused(403, "forbidden");
    }

    [Fact]
    public async Task A_foreign_token_is_refused()
    {
        (await host.Get("/v1/quarantine", Token("another signing key of thirty-two bytes or more", "us", "retailsync", Future, ("role", "ops")))).Refused(
            401, "unauthenticated");
        (await host.Get("/v1/quarantine", Token(HostThatTakesTokens.Key, "them", "retailsync", Future, ("role", "ops")))).Refused(401, "unauthenticated");
        (await host.Get("/v1/quarantine", Token(HostThatTakesTokens.Key, "us", "another", Future, ("role", "ops")))).Refused(401, "unauthenticated");
        (await host.Get("/v1/quarantine",
            Token(HostThatTakesTokens.Key, "us", "retailsync", new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc), ("role", "ops")))).Refused(
            401, "unauthenticated");
        (await host.Get("/v1/quarantine", "eyJhbGciOiJub25lIn0.eyJyb2xlIjoib3BzIn0.")).Refused(401, "unauthenticated");
    }

    [Fact]
    public async Task A_token_without_a_subject_is_refused()
    {
        (await host.Get("/v1/quarantine", Token(HostThatTakesTokens.Key, "us", "retailsync", Future, ("role", "ops")))).Refused(401, "unauthenticated");
        (await host.Get("/v1/quarantine", Token(HostThatTakesTokens.Key, "us", "retailsync", Future, ("role", "ops"), ("sub", " ")))).Refused(
            401, "unauthenticated");
        (await host.Get("/v1/quarantine", Token(HostThatTakesTokens.Key, "us", "retailsync", Future, ("role", "ops"), ("sub", "a\u0000b")))).Refused(
            401, "unauthenticated");
    }

    [Fact]
    public async Task Its_subject_is_recorded_with_each_write()
    {
        var sku = NewSku();
        (await host.Post("/v1/movements", new { source = "pos/S001", movements = new[] { Line("receipt", 1, sku) } },
            Token(("role", "store"), ("location", "S001")))).Ok();

        var happened = (await host.Get($"/v1/positions/{sku}/S001/events", "dev-ops")).Ok().Items("items").Single();
        Assert.Equal(("somebody", "store"), (happened.Text("by"), happened.Text("role")));
    }

    private static string Token(params IReadOnlyList<(string Type, string Value)> claims) =>
        Token(HostThatTakesTokens.Key, "us", "retailsync", Future, [("sub", "somebody"), .. claims]);

    private static string Token(string key, string issuer, string audience, DateTime expires, params IReadOnlyList<(string Type, string Value)> claims) =>
        new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            NotBefore = new DateTime(2019, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            Expires = expires,
            Subject = new ClaimsIdentity(claims.Select(claim => new Claim(claim.Type, claim.Value))),
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(key)), SecurityAlgorithms.HmacSha256),
        });
}

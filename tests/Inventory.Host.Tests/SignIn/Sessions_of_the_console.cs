using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Retention;
using RetailSync.Inventory.Host.SignIn;

namespace RetailSync.Inventory.Host.Tests.SignIn;

/// <summary>Its keys can be other ones after a restart.</summary>
public sealed class HostWhoseKeysChange : RunningHost
{
    public string Key { get; set; } = "a key of somebody";

    public string Role { get; set; } = "ops";

    protected override string[] Switches =>
        [$"--Authentication:Keys:one:Key={Key}", $"--Authentication:Keys:one:Roles:0={Role}",
         "--Authentication:Keys:two:Key=a key of another", "--Authentication:Keys:two:Roles:0=finance", "--Retention:AlertDays=0"];
}

public class Sessions_of_the_console(HostWhoseKeysChange host) : IClassFixture<HostWhoseKeysChange>
{
    private static readonly object Nothing = new { };

    [Fact]
    public async Task Begin_with_a_key_that_no_script_can_read()
    {
        using var browser = new Browser(host);
        var answer = await browser.SignIn(host.Key);

        Assert.Equal(("one", "ops"), (answer.Ok().Text("name"), answer.Json.GetProperty("roles")[0].GetString()));
        Assert.Matches("^retailsync=[A-Za-z0-9_-]{43}; max-age=28800; path=/; samesite=strict; httponly$", answer.Headers["Set-Cookie"]);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.Equal("one", (await browser.Get("/v1/me")).Ok().Text("name"));
        Assert.Equal(answer.Json.GetRawText(), (await browser.Get("/v1/me")).Text);
    }

    [Fact]
    public async Task Do_not_begin_with_what_is_no_key()
    {
        using var browser = new Browser(host);
        (await browser.SignIn("nobody has this key")).Refused(401, "unauthenticated");
        (await browser.Post("/console/sign-in", new { })).Refused(400, "invalid-request");
        Assert.Null(browser.Cookie);
        foreach (var cookie in new[] { "retailsync=", "retailsync=x", $"retailsync={new string('A', 43)}", $"__Host-retailsync={new string('A', 43)}" })
        {
            browser.Cookie = cookie;
            (await browser.Get("/v1/me")).Refused(401, "unauthenticated");
        }
    }

    [Fact]
    public async Task Name_who_wrote_something()
    {
        using var browser = await SignedIn();
        Assert.Equal("one", (await browser.Put("/v1/locations/C1", new { type = "store" })).Ok().Text("by"));
        var activity = (await host.Get("/v1/audit/activity?by=one")).Ok().Items().Where(row => row.Text("path") == "/v1/locations/C1");
        Assert.Equal(["ops"], activity.Texts("role"));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("1", null)]
    [InlineData("1", "same-site")]
    [InlineData("1", "cross-site")]
    [InlineData("0", "same-origin")]
    [InlineData(null, "same-origin")]
    public async Task Change_nothing_for_another_site(string? console, string? site)
    {
        using var browser = await SignedIn();
        (string, string)[] headers = [.. Header("X-RetailSync-Console", console), .. Header("Sec-Fetch-Site", site)];
        (await browser.Send(HttpMethod.Put, "/v1/locations/C2", new { type = "store" }, headers)).Refused(403, "cross-site");
        (await browser.Send(HttpMethod.Post, "/console/sign-out", null, headers)).Refused(403, "cross-site");
        (await browser.Send(HttpMethod.Get, "/v1/me", null, headers)).Ok();

        static IEnumerable<(string, string)> Header(string name, string? value) => value is null ? [] : [(name, value)];
    }

    [Fact]
    public async Task Do_not_begin_from_a_page_of_another_site()
    {
        using var browser = new Browser(host);
        (await browser.SignIn(host.Key, ("Sec-Fetch-Site", "cross-site"))).Refused(403, "cross-site");
        Assert.Null(browser.Cookie);
    }

    [Fact]
    public async Task Do_not_count_beside_a_key_in_the_header()
    {
        using var browser = await SignedIn();
        var answer = await browser.Send(HttpMethod.Get, "/v1/me", null, [("Authorization", "Bearer a key of another")]);
        Assert.Equal("two", answer.Ok().Text("name"));
        (await browser.Send(HttpMethod.Get, "/v1/me", null, [("Authorization", "Bearer nobody")])).Refused(401, "unauthenticated");
    }

    [Fact]
    public async Task End_when_their_owner_signs_out()
    {
        using var browser = await SignedIn();
        var answer = await browser.Post("/console/sign-out", Nothing);
        Assert.Equal(204, answer.Status);
        Assert.StartsWith("retailsync=; max-age=0", answer.Headers["Set-Cookie"], StringComparison.Ordinal);
        (await browser.Get("/v1/me")).Refused(401, "unauthenticated");
    }

    [Fact]
    public async Task End_when_somebody_else_signs_in()
    {
        using var browser = await SignedIn();
        var before = browser.Cookie;
        Assert.Equal("two", (await browser.SignIn("a key of another")).Ok().Text("name"));
        browser.Cookie = before;
        (await browser.Get("/v1/me")).Refused(401, "unauthenticated");
    }

    [Fact]
    public async Task End_on_other_hosts_too()
    {
        using var browser = await SignedIn();
        var ticket = browser.Cookie!.Split('=')[1];
        var other = new SessionStore(host.Services.GetRequiredService<NpgsqlDataSource>(), host.Clock);
        Assert.NotNull(await other.Find(ticket, () => { }, default));

        Assert.Equal(204, (await browser.Post("/console/sign-out", Nothing)).Status);
        host.Clock.Advance(SessionStore.Freshness);
        Assert.Null(await other.Find(ticket, () => { }, default));
    }

    [Fact]
    public async Task Are_read_once_in_two_seconds()
    {
        using var browser = await SignedIn();
        var (sessions, ticket, reads) = (new SessionStore(host.Services.GetRequiredService<NpgsqlDataSource>(), host.Clock), browser.Cookie!.Split('=')[1], 0);
        for (var request = 0; request < 10; request++)
        {
            Assert.NotNull(await sessions.Find(ticket, () => reads++, default));
        }

        Assert.Equal(1, reads);
    }

    [Fact]
    public async Task End_an_hour_after_the_last_use()
    {
        using var browser = await SignedIn();
        for (var use = 0; use < 3; use++)
        {
            host.Clock.AdvanceMinutes(59);
            (await browser.Get("/v1/me")).Ok();
        }

        host.Clock.AdvanceMinutes(61);
        (await browser.Get("/v1/me")).Refused(401, "unauthenticated");
    }

    [Fact]
    public async Task End_after_eight_hours_of_use()
    {
        using var browser = await SignedIn();
        for (var use = 0; use < 15; use++)
        {
            host.Clock.AdvanceMinutes(31);
            (await browser.Get("/v1/me")).Ok();
        }

        host.Clock.AdvanceMinutes(16);
        (await browser.Get("/v1/me")).Refused(401, "unauthenticated");
    }

    [Theory]
    [InlineData("a key of somebody", "ops", true)]
    [InlineData("a key of somebody", "finance", false)]
    [InlineData("a new key of somebody", "ops", false)]
    public async Task End_when_the_key_is_another(string key, string role, bool isOpen)
    {
        (host.Key, host.Role) = ("a key of somebody", "ops");
        await host.Restart();
        var cookie = (await SignedIn()).Cookie;

        (host.Key, host.Role) = (key, role);
        await host.Restart();
        using var browser = new Browser(host) { Cookie = cookie };
        Assert.Equal(isOpen ? 200 : 401, (await browser.Get("/v1/me")).Status);
    }

    [Fact]
    public async Task Of_one_name_are_a_hundred_at_most()
    {
        using var first = await SignedIn();
        for (var other = 1; other <= SessionStore.MostOfName; other++)
        {
            using var _ = await SignedIn();
        }

        host.Clock.Advance(SessionStore.Freshness);
        (await first.Get("/v1/me")).Refused(401, "unauthenticated");
        Assert.Equal((long)SessionStore.MostOfName, await host.Sql("select count(*) from inventory.console_session where name = 'one' and ended_at is null "
            + "and expires_at > (select max(created_at) from inventory.console_session)"));
    }

    [Fact]
    public async Task Are_stored_without_their_tickets_and_not_for_ever()
    {
        using var browser = await SignedIn();
        var ticket = browser.Cookie!.Split('=')[1];
        Assert.Equal(0L, await host.Sql("select count(*) from inventory.console_session as s where s::text like $1", $"%{ticket}%"));

        host.Clock.AdvanceDays(8);
        await host.Services.GetRequiredService<RetentionJob>().Run(default);
        Assert.Equal(0L, await host.Sql("select count(*) from inventory.console_session"));
    }

    [Theory]
    [InlineData("https", "10.0.0.7", "Production", "__Host-retailsync")]
    [InlineData("https", "127.0.0.1", "Development", "__Host-retailsync")]
    [InlineData("http", "127.0.0.1", "Development", "retailsync")]
    [InlineData("http", "::ffff:127.0.0.1", "Development", "retailsync")]
    [InlineData("http", "127.0.0.1", "Production", "__Host-retailsync")]
    [InlineData("http", "10.0.0.7", "Development", null)]
    [InlineData("http", "10.0.0.7", "Production", null)]
    public void Need_https_from_another_machine(string scheme, string from, string environment, string? cookie)
    {
        var services = WebApplication.CreateBuilder(["--environment", environment]).Services;
        var http = new DefaultHttpContext { RequestServices = services.BuildServiceProvider() };
        (http.Request.Scheme, http.Connection.RemoteIpAddress) = (scheme, IPAddress.Parse(from));

        Assert.Equal(cookie, SessionCookie.NameAt(http));
        var refusal = Record.Exception(() => SignInWithKey.RequireSafeWay(http)) as ApiProblemException;
        Assert.Equal(cookie is null ? "https-required" : null, refusal?.Code);
        if (cookie is not null)
        {
            SessionCookie.Write(http, "ticket");
            Assert.Equal(cookie != "retailsync", http.Response.Headers.SetCookie.ToString().Contains("; secure", StringComparison.Ordinal));
        }
    }

    private async Task<Browser> SignedIn()
    {
        var browser = new Browser(host);
        (await browser.SignIn(host.Key)).Ok();
        return browser;
    }
}

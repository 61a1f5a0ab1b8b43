using System.Web;
using Microsoft.AspNetCore.WebUtilities;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.SignIn;

namespace RetailSync.Inventory.Host.Tests.SignIn;

/// <summary>A host whose people are known by <see cref="IdentityProvider"/>.</summary>
public sealed class HostWithAnIdentityProvider : RunningHost
{
    public IdentityProvider Provider { get; private set; } = null!;

    public string ClientId { get; set; } = IdentityProvider.ClientId;

    protected override string[] Switches =>
        [$"--Authentication:Oidc:Authority={Provider.Authority}", $"--Authentication:Oidc:ClientId={ClientId}",
         $"--Authentication:Oidc:ClientSecret={IdentityProvider.ClientSecret}"];

    protected override async Task Prepare()
    {
        // The handler's own checks go by the machine's clock, and so do the cookies of a sign-in under way.
        Provider = await IdentityProvider.Start();
        Provider.Now = () => Clock.GetCurrentInstant();
    }
}

public sealed class Single_sign_on(HostWithAnIdentityProvider host) : IClassFixture<HostWithAnIdentityProvider>, IAsyncLifetime
{
    private static readonly Dictionary<string, object> Planner = new() { ["sub"] = "ada", ["roles"] = new[] { "planner", "admin-of-something-else" } };

    public Task InitializeAsync()
    {
        host.Provider.Claims = Planner;
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Ends_in_a_session_with_the_roles_of_the_provider()
    {
        using var browser = new Traveller(host);
        var there = await browser.Begin("/console/stock?sku=A%2FB");
        var back = await browser.Visit(await browser.AtTheProvider(there));

        Assert.Equal((302, "/console/stock?sku=A%2FB"), (back.Status, back.Headers["Location"]));
        var me = (await browser.Visit("/v1/me")).Ok();
        Assert.Equal(("ada", "planner"), (me.Text("name"), string.Join(' ', me.GetProperty("roles").EnumerateArray())));
        (await browser.Visit("/v1/messages/dead-letters")).Refused(403, "forbidden");
        Assert.Equal(["retailsync"], browser.Cookies.Keys);
    }

    [Fact]
    public async Task Binds_a_store_to_its_location()
    {
        host.Provider.Claims = new() { ["sub"] = "till-1", ["role"] = "store", ["location"] = "S001", ["source"] = "wms/*" };
        using var browser = new Traveller(host);
        await browser.Visit(await browser.AtTheProvider(await browser.Begin("/console")));

        Assert.Equal(["S001"], (await browser.Visit("/v1/me")).Ok().GetProperty("locations").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal("wms/*", await host.Sql("select sources[1] from inventory.console_session where name = 'till-1'"));
    }

    [Fact]
    public async Task Is_by_code_with_a_proof_key_and_keeps_tokens_from_the_page()
    {
        using var browser = new Traveller(host);
        var query = HttpUtility.ParseQueryString(new Uri(await browser.Begin("/console")).Query);
        Assert.Equal(("code", "S256", "query"), (query["response_type"], query["code_challenge_method"], query["response_mode"] ?? "query"));
        Assert.Equal($"{host.Address.GetLeftPart(UriPartial.Authority)}/console/sign-in/oidc/callback", query["redirect_uri"]);

        var back = await browser.Visit(await browser.AtTheProvider(browser.There!));
        Assert.DoesNotContain("opaque", back.Text + string.Join(' ', back.Headers.Values), StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", back.Headers["Location"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_another_state()
    {
        using var browser = new Traveller(host);
        using var other = new Traveller(host);
        var mine = await browser.AtTheProvider(await browser.Begin("/console"));
        var theirs = await other.AtTheProvider(await other.Begin("/console"));
        await Fails(browser, With(mine, "state", "made up"));
        await Fails(browser, With(mine, "state", HttpUtility.ParseQueryString(new Uri(theirs).Query)["state"]!));
        await Fails(browser, theirs);
    }

    [Fact]
    public async Task Refuses_a_code_that_was_used_before()
    {
        using var browser = new Traveller(host);
        var callback = await browser.AtTheProvider(await browser.Begin("/console"));
        var before = browser.Cookies.ToDictionary();
        await browser.Visit(callback);
        Assert.True(browser.Cookies.Remove("retailsync"));

        foreach (var (name, value) in before)
        {
            browser.Cookies[name] = value;
        }

        await Fails(browser, callback);
    }

    [Fact]
    public async Task Refuses_a_code_without_its_browser()
    {
        using var browser = new Traveller(host);
        using var other = new Traveller(host);
        await Fails(other, await browser.AtTheProvider(await browser.Begin("/console")));
    }

    [Fact]
    public async Task Refuses_who_has_no_name_or_no_role()
    {
        foreach (var claims in new Dictionary<string, object>[]
            { new() { ["role"] = "ops" }, new() { ["sub"] = "a\nb", ["role"] = "ops" }, new() { ["sub"] = "ada" }, new() { ["sub"] = "ada", ["role"] = "root" } })
        {
            host.Provider.Claims = claims;
            using var browser = new Traveller(host);
            var back = await browser.Visit(await browser.AtTheProvider(await browser.Begin("/console")));
            Assert.StartsWith("/console?signIn=", back.Headers["Location"], StringComparison.Ordinal);
            Assert.DoesNotContain("retailsync", browser.Cookies.Keys);
        }
    }

    [Theory]
    [InlineData("https://elsewhere.example/console/")]
    [InlineData("//elsewhere.example/console")]
    [InlineData("/\\elsewhere.example")]
    [InlineData("/console\\..\\..\\elsewhere")]
    [InlineData("/console/../v1/me")]
    [InlineData("/console/%2e%2e/v1/me")]
    [InlineData("/consolation")]
    [InlineData("/v1/me")]
    [InlineData("/console/\u00e9")]
    [InlineData("javascript:alert(1)")]
    public async Task Returns_to_the_console_only(string page)
    {
        using var browser = new Traveller(host);
        (await browser.Visit($"/console/sign-in/oidc?return={Uri.EscapeDataString(page)}")).Refused(400, "invalid-request");
        Assert.Empty(browser.Cookies);
    }

    [Fact]
    public async Task Ends_its_sessions_with_its_configuration()
    {
        using var browser = new Traveller(host);
        await browser.Visit(await browser.AtTheProvider(await browser.Begin("/console")));
        host.ClientId = "another client";
        await host.Restart();
        using var later = new Traveller(host);
        later.Cookies["retailsync"] = browser.Cookies["retailsync"];
        (await later.Visit("/v1/me")).Refused(401, "unauthenticated");

        host.ClientId = IdentityProvider.ClientId;
        await host.Restart();
        using var again = new Traveller(host);
        again.Cookies["retailsync"] = browser.Cookies["retailsync"];
        (await again.Visit("/v1/me")).Ok();
    }

    /// <summary>Another host over the same database has the keys of a sign-in that began before it.</summary>
    [Fact]
    public async Task Goes_on_where_another_host_began()
    {
        using var browser = new Traveller(host);
        var callback = new Uri(await browser.AtTheProvider(await browser.Begin("/console")));
        await host.Restart();
        using var later = new Traveller(host);
        foreach (var (name, value) in browser.Cookies)
        {
            later.Cookies[name] = value;
        }

        // The provider compares the address, which has another port now: what is tested is that the state can be read.
        await later.Visit(callback.PathAndQuery);
        Assert.DoesNotContain(later.Cookies.Keys, name => name.Contains("Correlation", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Authentication:Oidc:ClientId=x")]
    [InlineData("Authentication:Oidc:Authority=https://issuer.example")]
    [InlineData("Authentication:Oidc:Authority=elsewhere")]
    public void Is_not_configured_by_half(string setting) => Assert.Throws<SettingsException>(() => Server.Build(
        ["--environment", "Development", $"--{setting}"], "Host=127.0.0.1;Port=1;Database=none;Username=nobody"));

    private static async Task Fails(Traveller browser, string callback)
    {
        var back = await browser.Visit(callback);
        Assert.Equal((302, "/console?signIn=failed"), (back.Status, back.Headers["Location"]));
        Assert.DoesNotContain("retailsync", browser.Cookies.Keys);
    }

    private static string With(string address, string name, string value)
    {
        var (uri, query) = (new Uri(address), QueryHelpers.ParseQuery(new Uri(address).Query));
        query[name] = value;
        return QueryHelpers.AddQueryString(uri.GetLeftPart(UriPartial.Path), query.ToDictionary(part => part.Key, part => (string?)part.Value.ToString()));
    }

    /// <summary>Keeps every cookie, and follows a link only when it is meant to.</summary>
    private sealed class Traveller(RunningHost host) : IDisposable
    {
        private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = host.Address };

        public Dictionary<string, string> Cookies { get; } = [];

        /// <summary>Where the provider was to be visited.</summary>
        public string? There { get; private set; }

        public async Task<string> Begin(string page)
        {
            var answer = await Visit($"/console/sign-in/oidc?return={Uri.EscapeDataString(page)}");
            Assert.True(answer.Status == 302, answer.Text);
            return There = answer.Headers["Location"];
        }

        /// <summary>Where the provider sends the browser back to.</summary>
        public async Task<string> AtTheProvider(string there)
        {
            using var answer = await _client.GetAsync(new Uri(there));
            return answer.Headers.Location!.ToString();
        }

        public async Task<Answer> Visit(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
            using var answer = await _client.SendAsync(request);
            foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
            {
                var (pair, isGone) = (cookie.Split(';')[0].Split('=', 2), cookie.Contains("1970", StringComparison.Ordinal));
                if (isGone)
                {
                    Cookies.Remove(pair[0]);
                }
                else
                {
                    Cookies[pair[0]] = pair[1];
                }
            }

            return await Answer.Of(answer);
        }

        public void Dispose() => _client.Dispose();
    }
}

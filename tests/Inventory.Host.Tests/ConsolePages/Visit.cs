using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace RetailSync.Inventory.Host.Tests.ConsolePages;

/// <summary>
/// Somebody at a page of the console, signed in with a key. What the browser complains of is kept: scripts that fail, requests that are refused, and what
/// the page's policy forbids.
/// </summary>
public sealed class Visit : IAsyncDisposable
{
    public const int Wide = 1400, Narrow = 390;

    private readonly List<string> _complaints = [];
    private readonly List<IRequest> _requests = [];

    private Visit(IPage page, Uri host)
    {
        Page = page;
        Host = host;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Add($"{message.Text} {message.Location}");
            }
        };
        page.PageError += (_, failure) => _complaints.Add(failure);
        page.Dialog += (_, dialog) => _complaints.Add(dialog.Message);
        page.Request += (_, request) => _requests.Add(request);
    }

    public IPage Page { get; }

    public Uri Host { get; }

    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>What the browser has asked for, in order.</summary>
    public IReadOnlyList<IRequest> Requests => _requests;

    /// <summary>What pages have asked of the API, in order; not what the console asks once for all of them: who it is, and the stream of hints.</summary>
    public IReadOnlyList<string> Asked =>
        [
            .. from request in _requests
               let path = new Uri(request.Url).PathAndQuery
               where path.StartsWith("/v1/", StringComparison.Ordinal) && path != "/v1/me" && !path.StartsWith("/v1/stream", StringComparison.Ordinal)
               select $"{request.Method} {path}",
        ];

    /// <param name="key">Null for somebody who is not signed in.</param>
    /// <param name="address">Path and query of a page.</param>
    /// <param name="now">At which the clock of the browser stands; null for the time that it is.</param>
    public static Task<Visit> Begin(
        Chromium chromium, RunningHost host, string? key, string address, ColorScheme scheme = ColorScheme.Light, Instant? now = null) =>
        Begin(chromium, host.Address, key, address, scheme, now);

    /// <inheritdoc cref="Begin(Chromium, RunningHost, string, string, ColorScheme, Instant?)"/>
    public static async Task<Visit> Begin(
        Chromium chromium, Uri host, string? key, string address, ColorScheme scheme = ColorScheme.Light, Instant? now = null)
    {
        var visit = new Visit(await chromium.NewPage(scheme), host);
        if (now is { } standing)
        {
            await visit.Page.Clock.SetFixedTimeAsync(standing.ToDateTimeUtc());
        }

        if (key is not null)
        {
            var answer = await visit.Page.Context.APIRequest.PostAsync(
                new Uri(host, "/console/sign-in").ToString(),
                new() { DataObject = new { key }, Headers = new Dictionary<string, string> { ["Sec-Fetch-Site"] = "same-origin", ["X-RetailSync-Console"] = "1" } });
            Assert.Equal(200, answer.Status);
        }

        await visit.Resize(Wide);
        await visit.Open(address);
        return visit;
    }

    public Task Open(string address) => Page.GotoAsync(new Uri(Host, address).ToString());

    /// <summary>Goes to a page as a link does, without loading the console again, and waits until nothing is being read any more.</summary>
    public async Task Go(string address)
    {
        await Turn(address);
        await Settled();
    }

    /// <summary>Goes to a page as a link does; what it reads may still be on its way.</summary>
    public Task Turn(string address) => Page.EvaluateAsync(
        """
        address => {
          history.pushState(null, '', address);
          dispatchEvent(new PopStateEvent('popstate'));
          return new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
        }
        """, address);

    /// <summary>The page is there, and nothing is being read any more.</summary>
    public async Task Settled()
    {
        await Assertions.Expect(Page.Locator("main h1")).ToBeVisibleAsync();
        await Assertions.Expect(Page.Locator("main :is(.waiting, [aria-busy=true])")).ToHaveCountAsync(0);
    }

    /// <param name="width">Pixels: a desk's screen or a phone's.</param>
    public Task Resize(int width) => Page.SetViewportSizeAsync(width, width == Wide ? 900 : 844);

    public ILocator Heading(string name) => Page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true });

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    /// <summary>The picture of a name.</summary>
    public ILocator Picture(string name) => Page.GetByRole(AriaRole.Figure, new() { Name = name, Exact = true });

    /// <summary>The rows of the table of a name, without its head.</summary>
    public ILocator Rows(string table) => Page.GetByRole(AriaRole.Region, new() { Name = table, Exact = true }).Locator("tbody tr");

    public async Task Press(params string[] keys)
    {
        foreach (var key in keys)
        {
            await Page.Keyboard.PressAsync(key);
        }
    }

    /// <summary>axe finds nothing, and the page is not wider than the screen.</summary>
    public async Task RequireAccessible() => Assert.Empty(await Barriers());

    /// <summary>What axe finds, and whether the page is wider than the screen.</summary>
    public async Task<IReadOnlyList<string>> Barriers()
    {
        var found = await Page.RunAxe();
        List<string> barriers =
        [
            .. found.Violations.Select(violation =>
                $"{Page.Url}: {violation.Id}: {violation.Help} {string.Join(' ', violation.Nodes.Select(node => node.Html))}"),
        ];
        if (await IsTooWide())
        {
            barriers.Add($"{Page.Url} is wider than the screen.");
        }

        return barriers;
    }

    /// <summary>Whether the page stays wider than the screen: pictures are drawn again a moment after they were resized.</summary>
    public Task<bool> IsTooWide() => Page.EvaluateAsync<bool>(
        """
        async () => {
          const isTooWide = () => document.documentElement.scrollWidth > innerWidth;
          for (let look = 0; look < 20 && isTooWide(); look++) await new Promise(next => setTimeout(next, 100));
          return isTooWide();
        }
        """);

    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();
}

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
    }

    public IPage Page { get; }

    public Uri Host { get; }

    public IReadOnlyList<string> Complaints => _complaints;

    /// <param name="key">Null for somebody who is not signed in.</param>
    /// <param name="address">Path and query of a page.</param>
    /// <param name="now">At which the clock of the browser stands; null for the time that it is.</param>
    public static async Task<Visit> Begin(
        Chromium chromium, RunningHost host, string? key, string address, ColorScheme scheme = ColorScheme.Light, Instant? now = null)
    {
        var visit = new Visit(await chromium.NewPage(scheme), host.Address);
        if (now is { } standing)
        {
            await visit.Page.Clock.SetFixedTimeAsync(standing.ToDateTimeUtc());
        }

        if (key is not null)
        {
            var answer = await visit.Page.Context.APIRequest.PostAsync(
                new Uri(host.Address, "/console/sign-in").ToString(),
                new() { DataObject = new { key }, Headers = new Dictionary<string, string> { ["Sec-Fetch-Site"] = "same-origin", ["X-RetailSync-Console"] = "1" } });
            Assert.Equal(200, answer.Status);
        }

        await visit.Resize(Wide);
        await visit.Open(address);
        return visit;
    }

    public Task Open(string address) => Page.GotoAsync(new Uri(Host, address).ToString());

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
    public async Task RequireAccessible()
    {
        var found = await Page.RunAxe();
        Assert.True(found.Violations.Length == 0, $"{Page.Url}\n" + string.Join(
            '\n', found.Violations.Select(violation => $"{violation.Id}: {violation.Help} {string.Join(' ', violation.Nodes.Select(node => node.Html))}")));
        Assert.True(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{Page.Url} is wider than the screen.");
    }

    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();
}

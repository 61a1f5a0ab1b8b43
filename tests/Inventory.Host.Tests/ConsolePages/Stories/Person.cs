using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace RetailSync.Inventory.Host.Tests.ConsolePages.Stories;

/// <summary>With what somebody works.</summary>
public enum By
{
    Mouse,
    Keys,
}

/// <summary>Somebody who does everything on a page with the mouse, or everything with keys: what the Tab key does not reach fails.</summary>
public sealed partial class Person : IAsyncDisposable
{
    /// <summary>A page has fewer controls than this.</summary>
    private const int MostSteps = 400;

    private readonly Visit _visit;
    private readonly By _by;

    private Person(Visit visit, By by) => (_visit, _by) = (visit, by);

    public IPage Page => _visit.Page;

    public Visit At => _visit;

    /// <summary>The browser's clock stands at the host's.</summary>
    public static async Task<Person> Begin(Chromium chromium, RunningHost host, string key, string address, By by, int width = Visit.Wide)
    {
        var visit = await Visit.Begin(chromium, host, key, address, now: host.Clock.GetCurrentInstant());
        await visit.Resize(width);
        await Expect(visit.Page.Locator("main h1")).ToBeVisibleAsync();
        return new Person(visit, by);
    }

    /// <summary>The browser's clock is ahead of the host's.</summary>
    public Task LetPass(RunningHost host, Duration time) => Page.Clock.SetFixedTimeAsync((host.Clock.GetCurrentInstant() + time).ToDateTimeUtc());

    /// <summary>Goes to a page of the navigation.</summary>
    public async Task Go(string page, string key)
    {
        var link = Page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = page, Exact = true });
        if (_by == By.Keys)
        {
            await _visit.Press("g", key);
        }
        else
        {
            await link.ClickAsync();
        }

        await Expect(link).ToHaveAttributeAsync("aria-current", "page");
    }

    /// <summary>Presses a button, a link, or the summary of what is folded.</summary>
    public async Task Press(ILocator control)
    {
        if (_by == By.Mouse)
        {
            await control.ClickAsync();
            return;
        }

        await Expect(control).ToBeEnabledAsync();
        await Reach(control);
        await _visit.Press("Enter");
    }

    /// <summary>Replaces what is in a field.</summary>
    public async Task Type(ILocator field, string text)
    {
        if (_by == By.Mouse)
        {
            await field.ClickAsync();
        }
        else
        {
            await Reach(field);
        }

        await _visit.Press("Control+a");
        await Page.Keyboard.TypeAsync(text);
    }

    /// <summary>A field of a time: a mouse chooses it, keys type it digit by digit in the order of an English browser.</summary>
    public async Task Type(ILocator field, Instant at)
    {
        var utc = at.ToDateTimeUtc();
        if (_by == By.Mouse)
        {
            await field.FillAsync($"{utc:yyyy-MM-dd'T'HH:mm:ss}");
            return;
        }

        await Reach(field);
        await Page.Keyboard.TypeAsync(FormattableString.Invariant($"{utc:MMddyyyy}"));
        await _visit.Press("ArrowRight");
        await Page.Keyboard.TypeAsync(FormattableString.Invariant($"{utc:hhmmsstt}"));
    }

    /// <summary>Chooses by the beginning of a choice's text.</summary>
    public async Task Choose(ILocator list, string choice)
    {
        if (_by == By.Mouse)
        {
            await list.SelectOptionAsync(new SelectOptionValue { Label = choice });
            return;
        }

        await Reach(list);
        await Page.Keyboard.TypeAsync(choice);
    }

    /// <summary>Takes one of a group, of which the Tab key reaches the one that is taken and arrows lead to the others.</summary>
    public async Task Take(ILocator radio)
    {
        if (_by == By.Mouse)
        {
            await radio.CheckAsync();
            return;
        }

        var group = await radio.GetAttributeAsync("name");
        await Reach(Page.Locator($"input[name={group}]:checked"));
        for (var steps = 0; !await radio.IsCheckedAsync(); steps++)
        {
            Assert.True(steps < MostSteps, $"The arrow keys do not reach {radio}.");
            await _visit.Press("ArrowRight");
        }
    }

    /// <summary>Gives the reason in the sheet that is open, and presses its verb.</summary>
    public async Task Confirm(string verb, string? reason = null)
    {
        if (reason is not null)
        {
            await Type(Sheet.GetByLabel("Reason", new() { Exact = true }), reason);
        }

        await Press(Sheet.GetByRole(AriaRole.Button, new() { Name = verb, Exact = true }));
    }

    /// <summary>The sheet that is open.</summary>
    public ILocator Sheet => Page.Locator("dialog.sheet[open]");

    /// <summary>What the browser complains of, each once: refusals in short, such as <c>412 /v1/rules/x</c>, and anything else as it is.</summary>
    public IEnumerable<string> Complaints => _visit.Complaints.Select(InShort).Distinct().Order();

    public ValueTask DisposeAsync() => _visit.DisposeAsync();

    private async Task Reach(ILocator control)
    {
        await Expect(control).ToBeVisibleAsync();
        for (var steps = 0; !await control.EvaluateAsync<bool>("element => element === document.activeElement"); steps++)
        {
            Assert.True(steps < MostSteps, $"The Tab key does not reach {control}.");
            await _visit.Press("Tab");
        }
    }

    private static string InShort(string complaint) =>
        Refused().Match(complaint) is { Success: true } refused ? $"{refused.Groups[1].Value} {new Uri(refused.Groups[2].Value).AbsolutePath}" : complaint;

    [GeneratedRegex(@"^Failed to load resource: (?:the server responded with a status of )?(\d+|net::\w+).*? (http\S+?):\d+:\d+$")]
    private static partial Regex Refused();
}

using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace RetailSync.Inventory.Host.Tests.ConsolePages;

/// <summary>Who comes in, and how.</summary>
public sealed class Signing_in(RunningHost host, Chromium chromium) : IClassFixture<RunningHost>, IClassFixture<Chromium>
{
    [ChromiumFact]
    public async Task A_key_opens_the_page_that_was_asked_for()
    {
        await using var visit = await Visit.Begin(chromium, host, null, "/console/stock?location=cup");
        await Expect(visit.Page.GetByLabel("Key", new() { Exact = true })).ToBeFocusedAsync();
        await visit.Press([.. "dev-planner".Select(character => character.ToString()), "Enter"]);

        await Expect(visit.Heading("Stock")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByLabel("Location", new() { Exact = true })).ToHaveValueAsync("cup");
        await visit.Page.ReloadAsync();
        await Expect(visit.Heading("Stock")).ToBeVisibleAsync();
        Assert.DoesNotContain("dev-planner", await visit.Page.EvaluateAsync<string>("JSON.stringify({...localStorage, ...sessionStorage}) + document.cookie"));
    }

    [ChromiumTheory]
    [InlineData("nobody-knows-me")]
    [InlineData("schlüssel")]
    public async Task An_unknown_key_opens_nothing(string unknown)
    {
        await using var visit = await Visit.Begin(chromium, host, null, "/console/stock");
        await visit.Page.GetByLabel("Key", new() { Exact = true }).FillAsync(unknown);
        await visit.Button("Sign in").ClickAsync();

        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("This key is not known here.");
        await Expect(visit.Page.GetByLabel("Key", new() { Exact = true })).ToBeFocusedAsync();
        await Expect(visit.Heading("Stock")).ToHaveCountAsync(0);
    }

    [ChromiumFact]
    public async Task A_session_that_ends_keeps_what_was_typed()
    {
        await using var visit = await Visit.Begin(chromium, host, "dev-planner", "/console/stock");
        await visit.Page.RunAndWaitForResponseAsync(() => visit.Page.ReloadAsync(), "**/v1/positions/summary*"); // what the page reads last
        await visit.Page.Context.ClearCookiesAsync();

        await visit.Page.GetByLabel("Location", new() { Exact = true }).FillAsync("cup");
        await visit.Page.GetByLabel("Key", new() { Exact = true }).FillAsync("dev-planner");
        await visit.Button("Sign in").ClickAsync();

        await Expect(visit.Page.GetByLabel("Key", new() { Exact = true })).ToHaveCountAsync(0);
        await Expect(visit.Page.GetByLabel("Location", new() { Exact = true })).ToHaveValueAsync("cup");
    }

    [ChromiumFact]
    public async Task Signing_out_ends_the_session()
    {
        await using var visit = await Visit.Begin(chromium, host, "dev-planner", "/console/stock");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await visit.Button("Sign out").ClickAsync();

        await Expect(visit.Page.GetByLabel("Key", new() { Exact = true })).ToBeVisibleAsync();
    }
}

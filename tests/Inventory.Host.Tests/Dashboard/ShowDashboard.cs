using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using RetailSync.Channels.Tests;
using RetailSync.Inventory.Host.Tests.Publications;
using static Microsoft.Playwright.Assertions;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Dashboard;

/// <summary>What people see in a browser.</summary>
public sealed class ShowDashboard(PublishingHost host, Chromium chromium) : IClassFixture<PublishingHost>, IClassFixture<Chromium>, IAsyncLifetime
{
    private IPage? _page;

    [ChromiumFact]
    public async Task A_planner_sees_alerts_published_numbers_and_explanations()
    {
        var (sku, missing) = (NewSku(), NewSku());
        await host.Register("web", "log");
        (await host.Put($"/v1/rules/{sku}-safety", new { kind = "safety-stock", sku, quantity = 2 })).Ok();
        await host.RecordAccepted(Line("receipt", 12, sku), Line("sale", 3, missing));
        (await host.Post("/v1/reservations", new { id = $"{sku}-order", channel = "web", lines = new[] { new { sku, quantity = 3 } } })).Ok(201);
        await host.Acknowledged("web", sku, 7);
        var (page, complaints) = await Open("dev-planner");

        await Expect(Rows(page, "Alerts").Filter(new() { HasText = missing })).ToContainTextAsync("high");
        await Expect(Rows(page, "Alerts").Filter(new() { HasText = missing })).ToContainTextAsync("On-hand is -3.");
        await Expect(Rows(page, "Channels").Filter(new() { Has = Button(page, "web") })).ToContainTextAsync("up to date");

        await Button(page, "web").ClickAsync();
        await page.GetByLabel("Only SKU").FillAsync(sku);
        await Button(page, "Show").ClickAsync();
        await Expect(Rows(page, "Published to web")).ToHaveCountAsync(1);
        await Expect(Rows(page, "Published to web").GetByRole(AriaRole.Cell)).ToHaveTextAsync([sku, "7", "7", "23 Nov 2026, 10:00", "acknowledged", ""]);

        await Rows(page, "Published to web").GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.Locator("#answer")).ToContainTextAsync($"7may be promised of {sku} on web. The channel acknowledged 7 at 23 Nov 2026, 10:00.");
        await Expect(page.Locator("#sums tr")).ToHaveTextAsync(["WhatUnits", "On hand+12", "Held for orders-3", "Safety stock-2", "May be promised7"]);
        await page.GetByText("Each term").ClickAsync();
        await Expect(Rows(page, "Each term")).ToHaveTextAsync(
            ["On handS001+12", $"Held for ordersS001-3order {sku}-order", $"Safety stockS001-2rule {sku}-safety, version 1"]);

        await host.RecordAccepted(Line("sale", 1, sku, at: "09:30"), Line("receipt", 3, missing, at: "09:30"));
        await Expect(page.Locator("#answer strong")).ToHaveTextAsync("6");
        await Expect(Rows(page, "Alerts").Filter(new() { HasText = missing })).ToHaveCountAsync(0);
        Assert.Empty(complaints);
    }

    [ChromiumTheory]
    [InlineData("nobody-knows-me")]
    [InlineData("schlüssel")]
    public async Task An_unknown_key_is_refused_and_sees_nothing_of_the_last_user(string unknown)
    {
        await host.Register("seen-before", "log");
        var (page, _) = await Open("dev-planner");
        await Expect(Button(page, "seen-before")).ToBeVisibleAsync();

        await Button(page, "Close").ClickAsync();
        await Enter(page, unknown);

        await Expect(page.GetByRole(AriaRole.Status).First).ToHaveTextAsync("This key is not known here.");
        await Expect(page.GetByLabel("Key")).ToBeFocusedAsync();
        await Expect(page.Locator("#view")).ToBeHiddenAsync();
        await Expect(page.Locator("body")).Not.ToContainTextAsync("seen-before");
    }

    [ChromiumFact]
    public async Task A_channel_sees_itself_and_no_other()
    {
        await host.Register("own", "none");
        await host.Register("foreign", "none");
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku));
        var (page, _) = await Open("dev-channel-own");

        await Expect(Rows(page, "Channels").GetByRole(AriaRole.Button)).ToHaveTextAsync(["own"]);
        await Expect(page.Locator("#alerts-note")).ToHaveTextAsync("This key may not see this.");
        await Explain(page, sku, "own");
        await Expect(page.Locator("#answer strong")).ToHaveTextAsync("5");
        await Explain(page, sku, "foreign");
        await Expect(page.Locator("#answer")).ToHaveTextAsync("This key may not see this.");
    }

    [ChromiumFact]
    public async Task A_store_sees_that_its_key_may_see_nothing_here()
    {
        var (page, _) = await Open("dev-store-S001");

        await Expect(page.Locator("#alerts-note")).ToHaveTextAsync("This key may not see this.");
        await Expect(page.Locator("#channels-note")).ToHaveTextAsync("This key may not see this.");
        await Expect(page.GetByRole(AriaRole.Table)).ToHaveCountAsync(0);
    }

    [ChromiumFact]
    public async Task Text_is_shown_as_text_whatever_it_looks_like()
    {
        const string markup = "<img src=x onerror=alert(1)><script>alert(2)</script>";
        var (sku, missing) = ($"{NewSku()}{markup}", $"{NewSku()}{markup}");
        await using var shop = await Sandbox.Start(_ => new Answered(422, markup, "text/html"));
        await host.Register("hostile", "webhook", new() { ["url"] = $"{shop.Address}", ["batchSize"] = 1 });
        (await host.Put("/v1/rules/hostile", new
        {
            kind = "publish",
            sku,
            levels = new object[] { new { name = "<b>low</b>", upTo = 10 } },
            reason = markup,
        })).Ok();
        await host.RecordAccepted(Line("receipt", 5, sku), Line("sale", 1, missing));
        (await host.Post("/v1/reservations", new { id = "hostile-order", channel = "hostile", lines = new[] { new { sku, quantity = 2 } } })).Ok(201);
        await host.Publication("hostile", sku, row => row.Text("state") == "set-aside");
        var (page, complaints) = await Open("dev-planner");

        await Expect(Rows(page, "Alerts").Filter(new() { HasText = missing })).ToHaveCountAsync(1);
        await Button(page, "hostile").First.ClickAsync();
        await Expect(Rows(page, "Published to hostile").Filter(new() { HasText = sku })).ToContainTextAsync(markup);
        await Expect(Rows(page, "Published to hostile").Filter(new() { HasText = sku })).ToContainTextAsync("refused by the channel");
        await Explain(page, sku, "hostile");
        await Expect(page.Locator("#answer")).ToContainTextAsync($"may be promised of {sku} on hostile (<b>low</b>)");
        await page.GetByText("Each term").ClickAsync();
        await Expect(Rows(page, "Each term").Filter(new() { HasText = "order hostile-order" })).ToHaveCountAsync(1);

        await Expect(page.Locator("main :is(script, img, b)")).ToHaveCountAsync(0);
        Assert.Empty(complaints);
    }

    [ChromiumFact]
    public async Task The_keyboard_is_enough_and_the_focus_stays_on_refresh()
    {
        await host.Register("keys-1", "none");
        var (page, complaints) = await NewPage();
        foreach (var press in new[] { "Tab", "d", "e", "v", "-", "o", "p", "s", "Enter" })
        {
            await page.Keyboard.PressAsync(press);
        }

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Alerts" })).ToBeFocusedAsync();
        await Button(page, "keys-1").FocusAsync();
        await host.Register("keys-0", "none");
        await Expect(Button(page, "keys-0")).ToBeVisibleAsync();
        await Expect(Button(page, "keys-1")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Published to keys-1" })).ToBeFocusedAsync();
        Assert.Empty(complaints);
    }

    [ChromiumTheory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Labels_and_contrast_are_accessible(ColorScheme scheme)
    {
        await using var shop = await Sandbox.Start(_ => new Answered(422, "no such article"));
        await host.Register("everybody", "webhook", new() { ["url"] = $"{shop.Address}" });
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 5, sku), Line("sale", 1, NewSku()));
        await host.Publication("everybody", sku, row => row.Text("state") == "set-aside");
        var (page, _) = await NewPage(scheme);
        await RequireAccessible(page);

        await Enter(page, "dev-planner");
        await Button(page, "everybody").First.ClickAsync();
        await Explain(page, sku, "everybody");
        await page.GetByText("Each term").ClickAsync();
        await Expect(Rows(page, "Published to everybody").First).ToBeVisibleAsync();

        await RequireAccessible(page);
    }

    [ChromiumFact]
    public async Task Old_data_is_marked_when_the_host_cannot_be_reached()
    {
        await host.Register("still-there", "none");
        var (page, _) = await Open("dev-planner");
        await Expect(Button(page, "still-there")).ToBeVisibleAsync();

        await page.Context.SetOfflineAsync(true);

        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("cannot be reached");
        await Expect(Button(page, "still-there")).ToBeVisibleAsync();
        await page.Context.SetOfflineAsync(false);
        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("Current at");
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await (_page?.Context.CloseAsync() ?? Task.CompletedTask);

    /// <summary>The page, and what its console complains of: scripts that fail, requests that are refused, what its content security policy forbids.</summary>
    private async Task<(IPage Page, IReadOnlyList<string> Complaints)> NewPage(ColorScheme scheme = ColorScheme.Light)
    {
        var page = _page = await chromium.NewPage(scheme);
        List<string> complaints = [];
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Add(message.Text);
            }
        };
        page.PageError += (_, failure) => complaints.Add(failure);
        page.Dialog += (_, dialog) => complaints.Add(dialog.Message);
        await page.GotoAsync(new Uri(host.Address, "/dashboard").ToString());
        return (page, complaints);
    }

    private async Task<(IPage Page, IReadOnlyList<string> Complaints)> Open(string key)
    {
        var opened = await NewPage();
        await Enter(opened.Page, key);
        await Expect(opened.Page.Locator("#view")).ToBeVisibleAsync();
        return opened;
    }

    private static async Task Enter(IPage page, string key)
    {
        await page.GetByLabel("Key").FillAsync(key);
        await Button(page, "Open").ClickAsync();
    }

    private static async Task Explain(IPage page, string sku, string channel)
    {
        await page.GetByLabel("SKU", new() { Exact = true }).FillAsync(sku);
        await page.GetByLabel("Channel", new() { Exact = true }).FillAsync(channel);
        await Button(page, "Explain").ClickAsync();
    }

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>The rows of the table under a heading, without its head.</summary>
    private static ILocator Rows(IPage page, string region) =>
        page.Locator(".wide").And(page.GetByRole(AriaRole.Region, new() { Name = region })).Locator("tbody tr");

    private static async Task RequireAccessible(IPage page)
    {
        var found = await page.RunAxe();
        Assert.True(found.Violations.Length == 0, string.Join(
            '\n', found.Violations.Select(violation => $"{violation.Id}: {violation.Help} {string.Join(' ', violation.Nodes.Select(node => node.Html))}")));
    }
}

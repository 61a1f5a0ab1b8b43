using Microsoft.Playwright;
using RetailSync.Inventory.Host.Tests.Publications;
using static Microsoft.Playwright.Assertions;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ConsolePages;

/// <summary>What holds for each page, whoever opens it and however.</summary>
public sealed class Every_page(PublishingHost host, Chromium chromium) : IClassFixture<PublishingHost>, IClassFixture<Chromium>, IAsyncLifetime
{
    private const string Markup = "<img src=x onerror=alert(1)><script>alert(2)</script>";

    /// <summary>Pages with pictures, tables and forms; {sku} is a SKU with markup in its name.</summary>
    private static readonly string[] Addresses =
        ["/console/stock", "/console/stock/{sku}/S001", "/console/promise/{sku}?channel=every", "/console/rules/every-page"];

    private static readonly string Sku = $"every-page{Markup}";

    public static TheoryData<string> Pages => [.. Addresses];

    [ChromiumTheory]
    [MemberData(nameof(Pages))]
    public async Task Everybody_can_use_it_in_light_and_dark_at_both_sizes(string address)
    {
        await using var visit = await Visit.Begin(chromium, host, "dev-admin", Filled(address));
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await visit.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            foreach (var width in new[] { Visit.Wide, Visit.Narrow })
            {
                await visit.Resize(width);
                await Settled(visit);
                await visit.RequireAccessible();
            }
        }

        Assert.DoesNotContain(visit.Complaints, complaint => !complaint.Contains("404 (Not Found)", StringComparison.Ordinal));
    }

    [ChromiumTheory]
    [MemberData(nameof(Pages))]
    public async Task It_is_there_in_German_and_in_longer_words(string address)
    {
        await using var visit = await Visit.Begin(chromium, host, "dev-admin", Filled(address));
        foreach (var language in new[] { "de", "long" })
        {
            await visit.Page.EvaluateAsync("language => localStorage.setItem('retailsync.settings', JSON.stringify({ language }))", language);
            await visit.Page.ReloadAsync();
            await Settled(visit);
            foreach (var width in new[] { Visit.Wide, Visit.Narrow })
            {
                await visit.Resize(width);
                await visit.RequireAccessible();
            }
        }
    }

    [ChromiumTheory]
    [MemberData(nameof(Pages))]
    public async Task Without_the_host_the_old_stays_and_is_marked(string address)
    {
        await using var visit = await Visit.Begin(chromium, host, "dev-admin", Filled(address));
        await Settled(visit);
        var shown = await visit.Page.Locator("main h1").InnerTextAsync();

        await visit.Page.Context.SetOfflineAsync(true);
        await Expect(visit.Page.Locator(".offline")).ToContainTextAsync("cannot be reached");
        await Expect(visit.Page.Locator("main h1")).ToHaveTextAsync(shown);
        await visit.Page.Context.SetOfflineAsync(false);
        await Expect(visit.Page.Locator(".offline")).ToHaveCountAsync(0);
    }

    public async Task InitializeAsync()
    {
        await host.Register("every", "log");
        if ((await host.Get($"/v1/positions/{Uri.EscapeDataString(Sku)}/S001")).Status == 404)
        {
            await host.RecordAccepted(Line("receipt", 9, Sku), Line("sale", 2, Sku, at: "09:30"));
            (await host.Put("/v1/rules/every-page", new { kind = "safety-stock", sku = Sku, quantity = 1, reason = Markup })).Ok();
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private static string Filled(string address) => address.Replace("{sku}", Uri.EscapeDataString(Sku), StringComparison.Ordinal);

    /// <summary>Nothing is being read any more.</summary>
    private static async Task Settled(Visit visit)
    {
        await Expect(visit.Page.Locator("main h1")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".waiting")).ToHaveCountAsync(0);
        await Expect(visit.Page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
    }
}

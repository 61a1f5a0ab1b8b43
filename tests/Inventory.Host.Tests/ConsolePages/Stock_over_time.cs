using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ConsolePages;

/// <summary>The page of one position: finance asks why a number is not what it was.</summary>
public sealed class Stock_over_time(RunningHost host, Chromium chromium) : IClassFixture<RunningHost>, IClassFixture<Chromium>
{
    private const string Morning = "from=2026-11-23T08:00:00Z&to=2026-11-23T10:00:01Z";

    [ChromiumFact]
    public async Task What_was_known_then_is_beside_what_is_known_now()
    {
        var sku = await Received(12, sold: 5);
        await using var visit = await Visit.Begin(chromium, host, "dev-finance", $"/console/stock/{sku}/S001?{Morning}&at=2026-11-23T09:45:00Z");

        await Expect(Number(visit, "On hand")).ToHaveTextAsync(["0", "7", "+7"]);
        await Expect(visit.Page.GetByText("Recorded after this instant: 1 × Receipt, 1 × Sale.")).ToBeVisibleAsync();
        await Expect(visit.Rows("Events")).ToHaveCountAsync(2);

        await visit.Button("As a table").ClickAsync();
        await Expect(visit.Rows("On hand over time").Last).ToContainTextAsync("7");
        Assert.Empty(visit.Complaints);
    }

    [ChromiumFact]
    public async Task Keys_alone_move_through_events_and_knowledge()
    {
        var sku = await Received(12, sold: 5);
        await using var visit = await Visit.Begin(chromium, host, "dev-finance", $"/console/stock/{sku}/S001?{Morning}");
        await Expect(visit.Picture("On hand over time")).ToBeVisibleAsync();
        await Expect(visit.Rows("Events")).ToHaveCountAsync(2);

        await visit.Press("[", "[");
        await Expect(Number(visit, "On hand").Nth(1)).ToHaveTextAsync("12");
        await visit.Press("]");
        await Expect(Number(visit, "On hand").Nth(1)).ToHaveTextAsync("7");
        await visit.Press("t");
        await Expect(visit.Button("then")).ToHaveAttributeAsync("aria-pressed", "true");
        await visit.Page.GetByRole(AriaRole.Slider, new() { Name = "Instant" }).FocusAsync();
        await visit.Press("Home");
        await Expect(Number(visit, "On hand").First).ToHaveTextAsync("0");
        Assert.Contains("knowledge=then", visit.Page.Url, StringComparison.Ordinal);
        Assert.Empty(visit.Complaints);
    }

    [ChromiumFact]
    public async Task A_copied_address_shows_the_same()
    {
        var sku = await Received(12, sold: 5);
        await using var visit = await Visit.Begin(chromium, host, "dev-finance", $"/console/stock/{sku}/S001?{Morning}");
        await Expect(visit.Rows("Events")).ToHaveCountAsync(2);
        await visit.Button("Receipt").ClickAsync();
        await Expect(Number(visit, "On hand").Nth(1)).ToHaveTextAsync("12");

        await using var other = await Visit.Begin(chromium, host, "dev-planner", new Uri(visit.Page.Url).PathAndQuery);
        await Expect(Number(other, "On hand").Nth(1)).ToHaveTextAsync("12");
        await other.Page.ReloadAsync();
        await Expect(Number(other, "On hand").Nth(1)).ToHaveTextAsync("12");
        await Expect(other.Page.GetByRole(AriaRole.Row, new() { Selected = true })).ToContainTextAsync("Receipt");
    }

    private static ILocator Number(Visit visit, string row) =>
        visit.Page.GetByRole(AriaRole.Region, new() { Name = "Instant" }).GetByRole(AriaRole.Row, new() { Name = row }).GetByRole(AriaRole.Cell);

    private async Task<string> Received(decimal units, decimal sold)
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", units, sku, at: "09:00"), Line("sale", sold, sku, at: "09:30"));
        return sku;
    }
}

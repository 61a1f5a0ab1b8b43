using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ConsolePages.Stories;

/// <summary>README's "Finance's question", by mouse and by keys alone.</summary>
public sealed class Questions_about_the_past(RunningHost host, Chromium chromium) : IClassFixture<RunningHost>, IClassFixture<Chromium>
{
    [ChromiumTheory]
    [InlineData(By.Mouse)]
    [InlineData(By.Keys)]
    public async Task Finance_finds_what_made_a_past_number_another(By by)
    {
        var sku = $"{NewSku()}{Hostile.Text}";
        await host.RecordAccepted(Line("receipt", 12, sku, at: "09:00"));
        host.Clock.AdvanceMinutes(30);
        var sold = HalfAMinute(host.Clock.GetCurrentInstant());
        host.Clock.AdvanceMinutes(30);
        var noon = HalfAMinute(host.Clock.GetCurrentInstant());
        host.Clock.AdvanceMinutes(30);
        var sale = Line("sale", 5, sku, id: $"till-{by}{Hostile.Text}");
        sale["occurredAt"] = sold.ToString();
        await host.RecordAccepted(sale);
        host.Clock.AdvanceMinutes(30);
        await using var finance = await Person.Begin(chromium, host, "dev-finance", "/console", by);
        var page = finance.Page;

        // All stock at an instant, as it was known then and as it is known now.
        await finance.Go("Audit", "a");
        await finance.Type(page.GetByRole(AriaRole.Textbox, new() { NameRegex = new Regex("^Instant") }), noon);
        await finance.Type(page.GetByLabel("SKU", new() { Exact = true }), sku);
        await Expect(finance.At.Rows("Stock at an instant")).ToHaveTextAsync([$"{sku}S0011200120"]);
        await finance.Choose(page.GetByRole(AriaRole.Combobox, new() { Name = "As known" }), "now");
        await Expect(finance.At.Rows("Stock at an instant")).ToHaveTextAsync([$"{sku}S00170070"]);

        // The position, at that instant.
        await finance.Press(finance.At.Link(sku));
        await Expect(finance.At.Heading($"{Hostile.Isolated(sku)} @ S001")).ToBeVisibleAsync();
        var panel = page.GetByRole(AriaRole.Region, new() { Name = "Instant" });
        await Expect(panel.GetByRole(AriaRole.Row, new() { Name = "On hand" }).GetByRole(AriaRole.Cell)).ToHaveTextAsync(["12", "7", "−5"]);
        await Expect(panel.GetByText("Recorded after this instant: 1 × Sale.")).ToBeVisibleAsync();

        // The ledger since, which adds up.
        await finance.Press(finance.At.Link("Ledger"));
        await finance.Type(page.GetByRole(AriaRole.Textbox, new() { NameRegex = new Regex("^From") }), noon);
        await finance.Type(page.GetByRole(AriaRole.Textbox, new() { NameRegex = new Regex("^To") }), noon + Duration.FromHours(1));
        var ledger = finance.At.Picture("Ledger");
        await Expect(ledger).ToContainTextAsync("From 12 to 7 by 1 events.");
        await finance.Press(ledger.GetByRole(AriaRole.Button));
        await Expect(ledger.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(ledger.Locator("tbody tr")).ToContainTextAsync($"pos till-{by}{Hostile.Text}");
        Assert.Contains($"from={Uri.EscapeDataString(noon.ToString())}", page.Url, StringComparison.Ordinal);

        var at = $"/v1/positions/{Uri.EscapeDataString(sku)}/S001?at={noon}";
        Assert.Equal(12, (await host.Get($"{at}&knowledge=then")).Ok().Number("onHand"));
        Assert.Equal(7, (await host.Get($"{at}&knowledge=now")).Ok().Number("onHand"));
        Assert.Equal(2, (await host.Events(sku)).Length);
        var actions = (await host.Get("/v1/audit/actions?by=dev-finance")).Ok().Items();
        Assert.All(actions.Texts("kind"), kind => Assert.Equal("console-sign-in", kind)); // who only asks changes nothing
        Assert.Empty(finance.Complaints);
    }

    /// <summary>The 30th second of a minute, which a field for a time shows in full.</summary>
    private static Instant HalfAMinute(Instant at) => Instant.FromUnixTimeSeconds((at.ToUnixTimeSeconds() / 60 * 60) + 30);
}

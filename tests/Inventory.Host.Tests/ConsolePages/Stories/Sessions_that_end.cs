using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ConsolePages.Stories;

/// <summary>A session that ends in the middle of a form.</summary>
public sealed class Sessions_that_end(RunningHost host, Chromium chromium) : IClassFixture<RunningHost>, IClassFixture<Chromium>
{
    [ChromiumTheory]
    [InlineData(By.Mouse)]
    [InlineData(By.Keys)]
    public async Task What_was_typed_stays_and_is_sent_after_signing_in(By by)
    {
        const string reason = $"the fair {Hostile.Text}";
        var (sku, rule) = ($"{NewSku()}{Hostile.Text}", $"fair-{by}");
        (await host.Put($"/v1/rules/{rule}", new { kind = "safety-stock", sku, quantity = 2, reason = "before" })).Ok();
        await using var planner = await Person.Begin(chromium, host, "dev-planner", $"/console/rules/{rule}", by);
        await planner.Press(planner.At.Button("Change"));
        await planner.Type(planner.Sheet.GetByLabel("Units", new() { Exact = true }), "4");
        host.Clock.Advance(Duration.FromHours(9));
        await planner.Confirm("Change", reason);

        // Over the sheet, where keys reach it and Escape does not lead past it.
        var key = planner.Page.GetByLabel("Key", new() { Exact = true });
        await Expect(key).ToBeFocusedAsync();
        await planner.At.Press("Escape");
        await planner.Type(key, "dev-planner");
        await planner.Press(planner.At.Button("Sign in"));
        await Expect(key).ToHaveCountAsync(0);
        await Expect(planner.Sheet.GetByRole(AriaRole.Button, new() { Name = "Change", Exact = true })).ToBeFocusedAsync();
        await Expect(planner.Sheet.GetByLabel("Units", new() { Exact = true })).ToHaveValueAsync("4");
        await Expect(planner.Sheet.GetByLabel("Reason", new() { Exact = true })).ToHaveValueAsync(reason);
        Assert.Equal(1, (await host.Get($"/v1/rules/{rule}")).Ok().Number("version"));
        await planner.Confirm("Change");
        await Expect(planner.Page.Locator(".versions li")).ToContainTextAsync([reason, "before"]);
        await Expect(planner.Page.GetByText($"Of {Hostile.Isolated(sku)}, 4 are kept back at each location.").First).ToBeVisibleAsync();

        var versions = (await host.Get($"/v1/rules/{rule}/history")).Ok().Items();
        Assert.Equal([(2, "before", "dev-admin"), (4, reason, "dev-planner")],
            versions.Select(version => (version.Number("quantity"), version.Text("reason"), version.Text("by"))));
        Assert.Equal([$"401 /v1/rules/{rule}"], planner.Complaints);
    }
}

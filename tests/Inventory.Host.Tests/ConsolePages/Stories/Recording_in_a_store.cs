using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ConsolePages.Stories;

/// <summary>What a store says on a phone through a bad network is recorded once, and no typed word is lost.</summary>
public sealed class Recording_in_a_store(RunningHost host, Chromium chromium) : IClassFixture<RunningHost>, IClassFixture<Chromium>
{
    private const string Reason = $"broken {Hostile.Text}";

    [ChromiumTheory]
    [InlineData(By.Mouse)]
    [InlineData(By.Keys)]
    public async Task A_count_through_a_broken_network_counts_once(By by)
    {
        var (counted, adjusted) = ($"{NewSku()}{Hostile.Text}", $"{NewSku()}{Hostile.Text}");
        await host.RecordAccepted(Line("receipt", 12, counted), Line("receipt", 30, adjusted));
        await using var store = await Person.Begin(chromium, host, "dev-store-S001", "/console/record", by, Visit.Narrow);
        var page = store.Page;
        var (sku, outbox) = (page.GetByLabel("SKU", new() { Exact = true }), page.GetByRole(AriaRole.Region, new() { Name = "Recorded on this device" }));
        Func<IRoute, Task> network = route => route.AbortAsync();
        await page.RouteAsync("**/v1/movements?*", route => network(route));

        // The request does not arrive.
        await store.Type(sku, counted);
        await store.Type(page.GetByLabel("Units that are there"), "9");
        await Expect(page.GetByRole(AriaRole.Form, new() { Name = "Count" })).ToContainTextAsync("12 → 9");
        await store.Press(store.At.Button("Record the count"));
        await Expect(outbox).ToContainTextAsync("1 line waits. It is sent by itself. The host cannot be reached.");

        // The page is read anew while the next line is half typed.
        await store.Press(store.At.Button("Adjusted"));
        await store.Type(sku, adjusted);
        await store.Type(page.GetByLabel("Change, as −2 or 3"), "-2");
        await store.Type(page.GetByLabel("Reason", new() { Exact = true }), Reason);
        await page.ReloadAsync();
        await Expect(sku).ToHaveValueAsync(adjusted);
        await Expect(page.GetByLabel("Change, as −2 or 3")).ToHaveValueAsync("-2");
        await Expect(page.GetByLabel("Reason", new() { Exact = true })).ToHaveValueAsync(Reason);
        Assert.Equal(12, await host.OnHand(counted));

        // The request arrives, and its answer is lost.
        network = async route =>
        {
            await route.FetchAsync(new() { Headers = new Dictionary<string, string>(route.Request.Headers) { ["Sec-Fetch-Site"] = "same-origin" } });
            await route.AbortAsync();
        };
        await store.Press(store.At.Button("Send now"));
        await Waiting.Until(async () => await host.OnHand(counted) == 9);
        await Expect(outbox).ToContainTextAsync("1 line waits.");

        // Without any network the next line waits too, and everything is sent when there is one again.
        await page.Context.SetOfflineAsync(true);
        await store.Press(store.At.Button("Record the adjustment"));
        await Expect(outbox).ToContainTextAsync("2 lines wait.");
        network = route => route.ContinueAsync();
        await page.Context.SetOfflineAsync(false);
        await Expect(outbox).ToContainTextAsync("Everything was sent.");
        await Expect(outbox.GetByRole(AriaRole.Listitem)).ToContainTextAsync(
            [$"Recorded {Hostile.Isolated(adjusted)}", $"Recorded before {Hostile.Isolated(counted)}"]);
        await Expect(outbox).ToContainTextAsync(Reason);

        foreach (var (what, type, onHand) in new[] { (counted, "count", 9), (adjusted, "adjustment", 28) })
        {
            var events = await host.Events(what);
            Assert.Equal(["receipt", type], events.Texts("type"));
            Assert.Equal(("dev-store-S001", "pos/S001/console", onHand), (events[1].Text("by"), events[1].Text("source"), events[1].Number("onHandAfter")));
        }

        // The browser complains of the network, and of nothing else.
        Assert.All(store.Complaints, complaint => Assert.StartsWith("net::", complaint, StringComparison.Ordinal));
    }
}

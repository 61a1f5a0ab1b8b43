using Microsoft.Playwright;
using RetailSync.Inventory.Host.Tests.Publications;
using static Microsoft.Playwright.Assertions;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ConsolePages;

/// <summary>The page of a promise: why it is what it is, and when it will be more.</summary>
public sealed class Reasons_of_a_promise(PublishingHost host, Chromium chromium) : IClassFixture<PublishingHost>, IClassFixture<Chromium>
{
    [ChromiumFact]
    public async Task A_planner_sees_each_term_and_what_the_channel_has()
    {
        var sku = NewSku();
        await host.Register("web", "log");
        (await host.Put($"/v1/rules/{sku}-safety", new { kind = "safety-stock", sku, quantity = 2 })).Ok();
        await host.RecordAccepted(Line("receipt", 12, sku));
        (await host.Post("/v1/reservations", new { id = $"{sku}-order", channel = "web", lines = new[] { new { sku, quantity = 3 } } })).Ok(201);
        await host.Acknowledged("web", sku, 7);
        await using var visit = await Visit.Begin(chromium, host, "dev-planner", $"/console/promise/{sku}?channel=web");

        await Expect(visit.Page.GetByText("12 on hand lead to a promise of 7.")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("The channel has 7").First).ToBeVisibleAsync();
        await visit.Page.GetByText("Because of").First.ClickAsync();
        await Expect(visit.Rows("Why")).ToHaveTextAsync(
            ["On handS001+12", $"ReservedS001−3reservation {sku}-order", $"Safety stockS001−2rule {sku}-safety, version 1"]);
        await Expect(visit.Link($"rule {sku}-safety, version 1")).ToHaveAttributeAsync("href", $"/console/rules/{sku}-safety");

        await host.RecordAccepted(Line("sale", 1, sku, at: "09:30"));
        await Expect(visit.Page.GetByText("11 on hand lead to a promise of 6.")).ToBeVisibleAsync();
        Assert.Empty(visit.Complaints);
    }

    [ChromiumFact]
    public async Task The_first_day_that_suffices_is_named()
    {
        var sku = NewSku();
        await host.Register("web", "log");
        await host.RecordAccepted(Line("receipt", 5, sku), Line("expected", 40, sku, more: [("document", "PO-1"), ("expectedOn", "2026-11-27")]));
        await using var visit = await Visit.Begin(chromium, host, "dev-channel-web", $"/console/promise/{sku}?channel=web");

        await visit.Page.GetByLabel("Units needed").FillAsync("20");
        await visit.Press("Tab");
        await Expect(visit.Page.GetByText("20 can be promised on Fri, 27 Nov 2026.")).ToBeVisibleAsync();
        await Expect(visit.Rows("What changes it")).ToContainTextAsync(["PO-1"]);
        Assert.Contains("need=20", visit.Page.Url, StringComparison.Ordinal);
    }

    [ChromiumFact]
    public async Task A_channel_is_refused_what_is_anothers()
    {
        var sku = NewSku();
        await host.Register("own", "none");
        await host.Register("foreign", "none");
        await host.RecordAccepted(Line("receipt", 5, sku));
        await using var visit = await Visit.Begin(chromium, host, "dev-channel-own", $"/console/promise/{sku}?channel=own");
        await Expect(visit.Page.GetByText("5 on hand lead to a promise of 5.")).ToBeVisibleAsync();

        await visit.Open($"/console/promise/{sku}?channel=foreign");
        await Expect(visit.Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("forbidden");
    }
}

using Microsoft.Playwright;
using RetailSync.Inventory.Host.Tests.Publications;
using static Microsoft.Playwright.Assertions;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ConsolePages;

/// <summary>What operators open besides the pictures of stock: an order, the policy for drifts, how hosts are, and views that they keep.</summary>
public sealed class Operators_at_work(PublishingHost host, Chromium chromium) : IClassFixture<PublishingHost>, IClassFixture<Chromium>
{
    [ChromiumFact]
    public async Task An_order_shows_what_became_of_its_units()
    {
        var sku = NewSku();
        await host.Register("orders", "none");
        await host.RecordAccepted(Line("receipt", 4, sku));
        await Send(new { type = "order", order = "N-1", id = "1", lines = new[] { new { sku, quantity = 5 } } });
        await Send(new { type = "cancellation", order = "N-1", id = "2", lines = new[] { new { sku, quantity = 2 } } });
        await using var visit = await Visit.Begin(chromium, host, "dev-channel-orders", "/console/channels/orders?show=orders&state=confirmed");

        await visit.Link("N-1").ClickAsync();
        await Expect(visit.Heading("Order N-1 of orders")).ToBeVisibleAsync();
        await Expect(visit.Picture("What became of the ordered units")).ToContainTextAsync("3 held, 2 cancelled");
        await Expect(visit.Rows("Messages")).ToHaveCountAsync(2);
        await Expect(visit.Rows("Messages").Last).ToContainTextAsync("Cancellation");
        await visit.RequireAccessible();
        Assert.Empty(visit.Complaints);
    }

    [ChromiumFact]
    public async Task A_policy_that_two_people_set_is_taken_rule_by_rule()
    {
        await using var visit = await Visit.Begin(chromium, host, "dev-ops", "/console/reconciliation/policy");
        await AddRule(visit, location: "S001", correctUpTo: "3");
        await visit.Button("Set the policy").ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Up to 3 corrected by itself.");
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Set the policy" }).ClickAsync();
        await Expect(visit.Page.GetByText("The policy is set.")).ToBeVisibleAsync();

        await AddRule(visit, location: "S002", correctUpTo: "5");
        (await host.Put("/v1/reconciliations/policy", new { rules = new[] { new { location = "S001", correctUpTo = 9 } } })).Ok();
        await visit.Button("Set the policy").ClickAsync();
        var sheet = visit.Page.GetByRole(AriaRole.Dialog);
        await sheet.GetByRole(AriaRole.Button, new() { Name = "Set the policy" }).ClickAsync();
        await Expect(sheet.GetByRole(AriaRole.Alert)).ToContainTextAsync("Up to 9 corrected by itself.");
        await visit.RequireAccessible();
        await sheet.GetByRole(AriaRole.Button, new() { Name = "Set the policy" }).ClickAsync();
        await Expect(sheet).ToHaveCountAsync(0);

        var rules = (await host.Get("/v1/reconciliations/policy")).Ok().GetProperty("rules").EnumerateArray();
        Assert.Equal([("S001", 9m), ("S002", 5m)], rules.Select(rule => (rule.GetProperty("location").GetString()!, rule.GetProperty("correctUpTo").GetDecimal())));
    }

    [ChromiumFact]
    public async Task A_view_that_is_shared_is_opened_by_others()
    {
        await using var visit = await Visit.Begin(chromium, host, "dev-ops", "/console/stock?state=below-zero");
        await visit.Button("Views").ClickAsync();
        await visit.Page.GetByLabel("Title").FillAsync("Look <b>here</b> first");
        await visit.Page.GetByLabel("Others see it too").CheckAsync();
        await visit.RequireAccessible();
        await visit.Press("Enter");
        await Expect(visit.Page.GetByText("The view Look <b>here</b> first is saved.")).ToBeVisibleAsync();

        await using var other = await Visit.Begin(chromium, host, "dev-planner", "/console/stock");
        await other.Button("Views").ClickAsync();
        await other.Link("Look <b>here</b> first").ClickAsync();
        await Expect(other.Page.GetByLabel("State")).ToHaveValueAsync("below-zero");

        await visit.Button("Views").ClickAsync();
        await visit.Button("Delete Look <b>here</b> first").ClickAsync();
        await Expect(visit.Link("Look <b>here</b> first")).ToHaveCountAsync(0);
        await visit.Press("Escape");
        await visit.Button("Undo").ClickAsync();
        await visit.Button("Views").ClickAsync();
        await Expect(visit.Link("Look <b>here</b> first")).ToBeVisibleAsync();
    }

    [ChromiumFact]
    public async Task The_system_page_says_whether_anything_waits()
    {
        await using var visit = await Visit.Begin(chromium, host, "dev-ops", "/console/system");
        await Expect(visit.Picture("Waiting in each lane")).ToContainTextAsync("commands wait");
        await Expect(visit.Picture("Largest tables")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("This host works alone.")).ToBeVisibleAsync();
        await visit.RequireAccessible();
        await visit.Resize(Visit.Narrow);
        await visit.RequireAccessible();
        Assert.Empty(visit.Complaints);

        await using var planner = await Visit.Begin(chromium, host, "dev-planner", "/console/system");
        await Expect(planner.Page.GetByText("This is for: ops.")).ToBeVisibleAsync();
    }

    private static async Task AddRule(Visit visit, string location, string correctUpTo)
    {
        await visit.Button("Add a rule").ClickAsync();
        await visit.Page.GetByLabel("Location").Last.FillAsync(location);
        await visit.Page.GetByLabel("Correct by itself up to").Last.FillAsync(correctUpTo);
        await visit.Press("Tab");
    }

    private async Task Send(object message) => (await host.Post("/v1/channels/orders/orders", message, key: "dev-channel-orders")).Ok();
}

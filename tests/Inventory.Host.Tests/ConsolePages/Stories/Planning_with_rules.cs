using Microsoft.Playwright;
using RetailSync.Inventory.Host.Tests.Publications;
using static Microsoft.Playwright.Assertions;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ConsolePages.Stories;

/// <summary>Planners change what is promised, by mouse and by keys alone.</summary>
public sealed class Planning_with_rules(PublishingHost host, Chromium chromium) : IClassFixture<PublishingHost>, IClassFixture<Chromium>
{
    private const string BlackFriday = $"Black Friday {Hostile.Text}", Longer = $"until Monday {Hostile.Text}";

    /// <summary>README's "A planner's morning".</summary>
    [ChromiumTheory]
    [InlineData(By.Mouse)]
    [InlineData(By.Keys)]
    public async Task A_planner_tries_a_rule_sets_it_and_sees_its_effect(By by)
    {
        var (sku, rule) = (await Sold($"order-{by}"), $"fence-{by}");
        await using var planner = await Person.Begin(chromium, host, "dev-planner", "/console", by);
        var page = planner.Page;

        // The number as it is, and why.
        await planner.Go("Promise", "p");
        await planner.Type(page.GetByLabel("SKU", new() { Exact = true }), sku);
        await planner.At.Press("Enter");
        await planner.Choose(page.GetByRole(AriaRole.Combobox, new() { Name = "Channel" }), "web");
        await Expect(planner.At.Heading($"What may be promised of {Hostile.Isolated(sku)} on web")).ToBeVisibleAsync();
        await Expect(page.GetByText("30 on hand lead to a promise of 27.")).ToBeVisibleAsync();
        await planner.Press(page.Locator("summary", new() { HasText = "Because of" }));
        await Expect(planner.At.Rows("Why")).ToHaveTextAsync(["On handS001+30", $"ReservedS001−3reservation order-{by}"]);

        // What a rule would change now, and what it would have meant.
        await planner.Go("What if", "w");
        var form = page.GetByRole(AriaRole.Region, new() { Name = "The rule to try" });
        await planner.Choose(form.GetByRole(AriaRole.Combobox, new() { Name = "Kind" }), "Ring-fence");
        await planner.Choose(form.GetByRole(AriaRole.Combobox, new() { Name = "Channel" }), "marketplace");
        await planner.Type(form.GetByLabel("SKU", new() { Exact = true }), sku);
        await planner.Type(form.GetByLabel("Units", new() { Exact = true }), "10");
        await planner.Press(planner.At.Button("Try"));
        await Expect(page.GetByText("events were replayed.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "What it would change now" })).ToContainTextAsync("web: 27 → 17");
        await Expect(planner.At.Rows("SKUs that change most")).ToContainTextAsync([sku]);
        await planner.Press(planner.At.Button(sku));
        await Expect(planner.At.Picture($"{Hostile.Isolated(sku)} on web")).ToContainTextAsync("3 were sold in this time; 0 of them would have been refused.");

        // It is set, counts, and is changed with what differs in view.
        await planner.Press(planner.At.Button("Set this rule"));
        await planner.Type(planner.Sheet.GetByLabel("Rule id", new() { Exact = true }), rule);
        await planner.Confirm("Create the rule", BlackFriday);
        await Expect(planner.At.Heading($"Rule {rule}")).ToBeVisibleAsync();
        await planner.Press(planner.At.Button("Change"));
        await planner.Type(planner.Sheet.GetByLabel("Units", new() { Exact = true }), "12");
        await planner.At.Press("Tab");
        await Expect(planner.Sheet.GetByRole(AriaRole.Row, new() { Name = "Units" })).ToHaveTextAsync("Units1012");
        await planner.Confirm("Change", Longer);
        await Expect(page.Locator(".versions li")).ToContainTextAsync([Longer, BlackFriday]);
        await planner.Press(planner.At.Link($"What may be promised of {Hostile.Isolated(sku)} on marketplace"));
        await planner.Choose(page.GetByRole(AriaRole.Combobox, new() { Name = "Channel" }), "web");
        await Expect(page.GetByText("30 on hand lead to a promise of 15.")).ToBeVisibleAsync();
        await planner.Press(page.Locator("summary", new() { HasText = "Because of" }));
        await Expect(planner.At.Link($"rule {rule}, version 2")).ToBeVisibleAsync();

        var versions = (await host.Get($"/v1/rules/{rule}/history")).Ok().Items();
        Assert.Equal([(10, BlackFriday, "dev-planner"), (12, Longer, "dev-planner")],
            versions.Select(version => (version.Number("quantity"), version.Text("reason"), version.Text("by"))));
        await host.Acknowledged("web", sku, 15);
        var actions = (await host.Get("/v1/audit/actions?by=dev-planner&kind=rules-put")).Ok().Items().Where(action => action.Text("subject") == rule);
        Assert.Equal([Longer, BlackFriday], actions.Texts("reason"));
        Assert.Equal([$"404 /v1/rules/{rule}"], planner.Complaints);
    }

    [ChromiumTheory]
    [InlineData(By.Mouse)]
    [InlineData(By.Keys)]
    public async Task Of_two_people_none_overwrites_the_other_unseen(By by)
    {
        const string theirs = $"theirs {Hostile.Text}", ours = $"ours {Hostile.Text}";
        var rule = $"contested-{by}";
        await host.Register("web", "log");
        (await host.Put($"/v1/rules/{rule}", new { kind = "allocation", channel = "web", sku = NewSku(), mode = "fixed", quantity = 10 })).Ok();
        await using var first = await Person.Begin(chromium, host, "dev-planner", $"/console/rules/{rule}", by);
        await using var second = await Person.Begin(chromium, host, "dev-admin", $"/console/rules/{rule}", by);
        await first.Press(first.At.Button("Change"));
        await second.Press(second.At.Button("Change"));

        await second.Type(second.Sheet.GetByLabel("Units", new() { Exact = true }), "7");
        await second.Confirm("Change", theirs);
        await Expect(second.Page.GetByText($"Rule {rule} is at version 2.")).ToBeVisibleAsync();
        await first.Type(first.Sheet.GetByLabel("Units", new() { Exact = true }), "5");
        await first.Type(first.Sheet.GetByLabel("Priority", new() { Exact = true }), "3");
        await first.Confirm("Change", ours);

        var conflict = first.Sheet.GetByRole(AriaRole.Alert);
        await Expect(conflict).ToContainTextAsync($"dev-admin: {theirs}");
        await Expect(conflict.Locator("thead th")).ToHaveTextAsync(["When you opened it", "Theirs now", "Yours"]);
        await Expect(conflict.Locator("tbody tr")).ToHaveTextAsync(["Units1075", "Priority––3"]);
        Assert.Equal(2, (await host.Get($"/v1/rules/{rule}")).Ok().Number("version"));
        await Expect(first.Sheet.GetByLabel("Reason", new() { Exact = true })).ToHaveValueAsync(ours);
        await first.Take(conflict.GetByLabel("Units: Theirs now"));
        await Expect(first.Sheet.GetByLabel("Units", new() { Exact = true })).ToHaveValueAsync("7");
        await first.Confirm("Change");
        await Expect(first.Page.GetByText($"Rule {rule} is at version 3.")).ToBeVisibleAsync();

        var versions = (await host.Get($"/v1/rules/{rule}/history")).Ok().Items();
        Assert.Equal([(10, 0, "dev-admin"), (7, 0, "dev-admin"), (7, 3, "dev-planner")],
            versions.Select(version => (version.Number("quantity"), version.Number("priority"), version.Text("by"))));
        Assert.Equal([theirs, ours], versions[1..].Texts("reason"));
        Assert.Equal([$"412 /v1/rules/{rule}"], first.Complaints);
        Assert.Empty(second.Complaints);
    }

    /// <summary>A SKU of which 30 came and a channel sold 3, some minutes ago.</summary>
    private async Task<string> Sold(string reservation)
    {
        var sku = $"{NewSku()}{Hostile.Text}";
        await host.Register("web", "log");
        await host.Register("marketplace", "log");
        await host.RecordAccepted(Line("receipt", 30, sku));
        host.Clock.AdvanceMinutes(1);
        (await host.Post("/v1/reservations", new { id = reservation, channel = "web", lines = new[] { new { sku, quantity = 3 } } })).Ok(201);
        host.Clock.AdvanceMinutes(2);
        return sku;
    }
}

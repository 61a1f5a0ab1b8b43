using System.Text.RegularExpressions;
using Microsoft.Playwright;
using RetailSync.Channels.Tests;
using RetailSync.Inventory.Host.Tests.Publications;
using RetailSync.Inventory.Host.Tests.Reconciliation;
using static Microsoft.Playwright.Assertions;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ConsolePages.Stories;

/// <summary>Operators mend what went wrong, by mouse and by keys alone.</summary>
public sealed class Work_of_operators(PublishingHost host, Chromium chromium) : IClassFixture<PublishingHost>, IClassFixture<Chromium>
{
    [ChromiumTheory]
    [InlineData(By.Mouse)]
    [InlineData(By.Keys)]
    public async Task A_drift_is_approved_taken_back_dismissed_and_reopened(By by)
    {
        const string lost = $"two are lost {Hostile.Text}", found = $"they were found {Hostile.Text}", recount = $"count again {Hostile.Text}";
        var (corrected, dismissed) = ($"{NewSku()}{Hostile.Text}", $"{NewSku()}{Hostile.Text}");
        await host.RecordAccepted(Line("receipt", 10, corrected), Line("receipt", 20, dismissed));
        var run = (await host.Compare(Comparing.Sheet([Comparing.Count(corrected, 8), Comparing.Count(dismissed, 21)], system: $"wms-{by}"))).Text("id")!;
        await using var operators = await Person.Begin(chromium, host, "dev-ops", "/console", by);
        await operators.LetPass(host, Duration.FromMinutes(1)); // so that what is decided is in the time that the position shows
        await operators.Go("Reconciliation", "d");
        var chosen = operators.Page.GetByRole(AriaRole.Complementary, new() { Name = "Chosen drift" });

        await operators.Press(operators.At.Link($"{Hostile.Isolated(corrected)} @ S001").First);
        await Expect(chosen.GetByRole(AriaRole.Heading)).ToContainTextAsync(corrected);
        await operators.Press(chosen.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }));
        await Expect(operators.Sheet).ToContainTextAsync("On hand now: 10 → 8 (−2).");
        await operators.Confirm("Approve", lost);
        await Expect(chosen).ToContainTextAsync($"approved, by dev-ops");
        Assert.Equal(8, await host.OnHand(corrected));
        await operators.Press(chosen.GetByRole(AriaRole.Button, new() { Name = "Take back", Exact = true }));
        await operators.Confirm("Take back", found);
        await Expect(chosen).ToContainTextAsync("Taken back by dev-ops");
        await operators.Press(chosen.GetByRole(AriaRole.Link, new() { Name = $"{Hostile.Isolated(corrected)} @ S001" }));
        await Expect(operators.At.Rows("Events")).ToContainTextAsync(["Correction", "Adjustment", "Receipt"]);

        await operators.Go("Reconciliation", "d");
        await operators.Press(operators.At.Link($"{Hostile.Isolated(dismissed)} @ S001").First);
        await Expect(chosen.GetByRole(AriaRole.Heading)).ToContainTextAsync(dismissed);
        await operators.Press(chosen.GetByRole(AriaRole.Button, new() { Name = "Dismiss", Exact = true }));
        await operators.Confirm("Dismiss", recount);
        await operators.Press(operators.At.Button("Undo"));
        await Expect(chosen).ToContainTextAsync("Reopened by dev-ops");

        var events = await host.Events(corrected);
        Assert.Equal([("receipt", 10, "dev-admin"), ("adjustment", 8, "dev-ops"), ("correction", 10, "dev-ops")],
            events.Select(one => (one.Text("type"), one.Number("onHandAfter"), one.Text("by"))));
        Assert.Single(await host.Events(dismissed));
        var drifts = (await host.Get($"/v1/reconciliations/{run}")).Ok().Items("drifts").ToDictionary(drift => drift.Text("sku")!);
        Assert.Equal((lost, found), (drifts[corrected].GetProperty("settled").Text("reason"), drifts[corrected].GetProperty("reverted").Text("reason")));
        Assert.Equal(("needs-approval", "dev-ops"), (drifts[dismissed].Text("action"), drifts[dismissed].GetProperty("reopened").Text("by")));
        Assert.Contains(recount, (await host.Get("/v1/audit/actions?by=dev-ops&kind=reconciliations")).Ok().Items().Texts("reason"));
        Assert.Empty(operators.Complaints);
    }

    [ChromiumTheory]
    [InlineData(By.Mouse)]
    [InlineData(By.Keys)]
    public async Task A_rejected_line_is_corrected_and_counts_once(By by)
    {
        var (sku, id) = ($"{NewSku()}{Hostile.Text}", $"till-{by}{Hostile.Text}");
        var line = Line("receipt", -5, sku, id: id);
        Assert.Equal(1, (await host.Post("/v1/movements", new { source = "pos/S001", movements = new[] { line } }, "dev-store-S001")).Ok().Number("rejected"));
        await using var operators = await Person.Begin(chromium, host, "dev-ops", "/console", by);
        var page = operators.Page;
        await operators.Go("Quarantine", "q");
        await operators.Type(page.GetByLabel("Words in the line"), $"till-{by}");
        await Expect(operators.At.Rows("Quarantine")).ToHaveCountAsync(1);
        await operators.Press(operators.At.Rows("Quarantine").GetByRole(AriaRole.Link));
        await Expect(page.GetByText("Sent by dev-store-S001.")).ToBeVisibleAsync();

        // The id stays, in the form and in the JSON.
        await Expect(page.GetByLabel(new Regex("^Id"))).ToHaveValueAsync(id);
        await Expect(page.GetByLabel(new Regex("^Id"))).Not.ToBeEditableAsync();
        line["id"] = "another";
        await operators.Type(page.GetByLabel("The line as JSON"), line.ToJsonString());
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync($"The id has to stay {Hostile.Isolated(id)}");
        await Expect(operators.At.Button("Replay corrected")).ToBeDisabledAsync();
        await operators.Press(operators.At.Button("As it was sent"));

        await operators.Type(page.GetByLabel("Quantity"), "5");
        await operators.Press(operators.At.Button("Replay corrected"));
        await Expect(operators.Sheet.GetByRole(AriaRole.Row, new() { Name = "Quantity" })).ToHaveTextAsync("Quantity-55");
        await operators.Confirm("Replay corrected");
        await operators.Press(operators.At.Button("Look among: Replayed"));
        await Expect(page.GetByText("Replayed by dev-ops.")).ToBeVisibleAsync();
        await operators.Press(operators.At.Link("Position"));
        await Expect(operators.At.Rows("Events")).ToContainTextAsync([id]);

        line["id"] = id;
        line["quantity"] = 5;
        var again = (await host.Post("/v1/movements", new { source = "pos/S001", movements = new[] { line } }, "dev-store-S001")).Ok();
        Assert.Equal((0, 1), (again.Number("accepted"), again.Number("duplicates")));
        var recorded = Assert.Single(await host.Events(sku));
        Assert.Equal((id, "pos/S001", 5, 5), (recorded.Text("id"), recorded.Text("source"), recorded.Number("quantity"), recorded.Number("onHandAfter")));
        var entry = (await host.Get($"/v1/quarantine?state=replayed&q=till-{by}")).Ok().Items().Single();
        Assert.Equal(("dev-store-S001", "dev-ops"), (entry.Text("by"), entry.Text("settledBy")));
        Assert.Empty(operators.Complaints);
    }

    [ChromiumTheory]
    [InlineData(By.Mouse)]
    [InlineData(By.Keys)]
    public async Task A_dead_letter_is_replayed_from_the_channels_page(By by)
    {
        const string refusal = $"no such article {Hostile.Text}";
        var (name, channel, isWilling) = (NewSku(), $"picky-{by}", false);
        var sku = $"{name}{Hostile.Text}";
        await using var shop = await Sandbox.Start(_ => isWilling ? new Answered(204) : new Answered(422, refusal));
        await host.Register(channel, "webhook", new() { ["url"] = $"{shop.Address}", ["batchSize"] = 1 });
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Publication(channel, sku, row => row.Text("state") == "set-aside");
        await using var operators = await Person.Begin(chromium, host, "dev-ops", "/console", by);
        await operators.Go("Channels", "c");
        await operators.Press(operators.At.Link(channel));
        await operators.Press(operators.Page.GetByLabel("Parts of the channel").GetByRole(AriaRole.Link, new() { Name = "Dead letters" }));
        await Expect(operators.Page.GetByRole(AriaRole.Heading, new() { Name = refusal })).ToBeVisibleAsync();

        isWilling = true;
        await operators.Press(operators.At.Button($"Replay {Hostile.Isolated(sku)}"));
        await Expect(operators.Sheet).ToContainTextAsync("1 SKU is published again.");
        await operators.Confirm("Replay");
        await Expect(operators.At.Button($"Replay {Hostile.Isolated(sku)}")).ToHaveCountAsync(0);

        await host.Acknowledged(channel, sku, 5);
        Assert.DoesNotContain(sku, (await host.Get($"/v1/channels/{channel}/dead-letters")).Ok().Items().Texts("sku")); // other stories' SKUs may be there
        Assert.Equal(2, shop.Requests.Count(request => request.Body.Contains(name, StringComparison.Ordinal)));
        var action = Assert.Single((await host.Get("/v1/audit/actions?by=dev-ops&kind=channels")).Ok().Items(), action => action.Text("subject") == channel);
        Assert.Equal("channels-dead-letters-replay", action.Text("kind"));
        Assert.Empty(operators.Complaints);
    }

    [ChromiumTheory]
    [InlineData(By.Mouse)]
    [InlineData(By.Keys)]
    public async Task An_oversold_order_is_read_from_alert_to_cause(By by)
    {
        var (sku, channel, order) = ($"{NewSku()}{Hostile.Text}", $"late-{by}", $"M-3001-{by} {Hostile.Text}");
        var till = $"from-the-till-{by}{Hostile.Text}";
        await host.Register(channel, "log");
        await host.RecordAccepted(Line("receipt", 5, sku));
        await host.Acknowledged(channel, sku, 5);
        await host.RecordAccepted(Line("sale", 3, sku, id: till, at: "09:10"));
        await host.Acknowledged(channel, sku, 2);
        var placed = $"{RunningHost.Now - Duration.FromMinutes(1)}";
        (await host.Post($"/v1/channels/{channel}/orders", new { type = "order", order, occurredAt = placed, lines = new[] { new { sku, quantity = 4 } } })).Ok();
        await using var planner = await Person.Begin(chromium, host, "dev-planner", "/console", by);
        var page = planner.Page;

        await planner.Go("Alerts", "l");
        var cause = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Order oversold" }).Filter(new() { HasText = order });
        await planner.Press(cause.GetByRole(AriaRole.Link, new() { Name = "See why" }));
        await Expect(planner.At.Heading($"Order {Hostile.Isolated(order)} of {channel} could not be filled")).ToBeVisibleAsync();
        await Expect(planner.At.Heading("Reported late")).ToBeVisibleAsync();
        await Expect(page.GetByText("4 ordered, 2 held.")).ToBeVisibleAsync();

        // Hop by hop, and what caused it.
        var hops = planner.At.Picture("What the channel had, and how long each step took");
        await Expect(hops).ToContainTextAsync("The slowest step is “Recorded”");
        await planner.Press(hops.GetByRole(AriaRole.Button));
        await Expect(hops.Locator("tbody tr")).ToContainTextAsync(["Occurred", "Recorded", "Worked out", "Sent", "Acknowledged", "Ordered", "Arrived"]);
        await Expect(planner.At.Rows("Events since the number was enough").First).ToContainTextAsync("caused the lower number");
        await Expect(planner.At.Rows("Events since the number was enough").First).ToContainTextAsync(till);
        await planner.Press(planner.At.Link("The position over time"));
        await Expect(planner.At.Rows("Events").Filter(new() { HasText = till })).ToContainTextAsync("Sale");

        var item = (await host.Get($"/v1/channels/{channel}/oversells/{Uri.EscapeDataString(order)}")).Ok().Items().Single();
        Assert.Equal("late-till-event", item.Text("verdict"));
        Assert.Equal(till, item.Items("events").Single(one => one.Text("event") == item.Text("takenBy")).Text("id"));
        var actions = (await host.Get("/v1/audit/actions?by=dev-planner")).Ok().Items();
        Assert.All(actions.Texts("kind"), kind => Assert.Equal("console-sign-in", kind)); // who only reads changes nothing
        Assert.Empty(planner.Complaints);
    }
}

using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Tests.Reconciliation;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.Reconciliation.Comparing;

namespace RetailSync.Inventory.Host.Tests.Security;

public class Recording_who_did_it(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task A_movement_names_the_till_that_sent_it()
    {
        var sku = NewSku();
        (await host.Post("/v1/movements", new { source = "pos/S001", movements = new[] { Line("receipt", 5, sku) } }, "dev-store-S001")).Ok();
        (await host.Post("/v1/movements",
            new { source = "wms", movements = new[] { Line("transfer", 1, sku, more: [("to", "S002"), ("document", "T-1"), ("expectedOn", "2026-11-24")]) } },
            "dev-ops")).Ok();

        Assert.Equal(["dev-store-S001 store", "dev-ops ops"], (await host.Events(sku)).Select(By));
        Assert.Equal(["dev-ops ops"], (await host.Events(sku, "S002")).Select(By));
    }

    [Fact]
    public async Task A_hold_names_its_channel_and_its_expiry_the_product()
    {
        var sku = NewSku();
        await host.Put("/v1/channels/web", new { adapter = "none" });
        await host.RecordAccepted(Line("receipt", 5, sku));
        var lines = new[] { new { sku, quantity = 1, location = "S001" } };
        (await host.Post("/v1/reservations", new { id = $"h-{sku}", channel = "web", holdFor = "PT1S", lines }, "dev-channel-web")).Ok(201);
        host.Clock.AdvanceSeconds(2);
        await host.Services.GetRequiredService<WriteLanes>().ExpireDue(new Provenance("expiry-1", Actor.OfProduct("expiry")), 100);

        Assert.Equal(["dev-channel-web channel", "expiry product"], (await host.Events(sku)).Skip(1).Select(By));
    }

    [Fact]
    public async Task A_rule_names_its_planner_in_every_version()
    {
        var rule = $"r-{NewSku()}";
        Assert.Equal("dev-planner", (await host.Put($"/v1/rules/{rule}", new { kind = "buffer", quantity = 1 }, "dev-planner")).Ok().Text("by"));
        (await host.Send(HttpMethod.Delete, $"/v1/rules/{rule}", key: "dev-admin")).Ok();

        Assert.Equal(["dev-planner", "dev-admin"], (await host.Get($"/v1/rules/{rule}/history")).Ok().Items().Texts("by").Order().Reverse());
        Assert.Equal(
            "channel+finance+ops+planner+store:dev-admin", await host.Sql(
                $"select user_name from inventory.mt_events where stream_id like '%{rule}%' order by version desc limit 1"));
    }

    [Fact]
    public async Task Settings_name_who_wrote_them()
    {
        Assert.Equal("dev-ops", (await host.Put("/v1/locations/W9", new { type = "warehouse" }, "dev-ops")).Ok().Text("by"));
        Assert.Equal("dev-ops", (await host.Get("/v1/locations")).Ok().Items().Single(location => location.Text("id") == "W9").Text("by"));
        Assert.Equal("dev-ops", (await host.Put("/v1/channels/shop", new { adapter = "none" }, "dev-ops")).Ok().Text("by"));
        Assert.Equal("dev-ops", (await host.Get("/v1/channels/shop")).Ok().Text("by"));
        Assert.Equal("dev-ops", (await host.Put("/v1/reconciliations/policy", new { rules = Array.Empty<object>() }, "dev-ops")).Ok().Text("by"));
        Assert.Equal("dev-ops", (await host.Get("/v1/reconciliations/policy")).Ok().Text("by"));

        (await host.Put("/v1/channels/shop/mappings", new { items = new[] { new { sku = "A", theirs = "1" } } }, "dev-ops")).Ok();
        (await host.Put("/v1/channels/shop/mappings", new { items = new[] { new { sku = "B", theirs = "2" } } }, "dev-admin")).Ok();
        Assert.Equal(["dev-ops", "dev-admin"], (await host.Get("/v1/channels/shop/mappings")).Ok().Items().Texts("by"));
    }

    [Fact]
    public async Task A_paused_channel_names_who_paused_it()
    {
        (await host.Put("/v1/channels/paused", new { adapter = "none" })).Ok();

        Assert.Equal("dev-ops", (await host.Post("/v1/channels/paused/pause", new { }, "dev-ops")).Ok().GetProperty("status").Text("pausedBy"));
        Assert.Equal("dev-ops", (await host.Get("/v1/channels/paused")).Ok().GetProperty("status").Text("pausedBy"));
        Assert.Equal(JsonValueKind.Null, (await host.Post("/v1/channels/paused/resume", new { }, "dev-admin")).Ok()
            .GetProperty("status").GetProperty("pausedBy").ValueKind);
    }

    [Fact]
    public async Task A_rejected_line_names_its_sender_and_who_settled_it()
    {
        var sku = NewSku();
        (await host.Post("/v1/movements", new { source = "pos/S001", movements = new[] { Line("sale", 0, sku), Line("sale", -1, sku) } },
            "dev-store-S001")).Ok();
        var kept = (await host.Get("/v1/quarantine?limit=1000")).Ok().Items().Where(entry => entry.GetProperty("line").Text("sku") == sku).ToList();

        (await host.Post($"/v1/quarantine/{kept[0].Text("id")}/dismiss", new { reason = "rung up by mistake" }, "dev-ops")).Ok();
        (await host.Post($"/v1/quarantine/{kept[1].Text("id")}/replay", new { line = Line("sale", 1, sku) }, "dev-admin")).Ok();

        var settled = (await host.Get("/v1/quarantine?limit=1000")).Ok().Items().Where(entry => kept.Exists(before => before.Text("id") == entry.Text("id")));
        Assert.Equal(["dev-store-S001 dev-ops", "dev-store-S001 dev-admin"], settled.Select(entry => $"{entry.Text("by")} {entry.Text("settledBy")}"));
        Assert.Equal("dev-admin channel+finance+ops+planner+store", By((await host.Events(sku)).Single()));
    }

    [Fact]
    public async Task A_drift_and_its_correction_name_who_settled_it()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));
        var run = await host.Compare(Sheet([Count(sku, 8)], takenAt: "2026-11-23T10:00:05Z"));

        var drift = (await host.Post($"/v1/reconciliations/{run.Text("id")}/drifts/1/approve", new { reason = "counted twice" }, "dev-ops")).Ok();

        Assert.Equal("dev-ops", drift.GetProperty("settled").Text("by"));
        Assert.Equal("dev-ops ops", By((await host.Events(sku))[^1]));
    }

    [Fact]
    public async Task An_order_names_who_sent_each_message()
    {
        var sku = NewSku();
        (await host.Put($"/v1/skus/{sku}", new { }, "dev-ops")).Ok();
        (await host.Put("/v1/channels/named", new { adapter = "none" }, "dev-ops")).Ok();
        (await host.Post("/v1/channels/named/orders", new { type = "order", order = "1", id = "a", lines = new[] { new { sku, quantity = 2 } } },
            "dev-channel-named")).Ok();
        (await host.Post("/v1/channels/named/orders", new { type = "cancellation", order = "1", id = "b" }, "dev-ops")).Ok();

        Assert.Equal(["dev-channel-named", "dev-ops"], (await host.Get("/v1/channels/named/orders/1")).Ok()
            .Items("messages").Select(message => message.Text("by")));
    }

    [Fact]
    public async Task A_reconciliation_names_who_sent_the_counts()
    {
        var run = await host.Compare(Sheet([Count(NewSku(), 3)]));

        Assert.Equal("dev-admin", (await host.Get($"/v1/reconciliations/{run.Text("id")}")).Ok().Text("by"));
        Assert.Equal("dev-admin", (await host.Get("/v1/reconciliations?limit=1000")).Ok().Items().Single(row => row.Text("id") == run.Text("id")).Text("by"));
    }

    private static string By(JsonElement happened) => $"{happened.Text("by")} {happened.Text("role")}";
}

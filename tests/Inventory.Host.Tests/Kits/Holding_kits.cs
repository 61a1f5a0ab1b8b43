using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Kits;

/// <summary>A set is two cups and a saucer; each test has SKUs of its own.</summary>
public sealed class Holding_kits(PublishingHost host) : IClassFixture<PublishingHost>
{
    [Fact]
    public async Task A_hold_shows_the_kit_as_requested_and_its_components()
    {
        var (set, cup, saucer) = await NewSet();
        await host.RecordAccepted(Line("receipt", 1, set), Line("receipt", 4, cup), Line("receipt", 5, saucer));

        var held = (await Hold($"h-{set}", set, 3)).Ok(201);

        var line = Assert.Single(held.Items("lines"));
        Assert.Equal((set, 3m), (line.Text("sku"), line.Number("quantity")));
        Assert.Equal([1m], line.Items("allocations").Select(units => units.Number("quantity")));
        Assert.Equal(
            [(cup, 4m, 2m), (saucer, 2m, 1m)],
            line.Items("components").Select(one => (one.Text("sku")!, one.Number("quantity"), one.Number("perKit"))));
        Assert.Equal((1m, 4m, 2m), (await Reserved(set), await Reserved(cup), await Reserved(saucer)));
        Assert.Equal(200, (await Hold($"h-{set}", set, 3)).Status);

        var shortage = Assert.Single((await Hold($"h2-{set}", set, 2)).Refused(409, "insufficient-stock").Items("shortages"));
        Assert.Equal((set, 2m, 0m, cup), (shortage.Text("sku"), shortage.Number("requested"), shortage.Number("available"), shortage.Text("component")));
        (await Hold($"h3-{set}", set, 0.5m)).Refused(400, "fractional-unit");
    }

    [Fact]
    public async Task A_hold_ships_as_it_was_held_by_kit_or_by_component()
    {
        var (set, cup, saucer) = await NewSet();
        await host.RecordAccepted(Line("receipt", 4, cup), Line("receipt", 2, saucer));
        var id = $"h-{set}";
        await Hold(id, set, 2);
        (await host.Put($"/v1/kits/{set}", new { components = new[] { new { sku = saucer, quantity = 9 } } })).Ok();

        (await host.Post($"/v1/reservations/{id}/fulfil", new { step = "1", lines = new[] { new { sku = set, quantity = 1 } } })).Ok();
        (await host.Post($"/v1/reservations/{id}/fulfil", new { step = "2", lines = new[] { new { sku = cup, quantity = 2 } } })).Ok();
        Assert.Equal((0m, 1m), (await OnHand(cup), await OnHand(saucer)));
        Assert.Equal("released", (await host.Post($"/v1/reservations/{id}/release", new { })).Ok().Text("state"));
        Assert.Equal((0m, 0m), (await Reserved(cup), await Reserved(saucer)));
    }

    [Fact]
    public async Task A_kit_is_assembled_only_where_it_may_be_sold()
    {
        var (set, cup, saucer) = await NewSet();
        await host.RecordAccepted(Line("receipt", 1, set), Line("receipt", 4, cup), Line("receipt", 4, saucer));
        var rule = new { kind = "eligibility", channel = "kits", sku = set, location = "S001", allowed = false, reason = "no room to pack" };
        (await host.Put($"/v1/rules/{set}", rule)).Ok();

        Assert.Equal(0m, (await host.Get($"/v1/availability/{set}?channel=kits")).Ok().Number("quantity"));
        var shortage = Assert.Single((await Hold($"h-{set}", set, 1)).Refused(409, "insufficient-stock").Items("shortages"));
        Assert.Equal((set, 1m, 0m), (shortage.Text("sku"), shortage.Number("requested"), shortage.Number("available")));
        (await host.Send(HttpMethod.Delete, $"/v1/rules/{set}")).Ok();
        (await Hold($"h-{set}", set, 2)).Ok(201);

        // What is held stays so where it may no longer be sold; more of it may not be held.
        (await host.Put($"/v1/rules/{set}", rule)).Ok();
        Assert.Equal(409, (await Change($"h-{set}", set, 3)).Status);
        (await Change($"h-{set}", set, 1)).Ok();
    }

    [Fact]
    public async Task An_order_of_kits_lives_by_kit_and_by_component()
    {
        await host.Register("kits", "log");
        var (set, cup, saucer) = await NewSet();
        await host.RecordAccepted(Line("receipt", 1, set), Line("receipt", 2, cup), Line("receipt", 1, saucer));

        await Say(new { type = "order", order = set, id = "1", lines = new[] { new { sku = set, quantity = 3 } } });

        var line = await OrderLine(set);
        Assert.Equal((3m, 1m, 2m), (line.Number("ordered"), line.Number("oversold"), line.Items("held").Sum(units => units.Number("quantity"))));
        Assert.Equal((1m, 2m, 1m), (await Reserved(set), await Reserved(cup), await Reserved(saucer)));
        var oversell = Assert.Single((await host.Get("/v1/channels/kits/oversells?limit=1000")).Ok().Items(), one => one.Text("sku") == set);
        Assert.Equal((3m, 2m), (oversell.Number("requested"), oversell.Number("held")));

        // Stock of its components covers it at once, and only whole kits are held.
        await host.RecordAccepted(Line("receipt", 1, saucer));
        Assert.Equal(1m, await Reserved(saucer));
        await host.RecordAccepted(Line("receipt", 2, cup));
        Assert.Equal((0m, 2m), ((await OrderLine(set)).Number("oversold"), await Reserved(saucer)));

        // By kit: the prepacked one first. By component: nothing is a kit yet.
        await Say(new { type = "shipment", order = set, id = "2", location = "S001", lines = new[] { new { sku = set, quantity = 2 } } });
        Assert.Equal((0m, 2m, 1m), (await OnHand(set), await OnHand(cup), await OnHand(saucer)));
        await Say(new { type = "shipment", order = set, id = "3", location = "S001", lines = new[] { new { sku = cup, quantity = 2 } } });
        Assert.Equal((2m, 0m, 1m), ((await OrderLine(set)).Number("shipped"), (await OrderLine(set)).Number("oversold"), await Reserved(saucer)));
        await Say(new { type = "cancellation", order = set, id = "4", lines = new[] { new { sku = saucer, quantity = 1 } } });
        line = await OrderLine(set);
        Assert.Equal((3m, 1m, 2m), (line.Number("ordered"), line.Number("cancelled"), line.Number("shipped")));
        Assert.Empty(line.Items("held"));

        // A component that comes back leaves the kit as it is; a kit comes back as what has shipped.
        await Say(new { type = "return", order = set, id = "5", location = "S001", lines = new[] { new { sku = saucer, quantity = 1 } } });
        line = await OrderLine(set);
        Assert.Equal((0m, 1m), (line.Number("returned"), line.Items("components").Single(one => one.Text("sku") == saucer).Number("returned")));
        await Say(new { type = "return", order = set, id = "6", location = "S001", lines = new[] { new { sku = set, quantity = 1 } } });
        Assert.Equal((1m, 1m), ((await OrderLine(set)).Number("returned"), await OnHand(set)));

        await Say(new { type = "shipment-cancelled", order = set, id = "7", shipment = "2" });
        Assert.Equal((1m, 3m), (await OnHand(set), (await OrderLine(set)).Number("ordered")));
    }

    [Fact]
    public async Task An_order_of_half_a_kit_is_quarantined()
    {
        await host.Register("kits", "log");
        var (set, _, _) = await NewSet();
        var said = await host.Post(
            "/v1/channels/kits/orders", new { type = "order", order = set, id = "1", lines = new[] { new { sku = set, quantity = 0.5 } } });
        Assert.Equal("quarantined", said.Ok().Text("state"));
    }

    [Theory]
    [InlineData("any")]
    [InlineData("one-location")]
    public async Task An_order_is_assembled_only_where_it_may_be_sold(string from)
    {
        var (set, cup, saucer) = await NewSet(from);
        await host.RecordAccepted(Line("receipt", 1, set), Line("receipt", 4, cup), Line("receipt", 4, saucer));
        var lines = new[] { new { sku = set, quantity = 2 } };
        await Say(new { type = "order", order = set, id = "1", lines });
        Assert.Equal((1m, 2m, 1m), (await Reserved(set), await Reserved(cup), await Reserved(saucer)));

        var rule = new { kind = "eligibility", channel = "kits", sku = set, location = "S001", allowed = false };
        (await host.Put($"/v1/rules/{set}", rule)).Ok();
        await Say(new { type = "order", order = $"{set}-2", id = "1", lines });
        await Say(new { type = "change", order = set, id = "2", lines = new[] { new { sku = set, quantity = 3 } } });

        // What is assembled stays so.
        Assert.Equal((1m, 2m, 1m), (await Reserved(set), await Reserved(cup), await Reserved(saucer)));
        Assert.Equal((2m, 1m), ((await OrderLine($"{set}-2")).Number("oversold"), (await OrderLine(set)).Number("oversold")));

        (await host.Send(HttpMethod.Delete, $"/v1/rules/{set}")).Ok();
        await Waiting.Until(async () => await Reserved(saucer) == 2);
        Assert.Equal(2m, (await OrderLine($"{set}-2")).Number("oversold") + (await OrderLine(set)).Number("oversold"));
    }

    [Theory]
    [InlineData("""[{"sku":"CUP","quantity":1},{"sku":"SET","quantity":3}]""", 409, "insufficient-stock")]
    [InlineData("""[{"sku":"SET","quantity":1},{"sku":"LAMP","quantity":1}]""", 409, "insufficient-stock")]
    [InlineData("""[{"sku":"SET","quantity":2},{"sku":"CUP","quantity":3}]""", 409, "insufficient-stock")]
    [InlineData("""[{"sku":"SET","quantity":1,"location":"S009"}]""", 409, "insufficient-stock")]
    [InlineData("""[{"sku":"SET","quantity":3,"by":"2026-12-01"}]""", 409, "insufficient-supply")]
    [InlineData("""[{"sku":"CUP","quantity":1},{"sku":"SET","quantity":1.5}]""", 400, "fractional-unit")]
    [InlineData("""[{"sku":"CUP","quantity":1},{"sku":"SET","quantity":1,"unit":"CS"}]""", 400, "unknown-unit")]
    [InlineData("""[{"sku":"CUP","quantity":1},{"sku":"SET","quantity":1,"by":"2026-11-01"}]""", 400, "invalid-request")]
    [InlineData("""[{"sku":"CUP","quantity":1},{"sku":"ONE","quantity":1,"by":"2026-12-01"}]""", 400, "invalid-request")]
    [InlineData("""[{"sku":"CUP","quantity":1},{"sku":"SET","quantity":1,"by":"2026-12-01","allowBackorder":true}]""", 400, "invalid-request")]
    [InlineData("""[{"sku":"CUP","quantity":1},{"sku":"SET","quantity":0}]""", 400, "invalid-request")]
    public async Task What_is_refused_holds_nothing(string lines, int status, string code)
    {
        var (set, cup, saucer) = await NewSet();
        var one = NewSku();
        (await host.Put($"/v1/kits/{one}", new { components = new[] { new { sku = cup, quantity = 1 } }, from = "one-location" })).Ok();
        await host.RecordAccepted(Line("receipt", 4, cup), Line("receipt", 4, saucer));
        var named = lines.Replace("SET", set, StringComparison.Ordinal).Replace("CUP", cup, StringComparison.Ordinal)
            .Replace("ONE", one, StringComparison.Ordinal).Replace("LAMP", NewSku(), StringComparison.Ordinal);

        var body = new StringContent($$"""{"id":"{{set}}","channel":"kits","lines":{{named}}}""", null, "application/json");
        (await host.Send(HttpMethod.Post, "/v1/reservations", body)).Refused(status, code);

        Assert.Equal((0m, 0m), (await Reserved(cup), await Reserved(saucer)));
        (await host.Get($"/v1/reservations/{set}")).Refused(404, "unknown-reservation");
        (await Hold(set, set, 2)).Ok(201);
    }

    [Fact]
    public async Task Changes_of_kits_and_units_change_no_open_hold()
    {
        var (set, cup, saucer) = await NewSet();
        await host.RecordAccepted(Line("receipt", 1, set), Line("receipt", 8, cup), Line("receipt", 8, saucer));
        (await Hold(set, set, 2)).Ok(201);
        await Say(new { type = "order", order = set, id = "1", lines = new[] { new { sku = set, quantity = 1 } } });
        var (held, ordered, reserved) = (await Held(), (await OrderLine(set)).ToString(), await All());

        (await host.Put($"/v1/skus/{cup}", new { unit = "EA", decimals = 0, packs = new[] { new { unit = "CS", factor = 12 } } })).Ok();
        (await host.Put($"/v1/skus/{cup}", new { unit = "EA", decimals = 0, packs = new[] { new { unit = "CS", factor = 6 } } })).Ok();
        await Same();
        (await host.Put($"/v1/kits/{set}", new { components = new[] { new { sku = saucer, quantity = 9 } }, from = "one-location" })).Ok();
        await Same();
        (await host.Send(HttpMethod.Delete, $"/v1/kits/{set}")).Ok();
        await Same();
        (await host.Post($"/v1/reservations/{set}/fulfil", new { lines = new[] { new { sku = set, quantity = 2 } } })).Ok();
        Assert.Equal((0m, 6m, 7m), (await OnHand(set), await OnHand(cup), await OnHand(saucer)));

        async Task Same() => Assert.Equal((held, ordered, reserved), (await Held(), (await OrderLine(set)).ToString(), await All()));
        async Task<string> Held() => (await host.Get($"/v1/reservations/{set}")).Ok().GetProperty("lines").ToString();
        async Task<(decimal, decimal, decimal)> All() => (await Reserved(set), await Reserved(cup), await Reserved(saucer));
    }

    [Fact]
    public async Task Beyond_stock_the_kits_own_rule_counts_and_no_components()
    {
        var (set, cup, saucer) = await NewSet();
        await host.RecordAccepted(Line("receipt", 2, cup), Line("receipt", 2, saucer), Line("count", 0, set));
        (await host.Put($"/v1/rules/{cup}", new { kind = "backorder", sku = cup, limit = 9 })).Ok();
        (await host.Put($"/v1/rules/{set}", new { kind = "backorder", sku = set, limit = 2 })).Ok();
        Assert.Equal(3m, (await host.Get($"/v1/availability/{set}?channel=kits")).Ok().Number("quantity"));

        Assert.Equal(409, (await Backorder($"h1-{set}", 4)).Status);
        Assert.Equal(409, (await Hold($"h1-{set}", set, 2)).Status);
        (await Backorder($"h1-{set}", 2)).Ok(201);

        // One of components, and one that is not there.
        Assert.Equal((1m, 2m, 1m), (await Reserved(set), await Reserved(cup), await Reserved(saucer)));
        Assert.Equal(1m, (await host.Get($"/v1/availability/{set}?channel=kits")).Ok().Number("quantity"));
        await Say(new { type = "order", order = set, id = "1", lines = new[] { new { sku = set, quantity = 2 } } });
        Assert.Equal((1m, 2m), ((await OrderLine(set)).Number("oversold"), await Reserved(set)));
        Assert.Equal(2m, await Reserved(cup));

        Task<Answer> Backorder(string id, decimal quantity) =>
            host.Post("/v1/reservations", new { id, channel = "kits", lines = new[] { new { sku = set, quantity, allowBackorder = true } } });
    }

    [Fact]
    public async Task An_oversell_is_covered_as_the_kit_was_when_it_was_ordered()
    {
        var (set, cup, saucer) = await NewSet();
        await host.RecordAccepted(Line("receipt", 4, cup));
        await Say(new { type = "order", order = set, id = "1", lines = new[] { new { sku = set, quantity = 1 } } });
        Assert.Equal(1m, (await OrderLine(set)).Number("oversold"));
        (await host.Put($"/v1/kits/{set}", new { components = new[] { new { sku = cup, quantity = 1 } } })).Ok();

        await host.RecordAccepted(Line("receipt", 1, saucer));

        Assert.Equal((0m, 2m, 1m), ((await OrderLine(set)).Number("oversold"), await Reserved(cup), await Reserved(saucer)));
    }

    private async Task<(string Set, string Cup, string Saucer)> NewSet(string from = "any")
    {
        await host.Register("kits", "log");
        var (set, cup, saucer) = (NewSku(), NewSku(), NewSku());
        (await host.Put($"/v1/kits/{set}", new { components = new[] { new { sku = cup, quantity = 2 }, new { sku = saucer, quantity = 1 } }, from })).Ok();
        return (set, cup, saucer);
    }

    private Task<Answer> Hold(string id, string sku, decimal quantity) =>
        host.Post("/v1/reservations", new { id, channel = "kits", lines = new[] { new { sku, quantity } } });

    private Task<Answer> Change(string id, string sku, decimal quantity) =>
        host.Put($"/v1/reservations/{id}", new { lines = new[] { new { sku, quantity } } });

    private async Task Say(object message) => (await host.Post("/v1/channels/kits/orders", message)).Ok();

    private async Task<System.Text.Json.JsonElement> OrderLine(string order) =>
        Assert.Single((await host.Get($"/v1/channels/kits/orders/{order}")).Ok().Items("lines"));

    private async Task<decimal> Reserved(string sku) => (await host.Position(sku)).Number("reserved");

    private async Task<decimal> OnHand(string sku) => (await host.Position(sku)).Number("onHand");
}

using System.Text.Json;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Availability;

/// <summary>Rules over HTTP: the domain's table shows the formula, this class that every endpoint uses it.</summary>
public sealed class Promising_by_rules(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Safety_stock_and_buffers_are_kept_back_and_shown()
    {
        var sku = await Stocked(("S001", 10));
        await Rule(sku, new { kind = "safety-stock", sku, percent = 20 });
        await Rule(sku + "-b", new { kind = "buffer", channel = "web", sku, location = "S001", quantity = 3 });

        Assert.Equal((5, 8), (await Promise(sku, "web"), await Promise(sku, "shop")));
        var position = await host.Position(sku);
        Assert.Equal((2, 8), (position.Number("safetyStock"), position.Number("available")));
        (await Hold(sku, "web", 6)).Refused(409, "insufficient-stock");
        (await Hold(sku, "web", 5)).Ok(201);
        Assert.Equal((0, 3), (await Promise(sku, "web"), await Promise(sku, "shop")));
    }

    [Fact]
    public async Task A_fixed_ring_fence_is_used_by_its_channel_only()
    {
        var sku = await Stocked(("S001", 12), ("S002", 8));
        await Rule(sku, new { kind = "allocation", channel = "web", sku, mode = "fixed", quantity = 10 });

        Assert.Equal((10, 10), (await Promise(sku, "web"), await Promise(sku, "shop")));
        var allocated = await Task.WhenAll(host.Position(sku), host.Position(sku, "S002"));
        Assert.Equal(10, allocated.Sum(position => position.GetProperty("allocations").TryGetProperty("web", out var units) ? units.GetDecimal() : 0));
        (await Hold(sku, "shop", 11)).Refused(409, "insufficient-stock");
        (await Hold(sku, "web", 4, "used")).Ok(201);
        Assert.Equal((6, 10), (await Promise(sku, "web"), await Promise(sku, "shop")));
        (await Hold(sku, "web", 7)).Refused(409, "insufficient-stock");

        // What is shipped stays used up; what is released comes back to the ring-fence.
        (await host.Post($"/v1/reservations/{sku}-used/fulfil", new { lines = new[] { new { sku, quantity = 1 } } })).Ok();
        Assert.Equal((6, 10), (await Promise(sku, "web"), await Promise(sku, "shop")));
        (await host.Post($"/v1/reservations/{sku}-used/release", new { })).Ok();
        Assert.Equal((9, 10), (await Promise(sku, "web"), await Promise(sku, "shop")));

        await host.Restart();
        Assert.Equal((9, 10), (await Promise(sku, "web"), await Promise(sku, "shop")));
        await Rule(sku, new { kind = "allocation", channel = "web", sku, mode = "fixed", quantity = 10 });
        Assert.Equal((10, 9), (await Promise(sku, "web"), await Promise(sku, "shop")));
    }

    [Fact]
    public async Task Borrowed_units_are_used_last_and_returned_first()
    {
        var sku = await Stocked(("S001", 20));
        await Rule(sku, new { kind = "allocation", channel = "web", sku, mode = "fixed", quantity = 5, borrow = true });

        Assert.Equal((20, 15), (await Promise(sku, "web"), await Promise(sku, "shop")));
        (await Hold(sku, "web", 8, "big")).Ok(201);
        Assert.Equal((12, 12), (await Promise(sku, "web"), await Promise(sku, "shop")));
        (await host.Put($"/v1/reservations/{sku}-big", new { lines = new[] { new { sku, quantity = 6 } } })).Ok();
        Assert.Equal((14, 14), (await Promise(sku, "web"), await Promise(sku, "shop")));
        (await host.Put($"/v1/reservations/{sku}-big", new { lines = new[] { new { sku, quantity = 3 } } })).Ok();
        Assert.Equal((17, 15), (await Promise(sku, "web"), await Promise(sku, "shop")));
    }

    [Fact]
    public async Task Units_promised_to_one_channel_are_gone_for_concurrent_others()
    {
        var sku = await Stocked(("S001", 40), ("S002", 40), ("S003", 20));
        await Rule(sku, new { kind = "allocation", channel = "web", sku, mode = "fixed", quantity = 30, borrow = true });
        await Rule(sku + "-n", new { kind = "safety-stock", sku, quantity = 10, level = "network" });

        var shop = Enumerable.Range(0, 80).Select(number => Hold(sku, "shop", 1, $"s{number}"));
        var web = Enumerable.Range(0, 80).Select(number => Hold(sku, "web", 1, $"w{number}"));
        var answers = await Task.WhenAll(shop.Concat(web));

        Assert.Equal(90, answers.Count(answer => answer.Status == 201));
        Assert.InRange(answers[..80].Count(answer => answer.Status == 201), 0, 60);
        Assert.Equal((0, 0), (await Promise(sku, "web"), await Promise(sku, "shop")));
    }

    [Fact]
    public async Task Only_eligible_locations_sell()
    {
        var sku = await Stocked(("S001", 4), ("S002", 5));
        await Rule(sku, new { kind = "eligibility", channel = "web", sku, location = "S002", allowed = false });

        Assert.Equal((4, 9), (await Promise(sku, "web"), await Promise(sku, "shop")));
        (await Hold(sku, "web", 5)).Refused(409, "insufficient-stock");
        var shortage = (await host.Post(
            "/v1/reservations", new { id = $"{sku}-there", channel = "web", lines = new[] { new { sku, quantity = 1, location = "S002" } } }))
            .Refused(409, "insufficient-stock").Items("shortages")[0];
        Assert.Equal(0, shortage.Number("available"));
    }

    [Fact]
    public async Task A_backorder_rule_allows_units_beyond_stock()
    {
        var sku = await Stocked(("S001", 2));
        await Rule(sku, new { kind = "backorder", sku, limit = 3 });

        Assert.Equal(5, await Promise(sku, "web"));
        (await Hold(sku, "web", 3)).Refused(409, "insufficient-stock");
        Assert.Equal(5, (await Hold(sku, "web", 6, backorder: true)).Refused(409, "insufficient-stock").Items("shortages")[0].Number("available"));
        (await Hold(sku, "web", 4, backorder: true)).Ok(201);
        Assert.Equal(1, await Promise(sku, "web"));
        (await Hold(sku, "web", 2, backorder: true)).Refused(409, "insufficient-stock");
        await host.RecordAccepted(Line("receipt", 10, sku));
        Assert.Equal(11, await Promise(sku, "web"));
    }

    [Fact]
    public async Task Publish_rules_change_the_answer_and_refuse_no_hold()
    {
        var sku = await Stocked(("S001", 20));
        await Rule(sku, new
        {
            kind = "publish",
            channel = "web",
            sku,
            buffer = 2,
            cap = 10,
            threshold = 3,
            levels = new object[] { new { name = "out", upTo = 0 }, new { name = "low", upTo = 10 }, new { name = "in" } },
        });

        var answer = (await host.Get($"/v1/availability/{sku}?channel=web")).Ok();
        Assert.Equal((10, "low"), (answer.Number("quantity"), answer.Text("level")));
        (await Hold(sku, "web", 16)).Ok(201);
        Assert.Equal("out", (await host.Get($"/v1/availability/{sku}?channel=web")).Ok().Text("level"));
        Assert.Equal(4, await Promise(sku, "shop"));
    }

    [Fact]
    public async Task Rules_start_and_end_by_the_clock()
    {
        var sku = await Stocked(("S001", 10));
        var (from, to) = (host.Clock.GetCurrentInstant() + Duration.FromHours(1), host.Clock.GetCurrentInstant() + Duration.FromHours(2));
        await Rule(sku, new { kind = "safety-stock", sku, quantity = 4, effectiveFrom = $"{from}", effectiveTo = $"{to}" });

        Assert.Equal(10, await Promise(sku, "web"));
        host.Clock.Reset(from);
        Assert.Equal(6, await Promise(sku, "web"));
        host.Clock.Reset(to);
        Assert.Equal(10, await Promise(sku, "web"));
    }

    [Fact]
    public async Task A_pickup_follows_stock_holds_and_rules_at_once()
    {
        var sku = await Stocked(("S001", 10), ("S002", 3));
        var (from, to) = (host.Clock.GetCurrentInstant() + Duration.FromHours(1), host.Clock.GetCurrentInstant() + Duration.FromHours(2));
        await Rule(sku, new { kind = "safety-stock", sku, location = "S001", quantity = 4, effectiveFrom = $"{from}", effectiveTo = $"{to}" });

        Assert.Equal([10, 3, 0], await Pickup());
        (await Hold(sku, "web", 2, "there", "S001")).Ok(201);
        Assert.Equal([8, 3, 0], await Pickup());
        await host.RecordAccepted(Line("sale", 1, sku, location: "S002"));
        Assert.Equal([8, 2, 0], await Pickup());
        host.Clock.Reset(from); // the hold has expired before
        Assert.Equal([6, 2, 0], await Pickup());
        host.Clock.Reset(to);
        Assert.Equal([10, 2, 0], await Pickup());
        await Rule(sku + "-e", new { kind = "eligibility", channel = "web", sku, location = "S002", allowed = false });
        Assert.Equal([10, 0, 0], await Pickup());

        async Task<decimal[]> Pickup()
        {
            var items = (await host.Post(
                "/v1/availability/pickup",
                new { channel = "web", locations = new[] { "S001", "S002", "S009" }, lines = new[] { new { sku, quantity = 1 } } })).Ok().Items();
            Assert.All(items, item => Assert.Equal(item.Items("lines")[0].Number("quantity") >= 1, item.GetProperty("complete").GetBoolean()));
            return [.. items.Select(item => item.Items("lines")[0].Number("quantity"))];
        }
    }

    [Fact]
    public async Task The_explanation_adds_up()
    {
        var sku = await Stocked(("S001", 12), ("S002", 5), ("S003", 7));
        await host.RecordAccepted(Line("sale", 20, sku, location: "S002"));
        (await Hold(sku, "web", 2, "seen", "S001")).Ok(201);
        await Rule(sku, new { kind = "safety-stock", sku, location = "S001", quantity = 1 });
        await Rule(sku + "-a", new { kind = "allocation", channel = "shop", sku, mode = "percent", percent = 25 });
        await Rule(sku + "-e", new { kind = "eligibility", channel = "web", sku, location = "S003", allowed = false });
        await Rule(sku + "-p", new { kind = "publish", channel = "web", sku, cap = 6 });

        var answer = (await host.Get($"/v1/availability/{sku}?channel=web&explain=true&detail=locations")).Ok();
        var terms = answer.Items("terms");

        Assert.Equal(6, answer.Number("quantity"));
        Assert.Equal(answer.Number("quantity"), terms.Sum(term => term.Number("quantity")));
        Assert.Equal(
            ["S001 on-hand 12", $"S001 reserved -2 {sku}-seen", $"S001 safety-stock -1 {sku}@1", "S002 on-hand -15", "S002 floor-at-zero 15", "S003 on-hand 7",
                $"S003 not-eligible -7 {sku}-e@1", $" cap -3 {sku}-p@1"],
            terms.Select(Short));
        Assert.All(terms.Where(term => term.Text("term") is "on-hand" or "reserved"), term => Assert.NotEmpty(term.Items("events")));
    }

    [Fact]
    public async Task The_schedule_includes_firm_supply()
    {
        var sku = await Stocked(("S001", 3));
        await host.RecordAccepted(
            Line("expected", 10, sku, more: [("document", "PO-1"), ("expectedOn", "2026-11-25"), ("kind", "purchase-order"), ("confidence", 0.8)]),
            Line("expected", 50, sku, more: [("document", "PO-2"), ("expectedOn", "2026-11-22"), ("kind", "purchase-order")]),
            Line("expected", 4, sku, more: [("document", "T-1"), ("expectedOn", "2026-11-24"), ("kind", "transfer")]));

        var schedule = (await host.Get($"/v1/availability/{sku}/schedule?channel=web&days=4&need=14")).Ok();

        Assert.Equal([("2026-11-23", 3m), ("2026-11-24", 7m), ("2026-11-25", 15m), ("2026-11-26", 15m)],
            schedule.Items("days").Select(day => (day.Text("day")!, day.Number("quantity"))));
        Assert.Equal("2026-11-25", schedule.Text("promiseOn"));
        Assert.Equal(JsonValueKind.Null, (await host.Get($"/v1/availability/{sku}/schedule?channel=web&days=4&need=16")).Ok()
            .GetProperty("promiseOn").ValueKind);
        (await host.Get($"/v1/availability/{sku}/schedule?channel=web&days=181")).Refused(400, "invalid-request");
        (await host.Get($"/v1/availability/{sku}/schedule?channel=web&days=0")).Refused(400, "invalid-request");
        (await host.Get($"/v1/availability/{sku}/schedule?channel=web&need=0")).Refused(400, "invalid-request");
    }

    [Fact]
    public async Task A_bulk_query_is_answered_in_the_order_of_its_SKUs()
    {
        var (one, two) = (await Stocked(("S001", 1)), await Stocked(("S001", 2)));

        var answer = (await host.Post("/v1/availability/query", new { channel = "web", skus = new[] { two, "never-seen", one } })).Ok();

        Assert.Equal([(two, 2m), ("never-seen", 0m), (one, 1m)], answer.Items().Select(item => (item.Text("sku")!, item.Number("quantity"))));
        (await host.Post("/v1/availability/query", new { channel = "nobody", skus = new[] { one } })).Refused(404, "unknown-channel");
        (await host.Post("/v1/availability/query", new { channel = "web", skus = Enumerable.Range(0, 1_001).Select(number => $"{number}") })).Refused(
            400, "invalid-request");
        (await host.Post("/v1/availability/query", new { channel = "web", skus = Array.Empty<string>() })).Refused(400, "invalid-request");
        (await host.Post("/v1/availability/query", new { channel = "web", skus = new object[] { 5 } })).Refused(400, "invalid-request");
        (await host.Post("/v1/availability/query", new { channel = "web", skus = new[] { one } }, "dev-channel-shop")).Refused(403, "forbidden");
    }

    [Fact]
    public async Task A_basket_is_complete_where_all_of_it_may_be_promised()
    {
        var (cup, plate) = (await Stocked(("S001", 5), ("S002", 1), ("S003", 9)), await Stocked(("S001", 2), ("S002", 7)));
        await Rule(plate, new { kind = "buffer", channel = "web", sku = plate, location = "S002", quantity = 6 });
        object[] basket = [new { sku = cup, quantity = 2 }, new { sku = plate, quantity = 1 }, new { sku = cup, quantity = 1 }];

        string[] stores = ["S003", "S002", "S001", "nowhere"];

        var answer = (await host.Post("/v1/availability/pickup", new { channel = "web", locations = stores, lines = basket })).Ok();

        Assert.Equal(
            [("S003", false, 9, 0), ("S002", false, 1, 1), ("S001", true, 5, 2), ("nowhere", false, 0, 0)],
            answer.Items().Select(item => (
                item.Text("location")!, item.GetProperty("complete").GetBoolean(), (int)item.Items("lines")[0].Number("quantity"),
                (int)item.Items("lines")[1].Number("quantity"))));
        Assert.All(answer.Items(), item => Assert.Equal([cup, plate], item.Items("lines").Texts("sku")));
        foreach (var body in new object[]
        {
            new { channel = "web", locations = new[] { "S001", "S001" }, lines = basket },
            new { channel = "web", locations = Array.Empty<string>(), lines = basket },
            new { channel = "web", locations = new[] { "S001" } }, new { channel = "web", locations = "S001", lines = basket },
            new { channel = "web", locations = new[] { "S001" }, lines = new[] { new { sku = cup, quantity = 0 } } },
            new { channel = "web", locations = Enumerable.Range(0, 501).Select(number => $"S{number}"), lines = basket },
            new { channel = "web", locations = new[] { "S001" }, lines = new object[] { 5 } },
            new { channel = "web", locations = stores, lines = new[] { new { sku = cup, quantity = 1, location = "S001" } } },
        })
        {
            (await host.Post("/v1/availability/pickup", body)).Refused(400, "invalid-request");
        }

        (await host.Put($"/v1/skus/{cup}", new { unit = "EA", packs = new[] { new { unit = "CS", factor = 12 } } })).Ok();
        var cases = new { channel = "web", locations = stores, lines = new[] { new { sku = cup, quantity = 1, unit = "CS" } } };
        Assert.All((await host.Post("/v1/availability/pickup", cases)).Ok().Items(), item => Assert.False(item.GetProperty("complete").GetBoolean()));
        (await host.Post("/v1/availability/pickup", new { cases.channel, cases.locations, lines = new[] { new { sku = cup, quantity = 1, unit = "??" } } }))
            .Refused(400, "unknown-unit");

        (await host.Post("/v1/availability/pickup", new { channel = "web", locations = stores, lines = basket }, "dev-channel-shop"))
            .Refused(403, "forbidden");
    }

    [Fact]
    public async Task A_bulk_query_without_SKUs_is_refused_once()
    {
        var one = (await host.Post("/v1/availability/query", new { channel = "web", skus = "G1" })).Refused(400, "invalid-request");
        var none = (await host.Post("/v1/availability/query", new { channel = "web" })).Refused(400, "invalid-request");

        Assert.Equal("must be an array", one.Items("errors").Single().Text("detail"));
        Assert.Equal("is missing", none.Items("errors").Single().Text("detail"));
    }

    private async Task<string> Stocked(params IReadOnlyList<(string Location, decimal Quantity)> stock)
    {
        (await host.Put("/v1/channels/web", new { adapter = "none" })).Ok();
        (await host.Put("/v1/channels/shop", new { adapter = "none" })).Ok();
        var sku = NewSku();
        await host.RecordAccepted([.. stock.Select(units => Line("receipt", units.Quantity, sku, location: units.Location))]);
        return sku;
    }

    private async Task Rule(string id, object rule) => (await host.Put($"/v1/rules/{id}", rule, "dev-planner")).Ok();

    private async Task<decimal> Promise(string sku, string channel) => (await host.Get($"/v1/availability/{sku}?channel={channel}")).Ok().Number("quantity");

    private Task<Answer> Hold(string sku, string channel, decimal quantity, string? order = null, string? location = null, bool backorder = false) => host.Post(
        "/v1/reservations",
        new { id = $"{sku}-{order ?? Guid.NewGuid().ToString("n")}", channel, lines = new[] { new { sku, quantity, location, allowBackorder = backorder } } });

    private static string Short(JsonElement term) => string.Join(' ', new[]
    {
        $"{term.Text("location")}", term.Text("term"), FormattableString.Invariant($"{term.Number("quantity"):0.####}"),
        term.Text("rule") is { } rule ? $"{rule}@{term.Number("ruleVersion")}" : term.Text("reservation"),
    }.Where(part => part is not null));
}

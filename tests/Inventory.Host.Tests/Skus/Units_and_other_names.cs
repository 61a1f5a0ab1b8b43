using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RetailSync.Inventory.Host.Tests.Reconciliation;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Skus;

/// <summary>One SKU under all of its names, in all of its units, wherever it is named.</summary>
public sealed class Units_and_other_names(RunningHost host) : IClassFixture<RunningHost>, IAsyncLifetime
{
    private static int _numbers;

    private readonly string _sku = NewSku();

    /// <summary>The SKU's GTIN in 13 digits, and that of its case in 14.</summary>
    private readonly (string Piece, string Case) _gtin = (NewGtin(), $"1{NewGtin()}");

    public async Task InitializeAsync()
    {
        (await host.Put("/v1/locations/S001", new { type = "store" })).Ok();
        (await host.Put("/v1/channels/units", new { adapter = "none" })).Ok();
        (await Register(12)).Ok();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_movement_is_recorded_of_the_sku_in_its_own_unit()
    {
        var (piece, pack) = (_gtin.Piece, Checked(_gtin.Case));
        await host.RecordAccepted(
            Line("receipt", 2, _sku, more: ("unit", "CS")), Line("receipt", 1, piece), Line("receipt", 1, $"0{piece}"), Line("receipt", 1, pack),
            Line("receipt", 1, pack, more: ("unit", "EA")), Line("sale", 1, $"{_sku}-b"));
        Assert.Equal(24 + 1 + 1 + 12 + 12 - 1, await host.OnHand(_sku));
        Assert.Equal([24, 1, 1, 12, 12, 1], (await host.Events(_sku)).Select(happened => happened.Number("quantity")));
        Assert.Equal([_sku], (await host.Get($"/v1/positions?sku={piece}")).Ok().Items().Texts("sku"));
    }

    [Theory]
    [InlineData("text/csv", "id,type,sku,location,quantity,unit,occurredAt\nID,receipt,NAME,S001,2,CS,2026-11-23T09:00:00Z\n")]
    [InlineData("application/x-ndjson",
        """{"id":"ID","type":"receipt","sku":"NAME","location":"S001","quantity":2,"unit":"CS","occurredAt":"2026-11-23T09:00:00Z"}""")]
    public async Task In_every_format(string mediaType, string body)
    {
        using var content = new StringContent(
            body.Replace("NAME", $"{_sku}-b", StringComparison.Ordinal).Replace("ID", $"{_sku}-1", StringComparison.Ordinal), Encoding.UTF8,
            MediaTypeHeaderValue.Parse(mediaType));
        Assert.Equal(1, (await host.Send(HttpMethod.Post, "/v1/movements?source=pos", content)).Ok().Number("accepted"));
        Assert.Equal(24, await host.OnHand(_sku));
    }

    [Fact]
    public async Task What_is_no_exact_quantity_of_it_is_quarantined_by_name()
    {
        var recorded = await host.Record(
            Line("receipt", 1, _sku, more: ("unit", "PL")), Line("receipt", 1, _sku, more: ("unit", "KGM")), Line("receipt", 0.5m, _sku),
            Line("receipt", 0.5m, $"{_sku}-b"), Line("receipt", 0.3m, _sku, more: ("unit", "CS")), Line("receipt", 0.5m, _sku, more: ("unit", "CS")));
        Assert.Equal(["unknown-unit", "unknown-unit", "fractional-unit", "fractional-unit", "fractional-unit", null],
            recorded.Items("results").Texts("code"));
        Assert.Equal(6, await host.OnHand(_sku));
    }

    [Fact]
    public async Task A_fraction_that_another_unit_makes_is_refused_too()
    {
        var sku = NewSku();
        (await host.Put($"/v1/skus/{sku}", new { unit = "KGM", decimals = 1 })).Ok();
        var recorded = await host.Record(Line("receipt", 250, sku, more: ("unit", "GRM")), Line("receipt", 200, sku, more: ("unit", "GRM")));
        Assert.Equal(["fractional-unit", null], recorded.Items("results").Texts("code"));
        Assert.Equal(0.2m, await host.OnHand(sku));
    }

    [Fact]
    public async Task A_new_factor_or_meaning_changes_nothing_that_is_recorded()
    {
        var (packs, named, correction) = (Line("receipt", 2, _sku, more: ("unit", "CS")), Line("receipt", 1, $"{_sku}-b"), Line("correction", 3, _sku,
            more: [("unit", "CS"), ("corrects", "later"), ("declaration", "incorrect")]));
        correction["corrects"] = packs["id"]!.DeepClone();
        await host.RecordAccepted(packs.Clone(), named.Clone());
        await host.RecordAccepted(correction.Clone());
        Assert.Equal(37, await host.OnHand(_sku));

        (await host.Put($"/v1/skus/{_sku}", new { unit = "EA", packs = new[] { new { unit = "CS", factor = 10 } } })).Ok();
        (await host.Put($"/v1/skus/{NewSku()}", new { aliases = new[] { $"{_sku}-b" } })).Ok();
        Assert.Equal(3, (await host.Record(packs.Clone(), named.Clone(), correction.Clone())).Number("duplicates"));

        var other = packs.Clone();
        other["quantity"] = 3;
        Assert.Equal(["movement-id-reused"], (await host.Record(other)).Items("results").Texts("code"));
        Assert.Equal(37, await host.OnHand(_sku));
        await host.RecordAccepted(Line("receipt", 1, _sku, more: ("unit", "CS")));
        Assert.Equal(47, await host.OnHand(_sku));
    }

    [Fact]
    public async Task A_hold_is_of_the_sku_in_its_own_unit()
    {
        await host.RecordAccepted(Line("receipt", 30, _sku));
        object[] lines = [new { sku = $"{_sku}-b", quantity = 1, unit = "CS" }, new { sku = _gtin.Piece, quantity = 2 }];
        var hold = new { id = $"{_sku}-h", channel = "units", lines };
        var held = (await host.Post("/v1/reservations", hold)).Ok(201);
        Assert.Equal([(_sku, 12), (_sku, 2)], held.Items("lines").Select(line => (line.Text("sku"), line.Number("quantity"))));
        Assert.Equal(14, (await host.Position(_sku)).Number("reserved"));

        (await Register(10)).Ok();
        (await host.Post("/v1/reservations", hold)).Ok();
        Assert.Equal(14, (await host.Position(_sku)).Number("reserved"));
        (await host.Put($"/v1/reservations/{hold.id}", new { lines = new[] { new { sku = _sku, quantity = 2, unit = "CS" } } })).Ok();
        Assert.Equal(20, (await host.Position(_sku)).Number("reserved"));
        (await host.Post($"/v1/reservations/{hold.id}/fulfil", new { lines = new[] { new { sku = _gtin.Piece, quantity = 1, unit = "CS" } } })).Ok();
        Assert.Equal((20, 10), (await host.OnHand(_sku), (await host.Position(_sku)).Number("reserved")));
    }

    [Theory]
    [InlineData(1, "PL", "unknown-unit")]
    [InlineData(1, "KGM", "unknown-unit")]
    [InlineData(0.3, "CS", "fractional-unit")]
    [InlineData(0.5, "EA", "fractional-unit")]
    public async Task A_hold_of_no_exact_quantity_is_refused(decimal quantity, string unit, string code)
    {
        await host.RecordAccepted(Line("receipt", 30, _sku));
        var lines = new[] { new { sku = _sku, quantity, unit } };
        (await host.Post("/v1/reservations", new { id = $"{_sku}-h", channel = "units", lines })).Refused(400, code);
        Assert.Equal(0, (await host.Position(_sku)).Number("reserved"));
    }

    [Fact]
    public async Task An_order_is_of_the_sku_in_its_own_unit()
    {
        await host.RecordAccepted(Line("receipt", 40, _sku));
        var order = new { type = "order", order = $"{_sku}-o", id = "1", lines = new[] { new { sku = $"{_sku}-b", quantity = 2, unit = "CS" } } };
        (await host.Post("/v1/channels/units/orders", order)).Ok();
        (await Register(10)).Ok();
        (await host.Post("/v1/channels/units/orders", order)).Ok();
        var line = Assert.Single((await host.Get($"/v1/channels/units/orders/{order.order}")).Ok().Items("lines"));
        Assert.Equal((_sku, 24), (line.Text("sku"), line.Number("ordered")));
        Assert.Equal(24, (await host.Position(_sku)).Number("reserved"));
    }

    [Fact]
    public async Task An_order_in_an_unknown_unit_counts_when_it_comes_again()
    {
        await host.RecordAccepted(Line("receipt", 40, _sku));
        var order = new { type = "order", order = $"{_sku}-o", id = "1", lines = new[] { new { sku = _sku, quantity = 1, unit = "PL" } } };
        Assert.Equal("quarantined", (await host.Post("/v1/channels/units/orders", order)).Ok().Text("state"));
        (await host.Put($"/v1/skus/{_sku}", new { unit = "EA", decimals = 0, packs = new[] { new { unit = "PL", factor = 20 } } })).Ok();
        (await host.Post("/v1/channels/units/orders", order)).Ok();
        Assert.Equal(20, (await host.Position(_sku)).Number("reserved"));
    }

    [Fact]
    public async Task It_is_asked_for_by_any_name()
    {
        await host.RecordAccepted(Line("receipt", 7, _sku));
        foreach (var name in new[] { _sku, $"{_sku}-b", _gtin.Piece, $"0{_gtin.Piece}" })
        {
            // Twice, since the second is answered from memory.
            Assert.Equal(7, (await Available(name)).Number("quantity"));
            Assert.Equal((7, _sku), ((await Available(name)).Number("quantity"), (await Available(name)).Text("sku")));
            Assert.Equal(7, (await host.Get($"/v1/availability/{name}/schedule?channel=units&days=1")).Ok().Items("days")[0].Number("quantity"));
            Assert.Equal(7, await host.OnHand(name));
            Assert.Single(await host.Events(name));
        }

        var asked = (await host.Post("/v1/availability/query", new { channel = "units", skus = new[] { _sku, _gtin.Piece } })).Ok().Items();
        Assert.Equal([(_sku, 7), (_sku, 7)], asked.Select(item => (item.Text("sku"), item.Number("quantity"))));
        Assert.Equal((false, _gtin.Piece), (asked[0].TryGetProperty("asked", out _), asked[1].Text("asked")));
    }

    [Fact]
    public async Task Its_names_are_in_the_explanation_once()
    {
        var explained = (await host.Get($"/v1/availability/{_gtin.Piece}?channel=units&explain=true")).Ok();
        Assert.Equal([$"{_sku}-b", _gtin.Piece, Checked(_gtin.Case)], explained.Items("names").Texts("name"));
        Assert.Equal(("CS", 12), (explained.Items("names")[2].Text("unit"), explained.Items("names")[2].Number("factor")));
        Assert.False((await host.Get($"/v1/availability/{NewSku()}?channel=units&explain=true")).Ok().TryGetProperty("names", out _));
    }

    [Fact]
    public async Task Another_system_counts_it_by_any_name_and_in_any_unit()
    {
        await host.RecordAccepted(Line("receipt", 30, _sku, at: "08:00"));
        var count = Comparing.Count(_gtin.Piece, 2, unsellable: ("damaged", 0.5m));
        count["unit"] = "CS";
        var drifts = (await host.Compare(Comparing.Sheet([count.Clone()], system: _sku))).Items("drifts");
        Assert.Equal([(_sku, "onHand", 24), (_sku, "unsellable.damaged", 6)],
            drifts.Select(drift => (drift.Text("sku"), drift.Text("field"), drift.Number("theirs"))));

        await Refused($"counts {_sku} at S001 again", count.Clone(), Comparing.Count(_sku, 1));
        count["unit"] = "PL";
        await Refused("unknown-unit", count);

        async Task Refused(string why, params JsonObject[] counts) => Assert.Contains(
            why, (await host.Post("/v1/reconciliations", Comparing.Sheet(counts))).Refused(400, "invalid-request").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_with_units_of_its_own_becomes_no_other_name()
    {
        var (stocked, gtin) = (NewSku(), NewGtin());
        await host.RecordAccepted(Line("receipt", 1, stocked), Line("receipt", 1, gtin));
        (await host.Put($"/v1/skus/{_sku}", new { aliases = new[] { stocked } })).Refused(409, "alias-taken");
        (await host.Put($"/v1/skus/{_sku}", new { aliases = new[] { $"0{gtin}" } })).Refused(409, "alias-taken");
        (await host.Put($"/v1/skus/0{gtin}", new { })).Refused(409, "alias-taken");
        (await host.Put($"/v1/skus/{gtin}", new { })).Ok();
        await host.RecordAccepted(Line("receipt", 1, $"0{gtin}"));
        Assert.Equal(2, await host.OnHand(gtin));
    }

    [Fact]
    public async Task One_gtin_belongs_to_one_sku_in_all_of_its_lengths()
    {
        (await host.Put($"/v1/skus/{NewSku()}", new { aliases = new[] { $"0{_gtin.Piece}" } })).Refused(409, "alias-taken");
        var packs = new[] { new { unit = "CS", factor = 2, gtin = _gtin.Piece } };
        (await host.Put($"/v1/skus/{NewSku()}", new { packs })).Refused(409, "alias-taken");
        (await host.Put($"/v1/skus/{_sku}", new { packs, aliases = new[] { _gtin.Piece } })).Refused(409, "alias-taken");
        (await host.Put($"/v1/skus/{_gtin.Piece}", new { })).Refused(409, "alias-taken");
    }

    [Fact]
    public async Task A_host_that_does_not_know_a_name_counts_nothing_under_it()
    {
        // What another host commits between two looks of this one: here it is never looked for, since no profile changes.
        var (name, other) = (NewSku(), NewSku());
        await Available(name);
        await host.Sql("insert into inventory.sku_name (name, sku) values ($1, $2)", name, _sku);
        (await host.Post("/v1/movements", new { source = "pos", movements = new[] { Line("receipt", 1, name) } })).Refused(503, "unavailable");
        (await host.Get($"/v1/positions/{name}/S001")).Refused(404, "unknown-position");

        var all = new { source = "pos", movements = new[] { Line("receipt", 1, other, id: "neighbour"), Line("receipt", 1, name) } };
        (await host.Post("/v1/movements", all)).Refused(503, "unavailable");
        (await host.Put($"/v1/skus/{NewSku()}", new { })).Ok();
        (await host.Post("/v1/movements", all)).Ok();
        Assert.Equal(2, (await host.Post("/v1/movements", all)).Ok().Number("duplicates"));
        Assert.Equal((1, 1), (await host.OnHand(other), await host.OnHand(_sku)));
    }

    [Fact]
    public async Task A_sku_may_have_its_own_number_as_another_name()
    {
        var gtin = NewGtin();
        (await host.Put($"/v1/skus/{gtin}", new { aliases = new[] { $"0{gtin}" }, packs = new[] { new { unit = "CS", factor = 12 } } })).Ok();
        await host.RecordAccepted(Line("receipt", 1, gtin), Line("receipt", 2, $"0{gtin}"));
        Assert.Equal(3, await host.OnHand(gtin));
    }

    [Fact]
    public async Task The_number_of_a_sku_is_not_that_of_its_case()
    {
        var gtin = NewGtin();
        (await host.Put($"/v1/skus/{gtin}", new { packs = new[] { new { unit = "CS", factor = 12, gtin } } })).Refused(409, "alias-taken");
        (await host.Put($"/v1/skus/{gtin}", new { packs = new[] { new { unit = "PCE", factor = 1, gtin } } })).Ok();
        await host.RecordAccepted(Line("receipt", 2, gtin));
        Assert.Equal(2, await host.OnHand($"0{gtin}"));
    }

    [Fact]
    public async Task A_number_that_is_not_known_yet_is_counted_in_no_other_form()
    {
        // What another host registers between two looks of this one.
        var gtin = NewGtin();
        await Available($"0{gtin}");
        await host.Sql("insert into inventory.known_sku (sku) values ($1)", gtin);
        await host.Sql("insert into inventory.sku_profile (sku, packs, aliases, version, by, change) values ($1, '[]', '[]', 1, 'ops', 0)", gtin);
        var all = new { source = "pos", movements = new[] { Line("receipt", 1, $"0{gtin}") } };
        (await host.Post("/v1/movements", all)).Refused(503, "unavailable");

        (await host.Put($"/v1/skus/{NewSku()}", new { })).Ok();
        (await host.Post("/v1/movements", all)).Ok();
        Assert.Equal([gtin], (await host.Get($"/v1/positions?sku={gtin}")).Ok().Items().Texts("sku"));
    }

    private Task<Answer> Register(decimal factor) => host.Put($"/v1/skus/{_sku}", new
    {
        unit = "EA",
        decimals = 0,
        packs = new[] { new { unit = "CS", factor, gtin = Checked(_gtin.Case) } },
        aliases = new[] { $"{_sku}-b", _gtin.Piece },
    });

    private async Task<JsonElement> Available(string name) => (await host.Get($"/v1/availability/{name}?channel=units")).Ok();

    /// <summary>In 13 digits, as no other test has it.</summary>
    private static string NewGtin() => Checked($"4{Interlocked.Increment(ref _numbers):D11}0");

    /// <summary>The same with the right check digit.</summary>
    private static string Checked(string digits)
    {
        var sum = digits[..^1].Reverse().Select((digit, place) => (digit - '0') * (place % 2 == 0 ? 3 : 1)).Sum();
        return FormattableString.Invariant($"{digits[..^1]}{(10 - (sum % 10)) % 10}");
    }
}

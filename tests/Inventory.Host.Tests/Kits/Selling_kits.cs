using System.Text.Json.Nodes;
using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Kits;

/// <summary>A till's sales of a set of two cups and a saucer; each test has SKUs of its own.</summary>
public sealed class Selling_kits(PublishingHost host) : IClassFixture<PublishingHost>
{
    [Fact]
    public async Task Take_prepacked_ones_first_then_components_below_zero()
    {
        var (set, cup, saucer) = await NewSet();
        await host.RecordAccepted(Line("receipt", 1, set), Line("receipt", 3, cup), Line("receipt", 1, saucer));
        var sale = Line("sale", 3, set);

        await host.RecordAccepted(sale);

        Assert.Equal((0m, -1m, -1m), (await host.OnHand(set), await host.OnHand(cup), await host.OnHand(saucer)));
        var again = await host.Record(sale.Clone());
        Assert.Equal(1, again.Number("duplicates"));
        Assert.Equal((0m, -1m, -1m), (await host.OnHand(set), await host.OnHand(cup), await host.OnHand(saucer)));
        sale["quantity"] = 4;
        Assert.Equal("movement-id-reused", Assert.Single((await host.Record(sale)).Items("results")).Text("code"));
        Assert.True((await host.Get("/v1/audit/verify")).Ok().GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task Are_of_the_kit_as_it_was_at_their_instant()
    {
        var (set, cup, saucer) = await NewSet();
        await host.RecordAccepted(Line("receipt", 10, cup), Line("receipt", 10, saucer));
        var early = Line("sale", 1, set);
        (await host.Put($"/v1/kits/{set}", new { components = new[] { new { sku = saucer, quantity = 5 } } })).Ok();

        await host.RecordAccepted(early);

        Assert.Equal((8m, 9m), (await host.OnHand(cup), await host.OnHand(saucer)));
    }

    [Fact]
    public async Task That_did_not_occur_give_back_what_they_took()
    {
        var (set, cup, saucer) = await NewSet();
        await host.RecordAccepted(Line("receipt", 1, set), Line("receipt", 3, cup), Line("receipt", 1, saucer));
        var sale = Line("sale", 2, set);
        await host.RecordAccepted(sale);

        var undo = Line("correction", null, set);
        undo["corrects"] = sale["id"]!.GetValue<string>();
        undo["declaration"] = "did-not-occur";
        await host.RecordAccepted(undo);

        Assert.Equal((1m, 3m, 1m), (await host.OnHand(set), await host.OnHand(cup), await host.OnHand(saucer)));
        Assert.Equal(1, (await host.Record(undo.Clone())).Number("duplicates"));
        Assert.True((await host.Get("/v1/audit/verify")).Ok().GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task Ship_what_their_reservation_holds()
    {
        var (set, cup, saucer) = await NewSet();
        await host.RecordAccepted(Line("receipt", 1, set), Line("receipt", 4, cup), Line("receipt", 2, saucer));
        var hold = new { id = set, channel = "tills", lines = new[] { new { sku = set, quantity = 2, location = "S001" } } };
        (await host.Post("/v1/reservations", hold)).Ok(201);
        var sale = Line("sale", 2, set);
        sale["reservation"] = set;

        await host.RecordAccepted(sale);

        Assert.Equal("fulfilled", (await host.Get($"/v1/reservations/{set}")).Ok().Text("state"));
        Assert.Equal((0m, 2m, 1m), (await host.OnHand(set), await host.OnHand(cup), await host.OnHand(saucer)));
    }

    [Fact]
    public async Task That_were_more_or_fewer_kits_are_corrected()
    {
        var (set, cup, saucer) = await NewSet();
        await host.RecordAccepted(Line("receipt", 1, set), Line("receipt", 9, cup), Line("receipt", 9, saucer));
        var sale = Line("sale", 3, set);
        await host.RecordAccepted(sale);
        Assert.Equal((0m, 5m, 7m), await Stock());

        var fewer = Correction(sale, 2);
        await host.RecordAccepted(fewer);
        Assert.Equal((0m, 7m, 8m), await Stock());
        Assert.Equal(1, (await host.Record(fewer.Clone())).Number("duplicates"));
        Assert.Equal("already-corrected", await Code(Correction(sale, 4)));
        var one = Correction(fewer, 1);
        await host.RecordAccepted(one);
        Assert.Equal((0m, 9m, 9m), await Stock());
        Assert.Equal("fractional-unit", await Code(Correction(one, 1.5m)));
        await host.RecordAccepted(Correction(one, 5));
        Assert.Equal((0m, 1m, 5m), await Stock());

        // All of components, and none that was prepacked.
        var next = Line("sale", 1, set);
        await host.RecordAccepted(next);
        await host.RecordAccepted(Correction(next, 2));
        Assert.Equal((0m, -3m, 3m), await Stock());
        Assert.True((await host.Get("/v1/audit/verify")).Ok().GetProperty("ok").GetBoolean());

        async Task<(decimal, decimal, decimal)> Stock() => (await host.OnHand(set), await host.OnHand(cup), await host.OnHand(saucer));
        async Task<string?> Code(JsonObject line) => Assert.Single((await host.Record(line)).Items("results")).Text("code");
        JsonObject Correction(JsonObject wrong, decimal kits)
        {
            var line = Line("correction", kits, set);
            line["corrects"] = wrong["id"]!.GetValue<string>();
            line["declaration"] = "incorrect";
            return line;
        }
    }

    [Fact]
    public async Task Come_back_as_what_they_were_sold_as()
    {
        var (set, cup, saucer) = await NewSet();
        await host.RecordAccepted(Line("receipt", 1, set), Line("receipt", 2, cup), Line("receipt", 1, saucer));
        await host.RecordAccepted(Line("sale", 2, set));
        Assert.Equal((0m, 0m, 0m), await Stock());

        // One was prepacked and one assembled; a third was sold elsewhere.
        var back = Line("return", 1, set);
        back["status"] = "damaged";
        await host.RecordAccepted(back);
        Assert.Equal((1m, 0m, 0m), await Stock());
        await host.RecordAccepted(Line("return", 1, set));
        Assert.Equal((1m, 2m, 1m), await Stock());
        var third = Line("return", 1, set);
        await host.RecordAccepted(third);
        Assert.Equal((1m, 4m, 2m), await Stock());
        Assert.Equal(1, (await host.Record(third.Clone())).Number("duplicates"));

        var undo = Line("correction", null, set);
        (undo["corrects"], undo["declaration"]) = (third["id"]!.GetValue<string>(), "did-not-occur");
        await host.RecordAccepted(undo);
        Assert.Equal((1m, 2m, 1m), await Stock());
        Assert.True((await host.Get("/v1/audit/verify")).Ok().GetProperty("ok").GetBoolean());

        async Task<(decimal, decimal, decimal)> Stock() => (await host.OnHand(set), await host.OnHand(cup), await host.OnHand(saucer));
    }

    [Theory]
    [InlineData("sale")]
    [InlineData("return")]
    public async Task Are_whole(string type)
    {
        var (set, _, _) = await NewSet();
        Assert.Equal("fractional-unit", Assert.Single((await host.Record(Line(type, 0.5m, set))).Items("results")).Text("code"));
    }

    private async Task<(string Set, string Cup, string Saucer)> NewSet()
    {
        await host.Register("tills", "log");
        var (set, cup, saucer) = (NewSku(), NewSku(), NewSku());
        var kit = new { components = new[] { new { sku = cup, quantity = 2 }, new { sku = saucer, quantity = 1 } }, effectiveFrom = "2026-01-01T00:00:00Z" };
        (await host.Put($"/v1/kits/{set}", kit)).Ok();
        return (set, cup, saucer);
    }
}

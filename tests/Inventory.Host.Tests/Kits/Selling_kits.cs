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

        var less = Line("correction", 1, set);
        less["corrects"] = sale["id"]!.GetValue<string>();
        less["declaration"] = "incorrect";
        Assert.Equal("invalid-line", Assert.Single((await host.Record(less)).Items("results")).Text("code"));
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
    public async Task Are_whole_and_come_back_as_kits()
    {
        var (set, cup, saucer) = await NewSet();
        await host.RecordAccepted(Line("receipt", 2, cup), Line("receipt", 1, saucer));
        Assert.Equal("fractional-unit", Assert.Single((await host.Record(Line("sale", 0.5m, set))).Items("results")).Text("code"));
        await host.RecordAccepted(Line("return", 1, set));
        Assert.Equal((1m, 2m), (await host.OnHand(set), await host.OnHand(cup)));
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

using RetailSync.Channels.Documents;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.SourceDocuments.HostWithPlainDocuments;
using static RetailSync.Inventory.Host.Tests.SourceDocuments.TakeDocuments_of_a_warehouse;

namespace RetailSync.Inventory.Host.Tests.SourceDocuments;

/// <summary>Transfers of which one end, or both, are not mapped yet. Each test has a source and places of its own.</summary>
public sealed class TakeDocuments_of_transfers(HostWithPlainDocuments host) : IClassFixture<HostWithPlainDocuments>, IAsyncLifetime
{
    private readonly string _source = $"erp/{Guid.NewGuid():N}";
    private readonly string _there = $"T{Guid.NewGuid():N}";
    private readonly string _sku = NewSku();

    public async Task InitializeAsync() => (await host.Put("/v1/locations/S001", new { type = "store", timeZone = "Europe/Berlin" })).Ok();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task What_leaves_for_an_unmapped_place_arrives_once_mapped()
    {
        var document = Document(host.NewNumber(), InOneStep("S001", "1720"));
        AssertCounts(await Take(document), lines: 1, rejected: 1);
        Assert.Equal((-4, 0, 0), await Stock());
        Assert.Equal("adjustment", Assert.Single(await host.Events(_sku)).Text("type"));
        AssertCounts(await Take(document), lines: 1, rejected: 1);
        Assert.Equal("unmapped-location", Assert.Single(await host.Waiting(_source)).Text("code"));

        Assert.Equal(1, (await Map("1720", _there)).Number("replayed"));
        Assert.Equal((-4, 4, 0), await Stock());
        AssertCounts(await Take(document), lines: 1, duplicates: 1);
        Assert.Equal((-4, 4, 0), await Stock());

        var more = Document(document.Number!, InOneStep("S001", "1720", 6)) with { Function = DocumentFunction.Replace };
        AssertCounts(await Take(more), lines: 1, corrected: 1);
        Assert.Equal((-6, 6, 0), await Stock());
        AssertCounts(await Take(Document(document.Number!) with { Function = DocumentFunction.Cancel }), lines: 2, corrected: 2);
        Assert.Equal((0, 0, 0), await Stock());
    }

    [Fact]
    public async Task What_comes_from_an_unmapped_place_leaves_it_once_mapped()
    {
        var document = Document(host.NewNumber(), InOneStep("1720", "S001"));
        AssertCounts(await Take(document), lines: 1, rejected: 1);
        Assert.Equal((4, 0, 0), await Stock());

        Assert.Equal(1, (await Map("1720", _there)).Number("replayed"));
        Assert.Equal((4, -4, 0), await Stock());
        AssertCounts(await Take(document), lines: 1, duplicates: 1);
        Assert.Equal((4, -4, 0), await Stock());
    }

    [Fact]
    public async Task What_moves_between_unmapped_places_waits_for_both()
    {
        var document = Document(host.NewNumber(), InOneStep("1710", "1720"));
        AssertCounts(await Take(document), lines: 1, rejected: 1);

        await Map("1710", "S001");
        Assert.Equal((-4, 0, 0), await Stock());
        Assert.Equal(1, (await Map("1720", _there)).Number("replayed"));
        Assert.Equal((-4, 4, 0), await Stock());
        Assert.Empty(await host.Waiting(_source));
    }

    [Fact]
    public async Task A_first_step_to_an_unmapped_place_waits_for_nothing()
    {
        var document = Document(host.NewNumber(), Line("1", _sku, new Moved(StockMove.Transfer(4, new PlaceName("1720"), "SHP-1"))));
        AssertCounts(await Take(document), lines: 1, accepted: 1);
        Assert.Equal((-4, 0, 0), await Stock());

        await Map("1720", _there);
        AssertCounts(await Take(document), lines: 1, duplicates: 1);
        Assert.Equal((-4, 0, 0), await Stock());
    }

    [Fact]
    public async Task A_place_that_is_known_to_be_outside_waits_for_no_mapping()
    {
        (await host.Put($"/v1/sources/{Uri.EscapeDataString(_source)}", new { options = new { outside = "1720, 1730" } })).Ok();
        AssertCounts(await Take(Document(host.NewNumber(), InOneStep("S001", "1720"))), lines: 1, accepted: 1);
        AssertCounts(await Take(Document(host.NewNumber(), InOneStep("1730", "1720"))), lines: 1);
        AssertCounts(await Take(Document(host.NewNumber(), Receipt("1", _sku, 1, "1720"))), lines: 1);
        Assert.Equal(-4, await host.OnHand(_sku));
        Assert.Empty(await host.Waiting(_source));
    }

    private static DocumentLine InOneStep(string from, string to, decimal quantity, string sku) => Line("1", sku, new Moved(
    [
        StockMove.Transfer(quantity, new PlaceName(to), "5000000101"),
        StockMove.Receipt(quantity, "5000000101") with { Part = "arrival", Place = new PlaceName(to), Origin = new PlaceName(from) },
    ]), from);

    private DocumentLine InOneStep(string from, string to, decimal quantity = 4) => InOneStep(from, to, quantity, _sku);

    /// <summary>On hand here and there, and in transit to there.</summary>
    private async Task<(decimal Here, decimal There, decimal InTransit)> Stock()
    {
        var positions = (await host.Get($"/v1/positions?sku={_sku}")).Ok().Items();
        var there = positions.Where(position => position.Text("location") == _there).ToList();
        return (positions.Where(position => position.Text("location") == "S001").Sum(position => position.Number("onHand")),
            there.Sum(position => position.Number("onHand")), there.Sum(position => position.Number("inTransit")));
    }

    private async Task<System.Text.Json.JsonElement> Take(SourceDocument document) =>
        (await host.Post([document], $"&source={Uri.EscapeDataString(_source)}")).Ok().Items("documents")[0];

    private async Task<System.Text.Json.JsonElement> Map(string theirs, string location) =>
        (await host.Put($"/v1/sources/{Uri.EscapeDataString(_source)}/mappings", new { locations = new[] { new { theirs, location } } })).Ok();
}

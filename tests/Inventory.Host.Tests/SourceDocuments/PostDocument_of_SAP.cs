using System.Text;
using System.Text.Json;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.SourceDocuments;

/// <summary>Goods movements of SAP, sent over HTTP as a warehouse writes them.</summary>
public sealed class PostDocument_of_SAP(HostWithPlainDocuments host) : IClassFixture<HostWithPlainDocuments>, IAsyncLifetime
{
    public async Task InitializeAsync()
    {
        foreach (var plant in (string[])["1710", "1720"])
        {
            (await host.Put($"/v1/locations/{plant}", new { type = "store", timeZone = "America/New_York" })).Ok();
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_transfer_in_one_step_has_arrived_and_counts_once()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        var text = Mbgmcr(number, Item(sku, "561", 10), Item(sku, "301", 4, to: "1720"), Item(sku, "311", 3, to: "1710", storageLocation: "171B"));

        var document = (await Post(text, "auto")).Items("documents")[0];
        Assert.Equal($"sap/W{number}", document.Text("source"));
        Assert.Equal((3, 2, """{"within one location":1}"""), (document.Number("lines"), document.Number("accepted"), document.GetProperty("noStock").GetRawText()));

        document = (await Post(text, "sap")).Items("documents")[0];
        Assert.Equal((3, 2), (document.Number("lines"), document.Number("duplicates")));
        Assert.Equal((6, 4), (await host.OnHand(sku, "1710"), await host.OnHand(sku, "1720")));
        Assert.Equal(0, (await host.Get($"/v1/positions/{sku}/1720")).Ok().Number("inTransit"));
    }

    [Fact]
    public async Task Only_our_end_of_a_transfer_with_another_plant_is_recorded()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        var text = Mbgmcr(number, Item(sku, "561", 20), Item(sku, "305", 4, to: "9999"), Item(sku, "303", 5, to: "9999"), Item(sku, "641", 1, to: "9999"));

        var document = (await Post(text, "sap")).Items("documents")[0];
        Assert.Equal((4, 4), (document.Number("lines"), document.Number("accepted")));
        Assert.Equal(18, await host.OnHand(sku, "1710"));
        Assert.Equal([-5, -1, 4, 20], (await host.Events(sku, "1710")).Select(happened => happened.Number("quantity")).Order());
    }

    private static string Mbgmcr(string number, params string[] items) =>
        $"""
        <MBGMCR03><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><IDOCTYP>MBGMCR03</IDOCTYP><MESTYP>MBGMCR</MESTYP><SNDPRN>W{number}</SNDPRN></EDI_DC40>
        <E1MBGMCR SEGMENT="1"><E1BP2017_GM_HEAD_01 SEGMENT="1"><PSTNG_DATE>20261103</PSTNG_DATE><REF_DOC_NO>{number}</REF_DOC_NO></E1BP2017_GM_HEAD_01>
        {string.Concat(items)}</E1MBGMCR></IDOC></MBGMCR03>
        """;

    private static string Item(string sku, string type, int quantity, string to = "", string storageLocation = "") =>
        $"""
        <E1BP2017_GM_ITEM_CREATE SEGMENT="1"><MATERIAL>{sku}</MATERIAL><PLANT>1710</PLANT><MOVE_TYPE>{type}</MOVE_TYPE><ENTRY_QNT>{quantity}.000</ENTRY_QNT>
        <ENTRY_UOM>EA</ENTRY_UOM><MOVE_PLANT>{to}</MOVE_PLANT><MOVE_STLOC>{storageLocation}</MOVE_STLOC></E1BP2017_GM_ITEM_CREATE>
        """;

    private async Task<JsonElement> Post(string text, string format) => (await host.PostBytes(Encoding.UTF8.GetBytes(text), $"format={format}")).Ok();
}

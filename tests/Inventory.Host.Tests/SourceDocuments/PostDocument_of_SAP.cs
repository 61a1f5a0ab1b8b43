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

    [Theory]
    [InlineData("553", "554", "")]
    [InlineData("703", "704", "")]
    [InlineData("101", "102", "02")]
    public async Task A_reversal_undoes_status_and_quantity_once(string type, string reversal, string stockType)
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        await Post($"[{MaterialItem(sku, $"1{number}", "101", 20, "02")}]", "sap");
        await AssertPosition(20, 20);

        // What it reverses is recorded, and is corrected.
        await Post($"[{MaterialItem(sku, $"2{number}", type, 3, stockType)}]", "sap");
        var reversed = MaterialItem(sku, $"3{number}", reversal, 3, stockType, $"2{number}");
        await Post($"[{reversed}]", "sap");
        await AssertPosition(20, 20);
        Assert.Equal(1, (await Post($"[{reversed}]", "sap")).Items("documents")[0].Number("duplicates"));
        await AssertPosition(20, 20);

        // It is not recorded.
        await Post($"[{MaterialItem(sku, $"4{number}", reversal, 3, stockType, $"5{number}")}]", "sap");
        var left = reversal == "554" ? 23 : 17;
        await AssertPosition(left, left);

        async Task AssertPosition(int onHand, int onHold)
        {
            var position = (await host.Get($"/v1/positions/{sku}/1710")).Ok();
            Assert.Equal((onHand, onHold), (position.Number("onHand"), position.GetProperty("unsellable").Number("quality-hold")));
        }
    }

    [Fact]
    public async Task A_delivery_sent_again_and_deleted_is_corrected()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        foreach (var (day, qualifier, outcome) in ((string, string, string)[])
            [("20261102", "", "accepted"), ("20261103", "CHG", "corrected"), ("20261103", "DEL", "corrected")])
        {
            var document = (await Post(Delivery(sku, number, day, qualifier), "sap")).Items("documents")[0];
            Assert.Equal((1, 1), (document.Number("lines"), document.Number(outcome)));
        }

        Assert.Equal(0, (await host.Events(sku, "1710"))[^1].Number("quantity"));
    }

    private static string Delivery(string sku, string number, string day, string qualifier) =>
        $"""
        <DELVRY07><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><IDOCTYP>DELVRY07</IDOCTYP><MESTYP>DESADV</MESTYP><CREDAT>{day}</CREDAT></EDI_DC40>
        <E1EDL20 SEGMENT="1"><VBELN>{number}</VBELN><E1EDL18><QUALF>{qualifier}</QUALF></E1EDL18><E1EDL21><LFART>EL</LFART></E1EDL21>
        <E1EDL24 SEGMENT="1"><POSNR>10</POSNR><MATNR>{sku}</MATNR><WERKS>1710</WERKS><LGMNG>5.000</LGMNG><MEINS>PCE</MEINS></E1EDL24>
        </E1EDL20></IDOC></DELVRY07>
        """;

    private static string MaterialItem(string sku, string number, string type, int quantity, string stockType, string reversed = "") =>
        $$"""
        { "MaterialDocument": "{{number}}", "MaterialDocumentYear": "2026", "MaterialDocumentItem": "1", "Material": "{{sku}}", "Plant": "1710",
        "GoodsMovementType": "{{type}}", "QuantityInBaseUnit": "{{quantity}}", "MaterialBaseUnit": "PC", "PostingDate": "2026-11-03",
        "InventoryStockType": "{{stockType}}", "ReversedMaterialDocument": "{{reversed}}", "ReversedMaterialDocumentYear": "2026",
        "ReversedMaterialDocumentItem": "1" }
        """;

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

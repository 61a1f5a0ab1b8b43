using RetailSync.Channels.Documents;
using RetailSync.Channels.Sap;
using static RetailSync.Channels.Tests.Sap.SapText;

namespace RetailSync.Channels.Tests.Sap;

/// <summary>The tables of the messages, a rule each.</summary>
public sealed class SAP_movements_by_their_type
{
    [Theory]
    [InlineData("701", "", "adjustment 3 because 701 for X9")]
    [InlineData("702", "", "adjustment -3 because 702 for X9")]
    [InlineData("551", "<XSTOB>X</XSTOB>", "adjustment 3 because 551 for X9")]
    [InlineData("101", "<EBELN>4500001</EBELN>", "receipt 3 for 4500001")]
    [InlineData("102", "<SMBLN>5000000101</SMBLN><SJAHR>2026</SJAHR><SMBLP>0001</SMBLP>",
        "correction MATDOC:2026/5000000101:1 for X9 else adjustment -3 because 102 for X9")]
    [InlineData("251", "", "sale 3 for X9")]
    [InlineData("651", "", "return 3 sellable→returns-hold for X9")]
    [InlineData("321", "", "status 3 quality-hold→sellable for X9")]
    [InlineData("344", "", "status 3 sellable→blocked for X9")]
    [InlineData("701", "<E1MBXYJ><MENGE>36.000</MENGE><MEINS>PCE</MEINS></E1MBXYJ>", "adjustment 36 because 701 for X9")]
    public async Task An_item_of_WMMBXY(string type, string more, string expected) =>
        Assert.Equal($"  1: {expected} of 00A1 at 1710 on the end of 2026-11-04", Show(await Read(new SapDocuments(), Wmmbxy(type, more)))[1]);

    [Fact]
    public async Task Packs_have_the_size_that_the_item_says()
    {
        var text = Wmmbxy("701", "<UMREZ>12</UMREZ><UMREN>1</UMREN>").Replace("PCE", "KAR");
        Assert.StartsWith("  1: adjustment 3 KAR of 12/1 because", Show(await Read(new SapDocuments(), text))[1]);
    }

    [Fact]
    public async Task Special_stock_is_not_ours_unless_configured()
    {
        var text = Wmmbxy("101", "<SOBKZ>K</SOBKZ>");
        Assert.Equal("  1: no stock: special stock", Show(await Read(new SapDocuments(), text))[1]);
        Assert.StartsWith("  1: receipt 3", Show(await Read(new SapDocuments(), text, ("specialStock", "E,K")))[1]);
    }

    [Theory]
    [InlineData("551", "S", "  1: rejected: invalid-line")]
    [InlineData("551", "H", "  1: adjustment -4 because 551")]
    [InlineData("321", "S", "  1: status 4 quality-hold→sellable")]
    public async Task An_item_of_a_material_document(string type, string sign, string expected) =>
        Assert.StartsWith(expected, Show(await Read(new SapDocuments(), $$"""{ "value": [ {{MaterialItem("1", type, sign)}} ] }"""))[1]);

    [Fact]
    public async Task Two_items_of_one_change_of_status_are_one() => Assert.Equal(
        ["  1: status 4 quality-hold→sellable for 2026/49 of A at 1710 on the end of 2026-11-04", "  2: no stock: other half of a movement"],
        Show(await Read(new SapDocuments(), $$"""{ "value": [ {{MaterialItem("1", "321", "H")}}, {{MaterialItem("2", "321", "S")}} ] }"""))[1..]);

    [Fact]
    public async Task A_delivery_counts_in_base_units()
    {
        const string Delivery =
            """
            <DELVRY07><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><IDOCTYP>DELVRY07</IDOCTYP><MESTYP>WHSCON</MESTYP><CREDAT>20261104</CREDAT></EDI_DC40>
            <E1EDL20 SEGMENT="1"><VBELN>0080000777</VBELN><E1EDL24 SEGMENT="1"><POSNR>000010</POSNR><MATNR>A</MATNR><WERKS>1710</WERKS><LFIMG>2.000</LFIMG>
            <VRKME>KAR</VRKME><LGMNG>24.000</LGMNG><MEINS>PCE</MEINS></E1EDL24></E1EDL20></IDOC></DELVRY07>
            """;
        Assert.Equal("  10: sale 24 for 80000777 of A at 1710 on the end of 2026-11-04", Show(await Read(new SapDocuments(), Delivery))[1]);
    }

    [Fact]
    public async Task A_flat_IDoc_without_some_of_its_segments_waits()
    {
        string Flat(int number) => string.Concat("E2EDK01".PadRight(30), "100", "0000000000000001", number.ToString("000000", null), "00000002");
        Assert.Null(Assert.Single(await Read(new SapDocuments(), $"EDI_DC40  100\n{Flat(1)}\n{Flat(2)}\n")).Fault);
        Assert.Equal(DocumentFault.ControlTotalMismatch,
            Assert.Single(await Read(new SapDocuments(), $"EDI_DC40  100\n{Flat(1)}\n{Flat(3)}\n")).Fault?.Code);
    }

    [Fact]
    public async Task A_changed_order_changes_what_is_expected()
    {
        Assert.Equal(["ORDERS:45 Change", "  10: expected 0 for 45 of A at 1710 on 2026-11-04"],
            Show(await Read(new SapDocuments(), Order("ORDCHG", OrderItem("000010", "<ACTION>003</ACTION>", "20261110").Replace("<E1EDP20>", "<X>")
                .Replace("</E1EDP20>", "</X>")))));
        Assert.Equal(["ORDERS:45", "  10: expected 10 for 45 due 2026-11-10 of A at 1710 on 2026-11-04", "  20: no stock: added to another line"],
            Show(await Read(new SapDocuments(), Order("ORDERS", OrderItem("000010", "", "20261110"), OrderItem("000020", "", "20261105")))));
    }

    [Theory]
    [InlineData("303", "1710/171A", "1720/", "", "transfer 3 for 1710>1720 to 1720")]
    [InlineData("304", "1710/171A", "1720/", "", "transfercancelled 3 for 1710>1720 to 1720")]
    [InlineData("305", "1720/172A", "1710/", "", "receipt 3 for 1710>1720 from 1710")]
    [InlineData("306", "1720/172A", "1710/", "", "adjustment -3 because 306 for X9")]
    [InlineData("313", "1710/171A", "/171B", "", "transfer 3 for 1710/171A>1710/171B to 1710/171B")]
    [InlineData("314", "1710/171A", "/171B", "", "transfercancelled 3 for 1710/171A>1710/171B to 1710/171B")]
    [InlineData("315", "1710/171B", "/171A", "", "receipt 3 for 1710/171A>1710/171B from 1710/171A")]
    [InlineData("316", "1710/171B", "/171A", "", "adjustment -3 because 316 for X9")]
    [InlineData("641", "1710/171A", "1720/", "4500001", "transfer 3 for 4500001 to 1720")]
    public async Task A_transfer_in_two_steps_meets_by_its_order_or_its_plants(string type, string place, string other, string order, string expected) =>
        Assert.Equal($"  1: {expected} of 00A1 at {place} on the end of 2026-11-04",
            Show(await Read(new SapDocuments(), Mbgmcr(type, place, other, $"<PO_NUMBER>{order}</PO_NUMBER>")))[1]);

    [Fact]
    public async Task A_transfer_in_one_step_is_reversed_by_one_that_arrives() => Assert.Equal(
        "  1: transfer 3 for X9 at 1710/171B to 1710/171A + receipt 3 for X9 at 1710/171A from 1710/171B of 00A1 at 1710/171A on the end of 2026-11-04",
        Show(await Read(new SapDocuments(), Mbgmcr("312", "1710/171A", "/171B", Reversed)))[1]);

    [Theory]
    [InlineData("554", "adjustment 4", "4 sellable→quality-hold")]
    [InlineData("102", "adjustment -4", "4 quality-hold→sellable", "02")]
    [InlineData("556", "adjustment 4", "4 sellable→blocked")]
    [InlineData("704", "adjustment -4", "4 quality-hold→sellable")]
    [InlineData("708", "adjustment -4", "4 blocked→sellable")]
    public async Task A_reversal_undoes_the_change_of_status_too(string type, string adjustment, string status, string stock = "")
    {
        var reversed = $"""
            , "ReversedMaterialDocument": "48", "ReversedMaterialDocumentYear": "2026", "ReversedMaterialDocumentItem": "1", "InventoryStockType": "{stock}"
            """;
        Assert.Equal(
            $"  1: correction MATDOC:2026/48:1 for 2026/49 else {adjustment} because {type} for 2026/49"
            + $" + correction MATDOC:2026/48:1:status for 2026/49 else status {status} of A at 1710 on the end of 2026-11-04",
            Show(await Read(new SapDocuments(), $$"""{ "value": [ {{MaterialItem("1", type, "", reversed)}} ] }"""))[1]);
    }

    [Fact]
    public async Task A_configured_type_of_a_reversal_corrects_what_it_reverses() => Assert.Equal(
        "  1: correction MATDOC:2026/5000000101:1 for X9 else adjustment 3 because Z52 for X9 of 00A1 at 1710/171A on the end of 2026-11-04",
        Show(await Read(new SapDocuments(), Mbgmcr("Z52", "1710/171A", "/", Reversed), ("movementTypes", "Z52=552")))[1]);

    [Fact]
    public async Task A_quantity_with_two_signs_is_none() => Assert.Equal(
        "  1: rejected: invalid-quantity", Show(await Read(new SapDocuments(), Wmmbxy("701", "").Replace("3.000", "-5-")))[1]);

    [Theory]
    [InlineData("", 5)]
    [InlineData("CHG", 5)]
    [InlineData("DEL", 0)]
    public async Task An_instruction_that_is_sent_again_replaces_the_earlier_one(string qualifier, int expected)
    {
        var delivery =
            $"""
            <DELVRY07><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><IDOCTYP>DELVRY07</IDOCTYP><MESTYP>DESADV</MESTYP><CREDAT>20261104</CREDAT></EDI_DC40>
            <E1EDL20 SEGMENT="1"><VBELN>0080000777</VBELN><E1EDL18><QUALF>{qualifier}</QUALF></E1EDL18><E1EDL21><LFART>EL</LFART></E1EDL21>
            <E1EDL24 SEGMENT="1"><POSNR>000010</POSNR><MATNR>A</MATNR><WERKS>1710</WERKS><LGMNG>5.000</LGMNG><MEINS>PCE</MEINS><VGBEL>45</VGBEL></E1EDL24>
            </E1EDL20></IDOC></DELVRY07>
            """;
        Assert.Equal(["DESADV:80000777 Replace", $"  10: expected {expected} for 45 of A at 1710 on 2026-11-04"],
            Show(await Read(new SapDocuments(), delivery)));
    }

    [Fact]
    public async Task A_deleted_order_replaces_and_a_deleted_item_changes_it()
    {
        const string OrderIsDeleted = "<E1EDK01><ACTION>003</ACTION></E1EDK01>";
        Assert.Equal(["ORDERS:45 Replace", "  10: expected 0 for 45 due 2026-11-10 of A at 1710 on 2026-11-04"],
            Show(await Read(new SapDocuments(), Order("ORDERS", OrderIsDeleted, OrderItem("000010", "", "20261110")))));
        Assert.Equal(["ORDERS:45 Change", "  10: expected 0 for 45 due 2026-11-10 of A at 1710 on 2026-11-04"],
            Show(await Read(new SapDocuments(), Order("ORDERS", OrderItem("000010", "<ACTION>003</ACTION>", "20261110")))));
    }

    private const string Reversed = "<REF_DOC>5000000101</REF_DOC><REF_DOC_YR>2026</REF_DOC_YR><REF_DOC_IT>0001</REF_DOC_IT>";

    /// <param name="type">MOVE_TYPE.</param>
    /// <param name="place">PLANT/STGE_LOC.</param>
    /// <param name="other">MOVE_PLANT/MOVE_STLOC, each possibly empty.</param>
    /// <param name="more">Further fields of the item.</param>
    private static string Mbgmcr(string type, string place, string other, string more) =>
        $"""
        <MBGMCR03><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><IDOCTYP>MBGMCR03</IDOCTYP><MESTYP>MBGMCR</MESTYP></EDI_DC40><E1MBGMCR SEGMENT="1">
        <E1BP2017_GM_HEAD_01 SEGMENT="1"><PSTNG_DATE>20261104</PSTNG_DATE><REF_DOC_NO>X9</REF_DOC_NO></E1BP2017_GM_HEAD_01>
        <E1BP2017_GM_ITEM_CREATE SEGMENT="1"><MATERIAL>00A1</MATERIAL><PLANT>{place.Split('/')[0]}</PLANT><STGE_LOC>{place.Split('/')[1]}</STGE_LOC>
        <MOVE_TYPE>{type}</MOVE_TYPE><ENTRY_QNT>3.000</ENTRY_QNT><ENTRY_UOM>ST</ENTRY_UOM><MOVE_PLANT>{other.Split('/')[0]}</MOVE_PLANT>
        <MOVE_STLOC>{other.Split('/')[1]}</MOVE_STLOC>{more}</E1BP2017_GM_ITEM_CREATE></E1MBGMCR></IDOC></MBGMCR03>
        """;

    private static string Wmmbxy(string type, string more) =>
        $"""
        <WMMBID02><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><IDOCTYP>WMMBID02</IDOCTYP><MESTYP>WMMBXY</MESTYP></EDI_DC40>
        <E1MBXYH SEGMENT="1"><BUDAT>20261104</BUDAT><XBLNR>X9</XBLNR><E1MBXYI SEGMENT="1"><MATNR>00A1</MATNR><WERKS>1710</WERKS><BWART>{type}</BWART>
        <ERFMG>3.000</ERFMG><ERFME>PCE</ERFME>{more}</E1MBXYI></E1MBXYH></IDOC></WMMBID02>
        """;

    private static string MaterialItem(string item, string type, string sign, string more = "") =>
        $$"""
        { "MaterialDocument": "49", "MaterialDocumentYear": "2026", "MaterialDocumentItem": "{{item}}", "Material": "A", "Plant": "1710",
        "GoodsMovementType": "{{type}}", "DebitCreditCode": "{{sign}}", "QuantityInBaseUnit": "4", "MaterialBaseUnit": "PC",
        "PostingDate": "2026-11-04"{{more}} }
        """;

    private static string Order(string message, params string[] items) =>
        $"""
        <ORDERS05><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><IDOCTYP>ORDERS05</IDOCTYP><MESTYP>{message}</MESTYP></EDI_DC40>
        <E1EDK02 SEGMENT="1"><QUALF>001</QUALF><BELNR>45</BELNR><DATUM>20261104</DATUM></E1EDK02>{string.Concat(items)}</IDOC></ORDERS05>
        """;

    private static string OrderItem(string number, string more, string day) =>
        $"""
        <E1EDP01 SEGMENT="1"><POSEX>{number}</POSEX>{more}<MENGE>5.000</MENGE><MENEE>PCE</MENEE><WERKS>1710</WERKS>
        <E1EDP20><EDATU>{day}</EDATU></E1EDP20><E1EDP19><QUALF>001</QUALF><IDTNR>A</IDTNR></E1EDP19></E1EDP01>
        """;
}

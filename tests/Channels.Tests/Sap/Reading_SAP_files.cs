using RetailSync.Channels.Sap;
using static RetailSync.Channels.Tests.Sap.SapText;

namespace RetailSync.Channels.Tests.Sap;

/// <summary>Real files, and files that were written by the specification.</summary>
public sealed class Reading_SAP_files
{
    private const string Folder = "erp-sap/";

    [RealDataFact(Folder + "delvry07-inbound-delivery.xml")]
    public Task An_inbound_delivery_is_expected_for_its_order() => AssertReads("delvry07-inbound-delivery.xml",
        "DESADV:123456789 Replace from Company_IDOC_ID",
        "  10: expected 5 for 4800012345 due 2025-01-20 of 654321234567|8765432123456 at DE01/MAIN on 2024-03-19T06:14:11",
        "  20: expected 60 for 4800012345 due 2025-01-20 of 111222333444|8765432123456 at DE01/MAIN on 2024-03-19T06:14:11");

    [RealDataFact(Folder + "delvry07-outbound-delivery.xml")]
    public Task An_outbound_delivery_is_an_instruction() => AssertReads("delvry07-outbound-delivery.xml",
        "DESADV:123456789 Replace from Company_IDOC_ID", "  10: no stock: instruction");

    [RealDataFact(Folder + "delvry07-outbound-status.xml")]
    public async Task A_delivery_whose_goods_issue_was_posted_is_sold() => Assert.Equal(
        ["DELVRY:123456789 from Company_IDOC_ID", "  10: sale 2 for 123456789 of 123456789|0123456789 at ABC/ABC on 2024-02-27T06:45:25Z"],
        (await ReadFile("delvry07-outbound-status.xml"))[..2]);

    [RealDataFact(Folder + "made-material-documents.json")]
    public Task Material_documents_count_in_base_units_and_name_reversals() => AssertReads("made-material-documents.json",
        "MATDOC:2026/5000000101",
        "  1: receipt 48 for 4500001234 of TG10 at 1710/171A on 2026-11-04T10:15:30Z",
        "MATDOC:2026/4900000201",
        "  1: sale 3 for 80000777 of TG10 at 1710/171A on 2026-11-04T10:15:30Z",
        "MATDOC:2026/5000000102",
        "  1: correction MATDOC:2026/5000000101:1 for 2026/5000000102 else adjustment -48 because 102 for 4500001234"
        + " of TG10 at 1710/171A on 2026-11-04T10:15:30Z",
        "MATDOC:2026/4900000301",
        "  1: transfer 6 for 2026/4900000301 to 1720/172A of TG10 at 1710/171A on 2026-11-04T10:15:30Z",
        "  2: receipt 6 for 2026/4900000301 from 1710/171A of TG10 at 1720/172A on 2026-11-04T10:15:30Z");

    [RealDataFact(Folder + "made-mbgmcr03-goods-movements.xml")]
    public Task Goods_movements_go_by_their_types() => AssertReads("made-mbgmcr03-goods-movements.xml",
        "MBGMCR:WMS-55012 from WMSEAST",
        "  1: receipt 48 for 4500001234 of 100200 at 1710/171A on the end of 2026-11-04",
        "  2: adjustment -2 because 551/0001 for WMS-55012 of 100200 at 1710/171A on the end of 2026-11-04",
        "  3: status 5 sellable→blocked for WMS-55012 of 100300 at 1710/171A on the end of 2026-11-04",
        "  4: transfer 10 for WMS-55012 at 1710/171A to 1710/171B + receipt 10 for WMS-55012 at 1710/171B from 1710/171A"
        + " of 100300 at 1710/171A on the end of 2026-11-04",
        "  5: adjustment -1 CAR because 702 for WMS-55012 of 100400 at 1710/171A on the end of 2026-11-04");

    [RealDataFact(Folder + "orders01-flat-1.idoc")]
    public Task A_flat_order_is_expected() => AssertReads("orders01-flat-1.idoc",
        "ORDERS:4200003091 from HID032",
        "  10: expected 100 for 4200003091 due 2007-09-10 of 82102002|LL-01020304 at 10260 on 2007-09-07T11:54:50");

    private static async Task AssertReads(string file, params string[] expected) => Assert.Equal(expected, await ReadFile(file));

    private static async Task<string[]> ReadFile(string file)
    {
        await using var content = File.OpenRead(RealData.Path(Folder + file));
        return Show(await Read(new SapDocuments(), content));
    }
}

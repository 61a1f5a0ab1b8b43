using RetailSync.Channels.X12;

namespace RetailSync.Channels.Tests.X12;

/// <summary>Real files, and some that were written from the standard: what each line comes to.</summary>
public sealed class X12_files
{
    [RealDataFact("edi-x12/944-pallet-receipt.x12")]
    public async Task Every_file_is_read_line_by_line()
    {
        var files = Directory.GetFiles(RealData.Path("edi-x12"), "*.x12").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);
        List<string> summaries = [];
        foreach (var file in files)
        {
            summaries.AddRange((await Read(file)).Select(DocumentText.Summary));
        }

        Assert.Equal(
            [
                "180 123456789 | 1 lines |  | (another message) 1",
                "846 10353 | 4 lines |  | (available) 1, (figure of a period) 2, level 1",
                "850 A99999-01 | 7 lines | test-data | expected 7",
                "852 19991205::1234567890001 | 7 lines | test-data | (on order) 1, (stated by an activity) 2, level 2, receipt 1, sale 1",
                "856 146940 | 3 lines |  | expected 3",
                "856 829716 | 2 lines |  | expected 2",
                "856 DELIVERYNUMBER | 7 lines |  | expected 7",
                "856 15918861602 | 58 lines |  | expected 58",
                "856 521649209219 | 1 lines |  | expected 1",
                "940 18061923 | 1 lines |  | (cancelled order to ship) 1",
                "940 18061923 | 2 lines |  | (order to ship) 2",
                "940 01235639 | 2 lines |  | (order to ship) 2",
                "944 4280 | 5 lines |  | receipt 5",
                "945 :2144 | 3 lines | test-data | transfer 3",
                "846 INV-20261104 | 7 lines |  | (available) 2, level 5",
                "943 SHP-88101 | 2 lines |  | transfer 2",
                "944 RC-5001 | 2 lines |  | receipt 3",
                "947 ADJ-9001 | 5 lines |  | adjustment 3, status 2",
            ],
            summaries);
    }

    [RealDataFact("edi-x12/944-pallet-receipt.x12")]
    public async Task Lots_of_one_article_are_received_line_by_line_in_cases() => Assert.Equal(
        Enumerable.Range(1, 5).Select(line => $"{line}: receipt 120 #0450366097 of 100000154 CA @PC1234 2023-09-29 end"), await Lines("944-pallet-receipt"));

    [RealDataFact("edi-x12/made-944-with-exceptions.x12")]
    public async Task Damaged_goods_are_a_part_of_a_receipt_and_a_shortage_is_not() => Assert.Equal(
        [
            "1: receipt 96 #SHP-88100 + [01] receipt 4 damaged #SHP-88100 of SKU-200 C62 @0614141000012 2026-11-03 end",
            "2: receipt 48 #SHP-88100 of SKU-300 C62 @0614141000012 2026-11-03 end",
        ],
        await Lines("made-944-with-exceptions"));

    [RealDataFact("edi-x12/945-inter-american-products.x12")]
    public async Task What_was_shipped_counts_and_its_weight_does_not() => Assert.Equal(
        [
            "1: transfer 120 #2144 to 0733940588254 or sale 120 #2144 of 339408 @ 2002-09-16 end",
            "2: transfer 400 #2144 to 0733940588254 or sale 400 #2144 of 100021 @ 2002-09-16 end",
            "3: transfer 400 #2144 to 0733940588254 or sale 400 #2144 of 133848 @ 2002-09-16 end",
        ],
        await Lines("945-inter-american-products"));

    [RealDataFact("edi-x12/945-inter-american-products.x12")]
    public async Task Test_data_waits_unless_the_source_takes_it()
    {
        Assert.Equal("test-data", Assert.Single(await Read("945-inter-american-products")).Fault?.Code);
        Assert.Null(Assert.Single(await Read("945-inter-american-products", X12Options.AcceptTestData)).Fault);
    }

    [RealDataFact("edi-x12/made-947-adjustments.x12")]
    public async Task Adjustments_are_as_their_reason_says() => Assert.Equal(
        [
            "1: adjustment -3 (AU) #ADJ-9001 of SKU-200 C62 @0614141000012 2026-11-03 end",
            "2: status 10 sellable>quality-hold #ADJ-9001 of SKU-300 C62 @0614141000012 2026-11-03 end",
            "3: status 4 quality-hold>sellable #ADJ-9001 of SKU-300 C62 @0614141000012 2026-11-03 end",
            "4: adjustment 6 (AA) #ADJ-9001 of SKU-400 C62 @0614141000012 2026-11-03 end",
            "5: adjustment -1.5 (07) #ADJ-9001 of SKU-500 LBR @0614141000012 2026-11-03 end",
        ],
        await Lines("made-947-adjustments"));

    [RealDataFact("edi-x12/made-846-statuses.x12")]
    public async Task On_hand_and_its_unsellable_parts_are_levels()
    {
        Assert.Equal(
            [
                "1:17: level 93 of SKU-200 C62 @0614141000012 2026-11-04T11:00Z",
                "1:33: (available)",
                "1:74: level 4 damaged of SKU-200 C62 @0614141000012 2026-11-04T11:00Z",
                "1:QH: level 0 quality-hold of SKU-200 C62 @0614141000012 2026-11-04T11:00Z",
                "2:17: level 46 of SKU-300 C62 @0614141000012 2026-11-04T11:00Z",
                "2:33: (available)",
                "2:QH: level 6 quality-hold of SKU-300 C62 @0614141000012 2026-11-04T11:00Z",
            ],
            await Lines("made-846-statuses"));
        Assert.Equal("1:QH: level 100 quality-hold of 46L5055 C62 @SAN003 2004-08-11T23:00Z", (await Lines("846-customer-manufacturer"))[1]);
    }

    [RealDataFact("edi-x12/856-retailer-seven-lines.x12")]
    public async Task What_was_shipped_is_expected_under_its_order()
    {
        Assert.Equal("3: expected 10 #PO NUMBER on 2011-09-13 of 100014544 C62 @010 2011-09-09 start", (await Lines("856-retailer-seven-lines"))[0]);
        Assert.Equal(["4: expected 1 #SO/VINCE1 on 2012-05-10 of 883932284904 C62 @004 2012-05-10 start"], await Lines("856-vics-carton"));
        Assert.Equal("2: expected 1596 #5500005194 of 000 260 056 524 C62 @ZFIT 2005-04-12T20:52", (await Lines("856-ellipsis-terminator"))[0]);
        Assert.Equal(
            [
                "3: expected 24 #99999817 of 87787D C62 @ 2011-12-06 start",
                "4: expected 6 #99999817 of 99887D C62 @ 2011-12-06 start",
            ],
            await Lines("856-newline-terminated"));
    }

    [RealDataFact("edi-x12/made-943-stock-transfer.x12")]
    public async Task A_stock_transfer_leaves_a_location_of_ours_or_is_expected() => Assert.Equal(
        [
            "1: transfer 12 #SHP-88101 to S012 on 2026-11-04 or expected 12 #SHP-88101 at S012 on 2026-11-04 of SKU-100 CA @0614141000012 2026-11-02 end",
            "2: transfer 30 #SHP-88101 to S012 on 2026-11-04 or expected 30 #SHP-88101 at S012 on 2026-11-04 of SKU-200 C62 @0614141000012 2026-11-02 end",
        ],
        await Lines("made-943-stock-transfer"));

    [RealDataFact("edi-x12/850-buysnacks.x12")]
    public async Task What_is_in_a_case_is_said_by_the_order() =>
        Assert.Equal("1: expected 16 #A99999-01 on 1997-12-19 of 000111111 CA=48 @1223334445 1997-02-14 start", (await Lines("850-buysnacks"))[0]);

    [RealDataFact("edi-x12/852-hdexchange.x12")]
    public async Task Activities_of_a_period_are_sales_receipts_and_levels() => Assert.Equal(
        [
            "1:17: (stated by an activity)",
            "1:QA: level 1000 of 12345-6 C62 @1234567890001 1999-12-05 end",
            "1:QP: (on order)",
            "2:17: (stated by an activity)",
            "2:QA: level 415 of 99345-6 C62 @1234567890001 1999-12-05 end",
            "2:QR: receipt 5 of 99345-6 C62 @1234567890001 1999-12-05 end",
            "2:QS: sale 88 of 99345-6 C62 @1234567890001 1999-12-05 end",
        ],
        await Lines("852-hdexchange"));

    private static async Task<List<RetailSync.Channels.Documents.SourceDocument>> Read(string file, params string[] options)
    {
        await using var content = File.OpenRead(RealData.Path($"edi-x12/{file}.x12"));
        return await DocumentText.Read(new X12Documents(), content, options);
    }

    private static async Task<string[]> Lines(string file) => [.. (await Read(file)).SelectMany(DocumentText.Lines)];
}

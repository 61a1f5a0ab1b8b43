using System.Text;
using CsCheck;
using RetailSync.Channels.Documents;
using RetailSync.Channels.X12;

namespace RetailSync.Channels.Tests.X12;

/// <summary>What the segments of each message mean. No host and no database: text in, lines out.</summary>
public sealed class X12_messages
{
    private const string At = "@0614141000012";
    private const string Receipt = "W17*F*20261103*RC-1*DO-1*SHP-1";

    private static async Task<SourceDocument> Only(string text, params string[] options) =>
        Assert.Single(await DocumentText.Read(new X12Documents(), Documents.Stream(text), options));

    private static async Task<string[]> Lines(string set, string[] segments, params string[] options) =>
        [.. DocumentText.Lines(await Only(X12Text.Interchange(set, segments), options))];

    private static string[] Of(string goods, string[] lines) => [.. lines.Select(line => line.Replace(goods, ""))];

    [Theory]
    [InlineData("01", "receipt 7 #SHP-1 + [01] receipt 3 damaged #SHP-1")]
    [InlineData("04", "receipt 7 #SHP-1 + [04] receipt 3 quality-hold #SHP-1")]
    [InlineData("08", "receipt 7 #SHP-1 + [08] receipt 3 quality-hold #SHP-1")]
    [InlineData("09", "receipt 7 #SHP-1 + [09] receipt 3 quality-hold #SHP-1")]
    [InlineData("10", "receipt 10 #SHP-1 + [10] adjustment -3 (10) #SHP-1")]
    [InlineData("02", "receipt 10 #SHP-1")]
    [InlineData("03", "receipt 10 #SHP-1")]
    [InlineData("05", "receipt 10 #SHP-1")]
    [InlineData("16", "receipt 10 #SHP-1")]
    [InlineData("99", "!unknown-reason")]
    public async Task A_receiving_condition_944(string condition, string expected) => Assert.Equal(
        [$"1: {expected}"],
        Of($" of A C62 {At} 2026-11-03 end", await Lines("944", [Receipt, X12Text.Warehouse, "W07*10*EA**VN*A", $"W13*3*EA*{condition}", "W14*10"])));

    [Theory]
    [InlineData("W13*3*CA*01", "!unknown-unit")]
    [InlineData("W13*11*EA*01", "!invalid-quantity")]
    [InlineData("W13*-1*EA*01", "!invalid-quantity")]
    [InlineData("W13*x*EA*01", "!invalid-quantity")]
    [InlineData("W13*10*EA*01", "[01] receipt 10 damaged #SHP-1")]
    [InlineData("W13*4*EA*01~W13*2*EA*01~W13*1*EA*09", "receipt 3 #SHP-1 + [01] receipt 6 damaged #SHP-1 + [09] receipt 1 quality-hold #SHP-1")]
    [InlineData("W13*9*EA*01~W13*2*EA*10", "!invalid-quantity")]
    public async Task Parts_of_a_receipt_944(string exceptions, string expected) => Assert.Equal(
        [$"1: {expected}"],
        Of($" of A C62 {At} 2026-11-03 end", await Lines("944", [Receipt, X12Text.Warehouse, "W07*10*EA**VN*A", .. exceptions.Split('~'), "W14*10"])));

    [Theory]
    [InlineData('F', "receipt 10 #SHP-1")]
    [InlineData('N', "receipt 10 #SHP-1")]
    [InlineData('C', "return 10 #SHP-1")]
    [InlineData('A', "adjustment 10 (A) #SHP-1")]
    [InlineData('O', "adjustment 10 (O) #SHP-1")]
    [InlineData('S', "adjustment -10 (S) #SHP-1")]
    [InlineData('X', "!unknown-reason")]
    public async Task A_kind_of_receipt_944(char kind, string expected) => Assert.Equal(
        [$"1: {expected}"],
        Of($" of A C62 {At} 2026-11-03 end", await Lines("944", [Receipt.Replace("*F*", $"*{kind}*"), X12Text.Warehouse, "W07*10*EA**VN*A", "W14*10"])));

    [Fact]
    public async Task Exceptions_only_are_read_where_the_source_says_so_944() => Assert.StartsWith(
        "1: receipt 10", Assert.Single(await Lines("944", [Receipt.Replace("*F*", "*X*"), "W07*10*EA**VN*A"], X12Options.ExceptionsOnly)));

    [Theory]
    [InlineData("W07*0*EA**VN*A", "(nothing received)")]
    [InlineData("W07*-1*EA**VN*A", "!invalid-quantity")]
    [InlineData("W07**EA**VN*A", "!invalid-quantity")]
    [InlineData("W07*1.23456*EA**VN*A", "!invalid-quantity")]
    [InlineData("W07*1e3*EA**VN*A", "!invalid-quantity")]
    [InlineData("W07*99999999999999*EA**VN*A", "!invalid-quantity")]
    public async Task A_quantity_is_exact_or_a_bad_line(string line, string expected) => Assert.Equal([$"1: {expected}"], await Lines("944", [Receipt, line]));

    [Theory]
    [InlineData("W07*1*EA*123456789012*VN*A*UK*10614141000019", "A")]
    [InlineData("W07*1*EA*123456789012*UK*10614141000019*SK*S", "S")]
    [InlineData("W07*1*EA*123456789012*UP*614141000029", "614141000029")]
    [InlineData("W07*1*EA*123456789012*LT*LOT", "123456789012")]
    [InlineData("W07*1*EA**LT*LOT", "")]
    public async Task The_receivers_number_of_an_article_comes_first(string line, string article) =>
        Assert.Equal(article, (await Only(X12Text.Interchange("944", Receipt, line))).Lines[0].Articles.FirstOrDefault()?.Value ?? "");

    [Theory]
    [InlineData("1 2", "1 2")]
    [InlineData("10 20", "10 20")]
    [InlineData("1 1", "1 2")]
    [InlineData("7 ", "1 2")]
    public async Task Lines_have_the_senders_numbers_where_all_differ(string numbers, string keys)
    {
        var document = await Only(X12Text.Interchange("944",
            [Receipt, .. numbers.Split(' ').SelectMany(number => new[] { "W07*1*EA**VN*A", $"N9*LI*{number}" })]));
        Assert.Equal(keys.Split(' '), document.Lines.Select(line => line.Key));
        Assert.Equal("944:RC-1", document.Identity);
    }

    [Fact]
    public async Task The_warehouse_parts_the_numbers_of_its_documents() => Assert.Equal(
        ("WMSEAST", "0614141000012"),
        await Only(X12Text.Interchange("944", Receipt, X12Text.Warehouse, "W07*1*EA**VN*A")) is var document
            ? (document.Sender, document.SenderUnit) : default);

    [Theory]
    [InlineData("944", "W17*F*20261103*1~W07*5*EA**VN*A~W14*6", "W14-01 is '6'")]
    [InlineData("945", "W06*N*1~LX*1~W12*CC*5*5**EA**VN*A~W03*6*99*LB", "W03-01 is '6'")]
    [InlineData("943", "W06*N*1~W04*5*EA**VN*A~W03*6*99*LB", "W03-01 is '6'")]
    [InlineData("846", "BIA*00*SI*1*20261104~LIN**VN*A~QTY*17*5~CTT*2", "CTT01 is '2'")]
    [InlineData("850", "BEG*00*SA*1**20261104~PO1**5*EA***VN*A~CTT*2", "CTT01 is '2'")]
    [InlineData("850", "BEG*00*SA*1**20261104~PO1**5*EA***VN*A~CTT*1*6", "CTT02 is '6'")]
    [InlineData("852", "XQ*H*20261104~LIN**VN*A~ZA*QS*5~CTT*2", "CTT01 is '2'")]
    [InlineData("856", "BSN*00*1*20261104*0000~HL*1**S~HL*2*1*I~LIN**VN*A~SN1**5*EA~CTT*3", "CTT01 is '3'")]
    [InlineData("856", "BSN*00*1*20261104*0000~HL*1**S~HL*2*1*I~LIN**VN*A~SN1**5*EA~CTT*2*6", "CTT02 is '6'")]
    [InlineData("940", "W05*N*1~LX*1~W01*5*EA**VN*A~W76*6*10*LB", "W76-01 is '6'")]
    public async Task A_total_that_does_not_fit_keeps_the_message_with_its_lines(string set, string segments, string why)
    {
        var document = await Only(X12Text.Interchange(set, segments.Split('~')));
        Assert.Equal(DocumentFault.ControlTotalMismatch, document.Fault?.Code);
        Assert.Contains(why, document.Fault!.Detail);
        Assert.NotEmpty(document.Lines);
        var total = segments.Split('~')[^1];
        Assert.Null((await Only(X12Text.Interchange(set, segments.Replace(total, total[..total.IndexOf('*')]).Split('~')))).Fault);
    }

    [Theory]
    [InlineData("", DocumentFunction.Original, null)]
    [InlineData("00", DocumentFunction.Original, null)]
    [InlineData("01", DocumentFunction.Cancel, null)]
    [InlineData("04", DocumentFunction.Change, null)]
    [InlineData("05", DocumentFunction.Replace, null)]
    [InlineData("06", DocumentFunction.Original, null)]
    [InlineData("07", DocumentFunction.Original, null)]
    [InlineData("22", DocumentFunction.Copy, null)]
    [InlineData("99", DocumentFunction.Original, "unknown-reason")]
    public async Task A_purpose_says_what_becomes_of_an_earlier_document(string purpose, DocumentFunction function, string? fault)
    {
        foreach (var (set, segment) in new[]
        {
            ("856", $"BSN*{purpose}*1*20261104*0000"), ("846", $"BIA*{purpose}*SI*1"), ("947", $"W15*20261104*1**{purpose}"),
            ("852", $"XQ*H*20261104***{purpose}"),
        })
        {
            var document = await Only(X12Text.Interchange(set, segment));
            Assert.Equal((function, fault), (document.Function, document.Fault?.Code));
        }
    }

    [Fact]
    public async Task An_advance_notice_is_an_expectation_and_no_fact()
    {
        Assert.Equal(DocumentFunction.Original, (await Only(X12Text.Interchange("856", "BSN*14*1*20261104*0000"))).Function);
        Assert.Equal(DocumentFunction.Copy, (await Only(X12Text.Interchange("947", "W15*20261104*1**14"))).Function);
    }

    [Theory]
    [InlineData("05*3", "status 3 sellable>quality-hold")]
    [InlineData("05*-3", "!invalid-quantity")]
    [InlineData("08*3", "status 3 sellable>quality-hold")]
    [InlineData("55*3", "status 3 quality-hold>sellable")]
    [InlineData("88*3", "status 3 quality-hold>sellable")]
    [InlineData("AU*-3", "adjustment -3 (AU)")]
    [InlineData("AU*3", "!invalid-quantity")]
    [InlineData("AU*-3*EA**VN*A**********DM", "status 3 sellable>damaged")]
    [InlineData("AU*3*EA**VN*A**********DM", "status 3 sellable>damaged")]
    [InlineData("AW*3*EA**VN*A**********QU", "status 3 sellable>quality-hold")]
    [InlineData("AX*-3", "adjustment -3 (AX)")]
    [InlineData("BK*-3", "adjustment -3 (BK)")]
    [InlineData("07*3", "adjustment -3 (07)")]
    [InlineData("07*-3", "adjustment -3 (07)")]
    [InlineData("07*+3", "!invalid-quantity")]
    [InlineData("CD*3", "adjustment -3 (CD)")]
    [InlineData("UD*3", "adjustment -3 (UD)")]
    [InlineData("06*3", "adjustment -3 (06)")]
    [InlineData("56*3", "adjustment 3 (56)")]
    [InlineData("56*-3", "!invalid-quantity")]
    [InlineData("51*3", "adjustment 3 (51)")]
    [InlineData("03*3", "adjustment -3 (03)")]
    [InlineData("04*3", "adjustment -3 (04)")]
    [InlineData("53*3", "adjustment 3 (53)")]
    [InlineData("54*3", "adjustment 3 (54)")]
    [InlineData("AA*6", "adjustment 6 (AA)")]
    [InlineData("AA*-6", "adjustment -6 (AA)")]
    [InlineData("AA*0", "(nothing adjusted)")]
    [InlineData("AK*3", "!unknown-reason")]
    [InlineData("AE*-3", "!unknown-reason")]
    [InlineData("CR*3", "return 3")]
    [InlineData("CR*3*EA**VN*A**********DM", "return 3 damaged")]
    [InlineData("CR*-3", "!invalid-quantity")]
    [InlineData("QQ*3", "!unknown-reason")]
    [InlineData("*3", "!unknown-reason")]
    public async Task A_reason_of_an_adjustment_947(string adjustment, string expected)
    {
        var line = adjustment.Contains("EA") ? adjustment : $"{adjustment}*EA**VN*A";
        Assert.Equal([$"1: {expected}"], Of($" #ADJ of A C62 {At} 2026-11-03 end", await Lines("947", ["W15*20261103*ADJ", X12Text.Warehouse, $"W19*{line}"])));
    }

    [Theory]
    [InlineData("ZA*3", "adjustment -3 (ZA)")]
    [InlineData("ZD*-3", "status 3 sellable>damaged")]
    [InlineData("05*3", "(reason of no stock)")]
    [InlineData("ZX*3", "!unknown-reason")]
    [InlineData("07*3", "adjustment -3 (07)")]
    public async Task A_source_says_what_its_own_reasons_mean_947(string adjustment, string expected)
    {
        var text = X12Text.Interchange("947", "W15*20261103*ADJ", X12Text.Warehouse, $"W19*{adjustment}*EA**VN*A");
        var settings = LineText.With($"{X12Options.Reasons}=ZA=06, ZD=status:damaged; 05=none, ZX=?");
        var document = Assert.Single(await LineText.Read(new X12Documents(), Documents.Stream(text), settings));

        Assert.Equal([$"1: {expected}"], Of($" #ADJ of A C62 {At} 2026-11-03 end", [.. DocumentText.Lines(document)]));
    }

    [Fact]
    public void Files_in_UTF_16_are_recognised() => Assert.All([Encoding.Unicode, Encoding.BigEndianUnicode], encoding => Assert.Equal(
        "x12", DocumentFormats.Recognise([.. encoding.Preamble, .. encoding.GetBytes(X12Text.Interchange("944"))])?.Format.Name));

    [Theory]
    [InlineData("EA", "A")]
    [InlineData("CA", "A|0614141000029")]
    public async Task A_case_code_beside_another_number_is_of_packs(string unit, string articles)
    {
        var document = await Only(X12Text.Interchange("944", "W17*F*20261103*R", X12Text.Warehouse, $"W07*3*{unit}*0614141000029*VN*A"));

        Assert.Equal(articles, string.Join('|', Assert.Single(document.Lines).Articles.Select(article => article.Value)));
    }

    [Fact]
    public async Task A_status_change_in_two_lines_moves_once_947()
    {
        string[] segments = ["W15*20261103*ADJ", X12Text.Warehouse, "W19*05*-3*EA**VN*A", "W19*05*3*EA**VN*A"];
        Assert.Equal(["1: !invalid-quantity", "2: status 3 sellable>quality-hold"], Of($" #ADJ of A C62 {At} 2026-11-03 end", await Lines("947", segments)));
        Assert.Equal(["1: (other half of a status change)", "2: status 3 sellable>quality-hold"],
            Of($" #ADJ of A C62 {At} 2026-11-03 end", await Lines("947", segments, X12Options.TwoSidedStatus)));
    }

    [Fact]
    public async Task Two_halves_belong_together_947()
    {
        Assert.Equal(
            ["1: adjustment -3 (AE)", "2: adjustment 3 (AE)", "3: !unknown-reason"],
            (await Lines("947", ["W15*20261103*ADJ", "W19*AE*-3*EA**VN*A", "W19*AE*3*EA**VN*B", "W19*AE*3*EA**VN*C"])).Select(line => line.Split(" #")[0]));
        Assert.Equal(
            ["1: (other half of a status change)", "2: status 3 sellable>damaged"],
            (await Lines("947", ["W15*20261103*ADJ", "W19*AC*-3*EA**VN*A**********SA", "W19*AC*3*EA**VN*A**********DM"])).Select(line => line.Split(" #")[0]));
    }

    [Fact]
    public async Task What_is_shipped_to_a_customer_is_sold_945() => Assert.Equal(
        ["1: sale 4 #ORD of A C62 @EAST DC 2026-11-05T13:30", "2: (nothing shipped)"],
        await Lines("945", [
            "W06*F*ORD*20261103*SHP", "N1*WH*EAST DC", "N1*ST*Jane Doe", "G62*11*20261105*8*1330",
            "LX*1", "W12*CC*5*4*1*EA**VN*A", "LX*2", "W12*CC*5*0*5*EA**VN*B"]));

    [Fact]
    public async Task A_receipt_that_never_was_is_taken_back_944() => Assert.StartsWith(
        "1: adjustment -5 (reversal) #SHP-1", Assert.Single(await Lines("944", [Receipt, "W07*5*EA**VN*A****2"])));

    [Fact]
    public async Task One_article_in_several_cartons_is_expected_once_856() => Assert.Equal(
        ["3: expected 9 #PO-1 of A C62 @S1 2026-11-04 start", "5: (added to another line)", "6: expected 2 #PO-1 of B C62 @S1 2026-11-04 start"],
        await Lines("856", [
            "BSN*00*1*20261104", "HL*1**S", "N1*ST**92*S1", "HL*2*1*O", "PRF*PO-1", "HL*3*2*I", "LIN**VN*A", "SN1**5*EA*100", "CLD*1*5*CTN25",
            "HL*4*2*P", "MAN*GM*1", "HL*5*4*I", "LIN**VN*A", "SN1**4*EA", "HL*6*4*I", "LIN**VN*B", "SN1**2*EA"]));

    [Fact]
    public async Task Orders_of_one_shipment_stay_apart_856() => Assert.Equal(
        ["3: expected 5 #PO-1 of A C62 @S1 2026-11-04 start", "5: expected 4 #PO-2 of A C62 @S1 2026-11-04 start"],
        await Lines("856", [
            "BSN*00*1*20261104", "HL*1**S", "N1*ST**92*S1", "HL*2*1*O", "PRF*PO-1", "HL*3*2*I", "LIN**VN*A", "SN1**5*EA",
            "HL*4*1*O", "PRF*PO-2", "HL*5*4*I", "LIN**VN*A", "SN1**4*EA"]));

    [Fact]
    public async Task Levels_above_may_name_themselves_as_parents_856() => Assert.Equal(
        ["1: expected 5 #1 of A C62 @ 2026-11-04 start"], await Lines("856", ["BSN*00*1*20261104", "HL*1*1*I", "LIN**VN*A", "SN1**5*EA"]));

    [Fact]
    public async Task A_cancelled_order_is_outstanding_no_longer_850()
    {
        var document = await Only(X12Text.Interchange("850", "BEG*01*SA*PO-1**20261104", "N1*ST**92*S1", "PO1*1*5*EA***VN*A"));
        Assert.Equal(DocumentFunction.Replace, document.Function);
        Assert.Equal(["1: expected 0 #PO-1 of A C62 @S1 2026-11-04 start"], DocumentText.Lines(document));
    }

    [Fact]
    public async Task An_order_for_several_stores_is_expected_in_each_850() => Assert.Equal(
        ["1:S1: expected 2 #PO-1 on 2026-11-09 of A CA=12 @S1 2026-11-04 start", "1:S2: expected 3 #PO-1 on 2026-11-09 of A CA=12 @S2 2026-11-04 start"],
        await Lines("850", ["BEG*00*SA*PO-1**20261104", "DTM*002*20261109", "PO1*1*5*CA***VN*A", "PO4*4**********CM***3", "SDQ*CA*92*S1*2*S2*3"]));

    [Fact]
    public async Task What_a_store_sold_and_took_back_852() => Assert.Equal(
        [
            "1:QS: (total of places)", "1:QS:S1: sale 2 of A C62 @S1 2026-11-07 end", "1:QS:S2: sale 3 of A C62 @S2 2026-11-07 end",
            "1:QU: return 1", "1:Q3: return 1 damaged", "1:QT: adjustment -2 (QT)", "1:Q1: return 4", "1:RE: !invalid-quantity", "1:QB: (beginning balance)",
            "1:ZZ: !unknown-reason", "1:TS: (no activity)",
        ],
        (await Lines("852", [
            "XQ*H*20261101*20261107", "N1*RL**92*S9", "LIN*1*VN*A", "ZA*QS*5*EA", "SDQ*EA*92*S1*2*S2*3",
            "ZA*QU*1*EA", "ZA*Q3*1*EA", "ZA*QT*-2*EA", "ZA*Q1*-4*EA", "ZA*RE*-4*EA", "ZA*QB*7*EA", "ZA*ZZ*7*EA", "ZA*TS*0*EA"]))
            .Select(line => line.Replace(" of A C62 @S9 2026-11-07 end", "")));

    [Fact]
    public async Task Stock_of_several_places_846() => Assert.Equal(
        [
            "1:17: (total of places)", "1:17:S1: level 2 of A C62 @S1 2026-11-04T06:00", "1:17:S2: level 0 of A C62 @S2 2026-11-04T06:00",
            "2:17: !invalid-quantity", "2:01: !unknown-reason", "3: (no quantity)",
        ],
        await Lines("846", [
            "BIA*00*SI*1*20261104*0600", "LIN*1*VN*A", "QTY*17*2*EA", "SDQ*EA*92*S1*2*S2*0", "LIN*2*VN*B", "QTY*17*-2*EA", "QTY*01*2", "LIN*3*VN*C"]));

    [Theory]
    [InlineData("20261104*0600*ET", "2026-11-04T11:00Z")]
    [InlineData("20260704*0600*ET", "2026-07-04T10:00Z")]
    [InlineData("20261104*0600*ES", "2026-11-04T11:00Z")]
    [InlineData("20261104*0600*02", "2026-11-04T04:00Z")]
    [InlineData("20261104*0600*20", "2026-11-04T11:00Z")]
    [InlineData("20261104*0600*LT", "2026-11-04T06:00")]
    [InlineData("20261104*060059", "2026-11-04T06:00")]
    [InlineData("20261104*2500", "2026-11-04 end")]
    [InlineData("261104*0600", "2026-11-04T06:00")]
    [InlineData("991104", "1999-11-04 end")]
    [InlineData("20261340", "")]
    public async Task A_time_has_the_zone_that_its_code_names(string time, string expected) => Assert.EndsWith(
        $"@S1 {expected}".TrimEnd(), Assert.Single(await Lines("846", ["BIA*00*SI*1", $"DTM*184*{time}", "N1*WH**92*S1", "LIN*1*VN*A", "QTY*17*2*EA"])));

    [Fact]
    public async Task A_segment_that_cannot_be_read_is_a_bad_line_among_the_others() => Assert.Equal(
        ["1: receipt 5 #SHP-1 of A C62 @ 2026-11-03 end", "segment 4: !unreadable-segment"], await Lines("944", [Receipt, "W07*5*EA**VN*A", "w07*5*EA**VN*B"]));

    [Fact]
    public async Task What_is_no_message_of_stock_is_one_line() => Assert.Equal(["1: (another message)"], await Lines("997", ["AK1*RE*1", "AK9*A*1*1*1"]));

    [Fact]
    public async Task What_is_in_no_message_is_a_bad_line_with_its_place()
    {
        var document = (await DocumentText.Read(new X12Documents(), Documents.Stream("hello")))[0];
        Assert.Equal(("segment 1", "1: !unreadable-segment"), (document.Position, Assert.Single(DocumentText.Lines(document))));
    }

    [Theory]
    [InlineData("ISA*00*", true)]
    [InlineData("\uFEFF  \r\nISA~00~", true)]
    [InlineData("ISABELLA", false)]
    [InlineData("ISA", false)]
    [InlineData("UNB+", false)]
    public void A_file_is_known_by_its_ISA(string beginning, bool expected) =>
        Assert.Equal(expected, new X12Documents().Recognise(System.Text.Encoding.UTF8.GetBytes(beginning)) is not null);

    /// <summary>Segments of every message in any order and of any content: each line has a key of its own and something that it comes to.</summary>
    [Fact]
    public void Segments_in_any_order_come_to_lines() => Gen.Select(
        Element("944", "945", "947", "846", "856", "943", "850", "940", "852", "997"),
        Gen.Select(
            Element(
                "W17", "W07", "W13", "W14", "W06", "W12", "W03", "LX", "W15", "W19", "BIA", "LIN", "QTY", "UIT", "SDQ", "CTT", "BSN", "HL", "PRF", "SN1", "PO4",
                "N1", "W04", "BEG", "PO1", "DTM", "G62", "W05", "W01", "W76", "XQ", "ZA", "N9", "PER"),
            Element(
                "", "1", "-3", "EA", "CA", "VN", "A", "17", "QS", "05", "AE", "01", "I", "WH", "20261104", "184", "1e9", "999999999999", "x", "LI", "S")
                .Array[0, 12])
            .Array[0, 20])
        .Sample((set, segments) =>
        {
            var text = X12Text.Interchange(set, [.. segments.Select(segment => string.Join('*', segment.Item2.Prepend(segment.Item1)))]);
            var document = Only(text).GetAwaiter().GetResult();
            Assert.Equal(document.Lines.Count, document.Lines.Select(line => line.Key).Distinct().Count());
            Assert.All(document.Lines, line => Assert.DoesNotContain("  ", DocumentText.Line(line)[..3]));
        }, iter: 300);

    private static Gen<string> Element(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}

using CsCheck;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Edifact;

namespace RetailSync.Channels.Tests.Edifact;

/// <summary>What the segments of each message mean. No host and no database: text in, lines out.</summary>
public sealed class Edifact_messages
{
    private static async Task<SourceDocument> Only(string text, params string[] options) =>
        Assert.Single(await DocumentText.Read(new EdifactDocuments(), Documents.Stream(text), options));

    private static async Task<string[]> Lines(string type, params string[] segments) =>
        [.. DocumentText.Lines(await Only(EdifactText.Interchange(type, segments)))];

    [Theory]
    [InlineData("", DocumentFunction.Original, null)]
    [InlineData("9", DocumentFunction.Original, null)]
    [InlineData("7", DocumentFunction.Original, null)]
    [InlineData("1", DocumentFunction.Cancel, null)]
    [InlineData("4", DocumentFunction.Change, null)]
    [InlineData("5", DocumentFunction.Replace, null)]
    [InlineData("31", DocumentFunction.Copy, null)]
    [InlineData("700101", DocumentFunction.Original, "unknown-reason")]
    public async Task BGM_1225_says_what_becomes_of_an_earlier_message(string code, DocumentFunction function, string? fault)
    {
        foreach (var type in new[] { "SLSRPT", "RECADV", "DESADV" })
        {
            var document = await Only(EdifactText.Interchange(type, $"BGM+632+N1+{code}"));
            Assert.Equal(($"{type}:N1", function, fault), (document.Identity, document.Function, document.Fault?.Code));
        }
    }

    [Theory]
    [InlineData("2+1+1", "receipt 3")]
    [InlineData("2+2+1", "receipt 3 damaged")]
    [InlineData("2+5+1", "receipt 3 quality-hold")]
    [InlineData("1+1+1", "!unknown-reason")]
    [InlineData("1+1+2", "sale 3")]
    [InlineData("2+1+2", "!unknown-reason")]
    [InlineData("1+1+3", "adjustment -3 (3)")]
    [InlineData("2+1+4", "adjustment 3 (4)")]
    [InlineData("1+1+5", "(property transfer)")]
    [InlineData("1+1+6", "adjustment -3 (6)")]
    [InlineData("2+1+7", "adjustment 3 (7)")]
    [InlineData("1+1+11", "adjustment -3 (11)")]
    [InlineData("1+1+77", "!unknown-reason")]
    [InlineData("+1+3", "!unknown-reason")]
    public async Task A_movement_INVRPT(string inventory, string expected) => Assert.Equal(
        $"1:1: {expected}", (await Lines("INVRPT", "BGM+78+1+9", "NAD+GY+P::9", "LIN+1++A:EN", "QTY+156:3:PCE", $"INV+{inventory}"))[0].Split(" of ")[0]);

    [Theory]
    [InlineData("85E", "QTY+156:3", "INV+1", "adjustment -3")]
    [InlineData("263", "QTY+156:3", "INV+2", "adjustment 3")]
    [InlineData("85E", "QTY+156:-3", "", "adjustment -3")]
    [InlineData("85E", "QTY+156:-3", "INV+1", "!invalid-quantity")]
    [InlineData("85E", "QTY+156:0", "INV+1", "(nothing moved)")]
    [InlineData("78", "QTY+156:x", "INV+1+1+3", "!invalid-quantity")]
    public async Task An_adjustment_INVRPT(string kind, string quantity, string inventory, string expected) => Assert.Equal(
        $"1:1: {expected}", (await Lines("INVRPT", $"BGM+{kind}+1", "LIN+1++A:EN", quantity, inventory.Length > 0 ? inventory : "FTX"))[0].Split(" of ")[0]);

    [Fact]
    public async Task A_report_of_another_kind_waits_for_a_person() =>
        Assert.Equal("unknown-reason", (await Only(EdifactText.Interchange("INVRPT", "BGM+999+1", "LIN+1++A:EN", "QTY+145:3"))).Fault?.Code);

    [Fact]
    public async Task Quantities_by_pack_are_parts_of_the_first_INVRPT() => Assert.Equal(
        [
            "1:1: level 300 of A @P 2026-11-04 end", "1:2: (part of another quantity)", "1:3: (part of another quantity)", "1:4: (another quantity)",
            "2: (no quantity)",
            "3:1: level 9 of C @L2 2026-11-04 end", "3:2: (reserved)", "3:3: !unknown-reason",
        ],
        await Lines("INVRPT", "BGM+35+1", "DTM+137:20261104:102", "NAD+GY+P::9", "LIN+1++A:EN", "QTY+145:300", "CPS+1", "QTY+145:200", "QTY+145:100",
            "QTY+33:100",
            "LIN+2++B:EN",
            "LIN+3++C:EN", "LOC+18+L2", "QTY+145:5", "INV++1", "QTY+145:4", "INV++4", "QTY+145:0", "INV++99"));

    [Theory]
    [InlineData("QTY+194:8", "receipt 8 #O1")]
    [InlineData("QTY+48:8", "receipt 8 #O1")]
    [InlineData("QTY+48:8~QTY+194:6~QTY+195:2", "receipt 6 #O1")]
    [InlineData("QTY+48:8~QTY+124:2", "receipt 6 #O1 + [124] receipt 2 damaged #O1")]
    [InlineData("QTY+194:6~QTY+124:2", "receipt 6 #O1 + [124] receipt 2 damaged #O1")]
    [InlineData("QTY+48:8~QTY+196:3", "receipt 5 #O1")]
    [InlineData("QTY+48:8~QTY+196:9", "!invalid-quantity")]
    [InlineData("QTY+48:-1", "!invalid-quantity")]
    [InlineData("QTY+48:8:PCE~QTY+124:2:CT", "!unknown-unit")]
    [InlineData("QTY+48:0", "(nothing received)")]
    [InlineData("QTY+21:5", "(nothing received)")]
    public async Task What_came_in_RECADV(string quantities, string expected) => Assert.Equal(
        $"1: {expected}", (await Lines("RECADV", ["BGM+632+1", "RFF+ON:O1", "NAD+DP+P::9", "LIN+1++A:EN", .. quantities.Split('~')]))[0].Split(" of ")[0]);

    [Fact]
    public async Task An_article_on_several_pallets_is_expected_once_DESADV() => Assert.Equal(
        [
            "O1:A: expected 7 #O1 on 2026-11-09 of A CT @P 2026-11-04 start", "O1:A:2: (added to another line)",
            "O2:A: expected 1 #O2 on 2026-11-09 of A CT @P 2026-11-04 start",
        ],
        await Lines("DESADV", "BGM+351+1", "DTM+137:20261104:102", "DTM+17:20261109:102", "RFF+ON:O1", "NAD+BY+B::9", "NAD+UC+P::9",
            "CPS+1", "LIN+1++A:EN", "QTY+12:3:CT", "CPS+2", "LIN+2++A:EN", "QTY+12:4:CT", "CPS+3", "LIN+3++A:EN", "QTY+12:1:CT", "RFF+ON:O2"));

    [Fact]
    public async Task A_cancelled_order_is_outstanding_no_longer_ORDERS()
    {
        var document = await Only(EdifactText.Interchange("ORDERS", "BGM+220+O1+1", "DTM+137:20261104:102", "LIN+1++A:EN", "QTY+21:5", "UNS+S", "CNT+2:1"));
        Assert.Equal(DocumentFunction.Replace, document.Function);
        Assert.Equal(["1: expected 0 #O1 of A @ 2026-11-04 start"], DocumentText.Lines(document));
    }

    [Theory]
    [InlineData("CNT+2:2", "CNT 2 is '2', and the message has 1 lines (LIN).")]
    [InlineData("CNT+1:6", "CNT 1 is '6', and the message has 5 in QTY.")]
    public async Task A_total_that_does_not_fit_keeps_the_message(string total, string why)
    {
        var document = await Only(EdifactText.Interchange("ORDERS", "BGM+220+O1", "LIN+1++A:EN", "QTY+21:5", "UNS+S", total));
        Assert.Equal(DocumentFault.ControlTotal(why), document.Fault);
    }

    [Theory]
    [InlineData("LIN+1++5412345100102:EN~PIA+5+X:SA", "5412345100102")]
    [InlineData("LIN+1~PIA+1+S:SA+B:IN::92~PIA+5+9780738507330", "9780738507330")]
    [InlineData("LIN+1~PIA+1+S:SA+B:IN::92", "B")]
    [InlineData("LIN+1~PIA+1+BATCH:NB", "")]
    public async Task The_article_is_in_LIN_or_PIA(string line, string article) => Assert.Equal(
        article, (await Only(EdifactText.Interchange("ORDERS", ["BGM+220+O1", .. line.Split('~')]))).Lines[0].Articles.FirstOrDefault()?.Value ?? "");

    [Theory]
    [InlineData("20261104:102", "2026-11-04 end")]
    [InlineData("202611040615:203", "2026-11-04T06:15")]
    [InlineData("20261104061530:204", "2026-11-04T06:15")]
    [InlineData("202611040615UTC:303", "2026-11-04T06:15Z")]
    [InlineData("261104:101", "2026-11-04 end")]
    [InlineData("20261399:102", "")]
    public async Task A_time_is_read_by_its_length(string time, string expected) => Assert.EndsWith(
        $"@P {expected}".TrimEnd(), (await Lines("INVRPT", "BGM+35+1", $"DTM+366:{time}", "NAD+GY+P", "LIN+1++A", "QTY+145:1"))[0]);

    [Fact]
    public async Task Test_data_waits_unless_the_source_takes_it()
    {
        var text = EdifactText.Interchange([EdifactText.Message("ORDERS", "BGM+220+O1")], test: "1");
        Assert.Equal("test-data", (await Only(text)).Fault?.Code);
        Assert.Null((await Only(text, EdifactDocuments.AcceptTestData)).Fault);
    }

    [Fact]
    public async Task A_segment_that_cannot_be_read_is_a_bad_line_among_the_others() => Assert.Equal(
        ["1: expected 5 #O1 of A @", "segment 5: !unreadable-segment"], await Lines("ORDERS", "BGM+220+O1", "LIN+1++A", "QTY+21:5", "lin+2++B"));

    [Fact]
    public async Task What_is_no_message_of_stock_is_one_line() => Assert.Equal(["1: (another message)"], await Lines("APERAK", "BGM+++"));

    [Theory]
    [InlineData("UNB+UNOC:3+", "begins with UNB")]
    [InlineData("\uFEFFUNA:+.? '\r\nUNB+", "begins with UNA")]
    [InlineData("UNABLE", null)]
    [InlineData("ISA*00*", null)]
    public void A_file_is_known_by_its_beginning(string beginning, string? why) =>
        Assert.Equal(why, new EdifactDocuments().Recognise(System.Text.Encoding.UTF8.GetBytes(beginning)));

    /// <summary>Segments of every message in any order and of any content: each line has a key of its own and something that it comes to.</summary>
    [Fact]
    public void Segments_in_any_order_come_to_lines() => Gen.Select(
        Element("INVRPT", "SLSRPT", "RECADV", "DESADV", "ORDERS", "APERAK"),
        Gen.Select(
            Element("BGM", "DTM", "NAD", "LOC", "LIN", "PIA", "QTY", "INV", "RFF", "CPS", "CNT", "UNS", "PRI", "IMD"),
            Element("", "1", "+", ":", "35", "78", "145", "153", "12", "21", "48", "GY", "DP", "162", "ON", "-3", "20261104", "1e9", "999999999999", "x")
                .Array[0, 12])
            .Array[0, 20])
        .Sample((type, segments) =>
        {
            var text = EdifactText.Interchange(type, [.. segments.Select(segment => $"{segment.Item1}+{string.Concat(segment.Item2)}")]);
            var document = Only(text).GetAwaiter().GetResult();
            Assert.Equal(document.Lines.Count, document.Lines.Select(line => line.Key).Distinct().Count());
            Assert.All(document.Lines, line => Assert.NotEmpty(DocumentText.Line(line)));
        }, iter: 300);

    private static Gen<string> Element(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}

using RetailSync.Channels.Documents;
using RetailSync.Channels.Edifact;

namespace RetailSync.Channels.Tests.Edifact;

/// <summary>Real files, and some that were written from the standard: what each line comes to.</summary>
public sealed class Edifact_files
{
    [RealDataFact("edifact/recadv-d01b.edi")]
    public async Task Every_file_is_read_line_by_line()
    {
        List<string> summaries = [];
        foreach (var file in Directory.GetFiles(RealData.Path("edifact"), "*.edi").Order(StringComparer.Ordinal))
        {
            summaries.AddRange((await Read(Path.GetFileNameWithoutExtension(file))).Select(DocumentText.Summary));
        }

        Assert.Equal(
            [
                "DESADV Y02197250 | 2 lines | unknown-reason | expected 2",
                "DESADV 1923 | 2 lines |  | expected 2",
                "DESADV DOCNUM | 4 lines |  | (added to another line) 3, expected 1",
                "DESADV DOCNUM | 1 lines |  | expected 1",
                "INVRPT INVM3301 | 4 lines |  | adjustment 2, receipt 1, sale 1",
                "INVRPT INVR21601 | 4 lines |  | level 4",
                "ORDERS 5YGVX1VT | 1 lines |  | expected 1",
                "ORDERS T0000000004-1 | 1 lines |  | expected 1",
                "ORDERS T0000000004-2 | 1 lines |  | expected 1",
                "ORDERS T0000000004-3 | 1 lines |  | expected 1",
                "RECADV 20220808112809950 | 1 lines |  | receipt 1",
                "SLSRPT 20060801005 | 148 lines |  | return 7, sale 141",
                // A trailer of another interchange was left behind it.
                "edifact  | 1 lines |  | !unreadable-segment 1",
            ],
            summaries);
    }

    [RealDataFact("edifact/slsrpt-d96a-stores.edi")]
    public async Task Sales_of_a_day_by_store()
    {
        var report = (await Read("slsrpt-d96a-stores"))[0];
        var moves = report.Lines.Select(line => Assert.Single(Assert.IsType<Moved>(line.Outcome).Moves)).ToList();

        Assert.Equal(35, report.Lines.Select(line => line.Place).Distinct().Count());
        Assert.Equal(227, moves.Where(move => move.Type == MoveType.Sale).Sum(move => move.Quantity));
        Assert.Equal(9, moves.Where(move => move.Type == MoveType.Return).Sum(move => move.Quantity));
        Assert.All(report.Lines, line => Assert.Equal(new WholeDay(new LocalDate(2008, 3, 31)), line.Time));
        Assert.Equal("8712345000345:7: return 1 of 8712345275208 PCE @8712345000345 2008-03-31 end", DocumentText.Line(report.Lines[6]));
    }

    [RealDataFact("edifact/recadv-d01b.edi")]
    public async Task A_receipt_names_its_article_in_PIA_and_its_order_in_RFF() => Assert.Equal(
        ["900001: receipt 200 #5502284066 of 1000629 PCE @GCCN33 2022-08-23 end"], await Lines("recadv-d01b"));

    [RealDataFact("edifact/made-invrpt-snapshot.edi")]
    public async Task On_hand_is_what_is_accepted_and_what_is_damaged() => Assert.Equal(
        [
            "1:1: level 304 of 5412345100102 PCE @5410738100050 2026-11-04T06:00",
            "1:2: level 4 damaged of 5412345100102 PCE @5410738100050 2026-11-04T06:00",
            "2:1: level 0 of 5412345100119 PCE @5410738100050 2026-11-04T06:00",
            "3:1: level 12.5 of 5412345100126 KGM @5410738100050 2026-11-04T06:00",
        ],
        await Lines("made-invrpt-snapshot"));

    [RealDataFact("edifact/made-invrpt-movements.edi")]
    public async Task Movements_are_as_their_direction_and_reason_say() => Assert.Equal(
        [
            "1:1: receipt 48 #DES587441 of 5412345100102 PCE @5410738100050 2026-11-04T09:10",
            "1:2: sale 5 #DO7781 of 5412345100102 PCE @5410738100050 2026-11-04T11:20",
            "1:3: adjustment -2 (3) of 5412345100102 PCE @5410738100050 2026-11-04T15:30",
            "2:1: adjustment -6 (7) #DES587440 of 5412345100119 PCE @5410738100050 2026-11-04T17:00",
        ],
        await Lines("made-invrpt-movements"));

    [RealDataFact("edifact/desadv-d96a-two-messages.edi")]
    public async Task What_was_despatched_is_expected_by_order_and_article()
    {
        Assert.Equal(
            "ref1234:8717755680019: expected 48 #ref1234 on 2008-09-13 of 8717755680019 @8712345003203 2008-09-13T00:00",
            (await Lines("desadv-d96a-two-messages"))[0]);
        Assert.Equal("6877871:9780738507330: expected 1 #6877871 of 9780738507330 @ 2016-07-26 start", (await Lines("desadv-d96a-books"))[0]);
    }

    [RealDataFact("edifact/orders-d01b.edi")]
    public async Task What_was_ordered_is_expected_where_it_is_delivered()
    {
        Assert.Equal(["1: expected 38 #5YGVX1VT on 2024-03-15 of 8710103931935 @3333333333333 2024-03-11 start"], await Lines("orders-d01b"));
        Assert.Equal("1: expected 1 #T0000000004-1 of 2000100873151 @ 2005-08-19 start", (await Lines("orders-d96a-two-interchanges"))[0]);
    }

    private static async Task<List<SourceDocument>> Read(string file)
    {
        await using var content = File.OpenRead(RealData.Path($"edifact/{file}.edi"));
        return await DocumentText.Read(new EdifactDocuments(), content);
    }

    private static async Task<string[]> Lines(string file) => [.. (await Read(file)).SelectMany(DocumentText.Lines)];
}

using System.IO.Compression;
using RetailSync.Channels.Documents;
using RetailSync.Channels.PosLog;

namespace RetailSync.Channels.Tests.PosLog;

/// <summary>Real logs and receipts, against what is known of them.</summary>
public sealed class Till_logs_on_file
{
    private const string Ncr = "pos-poslog/ncr-acs-fifteen-minutes.xml.gz";

    [RealDataFact(Ncr)]
    public async Task Fifteen_minutes_of_a_grocery()
    {
        var documents = await Read(Ncr);

        Assert.Equal(36, documents.Count);
        Assert.Equal(28, documents.Count(document => document.Lines.Count > 0));
        Assert.Equal(899, documents.Sum(document => document.Lines.Count));
        Assert.Equal(36, documents.Select(document => document.Identity).Distinct().Count());
        // Of 458 Sale lines two void two others, and two are deposits.
        Assert.Equal(
            "nothing (deposit) 2, nothing (item not found) 3, nothing (loyalty) 320, nothing (other line) 73, nothing (tax) 14, nothing (tender) 31, nothing (voided) 4, sale 452",
            LineText.Tally(documents));
    }

    [RealDataFact(Ncr)]
    public async Task A_line_with_a_negative_quantity_voids_an_earlier_one()
    {
        var documents = await Read(Ncr);

        Assert.Equal(["17: nothing (voided)", "18: nothing (voided)"], Voided("9:1:2017-10-01:376"));
        Assert.Equal(["8: nothing (voided)", "9: nothing (voided)"], Voided("9:3:2017-10-01:92"));

        string[] Voided(string number) =>
        [
            .. documents.Single(document => document.Number == number).Lines.Where(line => line.Outcome is NoStock { Reason: "voided" }).Select(LineText.Show),
        ];
    }

    [RealDataFact(Ncr)]
    public async Task Weights_are_taken_as_they_are()
    {
        var sales = (await Read(Ncr)).SelectMany(document => document.Lines).Where(line => line.Outcome is Moved).ToList();

        Assert.Equal(136, sales.Count(line => ((Moved)line.Outcome).Moves[0].Quantity is { Scale: > 0 }));
        Assert.All(sales, line => Assert.Null(line.Unit));
        Assert.All(sales, line => Assert.True(line.Articles[0] is { Kind: "PLU", Value.Length: 5 } or { Kind: "ItemID", IsGtin: true }));
        Assert.Equal(52, sales.Count(line => line.Articles[0].Kind == "PLU"));
    }

    [RealDataFact("pos-poslog/ncr-acs-one-sale.xml")]
    public async Task A_business_day_ends_after_midnight()
    {
        var documents = await Read("pos-poslog/ncr-acs-one-sale.xml");

        Assert.Equal(["9:34:2017-09-30:160", "9:34:2017-09-30:161"], documents.Select(document => document.Number));
        Assert.Equal("nothing (loyalty) 7, nothing (other line) 14, nothing (tender) 1, sale 1", LineText.Tally(documents));
        Assert.Equal(new TimeWithoutZone(new LocalDateTime(2017, 10, 1, 2, 2, 54)), documents[1].Lines[0].Time);
    }

    [RealDataFact("pos-poslog/arts6-receipt-sale.xml")]
    public async Task A_receipt_with_two_of_an_article()
    {
        var document = Assert.Single(await Read("pos-poslog/arts6-receipt-sale.xml"));

        Assert.Equal("RS-0221:65252:2017-12-02:123789798712300", document.Number);
        Assert.Equal(
            ["1: sale 2 of 608794", "2: sale 1 of 923048", "3: sale 1 of 912042", "4: sale 1 of 608003", "5: nothing (tax)", "6: nothing (tender)", "7: nothing (tender)"],
            document.Lines.Select(LineText.Show));
        Assert.Equal(new ExactTime(Instant.FromUtc(2017, 12, 2, 10, 49)), document.Lines[0].Time);
        Assert.Equal("EA", document.Lines[0].Unit);
    }

    [RealDataFact("pos-poslog/arts6-receipt-return.xml")]
    public async Task A_receipt_of_a_return() => Assert.Equal(
        ["1: return 1 of 923048", "2: nothing (tax)", "3: nothing (tender)"],
        Assert.Single(await Read("pos-poslog/arts6-receipt-return.xml")).Lines.Select(LineText.Show));

    [RealDataFact("pos-poslog/arts6-receipt-sample-1.xml")]
    public async Task A_receipt_whose_rounding_is_an_article()
    {
        const string file = "pos-poslog/arts6-receipt-sample-1.xml";

        Assert.Equal("nothing (tax) 2, nothing (tender) 3, sale 5", LineText.Tally(await Read(file)));
        Assert.Equal("nothing (no goods) 1, nothing (tax) 2, nothing (tender) 3, sale 4", LineText.Tally(await Read(file, LineText.With("noGoods=ROUNDING"))));
    }

    [RealDataFact("pos-poslog/made-inventory-control.xml")]
    public async Task What_a_store_reports_of_its_stock()
    {
        var documents = await Read("pos-poslog/made-inventory-control.xml");

        Assert.Equal(
            [
                "1: receipt 24 of SKU-200", "1: adjustment -1 of SKU-300", "1: transfer 3 to S015 of SKU-400",
                "1: sale 2 of SKU-200", "2: return 1 of SKU-300", "1: nothing (training)",
            ],
            documents.SelectMany(document => document.Lines).Select(LineText.Show));
        Assert.Equal("DES587441", ((Moved)documents[0].Lines[0].Outcome).Moves[0].Document);
        Assert.Equal("S012:5:2026-11-04:803", ((Moved)documents[2].Lines[0].Outcome).Moves[0].Document);
    }

    private static async Task<List<SourceDocument>> Read(string file, ReadSettings? settings = null)
    {
        await using var content = File.OpenRead(RealData.Path(file));
        var isCompressed = file.EndsWith(".gz", StringComparison.Ordinal);
        return await LineText.Read(new PosLogFormat(), isCompressed ? new GZipStream(content, CompressionMode.Decompress) : content, settings);
    }
}

using System.Text;
using CsCheck;
using RetailSync.Channels.Documents;
using RetailSync.Channels.PosLog;
using static RetailSync.Channels.Tests.AnyBytes;

namespace RetailSync.Channels.Tests.PosLog;

/// <summary>Whatever is sent is read or refused, and never fails. <c>RETAILSYNC_FUZZ_SECONDS=600 ./test Till_logs_of_any_bytes</c> searches longer.</summary>
public sealed class Till_logs_of_any_bytes
{
    private static readonly PosLogFormat Format = new();

    /// <summary>Files whose neighbourhood is searched: one of each thing that the syntax and the table have.</summary>
    private static readonly byte[][] Corpus = [.. new[]
    {
        TillDay.Log([TillDay.Sale(1, ("A", "2"), ("B", "0.42")), TillDay.Sale(2, ("A", "-1"))]),
        "<?xml version='1.0' encoding='utf-16'?><!-- <Transaction> --><n:DigitalReceipt><n:Transaction x='>'>"
            + "<n:RetailTransaction><n:LineItem VoidFlag='true'><n:Sale><n:Quantity Units='-1'>.5</n:Quantity><![CDATA[</Transaction>]]></n:Sale></n:LineItem>"
            + "<n:TransactionLink ReasonCode='Voided'><n:SequenceNumber>1</n:SequenceNumber></n:TransactionLink></n:RetailTransaction></n:Transaction></n:DigitalReceipt>",
        "<POSLog><Transaction><SequenceNumber>1</SequenceNumber><InventoryControlTransaction><Transfer><DestinationBusinessUnitID>2</DestinationBusinessUnitID>"
            + "<ItemID>&#65;&amp;</ItemID><Quantity>1.</Quantity></Transfer></InventoryControlTransaction></Transaction><Transaction/></POSLog>",
    }.SelectMany(text => new[] { Encoding.UTF8.GetBytes(text), Encoding.Unicode.GetBytes(text) })];

    private static readonly Gen<byte[]> Mutated = NearlyRight(
        Corpus, "<", ">", "/>", "</", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "<!DOCTYPE x [", "&", "&#0;", "&x;", "\"", "'", "\0", "\uFEFF", "<Transaction>",
            "</Transaction>", "</POSLog>", "<Quantity>", "-", "<LineItem VoidFlag='true'>", "<n:Transaction>", "\r\n");

    [Fact]
    public void Random_bytes_are_refused() => AnyBytes.Random.Sample(AssertReadOrRefused, iter: Iterations, time: Seconds);

    [Fact]
    public void Files_that_are_nearly_right_are_read_or_refused() => Mutated.Sample(AssertReadOrRefused, iter: Iterations, time: Seconds);

    [Fact]
    public void A_cut_file_gives_no_part_of_a_transaction() => Gen.Select(OneOf(Corpus), Gen.Double[0, 1]).Sample((seed, share) =>
    {
        var whole = Read(seed).Where(document => document.Number is not null).Select(Show).ToHashSet();
        var cut = Read(seed[..(int)(seed.Length * share)]);
        Assert.All(cut.Where(document => document.Number is not null), document => Assert.Contains(Show(document), whole));
    }, iter: Iterations, time: Seconds);

    private static void AssertReadOrRefused(byte[] bytes)
    {
        var documents = Read(bytes);
        Assert.Equal(documents.Select(Show), Read(bytes, Documents.Trickle).Select(Show));
        Assert.All(documents.SelectMany(document => document.Lines), line =>
        {
            Assert.Matches("^line [0-9]+, column [0-9]+$", line.Position);
            Assert.True(line.Outcome is not Rejected { Detail: "" });
        });
        Assert.All(documents, document => Assert.Equal(document.Lines.Count, document.Lines.Select(line => line.Key).Distinct().Count()));
    }

    private static List<SourceDocument> Read(byte[] bytes) => Read(bytes, read => new MemoryStream(read));

    private static List<SourceDocument> Read(byte[] bytes, Func<byte[], Stream> open) =>
        LineText.Read(Format, open(bytes), LineText.With("noGoods=B")).GetAwaiter().GetResult();

    private static string Show(SourceDocument document) =>
        $"{document.Function} {document.Identity} {document.Fault} {string.Join("; ", document.Lines.Select(LineText.Show))}";
}

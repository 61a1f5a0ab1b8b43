using System.Text;
using CsCheck;
using RetailSync.Channels.X12;
using RetailSync.Channels.X12.Syntax;
using static RetailSync.Channels.Tests.AnyBytes;

namespace RetailSync.Channels.Tests.X12;

/// <summary>Whatever is sent is read or refused, and never fails. <c>RETAILSYNC_FUZZ_SECONDS=600 ./test X12_of_any_bytes</c> searches longer.</summary>
public sealed class X12_of_any_bytes
{
    /// <summary>Files whose neighbourhood is searched: one of each thing that the syntax has.</summary>
    private static readonly byte[][] Corpus =
    [
        .. new[]
        {
            X12Text.Interchange("944", "W17*F*20261103*RC-5001", X12Text.Warehouse, "W07*100*EA**VN*SKU-200", "W13*4*EA*01", "W14*100"),
            X12Text.Interchange([X12Text.Message("846", "BIA*00*SI*1*20261104"), X12Text.Message("997"), X12Text.Message("852", "XQ*G*19991205")], 'T'),
            X12Text.Interchange("856", "HL*1**S", "HL*2*1*I").Replace("~\n", "\r\n"),
            X12Text.Interchange("940", "W05*N*1").Replace("*>~\n", "*~\n"),
            X12Text.Interchange("947", "W19*AU*-3*EA").Replace("*>~\n", "~").Replace("~\n", "~"),
            X12Text.Interchange("850", "PO1**16*CA").Replace("~\n", "…\r\n  ").Replace('*', '|'),
            X12Text.Interchange("945", "LX*1") + "\uFEFF" + X12Text.Interchange("943", "W06*N").Replace('*', '^'),
            X12Text.Interchange("945", "LX*1").Replace("*U*00401", "*^*00501").Replace("          ", ""),
            "ISA*00*~GS*RE~ST*944~SE*1~GE~IEA~",
        }.Select(Encoding.UTF8.GetBytes),
        Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(X12Text.Interchange("944", "W14*0"))).ToArray(),
    ];

    private static readonly string[] Pieces =
        ["ISA", "ISA*", "*", "~", "\n", "\r\n", ">", "^", "IEA*1*1~", "GE*1*1~", "SE*2*1~", "ST*944*1~", "GS*RE*A*B~", "\0", "\u001A", "\uFEFF", "…"];

    [Fact]
    public void Random_bytes_are_refused() => AnyBytes.Random.Sample(AssertReadOrRefused, iter: Iterations, time: Seconds);

    [Fact]
    public void Files_that_are_nearly_right_are_read_or_refused() => NearlyRight(Corpus, Pieces).Sample(AssertReadOrRefused, iter: Iterations, time: Seconds);

    [Fact]
    public void A_cut_file_gives_no_part_of_a_transaction_set() => Gen.Select(OneOf(Corpus), Gen.Double[0, 1]).Sample((seed, share) =>
    {
        var whole = Read(seed).OfType<X12Message>().Select(X12Text.Show).ToHashSet();
        Assert.All(
            Read(seed[..(int)(seed.Length * share)]).OfType<X12Message>().Where(message => message.Fault is null),
            message => Assert.Contains(X12Text.Show(message), whole));
    }, iter: Iterations, time: Seconds);

    [Fact]
    public void What_is_written_by_the_standard_is_read_back() => Gen.Select(
        Gen.Shuffle("*~>^|+'\u001c…\\".ToCharArray(), 3), Gen.Bool,
        Gen.Select(OneOf("W07", "N1", "LIN", "ZA"), Gen.Char["abc XYZ0123-.é"].Array[0, 20].Array[0, 8]).Array[0, 5].Array[1, 4])
    .Sample((signs, byLine, sets) =>
    {
        var messages = sets.Select(segments => X12Text.Message("944", [.. segments.Select(segment =>
            string.Join('*', segment.Item2.Select(characters => new string(characters)).Prepend(segment.Item1)))])).ToList();
        var written = X12Text.Interchange(messages).Replace("~\n", "\u0001").Replace('*', '\u0002').Replace('>', '\u0003')
            .Replace('\u0001', byLine ? '\n' : signs[0]).Replace('\u0002', signs[1]).Replace('\u0003', signs[2]);

        var read = Read(Encoding.UTF8.GetBytes(written)).Cast<X12Message>().ToList();

        Assert.All(read, message => Assert.Null(message.Fault));
        Assert.Equal(
            messages.Select(message => string.Join('~', message.Select(segment => segment.TrimEnd()))),
            read.Select(message => string.Join('~', message.Segments.Select(segment => segment.Text.Replace(signs[1], '*')))));
    }, iter: Iterations, time: Seconds);

    [RealDataFact("edi-x12/944-pallet-receipt.x12")]
    public void Real_files_with_damage_are_read_or_refused()
    {
        var files = Directory.GetFiles(RealData.Path("edi-x12"), "*.x12").Select(File.ReadAllBytes).ToArray();
        NearlyRight(files, Pieces).Sample(AssertReadOrRefused, iter: Iterations, time: Seconds);
    }

    /// <summary>Also a byte at a time, which has to come to the same.</summary>
    private static void AssertReadOrRefused(byte[] bytes)
    {
        var parts = Read(bytes).Select(X12Text.Show).ToList();
        Assert.Equal(parts, Read(Documents.Trickle(bytes)).Select(X12Text.Show));
        Assert.True(parts.Count <= bytes.Length);
        var documents = DocumentText.Read(new X12Documents(), new MemoryStream(bytes)).GetAwaiter().GetResult();
        Assert.Equal(parts.Count, documents.Count);
    }

    private static List<X12Part> Read(byte[] bytes) => Read(new MemoryStream(bytes));

    private static List<X12Part> Read(Stream content) => X12Text.Read(content).GetAwaiter().GetResult();
}

using System.Text;
using CsCheck;
using RetailSync.Channels.Sap;
using static RetailSync.Channels.Tests.Sap.SapText;

namespace RetailSync.Channels.Tests.Sap;

/// <summary>Whatever is sent is read or refused, and never fails.</summary>
public sealed class SAP_of_any_bytes
{
    private const int Iterations = 200;

    private const string Idocs =
        """
        <MBGMCR03><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><IDOCTYP>MBGMCR03</IDOCTYP><SNDPRN>W</SNDPRN></EDI_DC40>
        <E1MBGMCR><E1BP2017_GM_HEAD_01><PSTNG_DATE>20261104</PSTNG_DATE>
        <REF_DOC_NO>7</REF_DOC_NO></E1BP2017_GM_HEAD_01>
        <E1BP2017_GM_ITEM_CREATE><MATERIAL>0001</MATERIAL><PLANT>1710</PLANT><MOVE_TYPE>101</MOVE_TYPE><ENTRY_QNT>4.000</ENTRY_QNT>
        </E1BP2017_GM_ITEM_CREATE><E1BP2017_GM_ITEM_CREATE><MATERIAL>0001</MATERIAL><PLANT>1710</PLANT><MOVE_TYPE>Z01</MOVE_TYPE><ENTRY_QNT>4.000</ENTRY_QNT>
        </E1BP2017_GM_ITEM_CREATE></E1MBGMCR></IDOC></MBGMCR03>
        """;

    private static readonly byte[][] Corpus =
    [
        Encoding.UTF8.GetBytes(Idocs),
        Encoding.UTF8.GetBytes("EDI_DC40  100000000000000000112\nE2EDK01                       1000000000000000001000001\nE2EDP01   \n"),
        Encoding.UTF8.GetBytes("""{"value":[{"MaterialDocument":"1","MaterialDocumentYear":"2026","MaterialDocumentItem":"1","GoodsMovementType":"101"}]}"""),
    ];

    [Fact]
    public void Random_bytes_are_refused() => Gen.Byte.Array[0, 300].Sample(AssertReadOrRefused, iter: Iterations);

    [Fact]
    public void Files_that_are_nearly_right_are_read_or_refused() =>
        Gen.Select(Gen.Int[0, Corpus.Length - 1], Gen.Int[0, 2_000], Gen.Int[0, 12], Gen.Byte.Array[0, 6]).Sample((seed, at, removed, inserted) =>
        {
            var bytes = Corpus[seed];
            var place = at % bytes.Length;
            AssertReadOrRefused([.. bytes.AsSpan(0, place), .. inserted, .. bytes.AsSpan(Math.Min(bytes.Length, place + removed))]);
        }, iter: Iterations);

    [Fact]
    public async Task A_cut_IDoc_waits_as_a_whole()
    {
        var whole = await Read(new SapDocuments(), Idocs);
        var cut = await Read(new SapDocuments(), Idocs[..^40]);

        Assert.Null(Assert.Single(whole).Fault);
        Assert.Equal("  2: rejected: unknown-movement-type", Show(whole)[2]);
        Assert.NotNull(Assert.Single(cut).Fault);
    }

    [Fact]
    public async Task No_document_type_is_read() => Assert.Equal(
        ["IDOC:", "  1: rejected: unreadable-segment"],
        Show(await Read(new SapDocuments(), """<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><IDOC>&b;</IDOC>""")));

    [Fact]
    public async Task A_configured_movement_type_has_its_meaning()
    {
        var read = await Read(new SapDocuments(), Idocs, ("movementTypes", "Z01=551"));

        Assert.Equal("  2: adjustment -4 because Z01 for 7 of 1 at 1710 on the end of 2026-11-04", Show(read)[2]);
    }

    /// <summary>Also a byte at a time, which has to come to the same.</summary>
    private static void AssertReadOrRefused(byte[] bytes)
    {
        var read = Show(Read(new SapDocuments(), new MemoryStream(bytes)).GetAwaiter().GetResult());
        Assert.Equal(read, Show(Read(new SapDocuments(), Documents.Trickle(bytes)).GetAwaiter().GetResult()));
    }
}

using System.Text;
using CsCheck;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Edifact;

namespace RetailSync.Channels.Tests.Edifact;

/// <summary>The syntax alone: envelopes, separators, releases, counts. Nothing of stock.</summary>
public sealed class Reading_EDIFACT
{
    private const long Iterations = 200;
    private const string Advice = "UNA:+.? '";

    private static readonly int Seconds = int.TryParse(Environment.GetEnvironmentVariable("RETAILSYNC_FUZZ_SECONDS"), out var seconds) ? seconds : -1;
    private static readonly string Whole = EdifactText.Interchange("INVRPT", "BGM+35+INVR1+9", "LIN+1++5412345100102:EN", "QTY+145:12.5:KGM");

    private static readonly byte[][] Corpus = [.. new[]
    {
        Whole, Advice + Whole, "UNA:+,? '" + Whole.Replace('.', ','), Whole.Replace("\n", ""),
        "UNA|*.! ~" + Whole.Replace(':', '|').Replace('+', '*').Replace('\'', '~'),
        Whole + Advice + EdifactText.Interchange([EdifactText.Message("ORDERS", "BGM+220+1"), EdifactText.Message("APERAK")], "1"),
        EdifactText.Interchange("SLSRPT", "BGM+73E+?+?'??+9", "LOC+162+1::9").Replace("UNH", "UNG+X'UNH").Replace("UNZ", "UNE+1'UNZ"),
    }.Select(Encoding.UTF8.GetBytes)];

    private static readonly Gen<byte[]> Piece = Gen.OneOf(
        Gen.Byte.Array[0, 6],
        OneOf("UNA", "UNB+", "UNB", "UNH+1+X'", "UNT+2+1'", "UNZ+1'", "+", ":", "'", "?", "??", "\r\n", "\uFEFF", "\0", "é").Select(Encoding.UTF8.GetBytes));

    private static async Task<EdifactMessage> Only(string text) => Assert.IsType<EdifactMessage>(Assert.Single(await EdifactText.Read(text)));

    private static async Task AssertReadsAsWhole(string text)
    {
        var message = await Only(text);
        Assert.Null(message.Fault);
        Assert.Equal(("INVRPT", "5410738100050", false), (message.Type, message.Sender, message.IsTest));
        Assert.Equal(["UNH", "BGM", "LIN", "QTY", "UNT"], message.Segments.Select(segment => segment.Tag));
        Assert.Equal(("145", "12.5", "KGM", ""), (message.Segments[3][1], message.Segments[3].Number(1, 1), message.Segments[3][1, 2], message.Segments[3][2]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("UNA:+.? '")]
    [InlineData("UNA:+.? '\r\n")]
    [InlineData("\uFEFFUNA:+.?*'\n")]
    public Task UNA_may_come_first(string advice) => AssertReadsAsWhole(advice + Whole);

    [Theory]
    [InlineData("\n", "")]
    [InlineData("\n", "\r\n  ")]
    [InlineData("+", "+\n")]
    [InlineData("12.5", "12,5")]
    public Task Line_ends_mean_nothing_and_a_comma_is_a_decimal_mark(string written, string other) => AssertReadsAsWhole(Whole.Replace(written, other));

    [Fact]
    public Task UNA_names_the_characters() => AssertReadsAsWhole("UNA|*,! ~" + Whole.Replace(':', '|').Replace('+', '*').Replace('\'', '~').Replace('.', ','));

    [Fact]
    public async Task A_release_takes_the_meaning_of_what_is_behind_it()
    {
        var message = await Only(Whole.Replace("INVR1", "a?+b?:c?'d??"));
        Assert.Null(message.Fault);
        Assert.Equal(("a+b:c'd?", "9"), (message.Segments[1][2], message.Segments[1][3]));
    }

    [Theory]
    [InlineData("UNT+5", "UNT+4", "UNT says '4', and Message 1 has 5 segments.")]
    [InlineData("UNZ+1", "UNZ+2", "UNZ says '2', and Interchange 20001 has 1 messages.")]
    [InlineData("UNT+5+1'\n", "", "Message 1 ends before its UNT")]
    [InlineData("UNZ+1+20001'\n", "", "Interchange 20001 ends before its UNZ")]
    [InlineData("UNT+5+1'\nUNZ+1+20001'\n", "", "Message 1 ends before its UNT")]
    public async Task A_count_that_does_not_fit_is_a_fault_of_the_whole(string right, string wrong, string why)
    {
        var message = await Only(Whole.Replace(right, wrong));
        Assert.Equal("control-total-mismatch", message.Fault?.Code);
        Assert.Contains(why, message.Fault!.Detail);
    }

    [Fact]
    public async Task Groups_are_counted()
    {
        var grouped = Whole.Replace("UNH+", "UNG+INVRPT+A+B'UNH+").Replace("UNZ+", "UNE+1+1'UNZ+");
        await AssertReadsAsWhole(grouped);
        Assert.Contains("UNE says '2'", (await Only(grouped.Replace("UNE+1", "UNE+2"))).Fault!.Detail);
    }

    [Theory]
    [InlineData("")]
    [InlineData("UNA\u001F\u001D.?*\u001C")]
    public async Task The_separators_of_level_B_are_read(string advice)
    {
        var text = advice + Whole.Replace("'\n", "\u001C").Replace('+', '\u001D').Replace(':', '\u001F');
        await AssertReadsAsWhole(text);
        Assert.Equal("edifact", DocumentFormats.Recognise(Encoding.UTF8.GetBytes(text))?.Format.Name);
    }

    [Theory]
    [InlineData("UNE+2+1'", "UNE says '2'")]
    [InlineData("", "ends before its UNE")]
    public async Task A_wrong_count_of_a_group_does_not_concern_the_others(string trailer, string fault)
    {
        const string Group = "UNG+INVRPT+A+B'UNH+1+INVRPT:D:96A:UN'UNT+2+1'";
        var parts = await EdifactText.Read($"UNB+UNOA:1+A+B+261104:0615+1'{Group}UNE+1+1'{Group}{trailer}{Group}UNE+1+3'UNZ+3+1'");

        var faults = parts.Select(part => Assert.IsType<EdifactMessage>(part).Fault?.Detail).ToList();
        Assert.Equal((null, null), (faults[0], faults[2]));
        Assert.Contains(fault, faults[1]);
    }

    [Fact]
    public async Task Several_interchanges_have_separators_of_their_own()
    {
        var parts = await EdifactText.Read(
            "UNA|*.! ~" + Whole.Replace(':', '|').Replace('+', '*').Replace('\'', '~') + "\u001A" + Whole + Whole);
        Assert.Equal([2, 9, 16], parts.Select(part => part.Position));
        Assert.All(parts, part => Assert.Null(Assert.IsType<EdifactMessage>(part).Fault));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("hello", 1)]
    [InlineData("UNA", 1)]
    [InlineData("UNA+++++++", 1)]
    [InlineData("UNB", 1)]
    [InlineData("UN", 1)]
    [InlineData("UNB+x", 1)]
    [InlineData("UNA:+.? 'oops'", 1)]
    public async Task What_is_no_EDIFACT_is_a_problem_with_its_place(string text, int problems)
    {
        var parts = await EdifactText.Read(text);
        Assert.Equal(problems, parts.Count);
        Assert.All(parts, part => Assert.Equal(1, Assert.IsType<EdifactProblem>(part).Position));
    }

    [Fact]
    public async Task What_is_between_interchanges_is_no_harm_to_them()
    {
        var parts = await EdifactText.Read("UNhappy\n" + Whole + "UNABLE to read\n" + Advice + Whole);
        Assert.Equal(["EdifactProblem", "EdifactMessage", "EdifactProblem", "EdifactMessage"], parts.Select(part => part.GetType().Name));
        Assert.All(parts.OfType<EdifactMessage>(), message => Assert.Null(message.Fault));
    }

    [Fact]
    public async Task A_segment_or_message_without_an_end_is_cut()
    {
        var message = await Only(Whole.Replace("INVR1", new string('x', 1_000_000)));
        Assert.Null(message.Fault);
        Assert.Contains("65536 characters", message.Segments[1].Problem);
        Assert.Equal("LIN", message.Segments[2].Tag);

        message = await Only(Whole[..Whole.IndexOf("LIN", StringComparison.Ordinal)] + string.Concat(Enumerable.Repeat("LIN+1++5412345100102:EN'", 300_000)));
        Assert.Equal(DocumentFault.DocumentTooLarge, message.Fault?.Code);
        Assert.Single(message.Segments);
    }

    [Fact]
    public void Random_bytes_are_refused() => Gen.Byte.Array[0, 300].Sample(AssertReadOrRefused, iter: Iterations, time: Seconds);

    [Fact]
    public void Files_that_are_nearly_right_are_read_or_refused() => Gen.Select(
        OneOf(Corpus), Gen.Select(Gen.Int[0, 2_000], Gen.Int[0, 12], Piece).Array[1, 6]).Sample((seed, changes) => AssertReadOrRefused(changes.Aggregate(
            seed, (bytes, change) => bytes.Length == 0 ? bytes : Spliced(bytes, change.Item1 % bytes.Length, change.Item2, change.Item3))),
            iter: Iterations, time: Seconds);

    [Fact]
    public void A_cut_file_gives_no_part_of_a_message() => Gen.Select(OneOf(Corpus), Gen.Double[0, 1]).Sample((seed, share) =>
    {
        var whole = Read(new MemoryStream(seed)).OfType<EdifactMessage>().Select(EdifactText.Show).ToHashSet();
        Assert.All(
            Read(new MemoryStream(seed[..(int)(seed.Length * share)])).OfType<EdifactMessage>().Where(message => message.Fault is null),
            message => Assert.Contains(EdifactText.Show(message), whole));
    }, iter: Iterations, time: Seconds);

    [Fact]
    public void What_is_written_by_the_standard_is_read_back() => Gen.Char["abc 019+:?'.,é"].Array[0, 12].Array[1, 5].Array[1, 5].Sample(segments =>
    {
        var written = segments.Select(elements => elements.Select(element => new string(element).Trim()).ToArray()).ToArray();
        var text = EdifactText.Interchange("ORDERS", [.. written.Select(elements => string.Join('+', elements.Select(Released).Prepend("FTX")))]);

        var message = Assert.IsType<EdifactMessage>(Assert.Single(Read(Documents.Stream(text))));

        Assert.Null(message.Fault);
        Assert.Equal(written, message.Segments.Skip(1).SkipLast(1).Select((segment, index) =>
            Enumerable.Range(1, written[index].Length).Select(element => segment[element]).ToArray()));
    }, iter: Iterations, time: Seconds);

    private static string Released(string text) => string.Concat(text.Select(sign => "+:?'".Contains(sign) ? $"?{sign}" : sign.ToString()));

    private static void AssertReadOrRefused(byte[] bytes)
    {
        var parts = Read(new MemoryStream(bytes)).Select(EdifactText.Show).ToList();
        Assert.Equal(parts, Read(Documents.Trickle(bytes)).Select(EdifactText.Show));
        Assert.True(parts.Count <= bytes.Length);
        Assert.Equal(parts.Count, DocumentText.Read(new EdifactDocuments(), new MemoryStream(bytes)).GetAwaiter().GetResult().Count);
    }

    private static List<EdifactPart> Read(Stream content) => EdifactText.Read(content).GetAwaiter().GetResult();

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static byte[] Spliced(byte[] bytes, int at, int removed, byte[] inserted) =>
        [.. bytes.AsSpan(0, at), .. inserted, .. bytes.AsSpan(Math.Min(bytes.Length, at + removed))];
}

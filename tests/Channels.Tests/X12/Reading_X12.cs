using System.Text;
using RetailSync.Channels.Documents;
using RetailSync.Channels.X12.Syntax;

namespace RetailSync.Channels.Tests.X12;

/// <summary>The syntax alone: envelopes, separators, counts. Nothing of stock.</summary>
public sealed class Reading_X12
{
    private static readonly string Whole = X12Text.Interchange("944", "W17*F*20261103*RC-5001", "W07*100*EA**VN*SKU-200", "W14*100");

    private static async Task<X12Message> Only(string text) => Assert.IsType<X12Message>(Assert.Single(await X12Text.Read(text)));

    private static async Task AssertReadsAsWhole(string text)
    {
        var message = await Only(text);
        Assert.Null(message.Fault);
        Assert.Equal("944", message.Set);
        Assert.Equal("WMSEAST", message.Interchange!.Sender);
        Assert.Equal("004010", message.Group!.Version);
        Assert.Equal(["ST", "W17", "W07", "W14", "SE"], message.Segments.Select(segment => segment.Id));
        Assert.Equal(["100", "EA", "", "VN", "SKU-200", ""], Enumerable.Range(1, 6).Select(element => message.Segments[2][element]));
    }

    [Fact]
    public Task A_file_in_the_form_of_the_standard_is_read() => AssertReadsAsWhole(Whole);

    [Theory]
    [InlineData("\r\n")]
    [InlineData("")]
    [InlineData("\r\n    ")]
    [InlineData("  \n\n\t ")]
    public Task Blanks_between_segments_are_ignored(string between) => AssertReadsAsWhole(Whole.Replace("\n", between));

    [Theory]
    [InlineData("~")]
    [InlineData("^")]
    [InlineData("\\")]
    [InlineData("}")]
    [InlineData("'")]
    [InlineData("…")]
    [InlineData("\u001c")]
    [InlineData("\u0085")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public Task The_segment_terminator_is_the_character_after_the_ISA(string terminator) => AssertReadsAsWhole(Whole.Replace("~\n", terminator));

    [Theory]
    [InlineData('|')]
    [InlineData('\t')]
    [InlineData('\u001d')]
    [InlineData('+')]
    public Task The_element_separator_is_the_character_after_ISA(char separator) => AssertReadsAsWhole(Whole.Replace('*', separator));

    [Fact]
    public Task The_element_separator_may_be_the_usual_terminator() =>
        AssertReadsAsWhole(Whole.Replace('~', '}').Replace('*', '~').Replace('}', '*'));

    [Theory]
    [InlineData("*P*~\n")]
    [InlineData("*P*~")]
    [InlineData("*P~\n")]
    [InlineData("*P~")]
    [InlineData("*P* ~\n")]
    public Task The_component_separator_may_be_missing(string end) => AssertReadsAsWhole(Whole.Replace("*P*>~\n", end));

    [Theory]
    [InlineData("*P*>\n")]
    [InlineData("*P*\n")]
    [InlineData("*P\n")]
    public Task The_component_separator_may_be_missing_between_lines(string end) =>
        AssertReadsAsWhole(Whole.Replace("*P*>~\n", end).Replace("~\n", "\n"));

    [Fact]
    public Task An_ISA_may_have_lost_its_blanks() => AssertReadsAsWhole(Whole.Replace("          ", "").Replace("WMSEAST        ", "WMSEAST"));

    [Theory]
    [InlineData(80)]
    [InlineData(7)]
    [InlineData(11)]
    public Task Lines_may_be_folded_anywhere(int width) => AssertReadsAsWhole(Folded(Whole.Replace("\n", ""), width));

    [Fact]
    public async Task A_file_may_begin_with_a_byte_order_mark_in_any_Unicode()
    {
        foreach (var encoding in new[] { Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32 })
        {
            Assert.Null(Assert.IsType<X12Message>(Assert.Single(await X12Text.Read([.. encoding.GetPreamble(), .. encoding.GetBytes(Whole)]))).Fault);
        }
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_Latin_1()
    {
        var message = Assert.IsType<X12Message>(Assert.Single(await X12Text.Read(Encoding.Latin1.GetBytes(Whole.Replace("SKU-200", "Café")))));
        Assert.Equal("Café", message.Segments[2][5]);
        Assert.Equal("Café", (await Only(Whole.Replace("SKU-200", "Café"))).Segments[2][5]);
        Assert.Null(Assert.IsType<X12Message>(Assert.Single(await X12Text.Read(Encoding.Latin1.GetBytes(Whole.Replace("~\n", "\u00a7"))))).Fault);
    }

    [Fact]
    public async Task The_component_separator_is_ISA16() => Assert.Equal(["a", "b"], (await Only(Whole.Replace("SKU-200", "a>b"))).Segments[2].Components(5));

    [Fact]
    public async Task The_letters_ISA_in_data_begin_no_interchange()
    {
        var message = await Only(X12Text.Interchange("944", "N1*ISA*ISA*92*ISA", "N1*WH*ISA", "W14*0"));
        Assert.Null(message.Fault);
        Assert.Equal("ISA", message.Segments[2][2]);
    }

    [Fact]
    public async Task Several_interchanges_have_separators_of_their_own()
    {
        var other = Whole.Replace("*", "|").Replace("~\n", "'").Replace("WMSEAST ", "WMSWEST ");
        var parts = await X12Text.Read(Whole + "\uFEFF" + other + "\u001A\r\n" + Whole.Replace("~\n", "\n"));
        Assert.Equal(["WMSEAST", "WMSWEST", "WMSEAST"], parts.Select(part => part.Interchange!.Sender));
        Assert.All(parts, part => Assert.Null(Assert.IsType<X12Message>(part).Fault));
        Assert.Equal([3, 12, 21], parts.Select(part => part.Position));
    }

    [Fact]
    public async Task Segments_are_numbered_through_the_file() =>
        Assert.Equal([3, 4, 5, 6, 7], (await Only(Whole)).Segments.Select(segment => segment.Position));

    [Theory]
    [InlineData("SE*5*", "SE*4*", "SE01 is '4', and Transaction set 0001 has 5 segments.")]
    [InlineData("SE*5*", "SE*five*", "SE01 is 'five'")]
    [InlineData("SE*5*", "SE**", "SE01 is ''")]
    [InlineData("GE*1*", "GE*2*", "GE01 is '2', and Group 502 has 1 transaction sets.")]
    [InlineData("IEA*1*", "IEA*0*", "IEA01 is '0', and Interchange 000000502 has 1 groups.")]
    [InlineData("SE*5*0001~\n", "", "Transaction set 0001 ends before its SE")]
    [InlineData("GE*1*502~\n", "", "Group 502 ends before its GE")]
    [InlineData("IEA*1*000000502~\n", "", "Interchange 000000502 ends before its IEA")]
    [InlineData("W14*100~\n", "", "SE01 is '5'")]
    public async Task A_wrong_count_fails_the_whole_envelope(string right, string wrong, string why)
    {
        var message = await Only(Whole.Replace(right, wrong));
        Assert.Equal("control-total-mismatch", message.Fault!.Code);
        Assert.Contains(why, message.Fault.Detail);
    }

    [Theory]
    [InlineData("SE*5*", "SE*00005*")]
    [InlineData("*0001~\nGE", "*9999~\nGE")]
    [InlineData("GE*1*502", "GE*1*7")]
    [InlineData("IEA*1*000000502", "IEA*1*1")]
    public Task Numbers_of_trailers_are_not_compared(string right, string wrong) => AssertReadsAsWhole(Whole.Replace(right, wrong));

    [Fact]
    public async Task A_truncated_set_in_a_valid_envelope_fails_alone()
    {
        var message = X12Text.Message("944", "W14*0");
        var parts = await X12Text.Read(X12Text.Interchange([message, [message[0], message[1]], message]));
        Assert.Equal([null, "control-total-mismatch", null], parts.Cast<X12Message>().Select(part => part.Fault?.Code));
    }

    [Fact]
    public async Task A_group_with_a_wrong_count_fails_whole_and_alone()
    {
        var message = X12Text.Message("944", "W14*0");
        var twoGroups = X12Text.Interchange([message]).Replace("IEA*1", "GS*RE*A*B*20261103*0930*7*X*004010~\nGE*1*7~\nIEA*2");
        var parts = await X12Text.Read(twoGroups);
        Assert.Null(Assert.IsType<X12Message>(parts[0]).Fault);
        Assert.Contains("Group 7 has 0", Assert.IsType<X12Problem>(parts[1]).Fault.Detail);

        parts = await X12Text.Read(X12Text.Interchange([message, message]).Replace("GE*2", "GE*3"));
        Assert.All(parts, part => Assert.Contains("GE01 is '3'", Assert.IsType<X12Message>(part).Fault!.Detail));
    }

    [Fact]
    public async Task A_new_ISA_ends_a_truncated_interchange()
    {
        var parts = await X12Text.Read(Before("W14") + Whole);
        Assert.Equal(["control-total-mismatch", null], parts.Select(part => Assert.IsType<X12Message>(part).Fault?.Code));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("  \r\n\u001A", 0)]
    [InlineData("hello", 1)]
    [InlineData("ISA", 1)]
    [InlineData("ISA*", 1)]
    [InlineData("ISABELLA*", 1)]
    [InlineData("ISA*00*          *00*~GS*", 1)]
    [InlineData("ISA*0123*          *00*          *ZZ*A*ZZ*B*261103*0930*U*00401*1*0*P*>~", 1)]
    [InlineData("ISA*00*          *00*          *ZZ*A*ZZ*B*261103*0930*U*00401*1*0*P*garbage", 1)]
    [InlineData("ISA*00*          *00*          *ZZ*A*ZZ*B*261103*0930*U*00401*1*0*P**>~\nGS*A~", 1)]
    public async Task Text_that_is_not_X12_is_a_problem_with_its_position(string text, int problems)
    {
        var parts = await X12Text.Read(text);
        Assert.Equal(problems, parts.Count);
        Assert.All(parts, part =>
        {
            Assert.Equal("unreadable-segment", Assert.IsType<X12Problem>(part).Fault.Code);
            Assert.Equal(1, part.Position);
        });
    }

    [Fact]
    public async Task Text_between_interchanges_is_one_problem_and_harms_none()
    {
        var parts = await X12Text.Read("Dear all, see below: ISAAC\r\n" + Whole + "-- \r\nJane~\nISA*oops*\r\n" + Whole);
        Assert.Equal(["X12Problem", "X12Message", "X12Problem", "X12Message"], parts.Select(part => part.GetType().Name));
        Assert.All(parts.OfType<X12Message>(), message => Assert.Null(message.Fault));
    }

    [Theory]
    [InlineData("W07*100*EA**VN*SKU-200", "07W*100*EA**VN*SKU-200")]
    [InlineData("W07*100*EA**VN*SKU-200", "W0 7*100")]
    [InlineData("W07*100*EA**VN*SKU-200", "*")]
    [InlineData("W07*100*EA**VN*SKU-200", "ISA*100")]
    public async Task A_segment_without_a_name_stays_in_its_place(string right, string wrong)
    {
        var message = await Only(Whole.Replace(right, wrong));
        Assert.Null(message.Fault);
        Assert.NotNull(message.Segments[2].Problem);
        Assert.Equal(5, message.Segments[2].Position);
        Assert.Null(message.Segments[3].Problem);
    }

    [Fact]
    public async Task Segments_in_no_transaction_set_are_one_problem()
    {
        var problem = Assert.IsType<X12Problem>((await X12Text.Read(Whole.Replace("ST*944*0001~\n", "")))[0]);
        Assert.Equal(3, problem.Position);
        Assert.Equal(new DocumentFault("unreadable-segment", "W17 is in no transaction set. So are the 3 segments behind it."), problem.Fault);
    }

    [Fact]
    public async Task An_endless_segment_is_cut_and_the_next_one_is_read()
    {
        var message = await Only(Whole.Replace("SKU-200", new string('x', 1_000_000)));
        Assert.Contains("65536 characters", message.Segments[2].Problem);
        Assert.Null(message.Fault);
        Assert.Equal("W14", message.Segments[3].Id);
    }

    [Fact]
    public async Task An_endless_transaction_set_is_dropped_and_memory_bounded()
    {
        var parts = await X12Text.Read(Before("W07") + string.Concat(Enumerable.Repeat("W07*100*EA**VN*SKU-200~\n", 300_000)));
        var message = Assert.IsType<X12Message>(Assert.Single(parts));
        Assert.Equal(DocumentFault.DocumentTooLarge, message.Fault!.Code);
        Assert.Equal("ST", Assert.Single(message.Segments).Id);
    }

    [Fact]
    public async Task An_endless_interchange_keeps_only_its_last_transaction_sets()
    {
        const int Messages = 100_000;
        var message = string.Concat(X12Text.Message("944", "W17*F*20261103*RC-5001", "W14*0").Select(segment => $"{segment}~\n"));
        var parts = await X12Text.Read(Before("ST*") + string.Concat(Enumerable.Repeat(message, Messages)));
        var firstAtFault = parts.FindIndex(part => part is X12Message { Fault: not null });
        Assert.InRange(Messages - firstAtFault, 1, X12Reader.MaxHeld / message.Length);
        Assert.All(parts[firstAtFault..Messages], part => Assert.Contains("ends before its GE", Assert.IsType<X12Message>(part).Fault!.Detail));
        Assert.Equal(["control-total-mismatch", "control-total-mismatch"], parts[Messages..].Cast<X12Problem>().Select(problem => problem.Fault.Code));
    }

    private static string Before(string segment) => Whole[..Whole.IndexOf(segment, StringComparison.Ordinal)];

    private static string Folded(string text, int width) => string.Join('\n', text.Chunk(width).Select(line => new string(line)));
}

using System.Text;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Xml;

namespace RetailSync.Channels.Tests.Xml;

public sealed class Reading_XML_records
{
    private static readonly XmlShape Shape = new(["Root"], ["Record"], ["a", "b"]);

    [Fact]
    public async Task Names_are_local_and_prefixes_need_no_declaration() =>
        Assert.Equal("Record(a[x=1]'text')", Assert.Single(await Show("<q:Root><p:Record><z:a y:x='1'> text </z:a></p:Record></q:Root>")));

    [Fact]
    public async Task What_is_not_read_is_a_name_alone() =>
        Assert.Equal("Record(secret a'1')", Assert.Single(await Show("<Root><Record><secret x='1'>me<a>2</a></secret><a>1</a></Record></Root>")));

    [Fact]
    public async Task Text_is_put_together_from_all_its_pieces() => Assert.Equal(
        "Record(a'<1> & 2')", Assert.Single(await Show("<Root><Record><a><![CDATA[<1>]]> &amp;<!-- </Record> --> 2</a></Record></Root>")));

    [Theory]
    [InlineData("<Root><Record><a>1</a></Record><Record><a>2</b></Record><Record><a>3</a></Record></Root>", "line 1, column 32")]
    [InlineData("<Root>\n<Record><a>1</a></Record>\n<Record><a>Fish & chips</a></Record>\n<Record><a>3</a></Record></Root>", "line 3, column 1")]
    [InlineData("<Root><Record><a>1</a></Record>\r\n <Record><a>&nbsp;</a></Record><Record><a>3</a></Record></Root>", "line 2, column 2")]
    [InlineData("<Root><Record><a>1</a></Record><Record><a>2</a><Record><a>3</a></Record></Root>", "line 1, column 32")]
    [InlineData("<Root><Record><a>1</a></Record><Record><a>\0</a></Record><Record><a>3</a></Record></Root>", "line 1, column 32")]
    [InlineData("<Root><Record><a>1</a></Record><Record><a x='1' x='2'/></Record><Record><a>3</a></Record></Root>", "line 1, column 32")]
    public async Task A_broken_record_is_named_and_its_neighbours_are_read(string text, string position)
    {
        var records = await Read(text);

        Assert.Equal(["1", null, "3"], records.Select(record => record.Element?.TextOf("a")));
        Assert.Equal((DocumentFault.UnreadableSegment, position), (records[1].Fault!.Code, records[1].Position));
    }

    [Fact]
    public async Task Several_files_in_one_are_read() => Assert.Equal(
        ["Record(a'1')", "Record(a'2')"],
        await Show("<?xml version='1.0'?><Root><Record><a>1</a></Record></Root>\uFEFF<?xml version='1.0'?><Root><Record><a>2</a></Record></Root>"));

    [Fact]
    public async Task A_cut_file_gives_its_whole_records() => Assert.Equal(
        ["Record(a'1')", "line 1, column 32: It was cut: its end tag is missing before the end of the file."],
        await Show("<Root><Record><a>1</a></Record><Record><a>2</a></Reco"));

    [Fact]
    public async Task A_file_cut_between_records_says_so() => Assert.Equal(
        ["Record(a'1')", "line 1, column 32: The file ends before </Root>: it was cut. What was read of it stands."],
        await Show("<Root><Record><a>1</a></Record>"));

    [Fact]
    public async Task An_empty_file_of_the_format_has_no_records() => Assert.Empty(await Show("<Root></Root>"));

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("<Other/>")]
    [InlineData("{ \"a\": 1 }")]
    public async Task Another_file_is_refused(string text) => Assert.Contains("There is no Record in it.", Assert.Single(await Show(text)));

    /// <summary>Neither a file of the machine nor a billion laughs: what declares entities is not read at all.</summary>
    [Theory]
    [InlineData("<!DOCTYPE Root SYSTEM 'file:///etc/passwd'><Root><Record><a>1</a></Record></Root>")]
    [InlineData("<!DOCTYPE Root [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><Root><Record><a>&b;</a></Record></Root>")]
    public async Task A_document_type_definition_is_refused(string text) => Assert.Equal(
        "line 1, column 1: A document type definition is not read, nor is what follows it.", Assert.Single(await Show(text)));

    [Fact]
    public async Task An_element_nested_too_deeply_spoils_its_record() => Assert.Equal(
        [true, false],
        (await Read($"<Root><Record>{string.Concat(Enumerable.Repeat("<c>", 100))}{string.Concat(Enumerable.Repeat("</c>", 100))}</Record><Record/></Root>"))
            .Select(record => record.Fault?.Detail.Contains("64 times", StringComparison.Ordinal) == true));

    [Fact]
    public async Task An_envelope_nested_too_deeply_is_said_once() => Assert.Equal(
        2, (await Read($"{string.Concat(Enumerable.Repeat("<c>", 1000))}<Record/>")).Count);

    [Fact]
    public async Task Too_many_attributes_spoil_their_record() => Assert.Contains(
        "more than 256 attributes", Assert.Single(await Show($"<Record><a {string.Join(' ', Enumerable.Range(0, 300).Select(n => $"x{n}='1'"))}/></Record>")));

    [Fact]
    public async Task An_element_of_too_many_characters_spoils_its_record()
    {
        var records = await Read($"<Root><Record><a>{new string('x', 2_000_000)}</a></Record><Record><a>2</a></Record></Root>");

        Assert.Equal([DocumentFault.DocumentTooLarge, null], records.Select(record => record.Fault?.Code));
    }

    [Fact]
    public async Task A_record_of_too_many_characters_is_not_kept()
    {
        var records = await Read($"<Root><Record>{string.Concat(Enumerable.Repeat($"<c>{new string('x', 400_000)}</c>", 50))}</Record><Record><a>2</a></Record></Root>");

        Assert.Equal([DocumentFault.DocumentTooLarge, null], records.Select(record => record.Fault?.Code));
    }

    public static TheoryData<byte[]> Encodings => new(
        [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("<Record><a>ü</a></Record>")],
        Encoding.Unicode.GetBytes("<Record><a>ü</a></Record>"),
        Encoding.BigEndianUnicode.GetBytes("<Record><a>ü</a></Record>"),
        [.. Encoding.UTF8.GetPreamble(), .. "<?xml version='1.0' encoding='utf-16'?><Record><a>ü</a></Record>"u8],
        Encoding.Latin1.GetBytes("<?xml version='1.0' encoding='UTF-8'?><Record><a>ü</a></Record>"));

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task The_text_is_read_whatever_its_declaration_says(byte[] bytes) =>
        Assert.Equal("Record(a'ü')", Assert.Single(await Show(new MemoryStream(bytes))));

    [Fact]
    public async Task What_is_read_does_not_depend_on_where_a_read_ends()
    {
        const string text = "<Root><!-- <Record> --><Record><a x='>'>1</a><![CDATA[</Record>]]></Record><Record/></Root>";

        Assert.Equal(await Show(text), await Show(Documents.Trickle(text)));
    }

    private static Task<List<string>> Show(string text) => Show(Documents.Stream(text));

    private static async Task<List<string>> Show(Stream content) =>
        [.. (await Read(content)).Select(record => record.Element is { } element ? Show(element) : $"{record.Position}: {record.Fault!.Detail}")];

    private static string Show(XmlItem item) => item.Name + (item["x"] is { } x ? $"[x={x}]" : "") + (item.Text.Length > 0 ? $"'{item.Text}'" : "")
        + (item.Children.Count > 0 ? $"({string.Join(' ', item.Children.Select(Show))})" : "");

    private static Task<List<XmlRecord>> Read(string text) => Read(Documents.Stream(text));

    private static async Task<List<XmlRecord>> Read(Stream content)
    {
        List<XmlRecord> records = [];
        await foreach (var record in XmlRecords.Read(content, Shape, CancellationToken.None))
        {
            records.Add(record);
        }

        return records;
    }
}

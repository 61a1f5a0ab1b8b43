using System.Text;
using CsCheck;

namespace RetailSync.Channels.Tests.Movements;

public sealed class CsvRecords_with_line_breaks
{
    [Theory]
    [InlineData("a,\"two\nlines\",b\nc", "a|two\nlines|b", "c")]
    [InlineData("a,\"two\r\nlines\"\r\nc\r\n", "a|two\r\nlines", "c")]
    [InlineData("\"one\n\n\nfour\"\n\nc", "one\n\n\nfour", "c")]
    [InlineData("\"say \"\"yes,\n no\"\"\",x", "say \"yes,\n no\"|x")]
    [InlineData("a\rb\r\nc\n", "a", "b", "c")]
    [InlineData("a,\n\"\"\n", "a|", "")]
    [InlineData("\uFEFFa,b", "a|b")]
    [InlineData("5\" pipe,b", "5\" pipe|b")]
    [InlineData("", new string[0])]
    [InlineData("\n\r\n", new string[0])]
    public void A_line_break_inside_quotes_stays_in_its_record(string text, params string[] records) => Assert.Equal(records, Read(text));

    [Theory]
    [InlineData("1,\"open\n2,b", "!1|\"open", "2|b")]
    [InlineData("1,\"open\n2,\"b\",c\n", "!1|\"open", "2|b|c")]
    [InlineData("1,\"a\"x,c\n2,b", "!1|\"a\"x|c", "2|b")]
    [InlineData("\"", "!\"")]
    public void An_unclosed_quote_spoils_its_own_line_only(string text, params string[] records) => Assert.Equal(records, Read(text));

    [Fact]
    public void A_record_that_is_too_long_is_cut_and_the_next_is_read()
    {
        var read = Read($"a,b\n{new string('x', 3 * CsvRecords.MaxLength)}\nc,d\n\"{new string('\n', CsvRecords.MaxLength)}\ne,f");
        Assert.Equal(["a|b", "c|d", "e|f"], read.Where(record => !record.StartsWith('!')));
        Assert.Equal(2, read.Count(record => record.StartsWith('!')));
    }

    [Fact]
    public void Fields_written_with_quotes_are_read_as_they_were() =>
        Gen.String[Gen.Char["a,\"\n\r "], 0, 8].Array[1, 4].Array[0, 6].Sample(records =>
        {
            var text = string.Join('\n',
                records.Select(record => string.Join(',', record.Select(cell => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""))));
            Assert.Equal(records.Select(record => string.Join('|', record)), Read(text));
        });

    [Fact]
    public void No_line_goes_unread() =>
        Gen.String[Gen.Char["ab,\"\n"], 0, 60].Sample(text =>
        {
            var records = new CsvRecords(new StringReader(text));
            var read = new StringBuilder();
            while (records.Read())
            {
                read.Append(records.Text).Append('\n');
            }

            Assert.Equal(text.Replace("\n", "", StringComparison.Ordinal), read.Replace("\n", "").ToString());
        });

    private static List<string> Read(string text)
    {
        var once = Records(new StringReader(text));
        Assert.Equal(once, Records(new StreamReader(Documents.Trickle(text), Encoding.UTF8)));
        return once;
    }

    private static List<string> Records(TextReader text)
    {
        var records = new CsvRecords(text);
        List<string> read = [];
        while (records.Read())
        {
            read.Add((records.Broken is null ? "" : "!") + string.Join('|', records.Cells));
        }

        return read;
    }
}

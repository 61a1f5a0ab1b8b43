using CsCheck;
using RetailSync.Channels.Movements;

namespace RetailSync.Channels.Tests.Movements;

public sealed class Reading_movement_files
{
    [Fact]
    public void JSON_lines_stay_as_they_are()
    {
        const string File = "{\"id\":\"1\",\"sku\":\"A\",\"quantity\":2.50}\r\n\n  \nnonsense\n[1]\n{\"id\":\"2\"}";
        Assert.Equal(
            [
                new MovementLine(1, null, "A", "{\"id\":\"1\",\"sku\":\"A\",\"quantity\":2.50}"),
                new MovementLine(2, null, "", "nonsense"),
                new MovementLine(3, null, "", "[1]"),
                new MovementLine(4, null, "", "{\"id\":\"2\"}"),
            ],
            Json(File));
    }

    [Fact]
    public void A_source_in_a_JSON_line_is_taken_out() =>
        Assert.Equal([new MovementLine(1, "pos/S001", "A", "{\"id\":\"1\",\"sku\":\"A\",\"quantity\":2.50}")],
            Json("{\"id\":\"1\",\"source\":\"pos/S001\",\"sku\":\"A\",\"quantity\":2.50}"));

    [Fact]
    public void CSV_records_stay_as_they_are_and_the_source_is_taken_out()
    {
        using var table = new MovementTable(Documents.Stream("id,source,sku,reason\n1,pos/S001,A,\"one, \"\"two\"\"\nthree\"\n2,,B,\n3,x,C\n\n"));
        Assert.Equal("id,sku,reason", table.Header);
        Assert.Equal(
            [
                new MovementLine(1, "pos/S001", "A", "1,A,\"one, \"\"two\"\"\nthree\""),
                new MovementLine(2, null, "B", "2,B,"),
                new MovementLine(3, "x", "C", "3,C"),
            ],
            table.Read());
    }

    [Fact]
    public void A_line_without_an_end_ends_the_reading()
    {
        var endless = "{\"id\":\"1\"}\n" + new string('x', MovementFileReader.MaxLineBytes + 1);
        Assert.Collection(Json(endless), row => Assert.IsType<MovementLine>(row), row => Assert.IsType<Unreadable>(row));
    }

    [Fact]
    public void No_bytes_make_the_reader_throw() =>
        Gen.Byte.Array[0, 300].Sample(bytes =>
        {
            _ = MovementFileReader.Read(new MemoryStream(bytes)).Count();
            using var table = new MovementTable(new MemoryStream(bytes));
            _ = table.Read().Count();
        });

    private static List<TranslatedRow> Json(string file) => [.. MovementFileReader.Read(Documents.Stream(file))];
}

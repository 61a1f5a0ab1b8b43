using System.Globalization;
using System.Text;
using CsCheck;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using Batch = RetailSync.Inventory.Host.Movements.MovementBatch;

namespace RetailSync.Inventory.Host.Tests.Movements;

/// <summary>No host and no database: a body is bytes in, lines out.</summary>
public class Movement_batches
{
    private const string Line = """{"id":"m1","type":"sale","sku":"85123A","location":"S001","quantity":2,"occurredAt":"2026-11-23T09:59:30Z"}""";
    private const string Header = "id,type,sku,location,quantity,occurredAt";
    private const string Row = "m1,sale,85123A,S001,2,2026-11-23T09:59:30Z";

    [Theory]
    [InlineData("""{"source":"pos","movements":[LINE]}""")]
    [InlineData("""{"movements":[LINE],"source":" pos "}""")]
    [InlineData("\uFEFF{\"source\":\"pos\",\"movements\":[LINE]}")]
    public void JSON_fields_may_come_in_any_order(string body)
    {
        var batch = Batch.OfJson(Bytes(body.Replace("LINE", Line, StringComparison.Ordinal).TrimStart('\uFEFF')));
        Assert.Equal("pos", batch.Source);
        Assert.Equal(Line, batch.Raw(0));
        Assert.IsType<Sale>(Assert.Single(batch.Lines).Movement);
    }

    [Fact]
    public void A_batch_may_be_empty() => Assert.Empty(Batch.OfJson(Bytes("""{"source":"pos","movements":[]}""")).Lines);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"source":"pos","movements":[]} x""")]
    [InlineData("""{"source":"pos","movements":[1,]}""")]
    [InlineData("""{"source":"pos"}""", "movements")]
    [InlineData("""{"source":"pos","movements":null}""", "movements")]
    [InlineData("""{"source":"pos","movements":{}}""", "movements")]
    [InlineData("""{"movements":[]}""", "source")]
    [InlineData("""{"source":null,"movements":[]}""", "source")]
    [InlineData("""{"source":5,"movements":[]}""", "source")]
    [InlineData("""{"source":"","movements":[]}""", "source")]
    [InlineData("""{"source":"\ud800","movements":[]}""")]
    [InlineData("""{"source":"pos","source":"pos","movements":[]}""", "source")]
    [InlineData("""{"source":"pos","movements":[],"movements":[]}""", "movements")]
    [InlineData("""{"source":"pos","movements":[],"more":1}""", "more")]
    public void A_batch_whose_lines_cannot_be_separated_is_refused_whole(string body, string? field = null)
    {
        var refused = Assert.Throws<ApiProblemException>(() => Batch.OfJson(Bytes(body)));
        Assert.Equal((400, "invalid-request"), (refused.Status, refused.Code));
        Assert.Equal(field is null ? [] : [field], refused.Errors.Select(error => error.Field));
    }

    [Fact]
    public void Neighbours_of_a_bad_line_are_recorded()
    {
        var deep = new string('[', 10_000) + new string(']', 10_000);
        var batch = Batch.OfJson(Bytes($$"""{"source":"pos","movements":[{{Line}},5,{"a":{{deep}}},{{Line}},{"id":"\ud800"},{{Line}}]}"""));
        Assert.Equal([true, false, false, true, false, true], batch.Lines.Select(line => line.Movement is not null));
    }

    [Theory]
    [InlineData(10_000, false)]
    [InlineData(10_001, true)]
    public void A_batch_has_at_most_ten_thousand_lines(int lines, bool refused)
    {
        Func<Batch>[] forms =
        [
            () => Batch.OfJson(Bytes($$"""{"source":"pos","movements":[{{string.Join(',', Enumerable.Repeat("1", lines))}}]}""")),
            () => Batch.OfNdjson("pos", Bytes(string.Join('\n', Enumerable.Repeat("1", lines)))),
            () => Batch.OfCsv("pos", Bytes($"{Header}\n{string.Join('\n', Enumerable.Repeat("a", lines))}")),
        ];
        foreach (var form in forms)
        {
            if (refused)
            {
                Assert.Equal((413, "batch-too-large"), Assert.Throws<ApiProblemException>(form) is var problem ? (problem.Status, problem.Code) : default);
            }
            else
            {
                Assert.Equal(lines, form().Lines.Count);
            }
        }
    }

    [Fact]
    public void NDJSON_has_one_movement_per_line_and_ignores_blank_ones()
    {
        var batch = Batch.OfNdjson("pos", Bytes($"\n{Line}\r\n \n{{broken\n{Line}"));
        Assert.Equal([true, false, true], batch.Lines.Select(line => line.Movement is not null));
        Assert.Equal("{broken", batch.Raw(1));
    }

    [Fact]
    public void CSV_means_the_same_as_JSON() =>
        Assert.Equal(Batch.OfNdjson("pos", Bytes(Line)).Lines[0].Movement, Batch.OfCsv("pos", Bytes($"{Header},document\n{Row},\n")).Lines[0].Movement);

    [Theory]
    [InlineData("m1,sale,85123A,S001,2")]
    [InlineData("m1,sale,85123A,S001,2,2026-11-23T09:59:30Z,more")]
    [InlineData("m1,sale,,S001,2,2026-11-23T09:59:30Z")]
    [InlineData("m1,sale,85123A,S001,two,2026-11-23T09:59:30Z")]
    [InlineData("m1,sale,85123A,S001,007,2026-11-23T09:59:30Z")]
    [InlineData("m1,sale,\"85123A,S001,2,2026-11-23T09:59:30Z")]
    [InlineData("m1,sale,8512\"3A,S001,2,2026-11-23T09:59:30Z")]
    [InlineData("m1,sale,\"85\"123A,S001,2,2026-11-23T09:59:30Z")]
    public void Neighbours_of_a_bad_CSV_row_are_recorded(string bad)
    {
        var batch = Batch.OfCsv("pos", Bytes($"{Header}\n{Row}\n{bad}\n{Row}\n"));
        Assert.Equal([true, false, true], batch.Lines.Select(line => line.Movement is not null));
    }

    [Fact]
    public void A_CSV_row_that_is_not_UTF_8_is_rejected_alone()
    {
        byte[] body = [.. Bytes($"{Header}\nm0,sale,A").Span, 0xff, .. Bytes($",S001,2,2026-11-23T09:59:30Z\n{Row}").Span];
        Assert.Equal([false, true], Batch.OfCsv("pos", body).Lines.Select(line => line.Movement is not null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("id,type,sku,location,quantity,occurredAt,colour", "colour")]
    [InlineData("id,id,type,sku,location,quantity,occurredAt", "id")]
    [InlineData("id,type,location,quantity,occurredAt", "sku")]
    public void CSV_with_a_wrong_header_is_refused_whole(string header, string? field = null)
    {
        var refused = Assert.Throws<ApiProblemException>(() => Batch.OfCsv("pos", Bytes($"{header}\n{(header.Length == 0 ? "" : Row)}")));
        Assert.Equal(400, refused.Status);
        Assert.Equal(field is null ? [] : [field], refused.Errors.Select(error => error.Field));
    }

    [Fact]
    public void A_rejected_CSV_row_is_kept_as_JSON_to_be_sent_again()
    {
        var batch = Batch.OfCsv("pos", Bytes($"{Header}\n{Row}\n"));
        Assert.Equal(batch.Lines[0].Movement, Batch.OfOne("pos", batch.Raw(0)).Lines[0].Movement);
    }

    [Fact]
    public void Any_bytes_in_any_format_are_read_or_refused() => Gen.Byte.Array[0, 300].Sample(AssertReadOrRefused);

    [Fact]
    public void Nearly_valid_bytes_in_any_format_are_read_or_refused()
    {
        string[] pieces = ["{", "}", "[", "]", ",", ":", "\"", "\n", "\r", "\\ud800", "\\u0000", "\0", "é", "1e9",
            "0.1", "null", " ", "\"source\"", "\"movements\"", "\"id\"", Line, Header, Row, "\"pos\""];
        Gen.Int[0, pieces.Length - 1].Select(place => pieces[place]).Array[0, 30]
            .Sample(chosen => AssertReadOrRefused(Encoding.UTF8.GetBytes(string.Concat(chosen))));
    }

    private static void AssertReadOrRefused(byte[] body)
    {
        foreach (var form in new Func<Batch>[] { () => Batch.OfJson(body), () => Batch.OfNdjson("pos", body), () => Batch.OfCsv("pos", body) })
        {
            try
            {
                var batch = form();
                for (var index = 0; index < batch.Lines.Count; index++)
                {
                    Assert.True(batch.Lines[index].Movement is null != batch.Lines[index].Refusal is null, index.ToString(CultureInfo.InvariantCulture));
                    Assert.NotNull(batch.Raw(index));
                }
            }
            catch (ApiProblemException refused)
            {
                Assert.Equal(400, refused.Status);
            }
        }
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}

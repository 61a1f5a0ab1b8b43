using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using RetailSync.Cli.Import;

namespace RetailSync.Cli.Tests.Import;

public sealed class Importing_a_file : IAsyncLifetime
{
    private const string Ledger = """
        InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
        536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,1.0,UK
        C536366,85123a,HEART,-4,2010-12-01 09:00:00,2.55,1.0,UK
        536367,POST,POSTAGE,1,2010-12-01 10:00:00,18.0,1.0,UK
        536368,85123A,HEART,many,2010-12-01 11:00:00,2.55,1.0,UK
        536369,22423,thrown away,-5,2010-12-01 12:00:00,0.0,,UK

        """;

    private readonly string folder = Directory.CreateTempSubdirectory("import").FullName;
    private StandInDoor door = null!;

    public async Task InitializeAsync() => door = await StandInDoor.Open();

    public async Task DisposeAsync()
    {
        await door.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Every_row_is_accounted_for_and_a_repeat_changes_nothing()
    {
        var file = Write("ledger.csv", Ledger);

        var (code, output) = await Import(file, "--format", "online-retail");
        Assert.Equal(0, code);
        AssertCounts(output, accepted: 3, duplicate: 0, notStock: 1, quarantined: 1, rows: 5);
        Assert.Contains("row 4: invalid-line", output, StringComparison.Ordinal);
        Assert.Equal("Bearer dev-ops", door.Authorization);
        Assert.Equal(["-5", "4", "6"], door.Accepted.Select(accepted => accepted.Line["quantity"]).Order());
        Assert.All(door.Accepted, accepted => Assert.Equal(("online-retail", "WEB-UK"), (accepted.Source, accepted.Line["location"])));

        (code, output) = await Import(file, "--format", "online-retail");
        Assert.Equal(0, code);
        AssertCounts(output, accepted: 0, duplicate: 3, notStock: 1, quarantined: 1, rows: 5);
    }

    [Fact]
    public async Task Opening_stock_is_recorded_first_and_counted_separately()
    {
        var (code, output) = await Import(
            Write("ledger.csv", Ledger), "--format", "online-retail", "--opening-stock", "cover", "--location", "S001", "--source", "shop");
        Assert.Equal(0, code);
        AssertCounts(output, accepted: 3, duplicate: 0, notStock: 1, quarantined: 1, rows: 5);
        Assert.Contains("2 accepted, 0 duplicate", output, StringComparison.Ordinal);
        Assert.Equal([("receipt", "5"), ("receipt", "6")], door.Accepted.Take(2)
            .Select(accepted => (accepted.Line["type"], accepted.Line["quantity"])).Order());
        Assert.All(door.Accepted, accepted => Assert.Equal(("shop", "S001"), (accepted.Source, accepted.Line["location"])));
    }

    [Fact]
    public async Task A_busy_server_an_outage_and_a_lost_answer_are_retried()
    {
        door.RefuseNext(429, retryAfter: "0");
        door.RefuseNext(503, retryAfter: "0");
        door.LoseNextAnswer();

        var (code, output) = await Import(
            Write("lines.ndjson", """{"id":"1","type":"sale","sku":"A","location":"S001","quantity":1,"occurredAt":"2026-01-01T00:00:00Z"}"""), "--format",
            "movements", "--source", "pos");
        Assert.Equal(0, code);
        Assert.Equal(4, door.Calls);
        Assert.Single(door.Accepted);
        AssertCounts(output, accepted: 0, duplicate: 1, notStock: 0, quarantined: 0, rows: 1);
    }

    [Fact]
    public async Task An_import_refused_as_a_whole_fails_with_the_servers_reason()
    {
        door.RefuseNext(403);
        var (code, output) = await Import(Write("ledger.csv", Ledger), "--format", "online-retail", "--key", "dev-finance");
        Assert.Equal(1, code);
        Assert.Contains("403", output, StringComparison.Ordinal);
        Assert.Equal("Bearer dev-finance", door.Authorization);
    }

    [Fact]
    public async Task The_order_of_each_SKU_is_kept_over_batches_and_compression()
    {
        const int Lines = 9_000;
        var text = new StringBuilder("id,source,type,sku,location,quantity,occurredAt\n");
        for (var line = 0; line < Lines; line++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{line},{(line % 2 == 0 ? "pos" : "")},sale,sku-{line % 7},S001,1,2026-01-01T00:00:00Z\n");
        }

        var (code, output) = await Import(Write("lines.csv.gz", text.ToString()), "--format", "movements", "--source", "erp");
        Assert.Equal(0, code);
        AssertCounts(output, accepted: Lines, duplicate: 0, notStock: 0, quarantined: 0, rows: Lines);
        Assert.Equal(["erp", "pos"], door.Accepted.Select(accepted => accepted.Source).Distinct().Order());
        foreach (var ofOne in door.Accepted.GroupBy(accepted => (accepted.Source, accepted.Line["sku"])))
        {
            var ids = ofOne.Select(accepted => int.Parse(accepted.Line["id"], CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(ids.Order(), ids);
        }
    }

    [Fact]
    public async Task A_truncated_compressed_file_is_reported()
    {
        var rows = string.Concat(
            Enumerable.Range(1, 5_000).Select(line => FormattableString.Invariant($"{line:x8},sale,sku-{line * 7919 % 5003},S001,1,2026-01-01T00:00:00Z\n")));
        var path = Write("lines.csv.gz", $"id,type,sku,location,quantity,occurredAt\n{rows}");
        using (var file = new FileStream(path, FileMode.Open))
        {
            file.SetLength(file.Length / 2);
        }

        var (code, output) = await Import(path, "--format", "movements", "--source", "erp");

        Assert.Equal(1, code);
        Assert.Contains("cannot be read", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EPCIS_is_imported_and_unreadable_events_are_quarantined()
    {
        const string Event = """
            { "eventID": "urn:uuid:1", "type": "ObjectEvent", "action": "OBSERVE", "eventTime": "2013-06-08T14:58:56Z", "bizStep": "inspecting", "disposition": "damaged",
              "readPoint": { "id": "S001" }, "epcList": [ "urn:epc:id:sgtin:0614141.107346.2017" ] }
            """;
        var (code, output) = await Import(
            Write(
                "events.jsonld", $$"""{ "epcisBody": { "eventList": [ {{Event}}, {{Event.Replace("inspecting", "juggling", StringComparison.Ordinal)}} ] } }"""), "--format", "epcis");
        Assert.Equal(0, code);
        AssertCounts(output, accepted: 1, duplicate: 0, notStock: 0, quarantined: 1, rows: 2);
        var line = Assert.Single(door.Accepted).Line;
        Assert.Equal(("status", "quality-hold", "damaged", "True", "2013-06-08T14:58:56Z"),
            (line["type"], line["from"], line["to"], line["orSellable"], line["occurredAt"]));
    }

    [Fact]
    public async Task A_truncated_document_sends_what_could_be_read_and_fails()
    {
        var (code, output) = await Import(Write("events.jsonld", """{ "epcisBody": { "eventList": [ {}"""), "--format", "epcis");
        Assert.Equal(1, code);
        AssertCounts(output, accepted: 0, duplicate: 0, notStock: 0, quarantined: 1, rows: 1);
        Assert.Contains("from row 2 on", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_a_source_needs_one_as_an_argument()
    {
        var (code, output) = await Import(Write("lines.ndjson", """{"id":"1","source":"pos"}""" + "\n" + """{"id":"2"}"""), "--format", "movements");
        Assert.Equal(1, code);
        Assert.Contains("--source", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lines.ndjson", """{"id":"1"}""")]
    [InlineData("lines.csv", "id,type,sku\n1,sale,A\n")]
    public async Task A_first_line_without_a_source_stops_the_import_at_once(string name, string text)
    {
        var (code, output) = await Import(Write(name, text), "--format", "movements");
        Assert.Equal(Commands.WrongUse, code);
        Assert.Equal("The first line names no source: give one with --source.", output.Trim());
        Assert.Equal(0, door.Calls);
    }

    [Theory]
    [InlineData("online-retail")]
    [InlineData("epcis")]
    [InlineData("movements")]
    public async Task A_file_that_cannot_be_decompressed_fails_at_its_first_row(string format)
    {
        var file = Path.Combine(folder, "lines");
        await File.WriteAllBytesAsync(file, [0x1f, 0x8b, .. "not compressed at all"u8]);

        var (code, output) = await Import(file, "--format", format, "--source", "pos");

        Assert.Equal(Commands.Failed, code);
        Assert.Contains("from row 1 on the file cannot be read", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("online-retail")]
    [InlineData("epcis")]
    [InlineData("movements")]
    public void A_directory_is_refused(string format) =>
        Assert.Contains("is a directory", Assert.Single(ImportFile.Create().Parse([folder, "--format", format, "--source", "pos"]).Errors).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("--format", "excel")]
    [InlineData("--format", "epcis", "--opening-stock", "cover")]
    [InlineData("--format", "movements", "--location", "S001")]
    [InlineData("--format", "epcis", "--location", "no place")]
    [InlineData("--format", "epcis", "--url", "here")]
    [InlineData("--format", "epcis", "--source", " ")]
    [InlineData("--url", "http://127.0.0.1:1")]
    public void Wrong_arguments_are_refused_before_anything_is_sent(params string[] arguments) =>
        Assert.NotEmpty(ImportFile.Create().Parse([Write("file.csv", Ledger), .. arguments]).Errors);

    [Fact]
    public async Task What_was_recognised_and_what_was_rejected_is_said()
    {
        var (code, output) = await Import(Write("receipts.x12", "ISA*00*"), "--format", "auto");
        Assert.Equal(0, code);
        Assert.Contains("The format is x12: begins with ISA.", output, StringComparison.Ordinal);
        Assert.Contains("944: 1 document, 2 lines, accepted 1, rejected 1", output, StringComparison.Ordinal);
        Assert.Contains("/v1/quarantine", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--zones", "UTC")]
    [InlineData("--levels=count", "another.x12")]
    public async Task What_is_no_option_is_wrong_use(params string[] arguments) =>
        Assert.Equal(Commands.WrongUse, await Commands.Run(["import", Write("receipts.x12", "ISA*00*"), "--format", "x12", "--url", door.Url, .. arguments]));

    private async Task<(int Code, string Output)> Import(string file, params string[] arguments)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        var parsed = ImportFile.Create().Parse([file, "--url", door.Url, .. arguments]);
        Assert.Empty(parsed.Errors);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = output, EnableDefaultExceptionHandler = false });
        return (code, output.ToString());
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        using var file = File.Create(path);
        using Stream content = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Compress) : file;
        content.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }

    private static void AssertCounts(string output, int accepted, int duplicate, int notStock, int quarantined, int rows)
    {
        int Count(string name) => int.Parse(
            output.Split('\n').Single(line => line.StartsWith(name.PadRight(12), StringComparison.Ordinal))[12..].Trim().Split(' ')[0],
            NumberStyles.AllowThousands,
            CultureInfo.InvariantCulture);
        Assert.Equal(
            (accepted, duplicate, 0, notStock, quarantined, rows),
            (Count("accepted"), Count("duplicate"), Count("absorbed"), Count("not stock"), Count("quarantined"), Count("rows")));
    }
}

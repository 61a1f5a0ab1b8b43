using System.Text;
using RetailSync.Channels;
using RetailSync.Channels.Documents;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.SourceDocuments.HostWithPlainDocuments;
using static RetailSync.Inventory.Host.Tests.SourceDocuments.TakeDocuments_of_a_warehouse;

namespace RetailSync.Inventory.Host.Tests.SourceDocuments;

public sealed class PostDocument_of_anything(HostWithPlainDocuments host) : IClassFixture<HostWithPlainDocuments>, IAsyncLifetime
{
    private const string Epcis =
        """
        {"@context":[],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-23T09:00:00Z","epcisBody":{"eventList":[
        {"type":"ObjectEvent","eventID":"urn:uuid:EVENT","eventTime":"2026-11-23T09:00:00Z","eventTimeZoneOffset":"+00:00","action":"OBSERVE",
         "bizStep":"receiving","bizLocation":{"id":"S001"},"quantityList":[{"epcClass":"SKU","quantity":5}]}]}}
        """;

    public async Task InitializeAsync() => (await host.Put("/v1/locations/S001", new { type = "store" })).Ok();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Its_format_is_recognised_and_gzip_is_read()
    {
        var sku = NewSku();
        var bytes = Encoding.UTF8.GetBytes(Epcis.Replace("EVENT", $"{Guid.NewGuid()}", StringComparison.Ordinal).Replace("SKU", sku, StringComparison.Ordinal));
        var file = (await host.PostBytes(Gzip(bytes), "format=auto", mediaType: "application/gzip")).Ok();
        Assert.Equal(("epcis", "epcis"), (file.Text("format"), file.Text("source")));
        AssertCounts(file.Items("documents")[0], lines: 1, accepted: 1);
        AssertCounts((await host.PostBytes(bytes, "format=epcis", mediaType: "application/ld+json")).Ok().Items("documents")[0], lines: 1, duplicates: 1);
        Assert.Equal(5, await host.OnHand(sku));
    }

    [Fact]
    public async Task What_is_wrong_with_a_call_is_named()
    {
        byte[] some = [1, 2, 3];
        (await host.PostBytes(some, "")).Refused(400, "invalid-request");
        (await host.PostBytes(some, "format=word")).Refused(400, "invalid-request");
        (await host.PostBytes(some, "format=auto")).Refused(400, "unknown-format");
        (await host.PostBytes([], "format=x12")).Refused(400, "invalid-request");
        (await host.PostBytes(Gzip([]), "format=auto")).Refused(400, "invalid-request");
        (await host.PostBytes(some, "format=epcis&zone=Mars")).Refused(400, "invalid-request");
        (await host.PostBytes(some, "format=epcis&location=a%20b")).Refused(400, "invalid-request");
        (await host.PostBytes(some, "format=epcis&levels=maybe")).Refused(400, "invalid-request");
        (await host.PostBytes(some, "format=epcis", mediaType: "image/png")).Refused(415, "unsupported-media-type");
        (await host.PostBytes([0x1f, 0x8b, 8, 0, 0], "format=epcis")).Refused(400, "invalid-request");
        (await host.Get($"/v1/documents/{Guid.NewGuid()}")).Refused(404, "unknown-document");
        (await host.Get("/v1/documents/none")).Refused(404, "unknown-document");
    }

    [Fact]
    public async Task A_store_speaks_for_itself_and_sees_its_own_files()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        await host.Put("/v1/locations/S002", new { type = "store" });
        var lines = Document(number, Receipt("1", sku, 1), Receipt("2", sku, 2, "S002"));
        AssertCounts((await host.Post([lines], key: "dev-store-S001")).Ok().Items("documents")[0], lines: 2, rejected: 2);
        Assert.All(await host.Waiting(), entry => Assert.Equal("forbidden-source", entry.Text("code")));

        var own = (await host.Post([lines], "&source=pos/S001", "dev-store-S001")).Ok();
        AssertCounts(own.Items("documents")[0], lines: 2, accepted: 1, rejected: 1);
        (await host.Get($"/v1/documents/{own.Text("id")}", "dev-store-S001")).Ok();
        (await host.Get($"/v1/documents/{own.Text("id")}", "dev-store-S002")).Refused(404, "unknown-document");
        (await host.Post([lines], key: "dev-planner")).Refused(403, "forbidden");
    }

    /// <summary>Otherwise whoever maps the place would record it, with rights that its sender does not have.</summary>
    [Fact]
    public async Task Of_a_foreign_source_it_waits_for_no_mapping()
    {
        var (sku, source) = (NewSku(), $"wms/{Guid.NewGuid():N}");
        var cut = Document(host.NewNumber(), Receipt("1", sku, 2, "DOCK-9")) with { Fault = DocumentFault.ControlTotal("SE01 says 9 and it has 7.") };
        (await host.Post([Document(host.NewNumber(), Receipt("1", sku, 1, "DOCK-9")), cut], $"&source={source}", "dev-store-S001")).Ok();
        Assert.Equal(["forbidden-source", "forbidden-source"], (await host.Waiting(source)).Texts("code"));

        var mapping = new { locations = new[] { new { theirs = "DOCK-9", location = "S003" } } };
        Assert.Equal(0, (await host.Put($"/v1/sources/{Uri.EscapeDataString(source)}/mappings", mapping)).Ok().Number("replayed"));
        (await host.Get($"/v1/positions/{sku}/S003")).Refused(404, "unknown-position");
    }

    [Fact]
    public async Task Of_a_store_it_is_recorded_at_that_store_whoever_maps()
    {
        var (sku, source) = (NewSku(), $"pos/S001/{Guid.NewGuid():N}");
        (await host.Post([Document(host.NewNumber(), Receipt("1", sku, 1, "X"), Receipt("2", sku, 2, "Y"))], $"&source={source}", "dev-store-S001")).Ok();

        var mapping = new { locations = new[] { new { theirs = "X", location = "S003" }, new { theirs = "Y", location = "S001" } } };
        Assert.Equal(1, (await host.Put($"/v1/sources/{Uri.EscapeDataString(source)}/mappings", mapping)).Ok().Number("replayed"));

        (await host.Get($"/v1/positions/{sku}/S003")).Refused(404, "unknown-position");
        Assert.Equal(2, await host.OnHand(sku));
        Assert.Equal("forbidden-location", Assert.Single(await host.Waiting(source)).Text("code"));
    }

    [Fact]
    public async Task Of_a_cancelled_document_nothing_is_recorded_when_mapped()
    {
        var (sku, number, source) = (NewSku(), host.NewNumber(), $"wms/{Guid.NewGuid():N}");
        (await host.Post([Document(number, Receipt("1", sku, 1, "X"))], $"&source={source}")).Ok();
        (await host.Post([Document(number) with { Function = DocumentFunction.Cancel }], $"&source={source}")).Ok();

        var mapping = new { locations = new[] { new { theirs = "X", location = "S003" } } };
        Assert.Equal(0, (await host.Put($"/v1/sources/{Uri.EscapeDataString(source)}/mappings", mapping)).Ok().Number("replayed"));

        (await host.Get($"/v1/positions/{sku}/S003")).Refused(404, "unknown-position");
        Assert.Empty(await host.Waiting(source));
    }

    /// <summary>Nothing distinguishes two documents of which nothing can be read: the second is not the first, which may be dismissed.</summary>
    [Fact]
    public async Task What_cannot_be_read_waits_for_each_file()
    {
        var source = $"tills/{Guid.NewGuid():N}";
        foreach (var (format, broken) in new[] { ("poslog", "<POSLog><Transaction><x></Transaction></POSLog>"), ("x12", "ZZZ*1~") })
        {
            for (var sent = 1; sent <= 2; sent++)
            {
                var file = (await host.PostBytes(Encoding.UTF8.GetBytes(broken), $"format={format}&source={source}")).Ok();
                var entry = Assert.Single(await host.Waiting(source));
                Assert.Equal(("unreadable-segment", file.Text("id")), (entry.Text("code"), entry.Text("file")));
                (await host.Post($"/v1/quarantine/{entry.Text("id")}/dismiss", new { reason = "sent again" })).Ok();
            }
        }
    }

    /// <summary>NUL is no character of a text in PostgreSQL.</summary>
    [Fact]
    public async Task A_name_with_a_NUL_is_a_bad_line_beside_good_ones()
    {
        var sku = NewSku();
        var documents = new[] { Receipt("1", "A\0B", 1), Receipt("2", sku, 2, "S\0001"), Receipt("3", sku, 4) }
            .Select(line => Document(host.NewNumber(), line) with { Kind = line.Key == "3" ? "94\04" : "944" });
        var file = await host.Take([.. documents]);
        Assert.Equal([1, 1, 0], file.Items("documents").Select(document => document.Number("rejected")));
        Assert.Equal(4, await host.OnHand(sku));
    }

    [Fact]
    public async Task Slow_files_of_one_caller_leave_room_for_others()
    {
        var (sku, rest) = (NewSku(), new TaskCompletionSource());
        var sent = await Begin(rest.Task, "S001", "S001", "S001", "S001");

        var large = Document(host.NewNumber(), [.. Enumerable.Range(1, 1_000).Select(n => Receipt($"{n}", sku, 1))]);
        AssertCounts((await host.Take(large)).Items("documents")[0], lines: 1_000, accepted: 1_000);
        rest.SetResult();
        Assert.All(await Task.WhenAll(sent), answer => answer.Ok());
    }

    [Fact]
    public async Task Slow_files_of_many_callers_leave_room_for_small_ones()
    {
        var (sku, rest) = (NewSku(), new TaskCompletionSource());
        var sent = await Begin(rest.Task, "S001", "S001", "S002", "S002");

        AssertCounts((await host.Take(Document(host.NewNumber(), Receipt("1", sku, 1)))).Items("documents")[0], lines: 1, accepted: 1);
        rest.SetResult();
        Assert.All(await Task.WhenAll(sent), answer => answer.Ok());
    }

    /// <summary>A file of each of these stores, of which the rest does not come yet.</summary>
    private async Task<List<Task<Answer>>> Begin(Task rest, params IEnumerable<string> stores)
    {
        var slow = stores.Select(store => (Store: store, Content: new ContentInTwoParts(rest))).ToList();
        var sent = slow.Select(one => host.Send(
            HttpMethod.Post, $"/v1/documents?format=x12&source=pos/{one.Store}", one.Content, $"dev-store-{one.Store}")).ToList();
        await Task.WhenAll(slow.Select(one => one.Content.HasBegun));
        return sent;
    }

    [Fact]
    public async Task A_number_that_nothing_can_be_named_by_is_a_bad_line()
    {
        var sku = NewSku();
        foreach (var number in new[] { new string('x', 200), "a\0b", "" })
        {
            AssertCounts((await host.Take(Document(number, Receipt("1", sku, 1)))).Items("documents")[0], lines: 1, rejected: 1);
        }
    }

    /// <summary>Any bytes, and bytes that begin like a format: an answer, and never a failure of ours.</summary>
    [Fact]
    public async Task Any_bytes_have_an_answer()
    {
        var beginnings = new[] { "", "{\"type\":\"EPCISDocument\",\"epcisBody\":{\"eventList\":[", Epcis, "ISA*00*          *00*", "UNA:+.? '", "<" }
            .Select(Encoding.UTF8.GetBytes).ToArray();
        var random = new Random(16);
        foreach (var format in DocumentFormats.All.Select(format => format.Name).Append(DocumentFormats.Auto))
        {
            for (var attempt = 0; attempt < 40; attempt++)
            {
                var beginning = beginnings[random.Next(beginnings.Length)];
                var tail = new byte[random.Next(300)];
                random.NextBytes(tail);
                var cut = random.Next(2) == 0 ? beginning : beginning[..random.Next(beginning.Length + 1)];
                var answer = await host.PostBytes([.. cut, .. tail], $"format={format}&zone=UTC&location=S001");
                Assert.True(answer.Status is 200 or 400, $"{format}: {answer.Status} {answer.Text}");
            }
        }
    }

    private sealed class ContentInTwoParts(Task second) : HttpContent
    {
        private readonly TaskCompletionSource _begun = new();

        public Task HasBegun => _begun.Task;

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"ISA*00*{new string(' ', 64 * 1024)}"));
            await stream.FlushAsync();
            _begun.TrySetResult();
            await second;
            await stream.WriteAsync("~"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

using System.IO.Compression;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Channels;
using RetailSync.Channels.Documents;
using RetailSync.Inventory.Host.SourceDocuments.Outcomes;

namespace RetailSync.Inventory.Host.Tests.SourceDocuments;

/// <summary>A host that knows one more format: documents as tables make them, one a line, so that tests say exactly what a table would.</summary>
public sealed class HostWithPlainDocuments : RunningHost
{
    private int _made;

    /// <summary>A number that no other document has.</summary>
    public string NewNumber() => $"D-{Interlocked.Increment(ref _made):D6}";

    /// <summary>A document of one warehouse, in the words of a table.</summary>
    public static SourceDocument Document(string number, params IReadOnlyList<DocumentLine> lines) =>
        new("944", number) { Sender = "WMS", Position = "segment 1", Lines = lines };

    /// <summary>A line of a registered location, unless it says otherwise.</summary>
    public static DocumentLine Line(string key, string sku, LineOutcome outcome, string? place = "S001") => new()
    {
        Key = key,
        Position = $"segment {key}",
        Articles = [new ArticleNumber("VN", sku)],
        Place = place is null ? null : new PlaceName(place),
        Time = new ExactTime(Instant.FromUtc(2026, 11, 23, 9, 0)),
        Outcome = outcome,
    };

    public static DocumentLine Receipt(string key, string sku, decimal quantity, string? place = "S001") =>
        Line(key, sku, new Moved(StockMove.Receipt(quantity)), place);

    public async Task<JsonElement> Take(params IReadOnlyList<SourceDocument> documents) => (await Post(documents)).Ok();

    public Task<Answer> Post(IReadOnlyList<SourceDocument> documents, string query = "", string? key = "dev-admin") =>
        PostBytes(Plain.Write(documents), $"format=plain{query}", key);

    public async Task<Answer> PostBytes(byte[] bytes, string query, string? key = "dev-admin", string mediaType = "application/octet-stream")
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        return await Send(HttpMethod.Post, $"/v1/documents?{query}", content, key);
    }

    /// <summary>The open entries of a source in quarantine.</summary>
    public async Task<JsonElement[]> Waiting(string source = "plain/WMS") =>
        [.. (await Get("/v1/quarantine?state=open&limit=1000")).Ok().Items().Where(entry => entry.Text("source") == source)];

    public static byte[] Gzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return compressed.ToArray();
    }

    protected override void Arrange(IServiceCollection services) =>
        services.AddSingleton<IReadOnlyList<IDocumentFormat>>([.. DocumentFormats.All, new Plain()]);

    /// <summary>One document a line, as it is kept.</summary>
    private sealed class Plain : IDocumentFormat
    {
        private static ReadOnlySpan<byte> Beginning => "plain\n"u8;

        public string Name => "plain";

        public IReadOnlyList<string> MediaTypes => ["text/plain"];

        public string? Recognise(ReadOnlySpan<byte> beginning) => beginning.StartsWith(Beginning) ? "begins with plain" : null;

        public static byte[] Write(IReadOnlyList<SourceDocument> documents) =>
            [.. Beginning, .. documents.SelectMany(document => (byte[])[.. DocumentJson.Write(document), (byte)'\n'])];

        public async IAsyncEnumerable<SourceDocument> Read(Stream content, ReadSettings settings, [EnumeratorCancellation] CancellationToken cancellation)
        {
            using var text = new StreamReader(content, Encoding.UTF8, leaveOpen: true);
            var line = await text.ReadLineAsync(cancellation);
            while ((line = await text.ReadLineAsync(cancellation)) is not null)
            {
                yield return DocumentJson.Decompress(Gzip(Encoding.UTF8.GetBytes(line)));
            }
        }
    }
}

using System.Buffers;
using System.Runtime.CompilerServices;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Syntax;
using RetailSync.Channels.Sap.Syntax;

namespace RetailSync.Channels.Sap;

/// <summary>
/// What SAP sends, and what is sent to it: IDocs, flat or in XML, of goods movements, deliveries and purchase orders, and material documents of its API in
/// JSON.
/// </summary>
public sealed class SapDocuments : IDocumentFormat
{
    private const string IdocKind = "IDOC";

    private static readonly SearchValues<byte> Ignored = SearchValues.Create([.. " \t\r\n\0\uFEFF"u8, 0xFF, 0xFE]);

    public string Name => "sap";

    public IReadOnlyList<string> MediaTypes => ["application/xml", "text/xml", "application/json", "text/plain"];

    public string? Recognise(ReadOnlySpan<byte> beginning)
    {
        var text = Beginning(beginning);
        return text.StartsWith("EDI_DC40"u8) ? "begins with EDI_DC40"
            : text is [(byte)'<', ..] ? text.IndexOf("<IDOC"u8) >= 0 || text.IndexOf(":IDOC"u8) >= 0 || text.IndexOf("EDI_DC40"u8) >= 0 ? "IDocs in XML" : null
            : text is [(byte)'{' or (byte)'[', ..] && text.IndexOf("\"MaterialDocument"u8) >= 0 ? "material documents in JSON" : null;
    }

    public async IAsyncEnumerable<SourceDocument> Read(Stream content, ReadSettings settings, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var beginning = new byte[64];
        var length = await content.ReadAtLeastAsync(beginning, beginning.Length, throwOnEndOfStream: false, cancellation);
        await using var whole = new RejoinedStream(beginning.AsMemory(0, length), content);
        var first = Beginning(beginning.AsSpan(0, length)) is [var found, ..] ? (char)found : ' ';
        if (first is '{' or '[')
        {
            await foreach (var document in MaterialDocuments.Read(whole, new SapOptions(settings.OptionsOf(null)), cancellation))
            {
                yield return document;
            }

            yield break;
        }

        await foreach (var part in first == '<' ? XmlIdocReader.Read(whole, cancellation) : FlatIdocReader.Read(whole, cancellation))
        {
            yield return part is Idoc idoc ? Document(idoc, new SapOptions(settings.OptionsOf(idoc.Sender)))
                : SourceDocument.Unreadable(IdocKind, part.Position, ((IdocProblem)part).Detail);
        }
    }

    private static SourceDocument Document(Idoc idoc, SapOptions options)
    {
        var read = Translate(idoc, options);
        var lines = new DocumentLines();
        foreach (var line in read.Lines)
        {
            lines.Add(line);
        }

        foreach (var segment in idoc.Segments.Where(segment => segment.Problem is not null))
        {
            lines.Add(new DocumentLine
            {
                Key = segment.Position,
                Position = segment.Position,
                Outcome = new Rejected(DocumentFault.UnreadableSegment, segment.Problem!),
            });
        }

        if (lines.Lines.Count == 0 && idoc.Fault is null && lines.Fault is null)
        {
            lines.Add(new DocumentLine { Key = "1", Position = idoc.Position, Outcome = new NoStock("no lines") });
        }

        return new SourceDocument(read.Kind, read.Number)
        {
            Sender = idoc.Sender,
            Position = idoc.Position,
            Function = read.Function,
            Lines = lines.Lines,
            Fault = idoc.Fault ?? lines.Fault ?? ((read.IsTest || idoc.Control["TEST"].Length > 0) && !options.Is(SapOptions.AcceptTestData)
                ? new DocumentFault("test-data", $"It is a test. The option {SapOptions.AcceptTestData} of the source takes tests for facts.") : null),
        };
    }

    /// <summary>By its segments: the names of messages and types are often the sender's own.</summary>
    private static SapDocument Translate(Idoc idoc, SapOptions options) =>
        idoc.Has("E1BP2017_GM_ITEM_CREATE") || idoc.Has("E1BP2017_GM_HEAD_01") ? GoodsMovementIdocs.ReadMbgmcr(idoc, options)
        : idoc.Has("E1MBXYH") || idoc.Has("E1MBXYI") ? GoodsMovementIdocs.ReadWmmbxy(idoc, options)
        : idoc.Has("E1EDL20") && idoc.Control["IDOCTYP"] is "" or ['D', 'E', 'L', 'V', 'R', 'Y', ..] ? Deliveries.Read(idoc)
        : idoc.Has("E1EDP01") && idoc.Control["IDOCTYP"] is "" or ['O', 'R', 'D', 'E', 'R', 'S', ..] ? PurchaseOrders.Read(idoc)
        : OfNoStock(idoc);

    private static SapDocument OfNoStock(Idoc idoc) => new(
        idoc.Message is { Length: > 0 } message ? message : IdocKind, SapValues.Number(idoc.Control["DOCNUM"]),
        idoc.Fault is not null ? [] : [new DocumentLine { Key = "1", Position = idoc.Position, Outcome = new NoStock("another message") }]);

    /// <summary>Behind what is blank and any byte order mark; of UTF-16 the first byte that means something.</summary>
    private static ReadOnlySpan<byte> Beginning(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOfAnyExcept(Ignored) is >= 0 and var first ? bytes[first..] : [];
}

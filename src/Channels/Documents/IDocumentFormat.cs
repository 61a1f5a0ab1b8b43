using RetailSync.Channels.Documents.Webhooks;

namespace RetailSync.Channels.Documents;

/// <summary>A format in which ERP, WMS or tills send documents: its syntax, and a table for each message that is understood.</summary>
public interface IDocumentFormat
{
    /// <summary>What callers name it: <c>x12</c>.</summary>
    string Name { get; }

    /// <summary>The media types of its bodies, beside <c>application/octet-stream</c>; the first is sent by the command line.</summary>
    IReadOnlyList<string> MediaTypes { get; }

    /// <summary>How the vendor's webhooks are signed; null where it sends none in this format.</summary>
    WebhookSignature? Signature => null;

    /// <summary>Why a file that begins like this is of this format, in a few words (<c>begins with ISA</c>); null when it is not.</summary>
    /// <param name="beginning">At least the first 4 KiB, or all of a shorter file; decompressed.</param>
    string? Recognise(ReadOnlySpan<byte> beginning);

    /// <summary>
    /// Reads document by document, holding one in memory. No bytes make it throw: what cannot be read is a rejected line, or
    /// <see cref="SourceDocument.Unreadable"/>. Only what the stream itself throws passes through.
    /// </summary>
    /// <param name="content">Decompressed, read forwards only; the caller's to close.</param>
    /// <param name="settings">What is configured for the sources of the file.</param>
    IAsyncEnumerable<SourceDocument> Read(Stream content, ReadSettings settings, CancellationToken cancellation);
}

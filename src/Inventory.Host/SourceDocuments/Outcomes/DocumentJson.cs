using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using RetailSync.Channels.Documents;
using RetailSync.Inventory.Host.Http.Pipeline;
using RetailSync.Inventory.Host.SourceDocuments.Resolve;

namespace RetailSync.Inventory.Host.SourceDocuments.Outcomes;

/// <summary>What is said of a document beside each of its lines that waits.</summary>
/// <param name="Format">The name of its format.</param>
/// <param name="Function">What it does to an earlier one.</param>
/// <param name="Revision">Which state of it this is; null where the sender does not say.</param>
public sealed record KeptHead(string Format, string Kind, string? Number, DocumentFunction Function, long? Revision = null);

/// <summary>
/// A line in quarantine: not the text as it was sent, which may have personal data beside, but what its table read of it. It is replayed from this.
/// </summary>
/// <param name="File">How its file was to be read.</param>
public sealed record KeptLine(KeptHead Document, DocumentLine Line, FileSettings File);

/// <summary>A document that waits as a whole: its content is kept beside.</summary>
/// <param name="Position">Where it begins in its file.</param>
/// <param name="Lines">How many it has.</param>
/// <param name="File">How its file was to be read.</param>
/// <param name="Content">The hash of its lines, which distinguishes two documents of one number.</param>
public sealed record KeptDocument(KeptHead Document, string Position, int Lines, FileSettings File, string Content);

/// <summary>Documents and lines as they are kept.</summary>
internal static class DocumentJson
{
    private static readonly JsonSerializerOptions Options = Create();

    public static string Write(KeptLine line) => JsonSerializer.Serialize(line, Options);

    public static string Write(KeptDocument document) => JsonSerializer.Serialize(document, Options);

    public static byte[] Write(SourceDocument document) => JsonSerializer.SerializeToUtf8Bytes(document, Options);

    /// <summary>Null for what is none, such as one that was too long to be kept.</summary>
    public static KeptLine? ReadLine(string text) => Read<KeptLine>(text) is { Document: not null, Line: not null, File: not null } line ? line : null;

    /// <inheritdoc cref="ReadLine"/>
    public static KeptDocument? ReadDocument(string text) =>
        Read<KeptDocument>(text) is { Document: not null, Content: not null, File: not null } kept ? kept : null;

    public static byte[] Compress(byte[] json)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(json);
        }

        return compressed.ToArray();
    }

    public static SourceDocument Decompress(byte[] content)
    {
        using var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<SourceDocument>(gzip, Options)!;
    }

    private static T? Read<T>(string text)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Options);
        }
        catch (Exception unreadable) when (unreadable is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true };
        Json.Configure(options);
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        return options;
    }
}

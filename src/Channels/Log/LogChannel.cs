using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;
using RetailSync.Channels.Promises;

namespace RetailSync.Channels.Log;

/// <summary>One line of the file.</summary>
public sealed record LogLine(
    [property: JsonPropertyName("sequence")] long Sequence,
    [property: JsonPropertyName("sku")] string Sku,
    [property: JsonPropertyName("quantity")] decimal Quantity,
    [property: JsonPropertyName("level"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Level,
    [property: JsonPropertyName("desiredAt")] string DesiredAt,
    [property: JsonPropertyName("toldAt")] string PublishedAt);

/// <summary>
/// A channel that is a file: one JSON line for every publication, and for every changed promise its CloudEvent. For inspection, for samples, and for programs
/// that follow files.
/// </summary>
/// <param name="path">Its directory is made when it is missing. When the file is full it becomes <c>{path}.1</c>, in place of the one before.</param>
public sealed class LogChannel(string path, IClock clock) : IChannel, IPromiseChannel
{
    private const long MaxLength = 64 * 1024 * 1024;

    public int MaxBatchSize => 1_000;

    public CallRate? Rate => null;

    public async Task<Reply> Publish(IReadOnlyList<Publication> publications, CancellationToken cancellation)
    {
        var now = InstantPattern.ExtendedIso.Format(clock.GetCurrentInstant());
        var lines = string.Concat(publications.Select(publication => JsonSerializer.Serialize(new LogLine(
            publication.Sequence, publication.Sku.Value, publication.Quantity, publication.Level, InstantPattern.ExtendedIso.Format(publication.DesiredAt),
            now)) + "\n"));
        return await Append(lines, cancellation) is { } failure ? Reply.Failed(publications, failure) : Reply.Of(publications, Verdict.Accepted);
    }

    public async Task<PromiseReply> Publish(PromiseChange change, CancellationToken cancellation) =>
        await Append(Encoding.UTF8.GetString(PromiseChanged.Body(Path.GetFileNameWithoutExtension(path), change)) + "\n", cancellation) is { } failure
            ? new PromiseReply(Verdict.Retry, failure) : new PromiseReply(Verdict.Accepted);

    /// <returns>Null, or why it failed.</returns>
    private async Task<string?> Append(string lines, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (File.Exists(path) && new FileInfo(path).Length > MaxLength)
            {
                File.Move(path, $"{path}.1", overwrite: true);
            }

            await File.AppendAllTextAsync(path, lines, cancellation);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"The file cannot be written: {failure.Message}";
        }

        return null;
    }

    public void Dispose()
    {
        // The file is open only while it is written.
    }
}

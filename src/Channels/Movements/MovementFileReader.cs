using System.Text;
using System.Text.Json;

namespace RetailSync.Channels.Movements;

/// <summary>
/// A file of movements with a JSON object on each line, in the names of the contract. Lines are handed on as they are, for
/// the server to judge; only a <c>source</c> of their own is taken out, since there it belongs to the batch.
/// </summary>
public static class MovementFileReader
{
    /// <summary>A line with more bytes than this ends the reading.</summary>
    public const int MaxLineBytes = 64 * 1024;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>Line by line; blank ones are no rows. Nothing in a file makes it throw.</summary>
    public static IEnumerable<TranslatedRow> Read(Stream file)
    {
        using var reader = new LineReader(file, MaxLineBytes);
        long row = 0;
        while (reader.TryRead(out var line))
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return Pass(++row, line);
            }
        }

        if (reader.StoppedBy is { } reason)
        {
            yield return new Unreadable(row + 1, reason);
        }
    }

    private static MovementLine Pass(long row, string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line, Options);
            var root = json.RootElement;
            if (root.ValueKind == JsonValueKind.Object)
            {
                var sku = root.TryGetProperty("sku", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString()! : "";
                return root.TryGetProperty("source", out var source) && source.ValueKind == JsonValueKind.String
                    ? new MovementLine(row, source.GetString(), sku, Without(root, "source"))
                    : new MovementLine(row, null, sku, line);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON: the server says so, and keeps it.
        }

        return new MovementLine(row, null, "", line);
    }

    private static string Without(JsonElement root, string name)
    {
        using var rest = new MemoryStream();
        using (var writer = new Utf8JsonWriter(rest))
        {
            writer.WriteStartObject();
            foreach (var property in root.EnumerateObject().Where(property => property.Name != name))
            {
                property.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(rest.GetBuffer(), 0, (int)rest.Length);
    }
}

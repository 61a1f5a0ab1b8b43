using System.Globalization;
using System.Text.Json;

namespace RetailSync.Inventory.Host.Audit.Checkpoints.Copies;

/// <summary>
/// Reads checkpoints that were kept elsewhere, in whatever form they were taken: lines of the file of checkpoints, answers of <c>GET /v1/audit/checkpoints</c>
/// one after the other, or messages of the webhook. Of each only the
/// statement, the key's name and the signature are read.
/// </summary>
internal static class CheckpointCopies
{
    private const byte LineEnd = (byte)'\n';

    /// <exception cref="InvalidDataException">Something in it is no checkpoint; the message says where.</exception>
    public static IReadOnlyList<Checkpoint> Read(ReadOnlyMemory<byte> text)
    {
        List<Checkpoint> found = [];
        if (!TryRead(text.Span, found))
        {
            found.Clear();
            ReadLines(text.Span, found);
        }

        return found;
    }

    /// <returns>Null where the line is no checkpoint.</returns>
    public static Checkpoint? ReadLine(ReadOnlySpan<byte> line)
    {
        List<Checkpoint> found = [];
        return TryRead(line, found) && found is [var one] ? one : null;
    }

    /// <summary>
    /// A line that the next one begins with was cut off by a full disk or a power failure and then written whole; the last one may still be to be written
    /// whole.
    /// </summary>
    private static void ReadLines(ReadOnlySpan<byte> text, List<Checkpoint> found)
    {
        for (var number = 1; !text.IsEmpty; number++)
        {
            var length = text.IndexOf(LineEnd);
            var line = length < 0 ? text : text[..length];
            text = length < 0 ? [] : text[(length + 1)..];
            if (!TryRead(line, found) && !(length < 0 || text.StartsWith(line)))
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"line {number} is no checkpoint"));
            }
        }
    }

    /// <summary>All JSON values that follow each other in a text; false where one is no checkpoint.</summary>
    private static bool TryRead(ReadOnlySpan<byte> text, List<Checkpoint> found)
    {
        var before = found.Count;
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { AllowMultipleValues = true });
        try
        {
            while (reader.Read())
            {
                using var value = JsonDocument.ParseValue(ref reader);
                if (!Add(value.RootElement, found))
                {
                    found.RemoveRange(before, found.Count - before);
                    return false;
                }
            }

            return true;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            found.RemoveRange(before, found.Count - before);
            return false;
        }
    }

    private static bool Add(JsonElement value, List<Checkpoint> found)
    {
        if (value.ValueKind == JsonValueKind.Object && (value.TryGetProperty("items", out var several) || value.TryGetProperty("data", out several)))
        {
            value = several;
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            return value.EnumerateArray().All(item => One(item, found));
        }

        return One(value, found);
    }

    private static bool One(JsonElement value, List<Checkpoint> found)
    {
        if (Text(value, "statement") is not { } statement || Text(value, "key") is not { } key || Text(value, "signature") is not { } signature
            || !Convert.TryFromBase64String(signature, new byte[signature.Length], out _)
            || Checkpoint.Read(statement, key, Convert.FromBase64String(signature)) is not { } copy)
        {
            return false;
        }

        found.Add(copy);
        return true;
    }

    private static string? Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}

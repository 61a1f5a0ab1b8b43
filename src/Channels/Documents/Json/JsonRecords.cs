using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using RetailSync.Channels.Documents.Syntax;

namespace RetailSync.Channels.Documents.Json;

/// <summary>
/// Reads the objects of a JSON file of any length, one in memory at a time: one object, an array of them, or several, one behind the other or on a line each.
/// No bytes make it throw: an object that is broken, cut or too large has a fault.
/// </summary>
public static class JsonRecords
{
    /// <summary>Characters of an object.</summary>
    public const int MaxRecord = DocumentLines.MaxBytes / 2;

    /// <summary>Objects and arrays in each other.</summary>
    public const int MaxDepth = 64;

    /// <summary>Characters that are looked at together.</summary>
    private const int Chunk = 16 * 1024;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <param name="content">Read forwards; stays open.</param>
    /// <param name="formField">A line that is no JSON may be a form, of which this field holds an object; null where none is.</param>
    /// <param name="cancellation">Ends the reading between two objects.</param>
    /// <returns>The objects in their order, and what stands between them and is none.</returns>
    public static async IAsyncEnumerable<JsonRecord> Read(Stream content, string? formField, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var text = new LookaheadText(content, Chunk);
        var place = new Place();
        var hasAny = false;
        while (await text.Look(1, cancellation))
        {
            if (IsBetween(text.Ahead[0]))
            {
                place.Skip(text, 1);
                continue;
            }

            hasAny = true;
            var position = place.ToString();
            var isObject = text.Ahead[0] == '{';
            var (record, isWhole) = await Take(text, place, isObject, cancellation);
            if (record is null)
            {
                yield return Unreadable(position, DocumentFault.DocumentTooLarge, FormattableString.Invariant($"It has more than {MaxRecord} characters."));
            }
            else if (!isWhole)
            {
                yield return Unreadable(position, DocumentFault.UnreadableSegment, "It was cut: the file ends within an object.");
            }
            else if (isObject)
            {
                yield return Parse(record, position);
            }
            else
            {
                yield return FieldOf(record, formField) is { } field ? Parse(field, position)
                    : Unreadable(position, DocumentFault.UnreadableSegment, "It is no JSON object.");
            }
        }

        if (!hasAny)
        {
            yield return Unreadable(place.ToString(), DocumentFault.UnreadableSegment, "There is no JSON object in it.");
        }
    }

    private static bool IsBetween(char next) => next is ' ' or '\t' or '\r' or '\n' or ',' or '[' or ']' or '\uFEFF' or '\u001E';

    /// <summary>An object up to the brace that closes it, or what is none up to the end of its line; no text where it is too large.</summary>
    private static async ValueTask<(string? Text, bool IsWhole)> Take(LookaheadText text, Place place, bool isObject, CancellationToken cancellation)
    {
        var taken = new StringBuilder();
        var scan = new BraceScan();
        var isTooLarge = false;
        while (await text.Look(1, cancellation))
        {
            var ahead = text.Ahead[..Math.Min(text.Ahead.Length, Chunk)];
            var end = isObject ? scan.EndIn(ahead) : ahead.IndexOfAny('\r', '\n');
            var length = end < 0 ? ahead.Length : isObject ? end + 1 : end;
            isTooLarge |= taken.Length + length > MaxRecord;
            if (!isTooLarge)
            {
                taken.Append(ahead[..length]);
            }

            place.Skip(text, length);
            if (end >= 0)
            {
                return (isTooLarge ? null : taken.ToString(), true);
            }
        }

        return (isTooLarge ? null : taken.ToString(), !isObject);
    }

    private static JsonRecord Parse(string text, string position)
    {
        try
        {
            // Its memory is the collector's: a pooled one would have to be given back.
            using var document = JsonDocument.Parse(text, Options);
            if (text.Contains('\\'))
            {
                ReadTexts(document.RootElement);
            }

            return document.RootElement.ValueKind == JsonValueKind.Object ? new JsonRecord(position, document.RootElement.Clone(), null)
                : Unreadable(position, DocumentFault.UnreadableSegment, "It is no JSON object.");
        }
        catch (Exception broken) when (broken is JsonException or ArgumentException or InvalidOperationException)
        {
            return Unreadable(position, DocumentFault.UnreadableSegment, broken is JsonException { LineNumber: { } line, BytePositionInLine: { } at }
                ? FormattableString.Invariant($"It is no JSON at its line {line + 1}, byte {at + 1}.") : "It is no JSON.");
        }
    }

    /// <exception cref="InvalidOperationException">A text has half of a surrogate pair, escaped: it is valid JSON, and no text.</exception>
    private static void ReadTexts(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var element in value.EnumerateArray())
                {
                    ReadTexts(element);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    _ = property.Name;
                    ReadTexts(property.Value);
                }

                break;
        }
    }

    private static string? FieldOf(string form, string? field)
    {
        var found = field is null ? null : Array.Find(form.Split('&'), part => part.StartsWith(field + '=', StringComparison.Ordinal));
        return found is null ? null : WebUtility.UrlDecode(found[(field!.Length + 1)..]);
    }

    private static JsonRecord Unreadable(string position, string code, string detail) => new(position, default, new DocumentFault(code, detail));

    /// <summary>Finds the brace that closes an object, over any number of parts.</summary>
    private sealed class BraceScan
    {
        private int depth;
        private bool isText;
        private bool isEscaped;

        public int EndIn(ReadOnlySpan<char> part)
        {
            for (var index = 0; index < part.Length; index++)
            {
                var next = part[index];
                if (isText)
                {
                    isText = isEscaped || next != '"';
                    isEscaped = !isEscaped && next == '\\';
                    continue;
                }

                isText = next == '"';
                depth += next == '{' ? 1 : next == '}' ? -1 : 0;
                if (depth == 0)
                {
                    return index;
                }
            }

            return -1;
        }
    }

    private sealed class Place
    {
        private long line = 1;
        private long column = 1;

        public void Skip(LookaheadText text, int count)
        {
            var passed = text.Ahead[..count];
            var last = passed.LastIndexOf('\n');
            line += passed.Count('\n');
            column = last < 0 ? column + count : count - last;
            text.Skip(count);
        }

        public override string ToString() => FormattableString.Invariant($"line {line}, column {column}");
    }
}

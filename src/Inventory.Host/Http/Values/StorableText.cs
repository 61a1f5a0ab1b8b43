using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace RetailSync.Inventory.Host.Http.Values;

/// <summary>
/// What PostgreSQL can hold as text: every character but NUL, and no half of a surrogate pair, which has no form in UTF-8. JSON's grammar and percent-encoding
/// allow both.
/// </summary>
public static class StorableText
{
    /// <summary>What a text must be, as the end of a sentence that begins with the field's name.</summary>
    public const string Form = "must be text in UTF-8, without the character NUL";

    public static bool Is(ReadOnlySpan<char> text)
    {
        if (text.Contains('\0'))
        {
            return false;
        }

        for (var at = text.IndexOfAnyInRange('\uD800', '\uDFFF'); at >= 0; at = text.IndexOfAnyInRange('\uD800', '\uDFFF'))
        {
            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return false;
            }

            text = text[(at + 2)..];
        }

        return true;
    }

    /// <summary>
    /// Skips an array or an object; false when a text or a name anywhere in it could not be kept, so that whoever reads it later need not ask.
    /// </summary>
    public static bool SkipAll(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        var areTexts = true;
        do
        {
            reader.Read();
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            {
                // NUL and surrogates can stand in JSON only as escapes.
                areTexts &= reader.ValueIsEscaped ? TryRead(ref reader, out _) : Utf8.IsValid(reader.ValueSpan);
            }
        }
        while (reader.CurrentDepth > depth);
        return areTexts;
    }

    /// <summary>
    /// False for half of a surrogate pair, for NUL, and for bytes that are not UTF-8: JSON's grammar allows the first two, no text that is kept does.
    /// </summary>
    public static bool TryRead(ref Utf8JsonReader reader, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = reader.GetString()!;
            return !text.Contains('\0');
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }
}

using System.Globalization;

namespace RetailSync.Inventory.Domain;

/// <summary>
/// What makes a text an identifier: 1 to 128 characters (Unicode code points) after trimming, compared exactly,
/// and every one of them printable. Sources decide what their identifiers look like, so nothing else is refused.
/// </summary>
public static class Identifier
{
    public const int MaxLength = 128;

    /// <summary>Trims <paramref name="text"/>; false when nothing is left, it is too long, or a character is not printable.</summary>
    public static bool TryParse(string? text, out string identifier)
    {
        identifier = text?.Trim() ?? "";
        if (identifier.Length is 0 or > MaxLength * 2)
        {
            return false;
        }

        var length = 0;
        foreach (var character in identifier)
        {
            // A low surrogate belongs to the character that its high one began.
            length += char.IsLowSurrogate(character) ? 0 : 1;
            if (character is < ' ' or > '~' && !IsPrintable(character))
            {
                return false;
            }
        }

        return length <= MaxLength && HasPairedSurrogates(identifier);
    }

    /// <summary>
    /// As <see cref="TryParse"/>, and only letters, digits and <c>. _ : -</c>, and no dot segment: what RetailSync itself names (locations, channels, rules,
    /// reservations).
    /// </summary>
    public static bool TryParseName(string? text, out string identifier) =>
        TryParse(text, out identifier) && identifier.AsSpan().IndexOfAnyExcept(NameCharacters) < 0 && !IsDotSegment(identifier);

    /// <summary>
    /// <c>.</c> and <c>..</c>, which clients and servers take out of a path, percent-encoded or not: what has such a name cannot be asked for.
    /// </summary>
    public static bool IsDotSegment(string identifier) => identifier is "." or "..";

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    private static bool IsPrintable(char character) =>
        char.GetUnicodeCategory(character) is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <summary>PostgreSQL stores UTF-8, which has no half of a surrogate pair.</summary>
    private static bool HasPairedSurrogates(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (char.IsSurrogate(text[index]) && !(char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[++index])))
            {
                return false;
            }
        }

        return true;
    }
}

using System.Buffers;

namespace RetailSync.Channels.X12.Syntax;

/// <summary>A segment as it was written. Elements are counted from 1, as the standard does: <c>W07-02</c> is <c>[2]</c>.</summary>
public sealed class X12Segment
{
    private static readonly SearchValues<char> UpperOrDigit = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    private readonly X12Separators separators;

    /// <param name="text">Without its terminator, and without line ends that are none.</param>
    /// <param name="position">Its place among the segments of the document, from 1.</param>
    /// <param name="problem">Why it cannot be read; null where it can.</param>
    internal X12Segment(string text, long position, X12Separators separators, string? problem = null)
    {
        this.separators = separators;
        (Text, Position) = (text, position);
        var id = Raw(0);
        Id = id.ToString();
        Problem = problem ?? (IsId(id) ? null : "It does not begin with the name of a segment.");
    }

    /// <summary>Two or three letters and digits, the first a letter; anything where there is a <see cref="Problem"/>.</summary>
    public string Id { get; }

    public string Text { get; }

    public long Position { get; }

    /// <summary>Why it cannot be read, in a sentence; null where it can.</summary>
    public string? Problem { get; }

    /// <summary>The element without blanks around it; empty where there is none.</summary>
    public string this[int element] => Raw(element).Trim().ToString();

    /// <summary>The number of its last element; 0 where there is only its name.</summary>
    public int Count => Text.AsSpan().Count(separators.Element);

    /// <summary>The components of an element, of which there is at least one.</summary>
    public string[] Components(int element) =>
        separators.Component is { } component ? [.. this[element].Split(component).Select(part => part.Trim())] : [this[element]];

    internal static bool IsId(ReadOnlySpan<char> text) =>
        text.Length is 2 or 3 && char.IsAsciiLetterUpper(text[0]) && text[1..].IndexOfAnyExcept(UpperOrDigit) < 0;

    public override string ToString() => Text;

    private ReadOnlySpan<char> Raw(int element)
    {
        var rest = Text.AsSpan();
        for (; element > 0; element--)
        {
            var at = rest.IndexOf(separators.Element);
            if (at < 0)
            {
                return [];
            }

            rest = rest[(at + 1)..];
        }

        var end = rest.IndexOf(separators.Element);
        return end < 0 ? rest : rest[..end];
    }
}

using System.Text;

namespace RetailSync.Channels.Edifact;

/// <summary>The characters that an interchange is written with: those of its UNA, or of the standard.</summary>
/// <param name="Component">Between components of an element.</param>
/// <param name="DecimalMark">Of numbers; a comma occurs whatever it is.</param>
/// <param name="Release">Takes its meaning from the character behind it; null where it is a blank, for none.</param>
internal sealed record EdifactSeparators(char Component, char Element, char DecimalMark, char? Release, char Terminator)
{
    public static readonly EdifactSeparators Standard = new(':', '+', '.', '?', '\'');

    /// <summary>Of the character sets from level B on (UNOB), which no text needs to release.</summary>
    private static readonly EdifactSeparators LevelB = new('\u001F', '\u001D', '.', null, '\u001C');

    /// <summary>By what follows the letters of a UNB without a UNA before it; null where it is none.</summary>
    public static EdifactSeparators? Of(ReadOnlySpan<char> ahead) =>
        ahead.StartsWith("UNB+") ? Standard : ahead.StartsWith("UNB\u001D") ? LevelB : null;
}

/// <summary>A segment as it was written. Elements are counted from 1, their components from 0: <c>QTY+145:300:PCE</c> has its unit in <c>[1, 2]</c>.</summary>
public sealed class EdifactSegment
{
    private readonly EdifactSeparators separators;

    /// <param name="text">Without its terminator and line ends.</param>
    /// <param name="position">Its place among the segments of the file, from 1.</param>
    /// <param name="problem">Why it cannot be read; null where it can.</param>
    internal EdifactSegment(string text, long position, EdifactSeparators separators, string? problem = null)
    {
        this.separators = separators;
        (Text, Position) = (text, position);
        Tag = this[0];
        Problem = problem ?? (Tag.Length == 3 && Tag.All(char.IsAsciiLetterUpper) ? null : "It does not begin with the tag of a segment.");
    }

    /// <summary>Three letters; anything where there is a <see cref="Problem"/>.</summary>
    public string Tag { get; }

    public string Text { get; }

    public long Position { get; }

    /// <summary>Why it cannot be read, in a sentence; null where it can.</summary>
    public string? Problem { get; }

    /// <summary>A component without blanks around it, its releases undone; empty where there is none.</summary>
    public string this[int element, int component = 0]
    {
        get
        {
            var value = new StringBuilder();
            var (atElement, atComponent) = (0, 0);
            for (var index = 0; index < Text.Length && atElement <= element; index++)
            {
                var sign = Text[index];
                if (sign == separators.Release && index + 1 < Text.Length)
                {
                    sign = Text[++index];
                }
                else if (sign == separators.Element)
                {
                    (atElement, atComponent) = (atElement + 1, 0);
                    continue;
                }
                else if (sign == separators.Component)
                {
                    atComponent++;
                    continue;
                }

                if (atElement == element && atComponent == component)
                {
                    value.Append(sign);
                }
            }

            return value.ToString().Trim();
        }
    }

    /// <summary>A number with a point, whatever its decimal mark was; the value as it is where it is none.</summary>
    public string Number(int element, int component)
    {
        var value = this[element, component];
        var mark = value.Contains(separators.DecimalMark) ? separators.DecimalMark : ',';
        return mark == '.' ? value : value.Contains('.') ? "" : value.Replace(mark, '.');
    }

    public override string ToString() => Text;
}

namespace RetailSync.Channels.X12.Syntax;

/// <summary>
/// Reads the ISA, which says how everything behind it is written. Its elements are counted and not its characters: files pass through editors and mailers that
/// cut blanks, fold lines at 80 characters or lose the last element.
/// </summary>
internal static class X12Header
{
    /// <summary>An ISA has 106 characters; elements may be padded to more, and lines indented.</summary>
    public const int MaxLength = 1_024;

    /// <summary>So far behind the ISA its terminator has to be found again, where it could be another separator.</summary>
    private const int Window = 2_048;

    /// <summary>Characters to look ahead for <see cref="TryRead"/>.</summary>
    public const int MaxAhead = MaxLength + Window;

    private const string Blanks = " \t\r\n";

    private const int Elements = 15;

    /// <summary>What may stand between segments; not the other characters that Unicode takes for blanks, which may be terminators.</summary>
    public static bool IsBlank(char sign) => Blanks.Contains(sign, StringComparison.Ordinal);

    /// <summary>Whether an ISA may begin here: its three letters and a separator, which is no letter, digit or blank.</summary>
    public static bool MayBegin(ReadOnlySpan<char> ahead) => ahead.StartsWith("ISA") && ahead.Length > 3 && IsSeparator(ahead[3]);

    /// <summary>Reads what <see cref="MayBegin"/> has found.</summary>
    /// <param name="ahead">The document from the ISA on, up to <see cref="MaxAhead"/> characters.</param>
    /// <param name="header">The text of the ISA with its separators; null where it is none.</param>
    /// <param name="length">Of the ISA and its terminator in the document; where it is none, of what need not be looked at again.</param>
    /// <returns>What is wrong with it, in a sentence; null when it was read.</returns>
    public static string? TryRead(ReadOnlySpan<char> ahead, out (string Text, X12Separators Separators)? header, out int length)
    {
        (header, length) = (null, 3);
        var element = ahead[3];
        Span<int> at = stackalloc int[Elements + 2];
        var found = 0;
        for (var index = 3; index < Math.Min(ahead.Length, MaxLength) && found <= Elements; index++)
        {
            if (ahead[index] == element)
            {
                at[found++] = index;
                if (found is 2 or 4 or 6 or 8 && Plain(ahead[(at[found - 2] + 1)..index]).Length > 2)
                {
                    return $"The ISA has '{Plain(ahead[(at[found - 2] + 1)..index])}' as element {found - 1}, which has two characters.";
                }
            }
        }

        if (found < Elements)
        {
            return $"The ISA has {found} elements, and 16 belong there.";
        }

        // Without the separator before ISA16 the fifteenth element runs on into the next segment.
        var fifteenth = found > Elements ? ahead[(at[Elements - 1] + 1)..at[Elements]] : ahead[(at[Elements - 1] + 1)..];
        var from = Plain(fifteenth).Length <= 1 && found > Elements ? at[Elements] + 1 : at[Elements - 1] + 1 + UsageIndicator(fifteenth);
        if (Separators(ahead, from, element, out var component, out length) is not { } terminator)
        {
            length = 3;
            return "What ends the ISA cannot be distinguished from what follows it.";
        }

        header = (Plain(ahead[..from]), new X12Separators(element, terminator, component));
        return null;
    }

    /// <summary>
    /// Finds component separator and terminator. Blanks aside, one or two characters stand before the next segment, or none where a line end is the terminator.
    /// </summary>
    private static char? Separators(ReadOnlySpan<char> ahead, int from, char element, out char? component, out int length)
    {
        (component, length) = (null, 0);
        Span<int> positions = stackalloc int[3];
        var count = 0;
        var lineEnd = -1;
        for (var index = from; index < ahead.Length; index++)
        {
            var sign = ahead[index];
            if (IsBlank(sign))
            {
                lineEnd = sign is '\r' or '\n' && lineEnd < 0 && count < 2 ? index : lineEnd;
                continue;
            }

            if (BeginsSegment(ahead[index..], element))
            {
                break;
            }

            if (count == 2)
            {
                break;
            }

            if (!IsSeparator(sign) || sign == element)
            {
                return null;
            }

            positions[count++] = index;
        }

        var last = count == 2 || (count == 1 && (lineEnd < 0 || EndsSegments(ahead[positions[0]], ahead[(positions[0] + 1)..].TrimStart(Blanks), element)))
            ? positions[count - 1] : lineEnd;
        if (last < 0)
        {
            return null;
        }

        component = count > 0 && last != positions[0] ? ahead[positions[0]] : null;
        length = last + 1;
        return ahead[last];
    }

    /// <summary>
    /// Whether this character ends the segments that follow, or line ends do and it is the component separator: the first of them that ends the next segment. A
    /// line end before which a segment goes on is a fold.
    /// </summary>
    private static bool EndsSegments(char sign, ReadOnlySpan<char> rest, char element)
    {
        while (rest.IndexOfAny(sign, '\r', '\n') is >= 0 and var at)
        {
            if (rest[at] == sign)
            {
                return true;
            }

            rest = rest[at..].TrimStart(Blanks);
            if (rest.IsEmpty || BeginsSegment(rest, element))
            {
                return false;
            }
        }

        return false;
    }

    private static bool BeginsSegment(ReadOnlySpan<char> text, char element)
    {
        var end = text[..Math.Min(text.Length, 4)].IndexOf(element);
        return end > 0 && X12Segment.IsId(text[..end]);
    }

    /// <summary>Characters of the usage indicator, which begins what runs on.</summary>
    private static int UsageIndicator(ReadOnlySpan<char> runningOn)
    {
        var blanks = runningOn.Length - runningOn.TrimStart(Blanks).Length;
        var rest = runningOn[blanks..];
        return rest is [var sign, ..] && char.IsAsciiLetter(sign) && (rest.Length == 1 || IsSeparator(rest[1]) || IsBlank(rest[1])) ? blanks + 1 : blanks;
    }

    private static bool IsSeparator(char sign) =>
        !char.IsLetterOrDigit(sign) && !char.IsSurrogate(sign) && sign is not (' ' or '\r' or '\n' or '\0' or '\uFEFF');

    /// <summary>Without line ends and blanks around it: in a folded ISA they stand anywhere.</summary>
    private static string Plain(ReadOnlySpan<char> text)
    {
        var trimmed = text.Trim(Blanks);
        return trimmed.ContainsAny('\r', '\n') ? string.Concat(trimmed.ToString().Split('\r', '\n')) : trimmed.ToString();
    }
}

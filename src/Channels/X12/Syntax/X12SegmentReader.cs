using RetailSync.Channels.Documents.Syntax;

namespace RetailSync.Channels.X12.Syntax;

/// <summary>
/// The segments of a file with any number of interchanges, each with separators of its own. What is no segment comes as one with a
/// <see cref="X12Segment.Problem"/>, so that everything in a file comes to something. No bytes make it throw, and it always goes forward.
/// </summary>
internal sealed class X12SegmentReader(Stream content)
{
    /// <summary>Characters of a segment. The longest of the standard, with free text, have some thousands.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Characters that are kept of what cannot be read.</summary>
    private const int MaxUnreadable = 1_000;

    private static readonly X12Separators None = new('*', '~', null);

    private readonly LookaheadText text = new(content, 2 * MaxLength);
    private X12Separators? separators;
    private long position;

    /// <summary>The next segment; null at the end. An ISA is one that was understood: what follows it is written as it says.</summary>
    public async ValueTask<X12Segment?> Read(CancellationToken cancellation)
    {
        while (true)
        {
            await SkipBlanks(cancellation);
            if (!await text.Look(X12Header.MaxAhead, cancellation))
            {
                return null;
            }

            if (X12Header.MayBegin(text.Ahead))
            {
                return await Header(cancellation);
            }

            if (separators is null)
            {
                return await Unreadable(0, "It is in no interchange: only an ISA says how segments are written.", cancellation);
            }

            if (await Segment(separators, cancellation) is { } segment)
            {
                return segment;
            }
        }
    }

    /// <summary>The interchange has ended: what follows has separators of its own.</summary>
    public void EndInterchange() => separators = null;

    private async ValueTask<X12Segment> Header(CancellationToken cancellation)
    {
        if (X12Header.TryRead(text.Ahead, out var header, out var length) is { } problem)
        {
            return separators is not null && await Segment(separators, cancellation) is { } segment
                ? new X12Segment(segment.Text, segment.Position, separators, problem) : await Unreadable(length, problem, cancellation);
        }

        text.Skip(length);
        separators = header!.Value.Separators;
        return new X12Segment(header.Value.Text, ++position, separators);
    }

    /// <summary>Line ends and indentation between segments; byte order marks and Ctrl-Z where files were glued together.</summary>
    private async ValueTask SkipBlanks(CancellationToken cancellation)
    {
        while (await text.Look(1, cancellation))
        {
            var ahead = text.Ahead;
            var blanks = 0;
            while (blanks < ahead.Length && ahead[blanks] != separators?.Element && ahead[blanks] != separators?.Terminator
                && (X12Header.IsBlank(ahead[blanks]) || ahead[blanks] is '\uFEFF' or '\u001A' or '\0'))
            {
                blanks++;
            }

            var isOver = blanks < ahead.Length;
            text.Skip(blanks);
            if (isOver)
            {
                return;
            }
        }
    }

    /// <summary>Up to the terminator or the end of the file; null where nothing stands between two terminators.</summary>
    private async ValueTask<X12Segment?> Segment(X12Separators written, CancellationToken cancellation)
    {
        var searched = 0;
        while (true)
        {
            await text.Look(searched + 1, cancellation);
            var found = End(text.Ahead[searched..], written);
            var length = found < 0 ? text.Ahead.Length : searched + found;
            if (length > MaxLength)
            {
                var beginning = text.Ahead[..MaxUnreadable].ToString();
                await SkipSegment(written, cancellation);
                return new X12Segment(beginning, ++position, written, FormattableString.Invariant($"It has more than {MaxLength} characters."));
            }

            if (found >= 0 || length == searched)
            {
                var segment = Unfolded(text.Ahead[..length], written).TrimEnd();
                text.Skip(found >= 0 ? length + 1 : length);
                return segment.Length == 0 ? null : new X12Segment(segment, ++position, written);
            }

            searched = length;
        }
    }

    private async ValueTask SkipSegment(X12Separators written, CancellationToken cancellation)
    {
        int end;
        do
        {
            end = End(text.Ahead, written);
            text.Skip(end < 0 ? text.Ahead.Length : end + 1);
        }
        while (end < 0 && await text.Look(1, cancellation));
    }

    /// <summary>Everything up to the next ISA, as one segment.</summary>
    private async ValueTask<X12Segment> Unreadable(int from, string problem, CancellationToken cancellation)
    {
        var beginning = "";
        int next;
        do
        {
            var ahead = text.Ahead;
            next = NextHeader(ahead, Math.Min(from, ahead.Length));
            // What may be the beginning of an ISA stays, unless the file ends there.
            var length = next >= 0 ? next : ahead.Length < X12Header.MaxAhead ? ahead.Length : ahead.Length - 3;
            beginning += ahead[..Math.Min(length, MaxUnreadable - beginning.Length)].ToString();
            text.Skip(length);
            from = 0;
        }
        while (next < 0 && await text.Look(X12Header.MaxAhead, cancellation));

        return new X12Segment(beginning, ++position, None, problem);
    }

    private static int NextHeader(ReadOnlySpan<char> ahead, int from)
    {
        while (ahead[from..].IndexOf("ISA") is >= 0 and var found)
        {
            if (X12Header.MayBegin(ahead[(from + found)..]))
            {
                return from + found;
            }

            from += found + 3;
        }

        return -1;
    }

    private static int End(ReadOnlySpan<char> ahead, X12Separators written) =>
        written.IsByLine ? ahead.IndexOfAny('\r', '\n') : ahead.IndexOf(written.Terminator);

    private static string Unfolded(ReadOnlySpan<char> segment, X12Separators written) =>
        written.IsByLine || !segment.ContainsAny('\r', '\n') ? segment.ToString() : string.Concat(segment.ToString().Split('\r', '\n'));
}

using RetailSync.Channels.Documents.Syntax;

namespace RetailSync.Channels.Edifact;

/// <summary>
/// The segments of a file with any number of interchanges. What is no segment comes as one with a <see cref="EdifactSegment.Problem"/>, so that everything in a
/// file comes to something. Line ends mean nothing, wherever they stand. No bytes make it throw, and it always goes forward.
/// </summary>
internal sealed class EdifactSegmentReader(Stream content)
{
    /// <summary>Characters of a segment. The longest of the standard, with free text, have some thousands.</summary>
    public const int MaxLength = 64 * 1024;

    private const int MaxUnreadable = 1_000;

    /// <summary>Characters of UNA with the six that it names, and of the beginning of the UNB behind it.</summary>
    private const int AdviceLength = 9;

    private readonly LookaheadText text = new(content, 2 * MaxLength);
    private EdifactSeparators? separators;
    private long position;

    /// <summary>The next segment; null at the end. A UNA is none: it says how the segments behind it are written.</summary>
    public async ValueTask<EdifactSegment?> Read(CancellationToken cancellation)
    {
        while (await SkipBlanks(cancellation))
        {
            await text.Look(AdviceLength, cancellation);
            if (Advice(text.Ahead) is { } advised)
            {
                separators = advised;
                text.Skip(AdviceLength);
                continue;
            }

            separators ??= EdifactSeparators.Of(text.Ahead);
            if (separators is null)
            {
                return await Unreadable(cancellation);
            }

            if (await Segment(separators, cancellation) is { } segment)
            {
                return segment;
            }
        }

        return null;
    }

    /// <summary>The interchange has ended: what follows has separators of its own.</summary>
    public void EndInterchange() => separators = null;

    /// <summary>
    /// UNA, five characters that part and release (the fifth repeats, from syntax 4 on) and the terminator: no letters or digits, and no two the
    /// same.
    /// </summary>
    private static EdifactSeparators? Advice(ReadOnlySpan<char> ahead)
    {
        if (ahead.Length < AdviceLength || !ahead.StartsWith("UNA"))
        {
            return null;
        }

        var (component, element, mark, release, terminator) = (ahead[3], ahead[4], ahead[5], ahead[6], ahead[8]);
        ReadOnlySpan<char> parting = [component, element, terminator];
        var isRight = component != element && component != terminator && element != terminator && !parting.Contains(release);
        foreach (var sign in parting)
        {
            isRight &= !char.IsLetterOrDigit(sign) && !char.IsSurrogate(sign) && sign is > ' ' or >= '\u001C' and <= '\u001F';
        }

        return isRight ? new EdifactSeparators(component, element, mark is ',' ? ',' : '.', release == ' ' ? null : release, terminator) : null;
    }

    /// <summary>Line ends and indentation between segments; byte order marks and Ctrl-Z where files were glued together.</summary>
    private async ValueTask<bool> SkipBlanks(CancellationToken cancellation)
    {
        while (await text.Look(1, cancellation))
        {
            var ahead = text.Ahead;
            var blanks = 0;
            while (blanks < ahead.Length && ahead[blanks] is ' ' or '\t' or '\r' or '\n' or '\uFEFF' or '\u001A' or '\0')
            {
                blanks++;
            }

            var isOver = blanks < ahead.Length;
            text.Skip(blanks);
            if (isOver)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Up to a terminator that is not released, or the end of the file; null where nothing stands between two terminators.</summary>
    private async ValueTask<EdifactSegment?> Segment(EdifactSeparators written, CancellationToken cancellation)
    {
        var searched = 0;
        var hasEnded = false;
        while (!hasEnded && searched <= MaxLength && await text.Look(searched + 2, cancellation) && searched < text.Ahead.Length)
        {
            (searched, hasEnded) = Search(text.Ahead, searched, written, isLast: text.Ahead.Length < searched + 2);
        }

        if (searched > MaxLength)
        {
            var beginning = text.Ahead[..MaxUnreadable].ToString();
            text.Skip(searched + (hasEnded ? 1 : 0));
            await SkipSegment(hasEnded, written, cancellation);
            return new EdifactSegment(beginning, ++position, written, FormattableString.Invariant($"It has more than {MaxLength} characters."));
        }

        var content = text.Ahead[..searched];
        var segment = (content.ContainsAny('\r', '\n') ? string.Concat(content.ToString().Split('\r', '\n')) : content.ToString()).TrimEnd();
        text.Skip(searched + (hasEnded ? 1 : 0));
        return segment.Length == 0 ? null : new EdifactSegment(segment, ++position, written);
    }

    /// <summary>A release that is the last character of the file releases nothing; otherwise what it releases is not there yet.</summary>
    /// <returns>How far it was searched, and whether the terminator stands there.</returns>
    private static (int Searched, bool HasEnded) Search(ReadOnlySpan<char> ahead, int from, EdifactSeparators written, bool isLast)
    {
        while (from < ahead.Length)
        {
            if (ahead[from] == written.Terminator)
            {
                return (from, true);
            }

            if (ahead[from] == written.Release && from + 1 == ahead.Length && !isLast)
            {
                return (from, false);
            }

            from += ahead[from] == written.Release && !isLast ? 2 : 1;
        }

        return (from, false);
    }

    private async ValueTask SkipSegment(bool hasEnded, EdifactSeparators written, CancellationToken cancellation)
    {
        while (!hasEnded && await text.Look(2, cancellation))
        {
            (var searched, hasEnded) = Search(text.Ahead, 0, written, isLast: text.Ahead.Length < 2);
            text.Skip(Math.Min(text.Ahead.Length, searched + (hasEnded ? 1 : 0)));
        }
    }

    /// <summary>Everything up to the next UNA or UNB, as one segment.</summary>
    private async ValueTask<EdifactSegment> Unreadable(CancellationToken cancellation)
    {
        const int Ahead = 4 * 1024;
        var beginning = "";
        var start = 1;
        int next;
        do
        {
            await text.Look(Ahead, cancellation);
            var ahead = text.Ahead;
            next = Beginning(ahead, Math.Min(start, ahead.Length));
            var length = next >= 0 ? next : ahead.Length < Ahead ? ahead.Length : ahead.Length - AdviceLength;
            beginning += ahead[..Math.Min(length, MaxUnreadable - beginning.Length)].ToString();
            text.Skip(length);
            start = 0;
        }
        while (next < 0 && await text.Look(1, cancellation));

        return new EdifactSegment(beginning, ++position, EdifactSeparators.Standard, "It is in no interchange, which begins with UNA or UNB.");
    }

    private static int Beginning(ReadOnlySpan<char> ahead, int from)
    {
        while (ahead[from..].IndexOf("UN") is >= 0 and var found)
        {
            from += found;
            if (EdifactSeparators.Of(ahead[from..]) is not null || Advice(ahead[from..]) is not null)
            {
                return from;
            }

            from += 2;
        }

        return -1;
    }
}

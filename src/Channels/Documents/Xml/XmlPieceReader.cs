using RetailSync.Channels.Documents.Syntax;

namespace RetailSync.Channels.Documents.Xml;

internal enum XmlPieceKind
{
    /// <summary>Text before the first markup, or a <c>&lt;</c> that begins none.</summary>
    Text,

    /// <summary>A start tag, and the text behind it.</summary>
    Start,

    /// <summary>An end tag, and the text behind it.</summary>
    End,

    /// <summary>A comment, a CDATA section or a processing instruction (an XML declaration too), and the text behind it.</summary>
    Other,

    /// <summary>A document type definition.</summary>
    DocumentType,
}

/// <summary>
/// Cuts XML at every <c>&lt;</c> that begins markup, without asking whether it is well-formed: records are found in a file in which something else is broken,
/// or which is several files one behind the other. No bytes make it throw.
/// </summary>
internal sealed class XmlPieceReader(Stream content)
{
    /// <summary>Characters of a tag with the text behind it: of an element, without its children.</summary>
    public const int MaxPiece = 512 * 1024;

    private readonly LookaheadText text = new(content, MaxPiece + 1);
    private int length;
    private int nameStart;
    private int nameLength;

    /// <summary>Of the piece, from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>Of the piece, from 1.</summary>
    public long Column { get; private set; } = 1;

    public XmlPieceKind Kind { get; private set; }

    /// <summary>It has more than <see cref="MaxPiece"/> characters, of which some are passed over.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Valid until the next read.</summary>
    public ReadOnlySpan<char> Text => text.Ahead[..length];

    /// <summary>Of a tag, with its prefix; valid until the next read.</summary>
    public ReadOnlySpan<char> QualifiedName => text.Ahead.Slice(nameStart, nameLength);

    /// <summary>Of a tag.</summary>
    public string LocalName => XmlName.Local(QualifiedName.ToString());

    public string Position => FormattableString.Invariant($"line {Line}, column {Column}");

    /// <summary>Of a start tag: nothing is in the element.</summary>
    public bool IsEmpty => EndOfTag() is > 0 and var end && Text[end - 1] == '/';

    /// <summary>The place of the <c>&gt;</c> that ends the tag; -1 where none does.</summary>
    public int EndOfTag()
    {
        var quote = '\0';
        for (var index = 0; index < length; index++)
        {
            var next = text.Ahead[index];
            if (quote != '\0')
            {
                quote = next == quote ? '\0' : quote;
            }
            else if (next == '>')
            {
                return index;
            }
            else if (next is '"' or '\'')
            {
                quote = next;
            }
        }

        return -1;
    }

    /// <summary>Goes to the next piece; false at the end of the file.</summary>
    public async ValueTask<bool> Read(CancellationToken cancellation)
    {
        Skip(length);
        (length, nameStart, nameLength, IsTooLong) = (0, 0, 0, false);
        if (!await text.Look("<![CDATA[".Length, cancellation))
        {
            return false;
        }

        var from = await EndOfMarkup(Classify(), cancellation);
        length = await Find("<", from, cancellation) is >= 0 and var next ? next : text.Ahead.Length;
        if (length > MaxPiece)
        {
            IsTooLong = true;
            await SkipToMarkup(cancellation);
        }
        else
        {
            ReadName();
        }

        return true;
    }

    /// <summary>What the piece begins with, and how it ends; null where the next markup ends it.</summary>
    private string? Classify()
    {
        var ahead = text.Ahead;
        (Kind, var end) = ahead switch
        {
            ['<', '!', '-', '-', ..] => (XmlPieceKind.Other, "-->"),
            ['<', '!', '[', ..] => (XmlPieceKind.Other, "]]>"),
            ['<', '!', ..] => (XmlPieceKind.DocumentType, null),
            ['<', '?', ..] => (XmlPieceKind.Other, "?>"),
            ['<', '/', ..] => (XmlPieceKind.End, null),
            ['<', ..] => (XmlPieceKind.Start, null),
            _ => (XmlPieceKind.Text, (string?)null),
        };
        return end;
    }

    /// <summary>Behind a comment or section, where the search for the next markup begins; one without an end ends at the next markup.</summary>
    private async ValueTask<int> EndOfMarkup(string? end, CancellationToken cancellation) =>
        end is not null && await Find(end, 2, cancellation) is >= 0 and var found ? found + end.Length : Math.Min(1, text.Ahead.Length);

    /// <summary>The place of a text ahead; -1 where it is not within <see cref="MaxPiece"/> characters.</summary>
    private async ValueTask<int> Find(string what, int from, CancellationToken cancellation)
    {
        while (true)
        {
            var ahead = text.Ahead.Length;
            if (from < ahead && text.Ahead[from..].IndexOf(what) is >= 0 and var found)
            {
                return from + found;
            }

            from = Math.Max(from, ahead - what.Length + 1);
            if (ahead > MaxPiece)
            {
                return -1;
            }

            await text.Look(ahead + 1, cancellation);
            if (text.Ahead.Length == ahead)
            {
                return -1;
            }
        }
    }

    /// <summary>Passes over the rest of a piece that is too long.</summary>
    private async ValueTask SkipToMarkup(CancellationToken cancellation)
    {
        Skip(1);
        length = 0;
        while (await text.Look(1, cancellation))
        {
            var next = text.Ahead.IndexOf('<');
            Skip(next < 0 ? text.Ahead.Length : next);
            if (next >= 0)
            {
                return;
            }
        }
    }

    private void ReadName()
    {
        if (Kind is not (XmlPieceKind.Start or XmlPieceKind.End))
        {
            return;
        }

        nameStart = Kind == XmlPieceKind.End ? 2 : 1;
        var rest = Text[Math.Min(nameStart, length)..];
        nameLength = rest.IndexOfAny(" \t\r\n/>") is >= 0 and var found ? found : rest.Length;
        if (nameLength == 0)
        {
            (Kind, nameStart) = (XmlPieceKind.Text, 0);
        }
    }

    private void Skip(int count)
    {
        var passed = text.Ahead[..count];
        if (passed.LastIndexOfAny('\r', '\n') is >= 0 and var last)
        {
            Line += passed.Count('\n') + passed.Count('\r') - passed.Count("\r\n");
            Column = count - last;
        }
        else
        {
            Column += count;
        }

        text.Skip(count);
    }
}

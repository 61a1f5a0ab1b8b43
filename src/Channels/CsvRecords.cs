using System.Buffers;

namespace RetailSync.Channels;

/// <summary>
/// The records of a CSV text (RFC 4180): a quoted field may have commas, quotes (doubled) and line breaks. A quote that is never closed, or that is followed by
/// anything but the end of its field, spoils the line that it stands in and no other: that line is a record of its own with <see cref="Broken"/>, and the
/// reading goes on with the next one. Whoever writes records properly and whoever reads them with this class therefore always agree on how many there are.
/// </summary>
/// <remarks>
/// Own code, since no reader of the packages at hand does both: they end a field at its line, or let an open quote swallow what follows. What is held in memory
/// is bounded by <see cref="MaxLength"/>. Not for two threads.
/// </remarks>
public sealed class CsvRecords(TextReader text)
{
    /// <summary>Characters of a record. A longer one is broken, and cut.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Why a line with a quote in the wrong place is no record.</summary>
    public const string QuoteOutOfPlace = "has a quote out of place";

    private static readonly SearchValues<char> LineEnd = SearchValues.Create("\r\n");
    private static readonly SearchValues<char> FieldEnd = SearchValues.Create(",\r\n");

    private readonly List<string> cells = [];
    private readonly char[] buffer = new char[4 * MaxLength];
    private int start;
    private int end;
    private bool ended;
    private bool begun;
    private bool isSkipping;
    private long nextLine = 1;

    /// <summary>The fields of the record; of a broken line what stands between its commas.</summary>
    public IReadOnlyList<string> Cells => cells;

    /// <summary>What is wrong with the line, to be put after its name; null for a record.</summary>
    public string? Broken { get; private set; }

    /// <summary>
    /// Whether a field that is not quoted has a quote inside, such as <c>5" pipe</c>: what is meant is plain, and not what the standard allows.
    /// </summary>
    public bool HasStrayQuote { get; private set; }

    /// <summary>The record as it was written, without its line end.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Its place among the records, from 1; empty lines are none.</summary>
    public long Row { get; private set; }

    /// <summary>The line that it begins in, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Goes to the next record; false after the last.</summary>
    /// <exception cref="IOException">The text cannot be read further.</exception>
    /// <exception cref="InvalidDataException">It cannot be decompressed further.</exception>
    public bool Read()
    {
        while (true)
        {
            if (NeedsMore())
            {
                Filled(text.Read(Room().Span));
            }
            else if (Next() is { } found)
            {
                return found;
            }
        }
    }

    /// <inheritdoc cref="Read"/>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (NeedsMore())
            {
                Filled(await text.ReadAsync(Room(), cancellation));
            }
            else if (Next() is { } found)
            {
                return found;
            }
        }
    }

    private bool NeedsMore() => !ended && end - start <= MaxLength + 1;

    private Memory<char> Room()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        return buffer.AsMemory(end);
    }

    private void Filled(int read)
    {
        ended = read == 0;
        end += read;
        if (!begun && end > 0)
        {
            begun = true;
            start = buffer[0] == '\uFEFF' ? 1 : 0;
        }
    }

    /// <summary>Whether there is another record in what is buffered; null when that has to be filled first.</summary>
    private bool? Next()
    {
        var rest = buffer.AsSpan(start, end - start);
        if (isSkipping)
        {
            var over = rest.IndexOfAny(LineEnd);
            start += Math.Max(0, over < 0 ? rest.Length : over);
            isSkipping = over < 0 && !ended;
            return isSkipping || start < end ? null : false;
        }

        while (!rest.IsEmpty && rest[0] is '\r' or '\n')
        {
            Consume(rest, 0);
            rest = buffer.AsSpan(start, end - start);
            if (NeedsMore())
            {
                return null;
            }
        }

        if (rest.IsEmpty)
        {
            return false;
        }

        Row++;
        Line = nextLine;
        var length = Parse(rest[..Math.Min(rest.Length, MaxLength + 1)]);
        Text = rest[..length].ToString();
        Consume(rest, length);
        return true;
    }

    /// <summary>Goes on after the record and the end of its line.</summary>
    private void Consume(ReadOnlySpan<char> rest, int length)
    {
        var record = rest[..length];
        var lineEnd = length == rest.Length ? 0 : rest[length] == '\r' && length + 1 < rest.Length
            && rest[length + 1] == '\n' ? 2 : rest[length] is '\r' or '\n' ? 1 : 0;
        nextLine += record.Count('\n') + record.Count('\r') - record.Count("\r\n") + Math.Min(lineEnd, 1);
        start += length + lineEnd;
    }

    /// <summary>The length of the record that <paramref name="rest"/> begins with.</summary>
    private int Parse(ReadOnlySpan<char> rest)
    {
        cells.Clear();
        (Broken, HasStrayQuote) = (null, false);
        var at = 0;
        while (true)
        {
            if (at < rest.Length && rest[at] == '"')
            {
                var closing = Closing(rest, at + 1);
                if (closing < 0 || (closing + 1 < rest.Length && !FieldEnd.Contains(rest[closing + 1])))
                {
                    return Alone(rest);
                }

                cells.Add(rest[(at + 1)..closing].ToString().Replace("\"\"", "\"", StringComparison.Ordinal));
                at = closing + 1;
            }
            else
            {
                var length = rest[at..].IndexOfAny(FieldEnd);
                var field = length < 0 ? rest[at..] : rest.Slice(at, length);
                HasStrayQuote |= field.Contains('"');
                cells.Add(field.ToString());
                at += field.Length;
            }

            if (at == rest.Length)
            {
                return rest.Length > MaxLength ? Alone(rest) : at;
            }

            if (rest[at] != ',')
            {
                return at;
            }

            at++;
        }
    }

    /// <summary>The place of the quote that ends the field; -1 when there is none.</summary>
    private static int Closing(ReadOnlySpan<char> rest, int from)
    {
        while (rest[from..].IndexOf('"') is >= 0 and var found)
        {
            var at = from + found;
            if (at + 1 == rest.Length || rest[at + 1] != '"')
            {
                return at;
            }

            from = at + 2;
        }

        return -1;
    }

    /// <summary>Only the line that it begins in, split at its commas.</summary>
    private int Alone(ReadOnlySpan<char> rest)
    {
        cells.Clear();
        var length = rest.IndexOfAny(LineEnd);
        isSkipping = length < 0 && rest.Length > MaxLength;
        Broken = isSkipping ? FormattableString.Invariant($"is longer than {MaxLength} characters") : QuoteOutOfPlace;
        var line = length < 0 ? rest : rest[..length];
        cells.AddRange(line.ToString().Split(','));
        return line.Length;
    }
}

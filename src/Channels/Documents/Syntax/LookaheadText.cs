using System.Text;

namespace RetailSync.Channels.Documents.Syntax;

/// <summary>
/// Text that is read forwards once, with a bounded look ahead. It is UTF-8, or what a byte order mark says, or UTF-16 where it begins with a <c>&lt;</c> of two
/// bytes; bytes that are not UTF-8 are Latin-1, since partners declare one character set and send the other. No bytes make it throw, only the stream does.
/// </summary>
internal sealed class LookaheadText
{
    private static readonly Encoding Utf8OrLatin1 = WithFallback();

    private readonly Stream content;
    private readonly byte[] bytes = new byte[64 * 1024];
    private readonly char[] buffer;
    private Decoder? decoder;
    private int start;
    private int end;
    private bool ended;

    /// <param name="content">Is left open, not disposed.</param>
    /// <param name="maxAhead">Characters that may be looked ahead; twice as many are held in memory.</param>
    public LookaheadText(Stream content, int maxAhead)
    {
        this.content = content;
        buffer = new char[(2 * maxAhead) + bytes.Length];
    }

    /// <summary>What comes next, as far as it was looked at and possibly further. Valid until the next look.</summary>
    public ReadOnlySpan<char> Ahead => buffer.AsSpan(start, end - start);

    /// <summary>Makes <see cref="Ahead"/> at least so many characters long; it is shorter only at the end of the text.</summary>
    /// <returns>Whether there is anything ahead.</returns>
    public async ValueTask<bool> Look(int count, CancellationToken cancellation)
    {
        while (end - start < count && !ended)
        {
            decoder ??= await Decoder(cancellation);
            var read = await content.ReadAsync(bytes, cancellation);
            ended = read == 0;
            Decode(bytes.AsSpan(0, read));
        }

        return start < end;
    }

    /// <summary>Goes forward by so many characters of <see cref="Ahead"/>.</summary>
    public void Skip(int count) => start += count;

    /// <summary>By the byte order mark, if there is one; what was read to find it is decoded with it.</summary>
    private async ValueTask<Decoder> Decoder(CancellationToken cancellation)
    {
        var length = await content.ReadAtLeastAsync(bytes.AsMemory(0, 4), 4, throwOnEndOfStream: false, cancellation);
        var beginning = bytes.AsMemory(0, length);
        // UTF-32 before UTF-16, whose mark it begins with.
        Encoding[] marked = [Encoding.UTF8, Encoding.UTF32, Encoding.Unicode, Encoding.BigEndianUnicode];
        var found = Array.Find(marked, encoding => beginning.Span.StartsWith(encoding.Preamble));
        decoder = (found is null ? Unmarked(beginning.Span) : found == Encoding.UTF8 ? Utf8OrLatin1 : found).GetDecoder();
        Decode(beginning.Span[(found?.Preamble.Length ?? 0)..]);
        return decoder;
    }

    /// <summary>XML in UTF-16 may do without a mark (XML 1.0, appendix F).</summary>
    private static Encoding Unmarked(ReadOnlySpan<byte> beginning) =>
        beginning is [(byte)'<', 0, ..] ? Encoding.Unicode : beginning is [0, (byte)'<', ..] ? Encoding.BigEndianUnicode : Utf8OrLatin1;

    private void Decode(ReadOnlySpan<byte> read)
    {
        // A byte comes to at most one character, and to what the decoder has kept of the bytes before it.
        if (buffer.Length - end < read.Length + Latin1Fallback.Instance.MaxCharCount)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        end += decoder!.GetChars(read, buffer.AsSpan(end), flush: ended);
    }

    private static Encoding WithFallback()
    {
        var encoding = (Encoding)Encoding.UTF8.Clone();
        encoding.DecoderFallback = Latin1Fallback.Instance;
        return encoding;
    }

    private sealed class Latin1Fallback : DecoderFallback
    {
        public static readonly Latin1Fallback Instance = new();

        /// <summary>The most bytes that are found not to be UTF-8 at once.</summary>
        public override int MaxCharCount => 4;

        public override DecoderFallbackBuffer CreateFallbackBuffer() => new Bytes();

        private sealed class Bytes : DecoderFallbackBuffer
        {
            private byte[] unknown = [];
            private int next;

            public override int Remaining => unknown.Length - next;

            public override bool Fallback(byte[] bytesUnknown, int index)
            {
                (unknown, next) = (bytesUnknown, 0);
                return unknown.Length > 0;
            }

            public override char GetNextChar() => next < unknown.Length ? (char)unknown[next++] : '\0';

            public override bool MovePrevious()
            {
                next -= next > 0 ? 1 : 0;
                return next > 0;
            }

            public override void Reset() => (unknown, next) = ([], 0);
        }
    }
}

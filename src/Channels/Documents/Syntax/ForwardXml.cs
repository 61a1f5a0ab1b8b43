using System.Xml;

namespace RetailSync.Channels.Documents.Syntax;

/// <summary>
/// XML that is read forwards once within bounded memory: no document type, no entities but the five of XML, nothing fetched from elsewhere, a limit to depth
/// and to what one tag may have. What is wrong with it is a <see cref="Problem"/> with line and column; only the stream throws.
/// </summary>
internal sealed class ForwardXml : IDisposable
{
    public const int MaxDepth = 64;

    /// <summary>Characters of a text that are kept; no number, name or date is longer.</summary>
    public const int MaxText = 4 * 1024;

    private readonly BoundedStream bounded;
    private readonly XmlReader reader;
    private readonly char[] text = new char[MaxText];

    /// <param name="content">Stays open. What is blank before the declaration does not count.</param>
    public ForwardXml(Stream content)
    {
        bounded = new BoundedStream(content);
        reader = XmlReader.Create(bounded, new XmlReaderSettings
        {
            Async = true,
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            ConformanceLevel = ConformanceLevel.Fragment,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
        });
    }

    /// <summary>Why it cannot be read on; null where nothing is wrong.</summary>
    public string? Problem { get; private set; }

    public XmlNodeType NodeType => reader.NodeType;

    /// <summary>Without its prefix, in which senders differ.</summary>
    public string Name => reader.LocalName;

    public int Depth => reader.Depth;

    public bool IsEmptyElement => reader.IsEmptyElement;

    public string Position => FormattableString.Invariant($"line {(reader as IXmlLineInfo)!.LineNumber}");

    /// <summary>An attribute without regard to its prefix; null where there is none.</summary>
    public string? Attribute(string name)
    {
        for (var found = reader.MoveToFirstAttribute(); found; found = reader.MoveToNextAttribute())
        {
            if (reader.LocalName == name)
            {
                var value = reader.Value;
                reader.MoveToElement();
                return value;
            }
        }

        reader.MoveToElement();
        return null;
    }

    /// <summary>The next node; false at the end, and where there is a <see cref="Problem"/>.</summary>
    public async ValueTask<bool> Read(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (Problem is not null)
        {
            return false;
        }

        try
        {
            if (!await reader.ReadAsync())
            {
                return false;
            }

            bounded.Pass();
            Problem = reader.Depth > MaxDepth ? FormattableString.Invariant($"{Position}: it is nested more than {MaxDepth} deep.") : null;
        }
        catch (Exception exception) when (IsOfTheText(exception))
        {
            Problem = ProblemOf(exception);
        }

        return Problem is null;
    }

    /// <summary>The text of the node, up to <see cref="MaxText"/>.</summary>
    public async ValueTask<string> Text()
    {
        var length = 0;
        try
        {
            int read;
            while ((read = await reader.ReadValueChunkAsync(text, length, text.Length - length)) > 0)
            {
                bounded.Pass();
                length += read;
            }
        }
        catch (Exception exception) when (IsOfTheText(exception))
        {
            Problem = ProblemOf(exception);
        }

        return new string(text, 0, length);
    }

    public void Dispose() => reader.Dispose();

    private static bool IsOfTheText(Exception exception) => exception is XmlException or TooLongException or ArgumentException or NotSupportedException;

    /// <summary>Not the reader's own message, which quotes the text: what is beside the goods may be somebody's name.</summary>
    private static string ProblemOf(Exception exception) => exception switch
    {
        TooLongException tooLong => tooLong.Message,
        XmlException broken => FormattableString.Invariant($"It is not well-formed XML at line {broken.LineNumber}, column {broken.LinePosition}."),
        _ => "Its character set is not known.",
    };

    private sealed class TooLongException(string message) : Exception(message);

    /// <summary>Counts what is read for one node, which the reader holds in memory.</summary>
    private sealed class BoundedStream(Stream content) : Stream
    {
        private const int MaxNode = 1024 * 1024;

        private int sincePass;
        private bool hasBegun;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Pass() => sincePass = 0;

        public override int Read(byte[] buffer, int offset, int count) => Counted(content.Read(buffer, offset, count), buffer.AsSpan(offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read;
            do
            {
                read = await content.ReadAsync(buffer, cancellationToken);
            }
            while (read > 0 && (read = Counted(read, buffer.Span)) == 0);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private int Counted(int read, Span<byte> buffer)
        {
            sincePass += read;
            if (sincePass > MaxNode)
            {
                throw new TooLongException(FormattableString.Invariant($"A tag or declaration has more than {MaxNode} bytes."));
            }

            if (hasBegun || read == 0)
            {
                return read;
            }

            var blanks = buffer[..read].IndexOfAnyExcept(" \t\r\n"u8);
            hasBegun = blanks >= 0;
            if (blanks > 0)
            {
                buffer[blanks..read].CopyTo(buffer);
            }

            return hasBegun ? read - blanks : 0;
        }
    }
}

using System.IO.Compression;
using RetailSync.Channels;
using RetailSync.Channels.Documents;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.SourceDocuments.Receive;

/// <summary>
/// The content of a file as it comes in: decompressed where it begins as gzip does, read forwards once, with a bound. Its first bytes can be looked at before
/// it is read.
/// </summary>
public sealed class FileBody : Stream
{
    private readonly Stream _content;
    private readonly long _longest;
    private readonly byte[] _beginning = new byte[DocumentFormats.BeginningLength];
    private int _length;
    private int _read;
    private long _total;

    private FileBody(Stream content, long longest) => (_content, _longest) = (content, longest);

    /// <summary>At least <see cref="DocumentFormats.BeginningLength"/> bytes of it, or all.</summary>
    public ReadOnlySpan<byte> Beginning => _beginning.AsSpan(0, _length);

    /// <param name="body">As it was sent; the caller's to close.</param>
    /// <param name="longest">Bytes that it may have, decompressed.</param>
    public static async Task<FileBody> Open(Stream body, long longest, CancellationToken cancellation)
    {
        var raw = new FileBody(body, longest);
        await raw.Begin(cancellation);
        if (!raw.Beginning.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
        {
            return raw;
        }

        var decompressed = new FileBody(new GZipStream(raw, CompressionMode.Decompress), longest);
        await decompressed.Begin(cancellation);
        return decompressed;
    }

    /// <summary>The format that its caller named, or that it is recognised as.</summary>
    /// <param name="format">Its name; <see cref="DocumentFormats.Auto"/> to recognise it.</param>
    /// <param name="formats">Those that there are.</param>
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>: it has no byte, as when a transfer failed; <c>unknown-format</c>: nothing recognises
    /// it.</exception>
    public IDocumentFormat FormatOf(string format, IReadOnlyList<IDocumentFormat> formats)
    {
        if (_length == 0)
        {
            throw ApiProblemException.Malformed("The file is empty.");
        }

        if (format != DocumentFormats.Auto)
        {
            return formats.First(one => one.Name == format);
        }

        return DocumentFormats.Recognise(Beginning, formats)?.Format ?? throw new ApiProblemException(
            StatusCodes.Status400BadRequest, "unknown-format", $"It begins like none of {string.Join(", ", formats.Select(one => one.Name))}.");
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _total; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_read < _length)
        {
            var count = Math.Min(buffer.Length, _length - _read);
            _beginning.AsMemory(_read, count).CopyTo(buffer);
            _read += count;
            return count;
        }

        var more = await _content.ReadAsync(buffer, cancellationToken);
        _total += more;
        return _total > _longest ? throw TooLarge() : more;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>For readers that know no other way. The body of a request is read asynchronously all the same, and a thread waits for it.</summary>
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async Task Begin(CancellationToken cancellation)
    {
        _length = await _content.ReadAtLeastAsync(_beginning, _beginning.Length, throwOnEndOfStream: false, cancellation);
        _total = _length;
    }

    private ApiProblemException TooLarge() =>
        new(StatusCodes.Status413PayloadTooLarge, "body-too-large", FormattableString.Invariant($"A file has at most {_longest} bytes: send several."));
}

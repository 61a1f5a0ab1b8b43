using System.Buffers;

namespace RetailSync.Channels.Documents.Syntax;

/// <summary>A stream of which the beginning was read to see what it is, from its beginning on. The rest stays open.</summary>
public sealed class RejoinedStream(ReadOnlyMemory<byte> beginning, Stream rest) : Stream
{
    /// <summary>Blanks, byte order marks, and the zeros of UTF-16.</summary>
    private static readonly SearchValues<byte> Ignored = SearchValues.Create([.. " \t\r\n\0\uFEFF"u8, 0xFF, 0xFE]);

    private ReadOnlyMemory<byte> ahead = beginning;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Whether the first character that means something is this one, and the stream from its beginning on.</summary>
    internal static async Task<(bool Begins, RejoinedStream Whole)> BeginsWith(char first, Stream content, CancellationToken cancellation)
    {
        var beginning = new byte[64];
        var length = await content.ReadAtLeastAsync(beginning, beginning.Length, throwOnEndOfStream: false, cancellation);
        var at = beginning.AsSpan(0, length).IndexOfAnyExcept(Ignored);
        return (at >= 0 && beginning[at] == first, new RejoinedStream(beginning.AsMemory(0, length), content));
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        Ahead(buffer.AsSpan(offset, count)) is > 0 and var read ? read : rest.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Ahead(buffer.Span) is > 0 and var read ? ValueTask.FromResult(read) : rest.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Ahead(Span<byte> buffer)
    {
        var length = Math.Min(ahead.Length, buffer.Length);
        ahead.Span[..length].CopyTo(buffer);
        ahead = ahead[length..];
        return length;
    }
}

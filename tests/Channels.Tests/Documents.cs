using System.Text;

namespace RetailSync.Channels.Tests;

internal static class Documents
{
    public static Stream Stream(string text) => new MemoryStream(Encoding.UTF8.GetBytes(text));

    /// <summary>Hands out a byte at a time: whatever works with it does not depend on where a read ends.</summary>
    public static Stream Trickle(string text) => Trickle(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Trickle(string)"/>
    public static Stream Trickle(byte[] bytes) => new TricklingStream(bytes);

    private sealed class TricklingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1)]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));
    }
}

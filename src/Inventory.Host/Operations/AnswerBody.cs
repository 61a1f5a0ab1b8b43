using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace RetailSync.Inventory.Host.Operations;

/// <summary>
/// The body of an answer, whose writing nothing ends but the caller. The server resets the connection where the token of a write is cancelled, and the
/// request's is when the database is given up: a caller whose answer was ready, from memory for one, would see a broken connection instead.
/// </summary>
/// <param name="hungUp">Cancelled when the caller disconnects.</param>
internal sealed class AnswerBody(IHttpResponseBodyFeature inner, CancellationToken hungUp) : IHttpResponseBodyFeature
{
    private PipeWriter? _writer;
    private Stream? _stream;

    public PipeWriter Writer => _writer ??= new UntilHungUp(inner.Writer, hungUp);

    public Stream Stream => _stream ??= Writer.AsStream(leaveOpen: true);

    public void DisableBuffering() => inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(hungUp);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        inner.SendFileAsync(path, offset, count, hungUp);

    public Task CompleteAsync() => inner.CompleteAsync();

    private sealed class UntilHungUp(PipeWriter inner, CancellationToken hungUp) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(hungUp);

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(source, hungUp);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
    }
}

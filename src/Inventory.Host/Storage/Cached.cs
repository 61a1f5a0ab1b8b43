namespace RetailSync.Inventory.Host.Storage;

/// <summary>What was read at most a second ago, or since it was last invalidated. One caller reads for all that ask meanwhile. For many threads.</summary>
/// <param name="read">Asks the database; a failure is its caller's, and the next caller asks again.</param>
public sealed class Cached<T>(Func<CancellationToken, Task<T>> read, TimeProvider time)
    where T : class
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1);
    private volatile Known? _known;
    private long _generation;

    private sealed record Known(T Value, long ReadAt, long Generation);

    /// <summary>Has it read anew the next time, also where a read is under way.</summary>
    public void Invalidate() => Interlocked.Increment(ref _generation);

    public async ValueTask<T> Read(CancellationToken cancellation)
    {
        if (Current is { } current)
        {
            return current;
        }

        await _one.WaitAsync(cancellation);
        try
        {
            return Current ?? await Refresh(cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    private T? Current =>
        _known is { } known && known.Generation == Interlocked.Read(ref _generation) && time.GetElapsedTime(known.ReadAt) < Freshness ? known.Value : null;

    private async Task<T> Refresh(CancellationToken cancellation)
    {
        var generation = Interlocked.Read(ref _generation);
        var readAt = time.GetTimestamp();
        var value = await read(cancellation);
        _known = new Known(value, readAt, generation);
        return value;
    }
}

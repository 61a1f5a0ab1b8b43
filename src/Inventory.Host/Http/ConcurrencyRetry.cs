namespace RetailSync.Inventory.Host.Http;

/// <summary>
/// Optimistic concurrency with retries for read-decide-write cycles. Those of this host are serialized by a semaphore, so that only other hosts race with
/// them; after a lost race the cycle is repeated, and a version that the caller named is then refused.
/// </summary>
public sealed class ConcurrencyRetry
{
    private const int RacesAtMost = 20;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _one = new(1);

    /// <param name="write">Reads, decides and writes.</param>
    /// <param name="isLost">Whether a failure is a lost race.</param>
    /// <exception cref="ApiProblemException">503 <c>unavailable</c>: every attempt lost the race.</exception>
    public async Task<T> Take<T>(Func<Task<T>> write, Func<Exception, bool> isLost, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await write();
                }
                catch (Exception raced) when (isLost(raced))
                {
                    if (attempt == RacesAtMost)
                    {
                        throw new ApiProblemException(StatusCodes.Status503ServiceUnavailable, "unavailable", "Others change it all the time: try again.")
                        { RetryAfterSeconds = 1 };
                    }
                }

                await Task.Delay(LongestPause * Random.Shared.NextDouble(), cancellation);
            }
        }
        finally
        {
            _one.Release();
        }
    }
}

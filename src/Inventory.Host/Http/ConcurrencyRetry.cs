namespace RetailSync.Inventory.Host.Http;

/// <summary>
/// Writes that are decided on what was read. Those of this host take turns, so that only those of other hosts race with them; a lost race
/// is read and decided anew: where the caller named a version, that then refuses it.
/// </summary>
public sealed class ConcurrencyRetry
{
    private const int RacesAtMost = 20;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _one = new(1);

    /// <param name="write">Reads, decides and writes.</param>
    /// <param name="isLost">Whether a failure says that somebody else was first.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="ApiProblemException">503 <c>unavailable</c>: others were always first.</exception>
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

namespace RetailSync.Inventory.Host.Publications.Delivery;

/// <summary>Ends a wait early when this host has new work; changes by other hosts are found by polling.</summary>
public sealed class WakeSignal(TimeProvider time)
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void All() => Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    /// <summary>Read this before checking for work and wait for it afterwards, so that a signal in between is not missed.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public async Task Wait(Task next, TimeSpan atMost, CancellationToken cancellation)
    {
        try
        {
            await next.WaitAsync(atMost, time, cancellation);
        }
        catch (TimeoutException)
        {
            // No signal came: the caller polls.
        }
    }
}

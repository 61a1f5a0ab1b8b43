namespace RetailSync.Inventory.Host.Publications.Delivery;

/// <summary>Ends a wait early where this host itself has something new; whatever another host does is found by looking again soon.</summary>
public sealed class WakeSignal(TimeProvider time)
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void All() => Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    /// <summary>To be taken before looking, and waited for after: what comes in between is not missed.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public async Task Wait(Task next, TimeSpan atMost, CancellationToken cancellation)
    {
        try
        {
            await next.WaitAsync(atMost, time, cancellation);
        }
        catch (TimeoutException)
        {
            // Nobody said anything: time to look.
        }
    }
}

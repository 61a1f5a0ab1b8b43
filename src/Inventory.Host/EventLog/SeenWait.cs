namespace RetailSync.Inventory.Host.EventLog;

/// <summary>
/// A wait, with a timeout, until this host has seen an event that another may have committed: its caller polls, and pauses here between two polls.
/// </summary>
internal readonly struct SeenWait(TimeProvider time, TimeSpan timeout, TimeSpan pause)
{
    private readonly long _started = time.GetTimestamp();

    /// <summary>Pauses before the next poll.</summary>
    /// <returns>False, at once, when the timeout has passed.</returns>
    public async ValueTask<bool> Pause(CancellationToken cancellation)
    {
        if (time.GetElapsedTime(_started) >= timeout)
        {
            return false;
        }

        await Task.Delay(pause, time, cancellation);
        return true;
    }
}

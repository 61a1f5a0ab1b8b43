using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Publications.Ledger;

namespace RetailSync.Inventory.Host.Publications.Delivery;

/// <summary>
/// A channel whose calls keep failing is not called for a while: its circuit is open. The state is in the ledger, where operators see it; afterwards one
/// publication alone probes whether the channel has recovered.
/// </summary>
public sealed class CircuitBreaker(PublicationQueue queue, IClock clock, ILogger<CircuitBreaker> log)
{
    /// <summary>Consecutive failed calls that open the circuit.</summary>
    private const int FailureThreshold = 5;

    private static readonly Duration ShortestOpening = Duration.FromSeconds(2);
    private static readonly Duration LongestOpening = Duration.FromSeconds(30);

    /// <summary>Closes the circuit.</summary>
    /// <param name="channel">The channel that was called.</param>
    /// <param name="hadFailed">Whether calls before it had failed; otherwise there is nothing to write.</param>
    public Task RecordSuccess(ChannelId channel, bool hadFailed, CancellationToken cancellation) => queue.RecordSuccess(channel, hadFailed, cancellation);

    /// <summary>Records a failed call; from the fifth on the circuit is open, for 2 seconds at first and twice as long each time, up to 30.</summary>
    /// <param name="channel">The channel that was called.</param>
    /// <param name="failures">Consecutive failures, with this one.</param>
    /// <param name="error">The channel's own message.</param>
    public async Task RecordFailure(ChannelId channel, int failures, string? error, CancellationToken cancellation)
    {
        Instant? openUntil = null;
        if (failures >= FailureThreshold)
        {
            var opening = Duration.Min(ShortestOpening * Math.Pow(2, Math.Min(failures - FailureThreshold, 10)), LongestOpening);
            openUntil = clock.GetCurrentInstant() + opening;
        }

        if (failures == FailureThreshold)
        {
            log.LogWarning("{Channel} keeps failing; its circuit is open: {Error}", channel, error);
        }

        await queue.RecordFailure(channel, failures, openUntil, error, cancellation);
    }
}

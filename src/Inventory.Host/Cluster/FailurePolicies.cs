using Npgsql;
using RetailSync.Inventory.Host.Lanes.Commands;
using Wolverine.ErrorHandling;
using Wolverine.Runtime.Handlers;

namespace RetailSync.Inventory.Host.Cluster;

/// <summary>The retry policies of messages whose handler fails.</summary>
internal static class FailurePolicies
{
    private static readonly TimeSpan[] Cooldown = [TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1)];
    private static readonly TimeSpan[] UntilItIsBack = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15)];

    /// <summary>
    /// Every host polls for due messages; by default only the host that takes over those of dead hosts would find them.
    /// </summary>
    private static readonly TimeSpan WhenItHasStopped = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan[] Later = [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1)];

    /// <summary>
    /// After transient failures retries continue until they succeed; after others there are two at once and two after a delay, and then the message is a dead
    /// letter. A message that a stopping host abandons is due for another host at once.
    /// </summary>
    /// <param name="last">The last step instead of the dead letter.</param>
    public static void TryAgain(this HandlerChain chain, IContinuationSource? last = null)
    {
        chain.WaitForWhatIsAway();
        var later = chain.OnAnyException().RetryWithCooldown(Cooldown).Then.ScheduleRetry(Later).Then;
        _ = last is null ? later.MoveToErrorQueue() : later.ContinueWith(last);
    }

    /// <summary>The part of <see cref="TryAgain"/> that says nothing about the message itself.</summary>
    public static void WaitForWhatIsAway(this HandlerChain chain)
    {
        chain.OnException<HostStoppingException>().ScheduleRetryIndefinitely(WhenItHasStopped);
        chain.OnException(IsAway, "a transient failure").ScheduleRetryIndefinitely(UntilItIsBack);
    }

    /// <summary>Does work until the host stops.</summary>
    /// <exception cref="HostStoppingException">It stops.</exception>
    public static async Task UntilStopping(this IHostApplicationLifetime lifetime, Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        try
        {
            await work(either.Token);
        }
        catch (Exception) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new HostStoppingException();
        }
    }

    private static bool IsAway(Exception failure) => failure is NpgsqlException { IsTransient: true } or LaneFullException or LaneUnavailableException;
}

/// <summary>The host is stopping: another host has to redo its work.</summary>
internal sealed class HostStoppingException : Exception
{
    public HostStoppingException()
        : base("The host is stopping.")
    {
    }
}

using RetailSync.Inventory.Host.Storage;
using Wolverine.Runtime;

namespace RetailSync.Inventory.Host.Cluster;

/// <summary>
/// Wolverine judges heartbeats, which the database's clock has stamped, by this host's own: one that is ahead would take every other host for dead.
/// So the stale timeout is extended by that. One that is behind only notices later that another is dead.
/// </summary>
internal sealed class HeartbeatClock(CheckedClock clock, IWolverineRuntime runtime, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(ClusterSettings.Heartbeat, time);
        try
        {
            do
            {
                var ahead = clock.Offset.ToTimeSpan();
                runtime.Options.Durability.StaleNodeTimeout = ClusterSettings.StaleAfter + (ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}

using NodaTime;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.EventLog;

namespace RetailSync.Inventory.Host.Monitoring;

/// <summary>
/// What every host checks for itself: what only it can see, or has to export itself, and whether the cluster's agents run, a check that cannot be assigned
/// to one host, since there are no assignments without a leader.
/// </summary>
public sealed class WatchHost(
    HostAlerts host, ClusterAlerts cluster, OpenWriters writers, OpenAlerts open, IClock clock, TimeProvider time, ILogger<WatchHost> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await host.Update(clock.GetCurrentInstant(), stoppingToken);
                await cluster.Update(clock.GetCurrentInstant(), stoppingToken);
                await writers.Find(stoppingToken);
                await open.Count(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("The host's own checks failed ({Reason}); retrying", failure.Message);
            }
        }
    }
}

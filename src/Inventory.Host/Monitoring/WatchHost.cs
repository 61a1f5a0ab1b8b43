using NodaTime;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.EventLog;

namespace RetailSync.Inventory.Host.Monitoring;

/// <summary>
/// What every host looks at by itself: what another cannot see, or would export in its place, and whether the cluster does what it should, which nobody would
/// be assigned to look at while nobody leads.
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
                await host.Settle(clock.GetCurrentInstant(), stoppingToken);
                await cluster.Settle(clock.GetCurrentInstant(), stoppingToken);
                await writers.Find(stoppingToken);
                await open.Count(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("This host could not look at itself ({Reason}); trying again", failure.Message);
            }
        }
    }
}

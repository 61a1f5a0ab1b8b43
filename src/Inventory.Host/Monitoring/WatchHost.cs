using NodaTime;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.EventLog;

namespace RetailSync.Inventory.Host.Monitoring;

/// <summary>
/// What every host looks at for itself, since another cannot see it or would export it in its place: its clock, and for its metrics the sessions that hold the
/// followers back and the alerts that are open.
/// </summary>
public sealed class WatchHost(ClockAlert hostClock, OpenWriters writers, OpenAlerts open, IClock clock, TimeProvider time, ILogger<WatchHost> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await hostClock.Settle(clock.GetCurrentInstant(), stoppingToken);
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

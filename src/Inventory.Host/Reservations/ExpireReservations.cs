using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Reservations;

/// <summary>
/// Records, each second, the expiry of expired holds. Nothing waits for it, since their units are free by the clock; it keeps
/// the books short. Several hosts may do it at once: version checks make it idempotent.
/// </summary>
public sealed class ExpireReservations(WriteLanes lanes, TimeProvider time, ILogger<ExpireReservations> log) : BackgroundService
{
    private const int AtOnce = 500;

    /// <summary>So that a hold whose end cannot be recorded is not tried again and again without a pause.</summary>
    private const int MostRounds = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Sweep(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(failure, "The end of holds could not be recorded; trying again");
            }
        }
    }

    private async Task Sweep(CancellationToken stopping)
    {
        for (var round = 0; round < MostRounds && !stopping.IsCancellationRequested; round++)
        {
            var expired = await lanes.ExpireDue(new Provenance($"expiry-{Guid.CreateVersion7():n}", Actor.OfProduct("expiry")), AtOnce);
            if (expired > 0)
            {
                log.LogInformation("Recorded the end of {Expired} holds", expired);
            }

            if (expired < AtOnce)
            {
                return;
            }
        }
    }
}

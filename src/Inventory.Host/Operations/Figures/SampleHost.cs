using RetailSync.Inventory.Host.Lanes;

namespace RetailSync.Inventory.Host.Operations.Figures;

/// <summary>Samples, each minute, what is this host's own: how many commands wait for its lanes, and how long their commits take.</summary>
public sealed class SampleHost(WriteLanes lanes, SampleStore samples, HostName name, TimeProvider time, ILogger<SampleHost> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private (long Commits, TimeSpan Took) _before;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Take(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("The host's figures could not be sampled ({Reason}); the next minute's will be", failure.Message);
            }
        }
    }

    /// <summary>Samples now; without a commit since the last time there is no time of one.</summary>
    internal async Task Take(CancellationToken cancellation)
    {
        var figures = lanes.Figures;
        var now = (Commits: figures.Sum(lane => lane.Commits), Took: figures.Aggregate(TimeSpan.Zero, (sum, lane) => sum + lane.Took));
        var (commits, took) = (now.Commits - _before.Commits, now.Took - _before.Took);
        _before = now;
        List<Sample> taken = [Figure.LanesWaiting.Of(figures.Sum(lane => lane.Waiting), name.Value)];
        if (commits > 0)
        {
            taken.Add(Figure.LanesCommit.Of(Math.Round((decimal)took.TotalSeconds / commits, 6), name.Value));
        }

        await samples.Store(taken, cancellation);
    }
}

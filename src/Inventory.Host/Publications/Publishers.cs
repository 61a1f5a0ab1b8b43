using RetailSync.Inventory.Host.SalesChannels;

namespace RetailSync.Inventory.Host.Publications;

/// <summary>Keeps a publisher at work for each registered channel: each on its own, so that one that waits holds up no other.</summary>
public sealed class Publishers(IServiceProvider services, RegisteredChannels registered, TimeProvider time, ILogger<Publishers> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, Working> _working = [];

    private sealed record Working(int Version, CancellationTokenSource Stop, Task Work);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            do
            {
                try
                {
                    foreach (var channel in await registered.Read(stoppingToken))
                    {
                        await Keep(channel, stoppingToken);
                    }
                }
                catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
                {
                    log.LogWarning("The channels cannot be read ({Reason}); trying again", failure.Message);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // Stopped: what is under way is told to stop as well, and waited for.
        }

        await Task.WhenAll(_working.Values.Select(working => working.Work));
    }

    private async Task Keep(SalesChannel channel, CancellationToken stopping)
    {
        if (_working.TryGetValue(channel.Id, out var working))
        {
            if (working.Version == channel.Version)
            {
                return;
            }

            await working.Stop.CancelAsync();
            await working.Work;
            working.Stop.Dispose();
            _working.Remove(channel.Id);
        }

        if (channel.Adapter != Adapters.None)
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            var publisher = ActivatorUtilities.CreateInstance<Publisher>(services, channel);
            _working.Add(channel.Id, new Working(channel.Version, stop, Task.Run(() => Quietly(publisher, stop.Token), CancellationToken.None)));
        }
    }

    private static async Task Quietly(Publisher publisher, CancellationToken stopping)
    {
        try
        {
            await publisher.Work(stopping);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }
}

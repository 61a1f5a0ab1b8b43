using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.SalesChannels;
using Wolverine.Runtime;

namespace RetailSync.Inventory.Host.Publications.Delivery;

/// <summary>
/// Publishes to one channel, round after round, on the host that it is assigned to. Each channel has its own publisher, so that a slow one delays no other.
/// </summary>
internal sealed class ChannelPublisher(
    string channel, IWolverineRuntime runtime, OpenChannels open, WakeSignal wake, TimeProvider time, ILogger<ChannelPublisher> log)
    : ClusterAgent(Prefix + channel)
{
    private const string Prefix = "publisher/";

    private static readonly TimeSpan PauseAfterTrouble = TimeSpan.FromSeconds(1);

    public static Uri UriOf(SalesChannel channel) => UriOf(Prefix + channel.Id);

    public static bool IsPublisher(Uri agent) => agent.AbsolutePath.StartsWith($"/{Prefix}", StringComparison.Ordinal);

    public static string ChannelOf(Uri agent) => agent.AbsolutePath[(Prefix.Length + 1)..];

    protected override async Task Work(CancellationToken stopping)
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                await Round(stopping);
            }
        }
        finally
        {
            open.Close(channel);
        }
    }

    private async Task Round(CancellationToken stopping)
    {
        var next = wake.Next;
        try
        {
            var round = await new MessageBus(runtime).InvokeAsync<PublishingRound>(new PublishToChannel(channel), stopping);
            if (round.Rest > TimeSpan.Zero)
            {
                await (round.MayEndEarly ? wake.Wait(next, round.Rest, stopping) : Task.Delay(round.Rest, time, stopping));
            }
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // Assigned elsewhere, or the host stops.
        }
        catch (Exception failure)
        {
            log.LogWarning(failure, "Publishing to {Channel} failed; retrying", channel);
            await Task.Delay(PauseAfterTrouble, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

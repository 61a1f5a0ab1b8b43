using Wolverine.Runtime;
using Wolverine.Runtime.Agents;

namespace RetailSync.Inventory.Host.Cluster;

/// <summary>
/// Wolverine looks into a host's control queue each second, and once nothing has come for ten seconds only each five: what the leader assigns to a host would
/// reach it four seconds later when it matters, after a death. So each host sends itself a harmless message, a check of the cluster's health.
/// With RabbitMQ nothing is polled.
/// </summary>
internal sealed class AwakeControlQueue(IWolverineRuntime runtime, TimeProvider time, ILogger<AwakeControlQueue> log) : BackgroundService
{
    private const string Polled = "dbcontrol";

    /// <summary>Twice within the ten seconds.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(4);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (runtime.Options.Transports.NodeControlEndpoint?.Uri is not { Scheme: Polled } queue)
        {
            return;
        }

        // Wolverine knows the type only after its own first check of health. On a slow machine the message came before it, and became a dead letter.
        runtime.RegisterMessageType(typeof(CheckAgentHealth));
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await new MessageBus(runtime).EndpointFor(queue).SendAsync(new CheckAgentHealth());
            }
            catch (Exception away) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogDebug(away, "The control queue could not be kept awake");
            }
        }
    }
}

using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Wolverine.RabbitMQ.Internal;
using Wolverine.Runtime;

namespace RetailSync.Inventory.Host.RabbitMq;

/// <summary>The host cannot start, since its broker does not answer.</summary>
public sealed class BrokerAwayException(string reason) : Exception(
    $"RabbitMQ does not answer ({reason}). A host that has {RabbitMqSettings.Setting} does not start without it, since hosts send each other over it who "
        + $"does what. "
    + "Start it, or take the setting from all hosts; then start this host again.");

/// <summary>
/// Before Wolverine, which cannot begin without its broker, and would say of it only that it was not there in time: a broker that comes up together with the
/// host is waited for, and otherwise it is said what is missing.
/// The host's control queue is declared here too. Wolverine registers the host as a member of the cluster first and declares the queue some 100 ms later; what
/// the leader assigns in between goes to no queue and is lost, and the leader waits 60 s for its answer before it assigns anything else to that host.
/// </summary>
internal sealed class AwaitBroker(RabbitMqSettings settings, IWolverineRuntime runtime, TimeProvider time, ILogger<AwaitBroker> log) : IHostedLifecycleService
{
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <exception cref="BrokerAwayException">It did not come.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                await using var connection = await settings.Connections().CreateConnectionAsync("retailsync start", cancellationToken);
                await DeclareControlQueue(connection, cancellationToken);
                return;
            }
            catch (BrokerUnreachableException away)
            {
                var reason = (away.InnerException ?? away).Message;
                if (time.GetElapsedTime(since) > WaitTimeout)
                {
                    throw new BrokerAwayException(reason);
                }

                if (isFirst)
                {
                    log.LogWarning("RabbitMQ does not answer ({Reason}); waiting for it for {Seconds} s", reason, WaitTimeout.TotalSeconds);
                }

                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    /// <summary>As Wolverine declares it. It is deleted with its last consumer, or three minutes after a start that failed.</summary>
    private async Task DeclareControlQueue(IConnection connection, CancellationToken cancellationToken)
    {
        if (runtime.Options.Transports.NodeControlEndpoint is RabbitMqQueue queue)
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            await channel.QueueDeclareAsync(
                queue.QueueName, queue.IsDurable, queue.IsExclusive, queue.AutoDelete, queue.Arguments, cancellationToken: cancellationToken);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;
using RetailSync.Testing;
using Wolverine.RabbitMQ.Internal;
using Wolverine.Runtime;

namespace RetailSync.Inventory.Host.Tests.RabbitMq;

/// <summary>What is there before Wolverine registers the host as a member of the cluster.</summary>
[Collection(BrokerTests.Name)]
public sealed class AwaitBroker_before_Wolverine(Broker broker)
{
    [BrokerFact]
    public async Task The_control_queue_takes_what_a_leader_assigns()
    {
        await using var database = await PostgresForTests.CreateDatabase();
        var address = broker.Running.AddressFor(BrokerUser.Host, broker.Running.NextVirtualHost());
        var before = new BeforeWolverine(new Uri(address));
        await using var app = Server.Build(
            ["--urls", "http://127.0.0.1:0", "--environment", "Development", $"--Messaging:RabbitMq={address}"], database.ConnectionString,
            builder => builder.Services.AddSingleton<IHostedService>(services =>
            {
                before.Runtime = services.GetRequiredService<IWolverineRuntime>();
                return before;
            }));

        await app.StartAsync();
        await app.StopAsync();

        Assert.Equal((0L, 1L), (before.Members, before.Waiting));
    }

    /// <summary>Sends a message to the queue as a leader would, and looks who is a member yet.</summary>
    private sealed class BeforeWolverine(Uri address) : IHostedLifecycleService
    {
        public IWolverineRuntime Runtime { get; set; } = null!;

        public long Members { get; private set; } = -1;

        public long Waiting { get; private set; } = -1;

        public async Task StartingAsync(CancellationToken cancellationToken)
        {
            var queue = Assert.IsType<RabbitMqQueue>(Runtime.Options.Transports.NodeControlEndpoint);
            await using var connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync(cancellationToken);
            await using var channel = await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
            await channel.BasicPublishAsync("", queue.QueueName, mandatory: true, ReadOnlyMemory<byte>.Empty, cancellationToken);
            Waiting = await channel.MessageCountAsync(queue.QueueName, cancellationToken);
            Members = (await Runtime.Storage.Nodes.LoadAllNodesAsync(cancellationToken)).Count;
            await channel.QueuePurgeAsync(queue.QueueName, cancellationToken);
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

using System.Collections.Concurrent;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace RetailSync.Inventory.Host.RabbitMq.Messages;

/// <summary>
/// Messages of all queues, over one connection. Each is acknowledged once what it says is committed, or in quarantine, and its answer is on its way: so what a
/// killed host, a lost connection or a database outage leaves unacknowledged is redelivered, and recorded once. At most
/// <see cref="IMessageHandler.Prefetch"/> of a queue are under way; while no other can begin, the rest stays in the queue.
/// </summary>
internal sealed class ReceiveMessages(
    RabbitMqSettings settings, IEnumerable<IMessageHandler> handlers, MessageProcessor processor, BrokerAbsence absence, TimeProvider time,
    ILogger<ReceiveMessages> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? said = null;
        absence.Begin("not connected yet");
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await settings.Connections().CreateConnectionAsync("retailsync messages", stoppingToken);
                foreach (var handler in handlers)
                {
                    await handler.Queue.Declare(connection, stoppingToken);
                }

                said = null;
                absence.End();
                await Receive(connection, stoppingToken);
                absence.Begin("the connection was lost");
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Once for each reason, and not the exception itself, which may hold what the connection was opened with.
                var reason = (failure.InnerException ?? failure).Message;
                absence.Begin(reason);
                if (reason != said)
                {
                    log.LogWarning("Messages cannot be received from RabbitMQ ({Reason}); trying until they can", said = reason);
                }
            }

            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Until the host stops, or the connection or one of its channels is gone.</summary>
    private async Task Receive(IConnection connection, CancellationToken stopping)
    {
        using var lost = new CancellationTokenSource();
        using var eitherWay = CancellationTokenSource.CreateLinkedTokenSource(stopping, lost.Token);
        List<Consumer> consumers = [];
        try
        {
            foreach (var handler in handlers)
            {
                consumers.Add(await Consumer.Begin(connection, handler, processor, lost, stopping));
                log.LogInformation("Messages are received from {Queue}", handler.Queue.Name);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, time, eitherWay.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
            {
                // What has been begun is finished; what has not goes back to its queue.
                await Task.WhenAll(consumers.Select(consumer => consumer.Finish()))
                    .WaitAsync(Pause * 5, time, CancellationToken.None)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            else
            {
                log.LogWarning(
                    "The connection to RabbitMQ is lost ({Reason}); connecting again",
                    (consumers.Select(consumer => consumer.CloseReason).FirstOrDefault(reason => reason is not null) ?? connection.CloseReason)?.ReplyText
                        ?? "a queue was deleted");
            }
        }
        finally
        {
            await lost.CancelAsync();
            foreach (var consumer in consumers)
            {
                await consumer.DisposeAsync();
            }
        }
    }

    /// <summary>The consumer of one queue on a connection.</summary>
    private sealed class Consumer : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<ulong, Task> _underWay = new();
        private readonly BrokerLink _link;
        private string _tag = "";
        private volatile bool _isFinishing;

        private Consumer(BrokerLink link) => _link = link;

        /// <summary>Why one of its channels was closed; null while none is.</summary>
        public ShutdownEventArgs? CloseReason => _link.Receiving.CloseReason ?? _link.Sending.CloseReason;

        /// <param name="lost">Cancelled when a channel is closed or the queue is deleted.</param>
        public static async Task<Consumer> Begin(
            IConnection connection, IMessageHandler handler, MessageProcessor processor, CancellationTokenSource lost, CancellationToken stopping)
        {
            var link = new BrokerLink(
                await connection.CreateChannelAsync(cancellationToken: stopping),
                await connection.CreateChannelAsync(
                    new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), stopping),
                lost.Token);
            var consumer = new Consumer(link);
            link.Receiving.ChannelShutdownAsync += Lose;
            link.Sending.ChannelShutdownAsync += Lose;
            await link.Receiving.BasicQosAsync(0, handler.Prefetch, global: false, stopping);
            var deliveries = new AsyncEventingBasicConsumer(link.Receiving);
            deliveries.UnregisteredAsync += Lose;
            deliveries.ReceivedAsync += (_, delivery) => consumer.Take(delivery, handler, processor);
            consumer._tag = await link.Receiving.BasicConsumeAsync(handler.Queue.Name, autoAck: false, deliveries, stopping);
            return consumer;

            Task Lose(object sender, AsyncEventArgs reason) => lost.CancelAsync();
        }

        /// <summary>Takes no more, and completes when what it has taken is processed.</summary>
        public async Task Finish()
        {
            _isFinishing = true;
            if (_link.Receiving.IsOpen)
            {
                await _link.Receiving.BasicCancelAsync(_tag, noWait: true, CancellationToken.None);
            }

            await Task.WhenAll(_underWay.Values);
        }

        /// <summary>After the connection is lost, or what was under way is finished.</summary>
        public async ValueTask DisposeAsync()
        {
            await Task.WhenAll(_underWay.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _link.Receiving.DisposeAsync();
            await _link.Sending.DisposeAsync();
        }

        private async Task Take(BasicDeliverEventArgs delivery, IMessageHandler handler, MessageProcessor processor)
        {
            if (_isFinishing || _link.Lost.IsCancellationRequested)
            {
                return; // it comes again by another connection
            }

            // The body is the client's own again when this returns.
            var message = new Message(delivery.DeliveryTag, delivery.BasicProperties, delivery.Body.ToArray());
            var processed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _underWay[message.Tag] = processed.Task;
            var processing = await processor.Begin(handler, message, _link);
            _ = processing.ContinueWith(
                _ =>
                {
                    _underWay.TryRemove(message.Tag, out Task? _);
                    processed.SetResult();
                },
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}

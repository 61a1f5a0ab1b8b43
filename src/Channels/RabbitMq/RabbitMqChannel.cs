using System.Globalization;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using RetailSync.Channels.Promises;
using Amqp = RabbitMQ.Client;

namespace RetailSync.Channels.RabbitMq;

/// <summary>
/// A channel that listens on RabbitMQ: each number is a CloudEvent in a persistent message, published to an exchange with the channel's id as routing key. A
/// yes is the broker's confirm: the message is in every queue that is bound for it, and in at least one. No queue, a full queue, a lost connection and a broker
/// that does not answer in time are failures that are tried again.
/// </summary>
/// <param name="broker">Where the broker is. The connection is opened by the first call, and again by the next call after it was lost.</param>
public sealed class RabbitMqChannel(string channel, RabbitMqOptions options, ConnectionFactory broker) : IChannel, IPromiseChannel
{
    private IConnection? _connection;
    private Amqp.IChannel? _publishing;

    public int MaxBatchSize => options.BatchSize;

    public CallRate? Rate => null;

    public async Task<Reply> Publish(IReadOnlyList<Publication> publications, CancellationToken cancellation)
    {
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        inTime.CancelAfter(options.Timeout.ToTimeSpan());
        try
        {
            var publishing = await Open(inTime.Token);
            var replies = await Task.WhenAll(publications.Select(publication => Publish(publishing, publication, inTime.Token)));
            cancellation.ThrowIfCancellationRequested();
            if (inTime.IsCancellationRequested)
            {
                Close(); // what is confirmed later would be taken for the answer to something else
            }

            return new Reply(replies) { CallFailed = Array.TrueForAll(replies, reply => reply.Verdict == Verdict.Retry) };
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested && IsBrokers(failure))
        {
            Close();
            return Reply.Failed(publications, $"RabbitMQ cannot be used: {Why(failure)}");
        }
    }

    public async Task<PromiseReply> Publish(PromiseChange change, CancellationToken cancellation)
    {
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        inTime.CancelAfter(options.Timeout.ToTimeSpan());
        try
        {
            var properties = Properties(
                PromiseChanged.EventType, string.Create(CultureInfo.InvariantCulture, $"{channel}/promise-{change.Sequence}"), change.At.ToUnixTimeSeconds());
            var failure = await Publish(await Open(inTime.Token), properties, PromiseChanged.Body(channel, change), inTime.Token);
            cancellation.ThrowIfCancellationRequested();
            if (inTime.IsCancellationRequested)
            {
                Close();
            }

            return failure is null ? new PromiseReply(Verdict.Accepted) : new PromiseReply(Verdict.Retry, failure);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested && IsBrokers(failure))
        {
            Close();
            return new PromiseReply(Verdict.Retry, $"RabbitMQ cannot be used: {Why(failure)}");
        }
    }

    public void Dispose() => Close();

    private async Task<SkuReply> Publish(Amqp.IChannel publishing, Publication publication, CancellationToken cancellation)
    {
        var properties = Properties(
            AvailabilityChanged.EventType, string.Create(CultureInfo.InvariantCulture, $"{channel}/{publication.Sequence}"),
            publication.DesiredAt.ToUnixTimeSeconds());
        var failure = await Publish(publishing, properties, AvailabilityChanged.Body(channel, [publication], single: true), cancellation);
        return failure is null ? new SkuReply(publication.Sku, Verdict.Accepted) : new SkuReply(publication.Sku, Verdict.Retry, failure);
    }

    private static BasicProperties Properties(string type, string id, long at) => new()
    {
        ContentType = CloudEvent.ContentType,
        ContentEncoding = "utf-8",
        Persistent = true,
        Type = type,
        MessageId = id,
        Timestamp = new AmqpTimestamp(at),
    };

    /// <returns>Null once the broker has confirmed it, or why it is to be tried again.</returns>
    private async Task<string?> Publish(Amqp.IChannel publishing, BasicProperties properties, byte[] body, CancellationToken cancellation)
    {
        try
        {
            await publishing.BasicPublishAsync(options.Exchange, channel, mandatory: true, properties, body, cancellation);
            return null;
        }
        catch (PublishException returned) when (returned.IsReturn)
        {
            return Reply.Shorten($"No queue is bound to exchange '{options.Exchange}' for routing key '{channel}': the message would be lost.");
        }
        catch (PublishException)
        {
            return Reply.Shorten("RabbitMQ did not take it: a queue that it goes to is full.");
        }
        catch (Exception failure) when (IsBrokers(failure))
        {
            return Reply.Shorten($"RabbitMQ did not confirm it: {Why(failure)}");
        }
    }

    private async Task<Amqp.IChannel> Open(CancellationToken cancellation)
    {
        if (_publishing is { IsOpen: true })
        {
            return _publishing;
        }

        Close();
        _connection = await broker.CreateConnectionAsync($"retailsync channel {channel}", cancellation);
        await DeclareExchange(_connection, cancellation);
        return _publishing = await _connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellation);
    }

    /// <summary>
    /// An exchange that is there is used as it is, whatever its type; otherwise one is made. A refusal closes the AMQP channel of the request.
    /// </summary>
    private async Task DeclareExchange(IConnection connection, CancellationToken cancellation)
    {
        try
        {
            await using var asking = await connection.CreateChannelAsync(cancellationToken: cancellation);
            await asking.ExchangeDeclarePassiveAsync(options.Exchange, cancellation);
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            await using var making = await connection.CreateChannelAsync(cancellationToken: cancellation);
            await making.ExchangeDeclareAsync(options.Exchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancellation);
        }
    }

    private void Close()
    {
        _publishing?.Dispose();
        _connection?.Dispose();
        (_publishing, _connection) = (null, null);
    }

    private static bool IsBrokers(Exception failure) =>
        failure is RabbitMQClientException or OperationCanceledException or TimeoutException or IOException
            or System.Net.Sockets.SocketException or ObjectDisposedException;

    /// <summary>Without the address, in which the password is.</summary>
    private static string Why(Exception failure) => failure switch
    {
        OperationCanceledException or TimeoutException => "it did not answer in time.",
        OperationInterruptedException { ShutdownReason.ReplyText: { Length: > 0 } said } => said,
        BrokerUnreachableException => "it cannot be reached, or does not let us in.",
        _ => $"{failure.GetType().Name}.",
    };
}

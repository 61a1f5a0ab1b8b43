using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Movements;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using Serilog.Context;

namespace RetailSync.Inventory.Host.RabbitMq;

/// <summary>
/// Movements from the queue. Messages are put into the lanes in the order in which they came, and each is acknowledged once its lines are committed, or in
/// quarantine, and its answer is on its way: so what a killed host, a lost connection or a database outage leaves unacknowledged is redelivered, and counts
/// once. At most <see cref="RabbitMqSettings.Prefetch"/> are under way; while the lanes are full no other is begun, and the rest stays in the queue.
/// </summary>
internal sealed class ReceiveMovements(
    RabbitMqSettings settings, RecordMovements record, BrokerAbsence absence, IOptions<JsonOptions> json, TimeProvider time, ILogger<ReceiveMovements> log)
    : BackgroundService
{
    public const string CodeHeader = "x-retailsync-code";
    public const string DetailHeader = "x-retailsync-detail";
    public const string UserHeader = "x-retailsync-user";

    /// <summary>How RabbitMQ names the queue of a client that waits for its answer on the connection it asked on. Nobody can guess another's.</summary>
    private const string DirectReplies = "amq.rabbitmq.reply-to.";

    /// <summary>By these headers a sender names further queues, to which our user may publish although the sender may not.</summary>
    private static readonly string[] FurtherRecipients = ["CC", "BCC"];

    /// <summary>Attempts of a message after unknown failures, whose reason may be the message.</summary>
    private const int MostUnknownFailures = 3;

    private const int MaxHeaderLength = 1_000;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? said = null;
        absence.Begin("not connected yet");
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await settings.Connections().CreateConnectionAsync("retailsync movements", stoppingToken);
                await MovementQueue.Declare(connection, stoppingToken);
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
                    log.LogWarning("Movements cannot be received from RabbitMQ ({Reason}); trying until they can", said = reason);
                }
            }

            await Task.Delay(LongestPause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Until the host stops, or the connection or one of its channels is gone.</summary>
    private async Task Receive(IConnection connection, CancellationToken stopping)
    {
        using var lost = new CancellationTokenSource();
        await using var receiving = await connection.CreateChannelAsync(cancellationToken: stopping);
        await using var sending = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), stopping);
        receiving.ChannelShutdownAsync += Lose;
        sending.ChannelShutdownAsync += Lose;
        await receiving.BasicQosAsync(0, settings.Prefetch, global: false, stopping);

        var underWay = new ConcurrentDictionary<ulong, Task>();
        var consumer = new AsyncEventingBasicConsumer(receiving);
        consumer.UnregisteredAsync += Lose;
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            if (lost.IsCancellationRequested)
            {
                return; // it comes again by the next connection
            }

            // The body is the client's own again when this returns.
            var message = new Message(delivery.DeliveryTag, delivery.BasicProperties, delivery.Body.ToArray());
            var settling = await Begin(message, receiving, sending, lost.Token);
            if (!settling.IsCompleted)
            {
                underWay[message.Tag] = settling;
                _ = settling.ContinueWith(
                    _ => underWay.TryRemove(message.Tag, out Task? _),
                    CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        };
        using var eitherWay = CancellationTokenSource.CreateLinkedTokenSource(stopping, lost.Token);
        var tag = await receiving.BasicConsumeAsync(MovementQueue.Name, autoAck: false, consumer, stopping);
        log.LogInformation("Movements are received from {Queue}", MovementQueue.Name);
        await Task.Delay(Timeout.InfiniteTimeSpan, time, eitherWay.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        if (stopping.IsCancellationRequested && receiving.IsOpen)
        {
            // What has been begun is finished; what has not goes back to the queue.
            await receiving.BasicCancelAsync(tag, noWait: true, CancellationToken.None);
            await Task.WhenAll(underWay.Values)
                .WaitAsync(LongestPause * 5, time, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else
        {
            log.LogWarning(
                "The connection to RabbitMQ is lost ({Reason}); connecting again",
                (receiving.CloseReason ?? sending.CloseReason ?? connection.CloseReason)?.ReplyText ?? "the queue was deleted");
        }

        await lost.CancelAsync();
        await Task.WhenAll(underWay.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        Task Lose(object sender, AsyncEventArgs reason) => lost.CancelAsync();
    }

    /// <summary>Returns when the message's lines stand in the lanes; the inner task completes when it is settled. It never fails.</summary>
    private async Task<Task> Begin(Message message, IChannel receiving, IChannel sending, CancellationToken lost)
    {
        try
        {
            var (batch, caller, provenance, all) = Read(message);
            Func<Task<Task<BatchResult>>> enqueue = () => record.Enqueue(batch, caller, provenance, all, lost);
            using (LogContext.PushProperty("CorrelationId", provenance.CorrelationId))
            {
                var recording = await Persistently(enqueue, lost);
                return Finish(message, async () =>
                {
                    // What could not be committed is enqueued once more, behind what came after it.
                    var first = Interlocked.Exchange(ref recording, null);
                    return await (first ?? await enqueue());
                }, receiving, sending, lost);
            }
        }
        catch (ApiProblemException refused)
        {
            return Quietly(() => Refuse(message, refused, receiving, sending, lost));
        }
        catch (Exception failure)
        {
            return lost.IsCancellationRequested ? Task.CompletedTask : Quietly(() => Refuse(message, Unknown(failure), receiving, sending, lost));
        }
    }

    private Task Finish(Message message, Func<Task<BatchResult>> recorded, IChannel receiving, IChannel sending, CancellationToken lost) => Quietly(async () =>
    {
        try
        {
            var result = await Persistently(recorded, lost);
            var body = JsonSerializer.SerializeToUtf8Bytes(result, json.Value.SerializerOptions);
            await Answer(message, "retailsync.movements.recorded", RequestBody.Json, body, sending, lost);
            await receiving.BasicAckAsync(message.Tag, multiple: false, lost);
            RabbitMqMetrics.CountMessage("recorded");
        }
        catch (Exception failure) when (!lost.IsCancellationRequested && failure is not RabbitMQClientException)
        {
            await Refuse(message, Unknown(failure), receiving, sending, lost);
        }
    });

    /// <summary>Into the dead letters, confirmed, and only then acknowledged. Where they are full it waits, and nothing is lost.</summary>
    private async Task Refuse(Message message, ApiProblemException refused, IChannel receiving, IChannel sending, CancellationToken lost)
    {
        log.LogWarning("A message of {User} is a dead letter: {Code}, {Detail}", message.Properties.UserId, refused.Code, refused.Message);
        var headers = (message.Properties.Headers ?? new Dictionary<string, object?>()).Where(header => !FurtherRecipients.Contains(header.Key));
        var properties = new BasicProperties(message.Properties) { Persistent = true, Expiration = null, Headers = new Dictionary<string, object?>(headers) };
        properties.Headers[CodeHeader] = refused.Code;
        properties.Headers[DetailHeader] = refused.Message.Length <= MaxHeaderLength ? refused.Message : refused.Message[..MaxHeaderLength];
        if (properties.UserId is { } user)
        {
            // The broker takes a user-id only from its own user.
            properties.Headers[UserHeader] = user;
            properties.ClearUserId();
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await sending.BasicPublishAsync("", MovementQueue.DeadLetters, mandatory: true, properties, message.Body, lost);
                break;
            }
            catch (PublishException full)
            {
                log.LogError(
                    "The dead letters {Reason}: nothing more is read until there is room in {Queue}",
                    full.IsReturn ? "do not exist" : "are full", MovementQueue.DeadLetters);
                await Pause(attempt, lost);
            }
        }

        var problem = new { type = $"urn:retailsync:problem:{refused.Code}", code = refused.Code, status = refused.Status, detail = refused.Message };
        var body = JsonSerializer.SerializeToUtf8Bytes(problem, json.Value.SerializerOptions);
        await Answer(message, "retailsync.movements.refused", "application/problem+json", body, sending, lost);
        await receiving.BasicAckAsync(message.Tag, multiple: false, lost);
        RabbitMqMetrics.CountMessage("dead-letter");
    }

    /// <summary>
    /// Sends the reply. Where its queue is gone or full, the reply is dropped: what was recorded stands, and sending it again says
    /// so.
    /// </summary>
    private async Task Answer(Message message, string type, string contentType, byte[] body, IChannel sending, CancellationToken lost)
    {
        if (message.Properties.ReplyTo is not { Length: > 0 } queue || !MayBeAnswered(message.Properties.UserId, queue))
        {
            return;
        }

        var isDirect = queue.StartsWith(DirectReplies, StringComparison.Ordinal);
        var properties = new BasicProperties
        {
            ContentType = contentType,
            Type = type,
            Persistent = !isDirect,
            CorrelationId = message.Properties.CorrelationId ?? message.Properties.MessageId,
        };
        try
        {
            // Direct reply-to is no queue, so that mandatory would have the broker give each of them back.
            await sending.BasicPublishAsync("", queue, mandatory: !isDirect, properties, body, lost);
        }
        catch (PublishException dropped)
        {
            RabbitMqMetrics.AnswersDropped.Add(1);
            log.LogInformation("An answer to {Queue} is dropped: {Reason}", queue, dropped.IsReturn ? "there is no such queue" : "it is full");
        }
    }

    private static bool MayBeAnswered(string? user, string queue) =>
        user is not null && (queue.StartsWith(DirectReplies, StringComparison.Ordinal) || queue == MovementQueue.RepliesOf(user));

    /// <exception cref="ApiProblemException">It is a dead letter, and why.</exception>
    private (MovementBatch Batch, Caller Caller, Provenance Provenance, bool All) Read(Message message)
    {
        var properties = message.Properties;
        var user = properties.UserId is { Length: > 0 } named ? named
            : throw new ApiProblemException(
                StatusCodes.Status401Unauthorized, "no-user",
                "The message has no user-id: publish it with the name of the connection's user, which the broker compares.");
        var caller = settings.Users.GetValueOrDefault(user)
            ?? throw new ApiProblemException(
                StatusCodes.Status403Forbidden, "unknown-user", $"Nothing is configured for the user '{user}' ({RabbitMqSettings.UsersSetting}).");
        if (properties.ReplyTo is { Length: > 0 } queue && !MayBeAnswered(user, queue))
        {
            throw new ApiProblemException(
                StatusCodes.Status403Forbidden, "forbidden-reply-to", $"'{user}' is answered by direct reply-to, or in '{MovementQueue.RepliesOf(user)}'.");
        }

        var all = Header("results") switch
        {
            null => false,
            "all" => true,
            _ => throw ApiProblemException.Invalid(new FieldRefusal("results", "must be all, or left out")),
        };
        var correlation = Correlation.Usable(properties.CorrelationId) ?? Correlation.Usable(properties.MessageId) ?? Guid.CreateVersion7().ToString("N");
        var batch = MovementMessage.Read(properties.ContentType, properties.ContentEncoding, Header, message.Body);
        return (batch, caller, new Provenance(correlation, caller.Actor), all);

        string? Header(string name) => properties.Headers?.TryGetValue(name, out var value) is true
            ? value switch { byte[] text => Encoding.UTF8.GetString(text), string text => text, _ => null }
            : null;
    }

    /// <summary>Retries: without end while the lanes are full or the database is unavailable, a few times after an unknown failure.</summary>
    private async Task<T> Persistently<T>(Func<Task<T>> attempt, CancellationToken lost)
    {
        var unknown = 0;
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await attempt();
            }
            catch (Exception failure) when (!lost.IsCancellationRequested && (IsPassing(failure) || ++unknown < MostUnknownFailures))
            {
                RabbitMqMetrics.Retries.Add(1);
                await Pause(tries, lost);
            }
        }
    }

    /// <summary>Whether a failure is transient and not due to the message: full lanes, or a database that is down or out of connections.</summary>
    private static bool IsPassing(Exception failure) =>
        failure is OperationCanceledException or LaneFullException or LaneUnavailableException or DatabaseUnavailableException
            or ApiProblemException { Status: StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable }
        || LaneFailure.Classify(failure is { InnerException: NpgsqlException cause } ? cause : failure) is LaneFailureKind.Unavailable or LaneFailureKind.Race;

    /// <summary>Doubles with every try, with jitter, so that hosts part.</summary>
    private Task Pause(int tries, CancellationToken lost)
    {
        var longest = Math.Min(LongestPause.Ticks, ShortestPause.Ticks << Math.Min(tries, 10));
        return Task.Delay(TimeSpan.FromTicks(Random.Shared.NextInt64(longest / 2, longest)), time, lost);
    }

    private ApiProblemException Unknown(Exception failure)
    {
        log.LogError(failure, "A message cannot be handled");
        return new ApiProblemException(StatusCodes.Status500InternalServerError, "internal-error", "This is our mistake, and is in the log of the host.");
    }

    /// <summary>What is not settled stays unacknowledged, and comes again by another connection.</summary>
    private async Task Quietly(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception gone) when (gone is RabbitMQClientException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            log.LogDebug("A message stays unacknowledged: {Reason}", gone.Message);
        }
        catch (Exception failure)
        {
            log.LogError(failure, "A message stays unacknowledged");
        }
    }

    /// <param name="Tag">By which this connection acknowledges it.</param>
    /// <param name="Body">A copy, since the client reuses its buffer.</param>
    private sealed record Message(ulong Tag, IReadOnlyBasicProperties Properties, byte[] Body);
}

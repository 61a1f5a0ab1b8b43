using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Lanes.Commands;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using Serilog.Context;

namespace RetailSync.Inventory.Host.RabbitMq.Messages;

/// <summary>
/// What becomes of a message: it is handled, replied to and acknowledged, or becomes a dead letter. What fails for a reason that passes is retried without end.
/// </summary>
internal sealed class MessageProcessor(RabbitMqSettings settings, IOptions<JsonOptions> json, TimeProvider time, ILogger<MessageProcessor> log)
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

    /// <summary>Returns when the next message may begin; the inner task completes when this one is acknowledged. It never fails.</summary>
    public async Task<Task> Begin(IMessageHandler handler, Message message, BrokerLink link)
    {
        try
        {
            var (caller, provenance) = SenderOf(message);
            var handle = handler.Read(message, caller, provenance, link.Lost);
            using (LogContext.PushProperty("CorrelationId", provenance.CorrelationId))
            {
                var handling = await Persistently(handle, link.Lost);
                return Finish(handler.Queue, message, async () =>
                {
                    // What could not be committed is begun once more, behind what came after it.
                    var first = Interlocked.Exchange(ref handling, null);
                    return await (first ?? await handle());
                }, link);
            }
        }
        catch (Exception failure)
        {
            return link.Lost.IsCancellationRequested ? Task.CompletedTask : Quietly(() => Refuse(handler.Queue, message, Refusal(failure), link));
        }
    }

    private Task Finish(BrokerQueue queue, Message message, Func<Task<object>> handled, BrokerLink link) => Quietly(async () =>
    {
        try
        {
            var result = await Persistently(handled, link.Lost);
            var body = JsonSerializer.SerializeToUtf8Bytes(result, json.Value.SerializerOptions);
            await Answer(message, $"{queue.Name}.recorded", RequestBody.Json, body, link);
            await link.Receiving.BasicAckAsync(message.Tag, multiple: false, link.Lost);
            RabbitMqMetrics.CountMessage(queue, "recorded");
        }
        catch (Exception failure) when (!link.Lost.IsCancellationRequested && failure is not RabbitMQClientException)
        {
            await Refuse(queue, message, Refusal(failure), link);
        }
    });

    /// <summary>Into the dead letters, confirmed, and only then acknowledged. Where they are full it waits, and nothing is lost.</summary>
    private async Task Refuse(BrokerQueue queue, Message message, ApiProblemException refused, BrokerLink link)
    {
        log.LogWarning(
            "A message of {User} in {Queue} is a dead letter: {Code}, {Detail}", message.Properties.UserId, queue.Name, refused.Code, refused.Message);
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
                await link.Sending.BasicPublishAsync("", queue.DeadLetters, mandatory: true, properties, message.Body, link.Lost);
                break;
            }
            catch (PublishException full)
            {
                log.LogError(
                    "The dead letters {Reason}: nothing more is read until there is room in {Queue}",
                    full.IsReturn ? "do not exist" : "are full", queue.DeadLetters);
                await Pause(attempt, link.Lost);
            }
        }

        var problem = new { type = $"urn:retailsync:problem:{refused.Code}", code = refused.Code, status = refused.Status, detail = refused.Message };
        var body = JsonSerializer.SerializeToUtf8Bytes(problem, json.Value.SerializerOptions);
        await Answer(message, $"{queue.Name}.refused", "application/problem+json", body, link);
        await link.Receiving.BasicAckAsync(message.Tag, multiple: false, link.Lost);
        RabbitMqMetrics.CountMessage(queue, "dead-letter");
    }

    /// <summary>
    /// Sends the reply. Where its queue is gone or full, the reply is dropped: what was recorded stands, and sending it again says
    /// so.
    /// </summary>
    private async Task Answer(Message message, string type, string contentType, byte[] body, BrokerLink link)
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
            await link.Sending.BasicPublishAsync("", queue, mandatory: !isDirect, properties, body, link.Lost);
        }
        catch (PublishException dropped)
        {
            RabbitMqMetrics.AnswersDropped.Add(1);
            log.LogInformation("An answer to {Queue} is dropped: {Reason}", queue, dropped.IsReturn ? "there is no such queue" : "it is full");
        }
    }

    private static bool MayBeAnswered(string? user, string queue) =>
        user is not null && (queue.StartsWith(DirectReplies, StringComparison.Ordinal) || queue == BrokerQueue.RepliesOf(user));

    /// <exception cref="ApiProblemException">401 <c>no-user</c>, 403 <c>unknown-user</c>, 403 <c>forbidden-reply-to</c>.</exception>
    private (Caller Caller, Provenance Provenance) SenderOf(Message message)
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
                StatusCodes.Status403Forbidden, "forbidden-reply-to", $"'{user}' is answered by direct reply-to, or in '{BrokerQueue.RepliesOf(user)}'.");
        }

        var correlation = Correlation.Usable(properties.CorrelationId) ?? Correlation.Usable(properties.MessageId) ?? Guid.CreateVersion7().ToString("N");
        return (caller, new Provenance(correlation, caller.Actor));
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
            catch (Exception failure) when (
                !lost.IsCancellationRequested && (IsPassing(failure) || (failure is not ApiProblemException && ++unknown < MostUnknownFailures)))
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

    /// <summary>Why a message is a dead letter.</summary>
    private ApiProblemException Refusal(Exception failure)
    {
        if (failure is ApiProblemException refused)
        {
            return refused;
        }

        log.LogError(failure, "A message cannot be handled");
        return new ApiProblemException(StatusCodes.Status500InternalServerError, "internal-error", "This is our mistake, and is in the log of the host.");
    }

    /// <summary>What is not finished stays unacknowledged, and comes again by another connection.</summary>
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
}

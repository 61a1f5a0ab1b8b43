using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RetailSync.Testing;

namespace RetailSync.Inventory.Host.Tests.RabbitMq;

/// <summary>A program that publishes movements as a user of the broker, with confirms, and gets the outcomes by direct reply-to.</summary>
internal sealed class QueueClient : IAsyncDisposable
{
    public const string Exchange = "retailsync.movements";
    public const string Queue = "retailsync.movements";
    public const string DeadLetters = "retailsync.movements.dead";
    public const string Ndjson = "application/x-ndjson";

    private static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(60);

    private readonly IConnection _connection;
    private readonly string _user;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<(string Type, JsonElement Body)>> _asked = new();
    private bool _listens;

    private QueueClient(IConnection connection, IChannel channel, string user) => (_connection, Channel, _user) = (connection, channel, user);

    public IChannel Channel { get; }

    public Task<IChannel> NewChannel() => _connection.CreateChannelAsync();

    public static async Task<QueueClient> Connect(RabbitBroker broker, BrokerUser user, string virtualHost)
    {
        var connection = await broker.ConnectionsOf(user, virtualHost).CreateConnectionAsync();
        return new QueueClient(connection, await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)), user.Name);
    }

    /// <summary>Lines of NDJSON of one source.</summary>
    public Task Publish(string source, params IReadOnlyList<JsonObject> lines) => Publish(Ndjson, Text(lines), With(source));

    /// <inheritdoc cref="PublishTo"/>
    public Task Publish(string? contentType, string body, Action<BasicProperties>? more = null) =>
        PublishTo(Exchange, contentType, Encoding.UTF8.GetBytes(body), more);

    /// <summary>Returns when the broker has confirmed it.</summary>
    public async Task PublishTo(string exchange, string? contentType, byte[] body, Action<BasicProperties>? more = null)
    {
        var properties = new BasicProperties { ContentType = contentType, Persistent = true, UserId = _user };
        more?.Invoke(properties);
        await Channel.BasicPublishAsync(exchange, "", mandatory: true, properties, body);
    }

    /// <summary>The answer to lines of NDJSON.</summary>
    public async Task<JsonElement> Ask(string source, params IReadOnlyList<JsonObject> lines)
    {
        var (type, body) = await Ask(Ndjson, Text(lines), With(source));
        Assert.True(type == "retailsync.movements.recorded", body.GetRawText());
        return body;
    }

    public Task<(string Type, JsonElement Body)> Ask(string? contentType, string body, Action<BasicProperties>? more = null) =>
        AskOf(Exchange, contentType, Encoding.UTF8.GetBytes(body), more);

    /// <summary>The answer to a message to an exchange.</summary>
    public async Task<(string Type, JsonElement Body)> AskOf(string exchange, string? contentType, byte[] body, Action<BasicProperties>? more = null)
    {
        if (!_listens)
        {
            var consumer = new AsyncEventingBasicConsumer(Channel);
            consumer.ReceivedAsync += (_, answer) =>
            {
                if (_asked.TryRemove(answer.BasicProperties.CorrelationId!, out var waiting))
                {
                    waiting.SetResult((answer.BasicProperties.Type!, JsonDocument.Parse(answer.Body).RootElement.Clone()));
                }

                return Task.CompletedTask;
            };
            await Channel.BasicConsumeAsync("amq.rabbitmq.reply-to", autoAck: true, consumer);
            _listens = true;
        }

        var id = $"asked-{Guid.NewGuid():n}";
        var answered = new TaskCompletionSource<(string, JsonElement)>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[id] = answered;
        await PublishTo(exchange, contentType, body, properties =>
        {
            properties.ReplyTo = "amq.rabbitmq.reply-to";
            properties.CorrelationId = id;
            more?.Invoke(properties);
        });
        return await answered.Task.WaitAsync(ReplyTimeout);
    }

    /// <summary>The next message of a queue, once there is one.</summary>
    public async Task<BasicGetResult> Next(string queue)
    {
        BasicGetResult? message = null;
        await Waiting.Until(async () => (message = await Channel.BasicGetAsync(queue, autoAck: true)) is not null);
        return message!;
    }

    public static Action<BasicProperties> With(string source) => properties =>
    {
        properties.Headers ??= new Dictionary<string, object?>();
        properties.Headers["source"] = source;
    };

    public static string Text(IEnumerable<JsonObject> lines) => string.Concat(lines.Select(line => line.ToJsonString() + "\n"));

    public static string? Header(IReadOnlyBasicProperties properties, string name) =>
        properties.Headers?.TryGetValue(name, out var value) is true ? value switch { byte[] text => Encoding.UTF8.GetString(text), _ => $"{value}" } : null;

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}

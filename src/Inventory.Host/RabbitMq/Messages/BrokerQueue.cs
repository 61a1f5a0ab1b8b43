using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace RetailSync.Inventory.Host.RabbitMq.Messages;

/// <summary>
/// A queue to which sources publish, and what is declared on the broker when it is missing. What is there is used as it is: an operator may want a quorum
/// queue, or other bounds.
/// </summary>
/// <param name="Name">
/// Of the queue, and of the exchange where sources publish, with any routing key. They need the right to write to the exchange, and to nothing else.
/// </param>
internal sealed record BrokerQueue(string Name)
{
    public static readonly BrokerQueue Movements = new("retailsync.movements");

    public static readonly BrokerQueue Documents = new("retailsync.documents");

    /// <summary>The queue of messages that could not be read, with the reason in headers.</summary>
    public string DeadLetters => $"{Name}.dead";

    /// <summary>The one queue of a user's own that may be asked for answers, beside RabbitMQ's direct reply-to.</summary>
    public static string RepliesOf(string user) => $"retailsync.replies.{user}";

    /// <summary>Beyond these the broker says no to who publishes, and keeps what it has.</summary>
    private static readonly Dictionary<string, object?> Bounds = new()
    {
        ["x-max-length"] = 100_000,
        ["x-max-length-bytes"] = 1024L * 1024 * 1024,
        ["x-overflow"] = "reject-publish",
    };

    public async Task Declare(IConnection connection, CancellationToken cancellation)
    {
        await Declare(connection, Name, cancellation);
        await Declare(connection, DeadLetters, cancellation);
        await IfMissing(
            connection,
            asking => asking.ExchangeDeclarePassiveAsync(Name, cancellation),
            making => making.ExchangeDeclareAsync(Name, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellation),
            cancellation);
        await using var binding = await connection.CreateChannelAsync(cancellationToken: cancellation);
        await binding.QueueBindAsync(Name, Name, "", cancellationToken: cancellation);
    }

    private static Task Declare(IConnection connection, string queue, CancellationToken cancellation) => IfMissing(
        connection,
        asking => asking.QueueDeclarePassiveAsync(queue, cancellation),
        making => making.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, Bounds, cancellationToken: cancellation),
        cancellation);

    /// <summary>A refusal closes the AMQP channel of the request.</summary>
    private static async Task IfMissing(IConnection connection, Func<IChannel, Task> ask, Func<IChannel, Task> make, CancellationToken cancellation)
    {
        try
        {
            await using var asking = await connection.CreateChannelAsync(cancellationToken: cancellation);
            await ask(asking);
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            await using var making = await connection.CreateChannelAsync(cancellationToken: cancellation);
            await make(making);
        }
    }
}

using NodaTime;

namespace RetailSync.Channels.RabbitMq;

/// <summary>How publications to a channel are sent over RabbitMQ.</summary>
/// <param name="Exchange">Where numbers are published; the routing key is the channel's id.</param>
/// <param name="BatchSize">Numbers that are on their way at once, 1 to 1,000: a message each.</param>
/// <param name="Timeout">How long the broker may take to confirm them all.</param>
public sealed record RabbitMqOptions(string Exchange, int BatchSize, Duration Timeout)
{
    public const string DefaultExchange = "retailsync.availability";

    /// <summary>Bytes of an exchange's name in AMQP 0-9-1.</summary>
    private const int LongestName = 255;

    /// <param name="settings"><c>exchange</c> (retailsync.availability), <c>batchSize</c> (100) and <c>timeoutSeconds</c> (15).</param>
    /// <exception cref="ChannelNotReadyException">Something is no such thing.</exception>
    public static RabbitMqOptions Read(AdapterSettings settings) => new(
        settings.OptionalText("exchange") is not { } exchange ? DefaultExchange
            : System.Text.Encoding.UTF8.GetByteCount(exchange) <= LongestName ? exchange
            : throw new ChannelNotReadyException($"settings.exchange has more than {LongestName} bytes"),
        settings.Whole("batchSize", otherwise: 100, least: 1, most: 1_000),
        Duration.FromSeconds(settings.Whole("timeoutSeconds", otherwise: 15, least: 1, most: 60)));
}

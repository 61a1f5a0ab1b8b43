using System.Diagnostics.Metrics;

namespace RetailSync.Inventory.Host.RabbitMq.Messages;

/// <summary>What becomes of messages, as the meter <c>RetailSync.RabbitMq</c>.</summary>
internal static class RabbitMqMetrics
{
    private static readonly Meter Meter = new("RetailSync.RabbitMq");
    private static readonly Counter<long> Messages =
        Meter.CreateCounter<long>("retailsync.rabbitmq.messages", description: "Messages acknowledged, by queue and outcome");

    public static readonly Counter<long> Retries = Meter.CreateCounter<long>(
        "retailsync.rabbitmq.retries", description: "Retries of messages after transient failures: a full lane, an unavailable database");
    public static readonly Counter<long> AnswersDropped =
        Meter.CreateCounter<long>("retailsync.rabbitmq.answers.dropped", description: "Answers that no queue took");

    public static void CountMessage(BrokerQueue queue, string outcome) =>
        Messages.Add(1, new KeyValuePair<string, object?>("queue", queue.Name), new KeyValuePair<string, object?>("outcome", outcome));
}

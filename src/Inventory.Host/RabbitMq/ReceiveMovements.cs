using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Movements;
using RetailSync.Inventory.Host.RabbitMq.Messages;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.RabbitMq;

/// <summary>
/// Movements from the queue. Messages are put into the lanes in the order in which they came, without waiting for those before to be committed; while the lanes
/// are full no other is begun.
/// </summary>
internal sealed class ReceiveMovements(RabbitMqSettings settings, RecordMovements record) : IMessageHandler
{
    public BrokerQueue Queue => BrokerQueue.Movements;

    public ushort Prefetch => settings.Prefetch;

    public Func<Task<Task<object>>> Read(Message message, Caller caller, Provenance provenance, CancellationToken cancellation)
    {
        var all = message.Header("results") switch
        {
            null => false,
            "all" => true,
            _ => throw ApiProblemException.Invalid(new FieldRefusal("results", "must be all, or left out")),
        };
        var batch = MovementMessage.Read(message);
        return async () => Result(await record.Enqueue(batch, caller, provenance, all, cancellation));
    }

    private static async Task<object> Result(Task<BatchResult> recording) => await recording;
}

using RetailSync.Benchmarks.Load;
using RetailSync.Testing;

namespace RetailSync.Benchmarks.WholeSystem;

/// <summary>Movements from a RabbitMQ queue to committed, as their source gets the outcomes, against the same batches over HTTP.</summary>
internal static class QueueIngest
{
    /// <summary>Messages under way: a source does not wait for one before it publishes the next.</summary>
    private const int Callers = 32;

    public static readonly Benchmark Benchmark = new("queue-ingest", "movements/s", Goal.AtLeast(0.5), Ours, IngestHttp.Ours,
        "500-line JSON messages, 32 under way, published and answered over RabbitMQ on the same machine, against ingest-http");

    private static async Task<double> Ours(Conditions conditions)
    {
        var user = BrokerUser.Source(QueueLoad.User);
        await using var broker = await RabbitBroker.Start(BrokerUser.Host, user);
        var host = broker.NextVirtualHost();
        await using var product = await Product.Start(
            conditions, new EvenLoad("ours", conditions.Positions, conditions.PerBatch), $"--Messaging:RabbitMq={broker.AddressFor(BrokerUser.Host, host)}",
            $"--Messaging:Users:{QueueLoad.User}:Roles:0=ops");
        await Listening(broker, host);
        return await LoadProcess.Rate(QueueLoad.Verb, conditions, Workload.Ingest, new Uri(broker.AddressFor(user, host)), Callers);
    }

    /// <summary>Until the product has made its queue, which it does after its start.</summary>
    private static async Task Listening(RabbitBroker broker, string host)
    {
        await using var connection = await broker.ConnectionsOf(BrokerUser.Host, host).CreateConnectionAsync();
        while (true)
        {
            try
            {
                await using var channel = await connection.CreateChannelAsync();
                if (await channel.ConsumerCountAsync("retailsync.movements") > 0)
                {
                    return;
                }
            }
            catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
            {
                // It is not there yet.
            }

            await Task.Delay(50);
        }
    }
}

using System.Globalization;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace RetailSync.Benchmarks.Load;

/// <summary>As <see cref="LoadProcess"/>, through RabbitMQ: each caller publishes a batch and waits for its answer, which comes once it is committed.</summary>
internal static class QueueLoad
{
    public const string Verb = "queue-load";
    public const string User = "load";

    public static async Task Generate(string[] arguments)
    {
        var (workload, broker, callers, run, conditions) = LoadProcess.Read(arguments);
        var bodies = Bodies.For(workload, conditions, run);
        var things = workload.ThingsPerRequest(conditions);
        var whole = Encoding.UTF8.GetBytes($"\"accepted\":{things},");
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var waiting = new TaskCompletionSource<byte[]>[callers];
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, answer) =>
        {
            waiting[int.Parse(answer.BasicProperties.CorrelationId!, CultureInfo.InvariantCulture)].SetResult(answer.Body.ToArray());
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync("amq.rabbitmq.reply-to", autoAck: true, consumer);
        var buffers = Enumerable.Range(0, callers).Select(_ => Array.Empty<byte>()).ToArray();
        long number = 0;
        Console.WriteLine((await Measure.Rate(callers, conditions, async caller =>
        {
            var answered = waiting[caller] = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
            var properties = new BasicProperties
            {
                ContentType = "application/json",
                Persistent = true,
                UserId = User,
                ReplyTo = "amq.rabbitmq.reply-to",
                CorrelationId = caller.ToString(CultureInfo.InvariantCulture),
            };
            await channel.BasicPublishAsync(
                "retailsync.movements", "", mandatory: false, properties, bodies.Write(Interlocked.Increment(ref number), ref buffers[caller]));
            var answer = await answered.Task;
            return answer.AsSpan().IndexOf(whole) >= 0 ? things
                : throw new InvalidOperationException(Encoding.UTF8.GetString(answer.AsSpan(0, Math.Min(500, answer.Length))));
        })).ToString(CultureInfo.InvariantCulture));
    }
}

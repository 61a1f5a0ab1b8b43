using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client.Exceptions;
using RetailSync.Inventory.Host.RabbitMq;
using RetailSync.Testing;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.RabbitMq;

/// <summary>Whatever happens between a source and the database, each movement that the broker has confirmed is recorded once.</summary>
[Collection(BrokerTests.Name)]
public sealed class A_broker_in_trouble(QueueHost host) : IClassFixture<QueueHost>
{
    private const string Source = "wms/1";

    [BrokerFact]
    public async Task A_hundred_thousand_movements_count_once_each()
    {
        const int messages = 200;
        var skus = Enumerable.Range(0, 500).Select(_ => NewSku()).ToList();
        await using var warehouse = await host.Connect(Broker.Warehouse);

        // Every tenth is sent again at once, and every tenth again at the end.
        foreach (var message in Enumerable.Range(0, messages).SelectMany(message => message % 10 == 0 ? [message, message] : (int[])[message])
            .Concat(Enumerable.Range(0, messages / 10)))
        {
            await warehouse.Publish(Source, Receipts(skus, message));
        }

        await Waiting.Until(async () => await OnHand(skus) == 100_000m);
        await Empty();
        Assert.Equal(100_000m, await OnHand(skus));
        Assert.Equal(100_000L, await Events(skus));
    }

    [BrokerFact]
    public async Task A_broker_that_is_killed_and_restarted_loses_nothing()
    {
        var skus = Enumerable.Range(0, 50).Select(_ => NewSku()).ToList();
        var warehouse = await host.Connect(Broker.Warehouse);
        for (var message = 0; message < 50; message++)
        {
            await warehouse.Publish(Source, Receipts(skus, message));
        }

        // The host has some of it, the queue has the rest, and the outcome of the next one is lost: it is sent again.
        host.Broker.Kill();
        try
        {
            await Assert.ThrowsAnyAsync<RabbitMQClientException>(() => warehouse.Publish(Source, Receipts(skus, 50)));
            await warehouse.DisposeAsync();
        }
        finally
        {
            await host.Broker.StartAgain();
        }

        warehouse = await host.Connect(Broker.Warehouse);
        for (var message = 50; message < 100; message++)
        {
            await warehouse.Publish(Source, Receipts(skus, message));
        }

        await warehouse.DisposeAsync();
        await host.Listening();
        await Waiting.Until(async () => await OnHand(skus) == 5_000m);
        await Empty();
        Assert.Equal(5_000L, await Events(skus));
    }

    [BrokerFact]
    public async Task A_long_outage_is_an_alert_until_the_broker_is_back()
    {
        var absence = host.Services.GetRequiredService<BrokerAbsence>();
        host.Broker.Kill();
        try
        {
            await Waiting.Until(() => absence.DetailAt(Instant.MaxValue) is not null);
            Assert.Null(absence.DetailAt(host.Clock.GetCurrentInstant()));
            host.Clock.Advance(BrokerAbsence.RaisedAfter);
            await Waiting.Until(async () => (await Open()).Length == 1);
            Assert.DoesNotContain(BrokerUser.Host.Password, (await Open())[0].Text("detail"), StringComparison.Ordinal);
        }
        finally
        {
            await host.Broker.StartAgain();
        }

        await Waiting.Until(async () => (await Open()).Length == 0);
        await host.Listening();

        async Task<JsonElement[]> Open() => (await host.Get("/v1/alerts?kind=broker-away")).Ok().Items();
    }

    [BrokerFact]
    public async Task Cut_connections_lose_nothing()
    {
        var skus = Enumerable.Range(0, 100).Select(_ => NewSku()).ToList();
        await using var warehouse = await host.Connect(Broker.Warehouse);
        for (var message = 0; message < 100; message++)
        {
            await warehouse.Publish(Source, Receipts(skus, message));
            if (message % 20 == 10)
            {
                host.CutConnections();
                await host.Listening();
            }
        }

        await Waiting.Until(async () => await OnHand(skus) == 10_000m);
        await Empty();
        Assert.Equal(10_000L, await Events(skus));
    }

    [BrokerFact]
    public async Task A_full_queue_is_reported_to_the_publisher()
    {
        var skus = Enumerable.Range(0, 10).Select(_ => NewSku()).ToList();
        await host.Shut();
        await using (var operators = await host.Connect(BrokerUser.Host))
        {
            await Delete();
            await operators.Channel.QueueDeclareAsync(
                QueueClient.Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>
                { ["x-max-length"] = 5, ["x-overflow"] = "reject-publish" });
            await operators.Channel.QueueBindAsync(QueueClient.Queue, QueueClient.Exchange, "");
        }

        try
        {
            await using var warehouse = await host.Connect(Broker.Warehouse);
            var refused = 0;
            for (var message = 0; message < 20; message++)
            {
                try
                {
                    await warehouse.Publish(Source, Receipts(skus, message));
                }
                catch (PublishException full)
                {
                    Assert.False(full.IsReturn);
                    if (refused++ == 0)
                    {
                        await host.Restart(); // over a queue that an operator has made
                    }

                    await Task.Delay(10);
                    message--;
                }
            }

            Assert.NotEqual(0, refused);
            await Waiting.Until(async () => await OnHand(skus) == 200m);
            Assert.Equal(200L, await Events(skus));
        }
        finally
        {
            // For the other tests: the host makes its own anew.
            await host.Shut();
            await Delete();
            await host.Restart();
            await host.Listening();
        }

        async Task Delete()
        {
            await using var operators = await host.Connect(BrokerUser.Host);
            await operators.Channel.QueueDeleteAsync(QueueClient.Queue, ifUnused: false, ifEmpty: false);
        }
    }

    [BrokerFact]
    public async Task Full_lanes_hold_the_queue_back_and_keep_its_order()
    {
        host.More.Add("--Lanes:QueueLength=20");
        try
        {
            await host.Restart();
            var skus = Enumerable.Range(0, 50).Select(_ => NewSku()).ToList();
            await using var warehouse = await host.Connect(Broker.Warehouse);
            for (var message = 0; message < 40; message++)
            {
                await warehouse.Publish(Source, Receipts(skus, message));
            }

            await Waiting.Until(async () => await OnHand(skus) == 2_000m);

            // The lanes have said no; what is recorded is in the order in which it was published, by the ids of the events of each position.
            await Waiting.Until(async () => await Retries() > 0);
            Assert.Equal(0L, await host.Sql($"""
                select count(*) from (select data ->> 'id' as id, lag(data ->> 'id') over (partition by stream_id order by version) as before
                  from inventory.mt_events where stream_id like any (array[{Streams(skus)}])) as e
                where before >= id
                """));
        }
        finally
        {
            host.More.Clear();
            await host.Restart();
            await host.Listening();
        }
    }

    /// <summary>Of the host since its start; not there before the first.</summary>
    private async Task<double> Retries() => (await host.Get("/metrics")).Text.Split('\n')
        .Where(line => line.StartsWith("retailsync_rabbitmq_retries_total", StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));

    private static JsonObject[] Receipts(IReadOnlyList<string> skus, int message) =>
        [.. skus.Select(sku => Line("receipt", 1, sku, id: $"{sku}/{message:D4}"))];

    private async Task<decimal> OnHand(IReadOnlyList<string> skus) =>
        await host.Sql($"select coalesce(sum(on_hand), 0) from inventory.position where sku in ({Names(skus)})") is decimal units ? units : -1;

    private async Task<object?> Events(IReadOnlyList<string> skus) =>
        await host.Sql($"select count(*) from inventory.mt_events where stream_id like any (array[{Streams(skus)}])");

    /// <summary>What was sent again is acknowledged too.</summary>
    private async Task Empty()
    {
        await using var operators = await host.Connect(BrokerUser.Host);
        await Waiting.Until(async () => await operators.Channel.MessageCountAsync(QueueClient.Queue) == 0);
        Assert.Equal(0u, await operators.Channel.MessageCountAsync(QueueClient.DeadLetters));
    }

    private static string Names(IEnumerable<string> skus) => string.Join(',', skus.Select(sku => $"'{sku}'"));

    private static string Streams(IEnumerable<string> skus) => string.Join(',', skus.Select(sku => $"'{sku}@%'"));
}

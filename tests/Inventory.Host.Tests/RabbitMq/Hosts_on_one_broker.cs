using System.Net.Http.Json;
using System.Text.Json;
using RetailSync.Testing;
using static RetailSync.Inventory.Host.Tests.Lines;
using HostProcess = RetailSync.Inventory.Host.Tests.Walks.HostProcess;

namespace RetailSync.Inventory.Host.Tests.RabbitMq;

/// <summary>Two processes on one database and one broker.</summary>
[Collection(BrokerTests.Name)]
public sealed class Hosts_on_one_broker(Broker broker)
{
    [BrokerFact]
    public async Task Share_its_queue_and_assign_work_also_when_one_is_killed()
    {
        await using var database = await PostgresForTests.CreateDatabase();
        var virtualHost = broker.Running.NextVirtualHost();
        string[] switches = [$"--Messaging:RabbitMq={broker.Running.AddressFor(BrokerUser.Host, virtualHost)}",
            "--Messaging:Users:wms:Roles:0=ops", "--Messaging:Users:wms:Sources:0=wms/*"];
        await using var killed = await HostProcess.Start(database.ConnectionString, switches);
        await using var survivor = await HostProcess.Start(database.ConnectionString, switches);
        await using var shop = await QueueClient.Connect(broker.Running, BrokerUser.Host, virtualHost);
        await shop.Channel.ExchangeDeclareAsync("retailsync.availability", "topic", durable: true, autoDelete: false);
        foreach (var channel in (string[])["web", "app"])
        {
            await shop.Channel.QueueDeclareAsync(channel, durable: true, exclusive: false, autoDelete: false);
            await shop.Channel.QueueBindAsync(channel, "retailsync.availability", channel);
            (await killed.Http.PutAsJsonAsync($"/v1/channels/{channel}", new { adapter = "rabbitmq" })).EnsureSuccessStatusCode();
        }

        // What the leader has the other host do, it says over the broker.
        await Waiting.Until(async () => 2L.Equals(
            await database.Sql("select count(distinct node_id) from inventory.wolverine_node_assignments where id like 'retailsync:%'")));
        Assert.Equal(2L, await database.Sql("select count(*) from inventory.wolverine_nodes where uri like 'rabbitmq://queue/wolverine.control.%'"));

        var sku = NewSku();
        await using var warehouse = await QueueClient.Connect(broker.Running, Broker.Warehouse, virtualHost);
        await Waiting.Until(async () => await shop.Channel.ConsumerCountAsync(QueueClient.Queue) == 2);
        for (var message = 0; message < 40; message++)
        {
            if (message == 20)
            {
                await killed.Kill();
            }

            await warehouse.Publish("wms/1", [.. Enumerable.Range(0, 25).Select(line => Line("receipt", 1, sku, id: $"{message}-{line}"))]);
        }

        await Waiting.Until(async () => 1_000m.Equals(await database.Sql($"select on_hand from inventory.position where sku = '{sku}'")));
        Assert.Equal(1_000L, await database.Sql("select count(*) from inventory.mt_events"));
        foreach (var channel in (string[])["web", "app"])
        {
            await Waiting.Until(async () => JsonDocument.Parse((await shop.Next(channel)).Body).RootElement.GetProperty("data").Number("quantity") == 1_000);
        }
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Testing;
using Wolverine.Runtime;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.Publications.PublishingHost;

namespace RetailSync.Inventory.Host.Tests.RabbitMq;

[Collection(BrokerTests.Name)]
public sealed class Publishing_to_an_exchange(QueueHost host) : IClassFixture<QueueHost>
{
    private const string Exchange = "retailsync.availability";

    [BrokerFact]
    public async Task Each_number_is_an_event_that_the_broker_has_confirmed()
    {
        var (channel, sku) = (NewSku(), NewSku());
        await using var shop = await host.Connect(BrokerUser.Host);
        await Register(channel);
        await Bind(shop, channel);
        await host.RecordAccepted(Line("receipt", 7, sku));

        var (message, number) = await NextAbout(shop, channel, sku);

        Assert.Equal(("1.0", "retailsync.availability.changed", sku, $"/v1/channels/{channel}"),
            (number.Text("specversion"), number.Text("type"), number.Text("subject"), number.Text("source")));
        Assert.Equal((7m, channel), (number.GetProperty("data").Number("quantity"), number.GetProperty("data").Text("channel")));
        Assert.Equal(("application/cloudevents+json", true, $"{channel}/{number.Text("id")}"),
            (message.BasicProperties.ContentType, message.BasicProperties.Persistent, message.BasicProperties.MessageId));
        var row = await Publication(channel, sku, row => row.GetProperty("acknowledgedAt").ValueKind == JsonValueKind.String);
        Assert.Equal(number.Text("id"), $"{row.Number("sequence")}");
    }

    [BrokerFact]
    public async Task An_exchange_without_a_queue_is_reported_and_retried()
    {
        var (channel, sku) = (NewSku(), NewSku());
        await using var shop = await host.Connect(BrokerUser.Host);
        await Register(channel);
        await host.RecordAccepted(Line("receipt", 7, sku));

        var row = await Publication(channel, sku, row => row.Text("error") is not null);
        Assert.Equal(JsonValueKind.Null, row.GetProperty("acknowledgedAt").ValueKind);
        Assert.Contains("No queue is bound", row.Text("error"), StringComparison.Ordinal);
        Assert.Contains("No queue is bound", (await Status(channel, status => status.Text("error") is not null)).Text("error"), StringComparison.Ordinal);

        await Bind(shop, channel);
        Assert.Equal(7m, (await NextAbout(shop, channel, sku)).Number.GetProperty("data").Number("quantity"));
        await Publication(channel, sku, row => row.GetProperty("acknowledgedAt").ValueKind == JsonValueKind.String);
    }

    [BrokerFact]
    public async Task A_number_for_a_full_queue_is_sent_when_there_is_room()
    {
        var (channel, sku, other) = (NewSku(), NewSku(), NewSku());
        await using var shop = await host.Connect(BrokerUser.Host);
        await Bind(shop, channel, new() { ["x-max-length"] = 1, ["x-overflow"] = "reject-publish" });
        await Register(channel);
        await host.RecordAccepted(Line("receipt", 7, sku), Line("receipt", 8, other));

        // One fits, whichever it is of all that is to be published.
        var waiting = (await Eventually(
            async () => (await host.Get($"/v1/channels/{channel}/publications?limit=1000")).Ok()
            .Items(), rows => Array.Exists(rows, row => row.Text("error") is not null)))
            .First(row => row.Text("error") is not null);
        Assert.Contains("full", waiting.Text("error"), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, waiting.GetProperty("acknowledgedAt").ValueKind);

        await NextAbout(shop, channel, waiting.Text("sku")!);
        await Publication(channel, waiting.Text("sku")!, row => row.GetProperty("acknowledgedAt").ValueKind == JsonValueKind.String);
    }

    [BrokerFact]
    public async Task The_channel_can_be_paused_resumed_and_republished()
    {
        var (channel, sku) = (NewSku(), NewSku());
        await using var shop = await host.Connect(BrokerUser.Host);
        await Bind(shop, channel);
        await Register(channel);
        (await host.Post($"/v1/channels/{channel}/pause", new { })).Ok();
        await host.RecordAccepted(Line("receipt", 7, sku));
        Assert.Equal(JsonValueKind.Null, (await Publication(channel, sku, _ => true)).GetProperty("sentAt").ValueKind);

        (await host.Post($"/v1/channels/{channel}/resume", new { })).Ok();
        await NextAbout(shop, channel, sku);
        await Publication(channel, sku, row => row.GetProperty("acknowledgedAt").ValueKind == JsonValueKind.String);
        (await host.Post($"/v1/channels/{channel}/republish", new { })).Ok();
        await NextAbout(shop, channel, sku);
    }

    [BrokerFact]
    public async Task Publishing_resumes_after_an_outage_and_hides_the_password()
    {
        var (channel, sku) = (NewSku(), NewSku());
        var shop = await host.Connect(BrokerUser.Host);
        await Bind(shop, channel);
        await Register(channel);
        await host.RecordAccepted(Line("receipt", 7, sku));
        await NextAbout(shop, channel, sku);
        await shop.DisposeAsync();
        host.Broker.Kill();
        try
        {
            await host.RecordAccepted(Line("receipt", 1, sku));
            var status = await Status(channel, status => status.Text("error") is not null);
            Assert.DoesNotContain(BrokerUser.Host.Password, (await host.Get($"/v1/channels/{channel}")).Text, StringComparison.Ordinal);
            Assert.Contains("RabbitMQ", status.Text("error"), StringComparison.Ordinal);
        }
        finally
        {
            await host.Broker.StartAgain();
        }

        await using var again = await host.Connect(BrokerUser.Host);
        await Waiting.Until(async () => (await NextAbout(again, channel, sku)).Number.GetProperty("data").Number("quantity") == 8);
    }

    [BrokerFact]
    public void Hosts_send_each_other_control_messages_over_the_broker() =>
        Assert.Equal("rabbitmq", host.Services.GetRequiredService<IWolverineRuntime>().Options.Transports.NodeControlEndpoint?.Uri.Scheme);

    private async Task Register(string channel) => (await host.Put($"/v1/channels/{channel}", new { adapter = "rabbitmq", settings = new JsonObject() })).Ok();

    /// <summary>What other tests have recorded is published to the channel as well.</summary>
    private static async Task<(RabbitMQ.Client.BasicGetResult Message, JsonElement Number)> NextAbout(QueueClient shop, string channel, string sku)
    {
        while (true)
        {
            var message = await shop.Next(channel);
            var number = JsonDocument.Parse(message.Body).RootElement;
            if (number.Text("subject") == sku)
            {
                return (message, number);
            }
        }
    }

    private static async Task Bind(QueueClient shop, string channel, Dictionary<string, object?>? bounds = null)
    {
        await shop.Channel.ExchangeDeclareAsync(Exchange, "topic", durable: true, autoDelete: false);
        await shop.Channel.QueueDeclareAsync(channel, durable: true, exclusive: false, autoDelete: false, bounds);
        await shop.Channel.QueueBindAsync(channel, Exchange, channel);
    }

    private async Task<JsonElement> Publication(string channel, string sku, Func<JsonElement, bool> becomes) => (await Eventually(
        async () => (await host.Get($"/v1/channels/{channel}/publications?sku={sku}")).Ok().Items(), rows => rows.Length == 1 && becomes(rows[0])))[0];

    private Task<JsonElement> Status(string channel, Func<JsonElement, bool> becomes) =>
        Eventually(async () => (await host.Get($"/v1/channels/{channel}")).Ok().GetProperty("status"), becomes);
}

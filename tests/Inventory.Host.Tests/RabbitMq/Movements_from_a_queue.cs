using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using RetailSync.Inventory.Host.RabbitMq.Messages;
using RetailSync.Testing;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.RabbitMq;

[Collection(BrokerTests.Name)]
public sealed class Movements_from_a_queue(QueueHost host) : IClassFixture<QueueHost>
{
    private const string Source = "pos/S001";

    [BrokerFact]
    public async Task Each_message_has_an_outcome_and_rejected_lines_are_kept()
    {
        var sku = NewSku();
        await using var till = await host.Connect(Broker.Till);
        var good = Line("receipt", 10, sku);

        var answer = await till.Ask(
            Source, good, good.Clone(), Line("receipt", -1, sku, id: "bad-1"), Line("sale", 1, sku, location: "S002", id: "elsewhere-1"));

        Assert.Equal((1, 1, 2), (answer.Number("accepted"), answer.Number("duplicates"), answer.Number("rejected")));
        Assert.Equal([(1, "duplicate", null), (2, "rejected", "invalid-line"), (3, "rejected", "forbidden-location")],
            answer.Items("results").Select(line => ((int)line.Number("index"), line.Text("outcome"), line.Text("code"))));
        Assert.Equal(10, await host.OnHand(sku));
        Assert.Equal("till-s001", (await host.Events(sku)).Single().Text("by"));
        var kept = (await host.Get("/v1/quarantine?limit=1000")).Ok().Items()
            .Where(entry => entry.GetProperty("line").ToString().Contains(sku, StringComparison.Ordinal)).ToList();
        Assert.Equal([("invalid-line", Source, "till-s001"), ("forbidden-location", Source, "till-s001")],
            kept.Select(entry => (entry.Text("code"), entry.Text("source"), entry.Text("by"))));
    }

    public static TheoryData<string, string?, string> Forms => new()
    {
        { "application/json", null,
            """{"source":"pos/S001","movements":[{"id":"ID","type":"receipt","sku":"SKU","location":"S001","quantity":3,"occurredAt":"2026-11-23T09:00:00Z"}]}""" },
        { "application/x-ndjson; charset=utf-8", Source,
            "\n" + """{"id":"ID","type":"receipt","sku":"SKU","location":"S001","quantity":3,"occurredAt":"2026-11-23T09:00:00Z"}""" },
        { "text/csv", Source, "id,type,sku,location,quantity,occurredAt\nID,receipt,SKU,S001,3,2026-11-23T09:00:00Z\n" },
        {
            "application/cloudevents+json", null,
            """
            {"specversion":"1.0","id":"ID","source":"pos/S001","type":"retailsync.movement.receipt","time":"2026-11-23T09:00:00Z","traceparent":"00-1-2-00","datacontenttype":"application/json",
             "data":{"sku":"SKU",
              "location":"S001","quantity":3}}
            """
        },
        {
            "application/cloudevents-batch+json", null,
            """[{"specversion":"1.0","id":"ID","source":"pos/S001","type":"retailsync.movement.receipt","data":{"sku":"SKU","location":"S001","quantity":3,"occurredAt":"2026-11-23T09:00:00Z"}}]"""
        },
        {
            "application/cloudevents+json", null,
            """
            {"specversion":"1.0","id":"of-the-event","source":"pos/S001","type":"retailsync.movements",
             "data":[{"id":"ID","type":"receipt","sku":"SKU","location":"S001","quantity":3,"occurredAt":"2026-11-23T09:00:00Z"}]}
            """
        },
    };

    [BrokerTheory]
    [MemberData(nameof(Forms))]
    public async Task Each_of_these_formats_is_accepted(string contentType, string? source, string body)
    {
        var sku = NewSku();
        await using var till = await host.Connect(Broker.Till);

        var (_, answer) = await till.Ask(
            contentType, body.Replace("SKU", sku, StringComparison.Ordinal).Replace("ID", $"{sku}/1", StringComparison.Ordinal), properties =>
        {
            properties.ContentEncoding = "utf-8";
            properties.Headers = new Dictionary<string, object?> { ["results"] = "all" };
            (source is null ? _ => { } : QueueClient.With(source))(properties);
        });

        Assert.Equal([($"{sku}/1", "accepted")], answer.Items("results").Select(line => (line.Text("id"), line.Text("outcome"))));
        Assert.Equal(3, await host.OnHand(sku));
    }

    [BrokerTheory]
    [InlineData("cloudEvents:")]
    [InlineData("cloudEvents_")]
    public async Task An_event_in_binary_mode_is_accepted(string prefix)
    {
        var sku = NewSku();
        await using var till = await host.Connect(Broker.Till);

        var (_, answer) = await till.Ask(
            "application/json", new JsonObject { ["sku"] = sku, ["location"] = "S001", ["quantity"] = 2.5m }.ToJsonString(),
            properties => properties.Headers = new Dictionary<string, object?>
            {
                [$"{prefix}specversion"] = "1.0",
                [$"{prefix}id"] = $"{sku}/1",
                [$"{prefix}source"] = Source,
                [$"{prefix}type"] = "retailsync.movement.receipt",
                [$"{prefix}time"] = "2026-11-23T09:00:00Z",
            });

        Assert.Equal(1, answer.Number("accepted"));
        Assert.Equal(2.5m, await host.OnHand(sku));
    }

    [BrokerFact]
    public async Task An_event_that_contradicts_its_data_is_rejected_alone()
    {
        var sku = NewSku();
        await using var till = await host.Connect(Broker.Till);

        var (_, answer) = await till.Ask("application/cloudevents-batch+json", """
            [{"specversion":"1.0","id":"SKU/1","source":"pos/S001","type":"retailsync.movement.receipt","data":{"id":"other","sku":"SKU","location":"S001","quantity":3,"occurredAt":"2026-11-23T09:00:00Z"}},
             {"specversion":"1.0","id":"SKU/2","source":"pos/S001","type":"retailsync.movement.receipt","data":{"sku":"\ud800","location":"S001","quantity":3,"occurredAt":"2026-11-23T09:00:00Z"}},
             {"specversion":"1.0","id":"SKU/3","source":"pos/S001","type":"retailsync.movement.receipt","data":[1,2]},
             {"specversion":"1.0","id":"SKU/4","source":"pos/S001","type":"retailsync.movement.receipt","data":{"sku":"SKU","location":"S001","quantity":3,"occurredAt":"2026-11-23T09:00:00Z"}}]
            """.Replace("SKU", sku, StringComparison.Ordinal));

        Assert.Equal((1, 3), (answer.Number("accepted"), answer.Number("rejected")));
        Assert.All(answer.Items("results"), line => Assert.Equal("invalid-line", line.Text("code")));
        Assert.Equal(3, await host.OnHand(sku));
    }

    [BrokerFact]
    public async Task Lines_of_another_users_source_are_rejected_and_kept()
    {
        var sku = NewSku();
        await using var till = await host.Connect(Broker.Till);
        await using var warehouse = await host.Connect(Broker.Warehouse);

        var byTill = await till.Ask("wms/1", Line("receipt", 5, sku));
        var byWarehouse = await warehouse.Ask("pos/S001", Line("receipt", 5, sku));
        var product = await warehouse.Ask("reconciliation", Line("receipt", 5, sku));
        var own = await warehouse.Ask("wms/1", Line("receipt", 7, sku));

        Assert.All([byTill, byWarehouse, product], answer => Assert.Equal("forbidden-source", answer.Items("results").Single().Text("code")));
        Assert.Equal(1, own.Number("accepted"));
        Assert.Equal(7, await host.OnHand(sku));
    }

    [BrokerFact]
    public async Task A_message_under_another_users_name_is_not_accepted()
    {
        await using var till = await host.Connect(Broker.Till);

        var refused = await Assert.ThrowsAsync<AlreadyClosedException>(() => till.Publish(QueueClient.Ndjson, "{}", properties => properties.UserId = "wms"));

        Assert.Equal(406, refused.ShutdownReason!.ReplyCode);
    }

    [BrokerFact]
    public async Task An_answer_is_sent_to_the_users_own_queue()
    {
        var (sku, again) = (NewSku(), NewSku());
        await using var till = await host.Connect(Broker.Till);
        Action<BasicProperties> ToOwnQueue(string message) => properties =>
        {
            QueueClient.With(Source)(properties);
            properties.ReplyTo = "retailsync.replies.till-s001";
            properties.MessageId = message;
        };

        // Nobody has made the queue yet: what was recorded stands.
        await till.Publish(QueueClient.Ndjson, QueueClient.Text([Line("receipt", 1, again)]), ToOwnQueue($"message of {again}"));
        await Recorded(again, 1);
        await till.Channel.QueueDeclareAsync("retailsync.replies.till-s001", durable: true, exclusive: false, autoDelete: false);
        await till.Publish(QueueClient.Ndjson, QueueClient.Text([Line("receipt", 4, sku)]), ToOwnQueue($"message of {sku}"));

        // The first message is recorded before it is answered, so that its answer may still find the queue.
        var answer = await till.Next("retailsync.replies.till-s001");
        while (answer.BasicProperties.CorrelationId == $"message of {again}")
        {
            answer = await till.Next("retailsync.replies.till-s001");
        }


        Assert.Equal(($"message of {sku}", "application/json", true),
            (answer.BasicProperties.CorrelationId, answer.BasicProperties.ContentType, answer.BasicProperties.Persistent));
        Assert.Equal(1, JsonDocument.Parse(answer.Body).RootElement.Number("accepted"));
        Assert.Equal(4, await host.OnHand(sku));
    }

    public static TheoryData<string, string?, string> Poison => new()
    {
        { "unsupported-media-type", "text/plain", "hello" },
        { "unsupported-media-type", null, "{}" },
        { "unsupported-media-type", "application/x-ndjson; charset=latin1", "{}" },
        { "invalid-request", "application/json", """{"source":"pos/S001","movements":[""" },
        { "invalid-request", "application/x-ndjson", "{}" },
        { "invalid-event", "application/cloudevents+json", """{"specversion":"0.3"}""" },
        { "invalid-event", "application/cloudevents+json", "\u0001" },
        { "invalid-event", "application/cloudevents+json", """{"specversion":"1.0","id":"1","source":"pos/S001","type":"com.example.other","data":{}}""" },
        { "invalid-event", "application/cloudevents+json",
            """{"specversion":"1.0","id":"1","id":"2","source":"pos/S001","type":"retailsync.movements","data":[]}""" },
        { "invalid-event", "application/cloudevents+json",
            """{"specversion":"1.0","id":"1","source":"pos/S001","type":"retailsync.movement.sale","data_base64":"AAAA"}""" },
        { "invalid-event", "application/cloudevents-batch+json", """
            [{"specversion":"1.0","id":"1","source":"pos/S001","type":"retailsync.movements","data":[]},{"specversion":"1.0","id":"1","source":"pos/S002","type":"retailsync.movements","data":[]}]
            """ },
        { "batch-too-large", "application/json", """{"source":"pos/S001","movements":[MANY1]}""" },
        { "body-too-large", "application/json", """{"source":"LARGE","movements":[]}""" },
    };

    [BrokerTheory]
    [MemberData(nameof(Poison))]
    public async Task An_unreadable_message_is_a_dead_letter_with_the_reason(string code, string? contentType, string body)
    {
        await using var till = await host.Connect(Broker.Till);
        body = body.Replace("MANY", string.Concat(Enumerable.Repeat("1,", 10_000)), StringComparison.Ordinal)
            .Replace("LARGE", new string('a', 4 * 1024 * 1024), StringComparison.Ordinal);

        var (type, answer) = await till.Ask(contentType, body);

        Assert.Equal(("retailsync.movements.refused", code), (type, answer.Text("code")));
        var dead = await DeadLetter(code, "till-s001");
        Assert.Equal((contentType, body), (dead.BasicProperties.ContentType, Encoding.UTF8.GetString(dead.Body.Span)));
    }

    [BrokerFact]
    public async Task A_message_of_an_unknown_user_is_a_dead_letter()
    {
        await using var till = await host.Connect(Broker.Till);
        await using var stranger = await host.Connect(Broker.Stranger);
        var sku = NewSku();

        await till.Publish(QueueClient.Ndjson, QueueClient.Text([Line("receipt", 1, sku)]), properties =>
        {
            QueueClient.With(Source)(properties);
            properties.ClearUserId();
        });
        await DeadLetter("no-user", null);
        await stranger.Publish("anything", Line("receipt", 1, sku));
        await DeadLetter("unknown-user", "stranger");

        (await host.Get($"/v1/positions/{sku}/S001")).Refused(404, "unknown-position");
    }

    /// <summary>The host may write to every queue; whoever may not is not to do it through the host.</summary>
    [BrokerFact]
    public async Task A_message_does_not_get_the_hosts_rights()
    {
        await using var operatorsOwn = await host.Connect(BrokerUser.Host);
        await operatorsOwn.Channel.QueueDeclareAsync("of-somebody-else", durable: false, exclusive: false, autoDelete: false);
        await using var till = await host.Connect(Broker.Till);
        var sku = NewSku();

        foreach (var queue in (string[])["of-somebody-else", "retailsync.movements", "retailsync.replies.wms"])
        {
            await till.Publish(QueueClient.Ndjson, QueueClient.Text([Line("receipt", 1, sku)]), properties =>
            {
                QueueClient.With(Source)(properties);
                properties.ReplyTo = queue;
            });
            await DeadLetter("forbidden-reply-to", "till-s001");
        }

        // What looks like direct reply-to and is nobody's is answered to nobody, and harms nothing.
        var own = NewSku();
        await till.Publish(QueueClient.Ndjson, QueueClient.Text([Line("receipt", 1, own)]), properties =>
        {
            QueueClient.With(Source)(properties);
            properties.ReplyTo = "amq.rabbitmq.reply-to.nobody";
        });
        Assert.Equal(1, (await till.Ask(Source, Line("receipt", 1, own))).Number("accepted"));
        Assert.Equal(2, await host.OnHand(own));

        Assert.Equal(0u, await operatorsOwn.Channel.MessageCountAsync("of-somebody-else"));
        (await host.Get($"/v1/positions/{sku}/S001")).Refused(404, "unknown-position");
    }

    [BrokerFact]
    public async Task A_dead_letter_goes_to_no_further_recipient()
    {
        await using var operatorsOwn = await host.Connect(BrokerUser.Host);
        await operatorsOwn.Channel.QueueDeclareAsync("of-another", durable: false, exclusive: false, autoDelete: false);
        await using var till = await host.Connect(Broker.Till);

        await till.Publish("text/plain", "with copies", properties => properties.Headers = new Dictionary<string,
            object?>
        { ["CC"] = new List<object?> { "of-another" }, ["BCC"] = new List<object?> { "of-another" } });

        await DeadLetter("unsupported-media-type", "till-s001");
        Assert.Equal(0u, await operatorsOwn.Channel.MessageCountAsync("of-another"));
    }

    [BrokerFact]
    public async Task Messages_stay_unacknowledged_while_the_database_is_away()
    {
        var sku = NewSku();
        await using var till = await host.Connect(Broker.Till);
        await till.Ask(Source, Line("receipt", 1, sku));
        await host.TakeDatabaseAway();

        // More than are taken at once.
        for (var message = 0; message < 100; message++)
        {
            await till.Publish(Source, Line("receipt", 1, sku), Line("receipt", -1, sku));
        }

        await using var broker = await host.Connect(BrokerUser.Host);
        await Waiting.Until(async () => await broker.Channel.MessageCountAsync(QueueClient.Queue) == 100 - 64);
        await host.GiveDatabaseBack();

        await Recorded(sku, 101);
        Assert.Equal(0u, await broker.Channel.MessageCountAsync(QueueClient.DeadLetters));
    }

    private Task Recorded(string sku, decimal onHand) =>
        Waiting.Until(async () => await host.Get($"/v1/positions/{sku}/S001") is { Status: 200 } answer && answer.Json.Number("onHand") == onHand);

    private async Task<BasicGetResult> DeadLetter(string code, string? user)
    {
        await using var operators = await host.Connect(BrokerUser.Host);
        var dead = await operators.Next(QueueClient.DeadLetters);
        Assert.Equal((code, user),
            (QueueClient.Header(dead.BasicProperties, MessageProcessor.CodeHeader), QueueClient.Header(dead.BasicProperties, MessageProcessor.UserHeader)));
        Assert.NotEmpty(QueueClient.Header(dead.BasicProperties, MessageProcessor.DetailHeader)!);
        return dead;
    }
}

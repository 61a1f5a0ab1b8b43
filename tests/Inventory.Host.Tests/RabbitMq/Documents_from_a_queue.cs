using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using RetailSync.Inventory.Host.RabbitMq.Messages;
using RetailSync.Inventory.Host.Tests.SourceDocuments;
using RetailSync.Testing;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.RabbitMq;

[Collection(BrokerTests.Name)]
public sealed class Documents_from_a_queue(QueueHost host) : IClassFixture<QueueHost>, IAsyncLifetime
{
    private const string Exchange = "retailsync.documents";
    private const string X12 = "application/edi-x12";

    public async Task InitializeAsync()
    {
        if (RabbitBroker.WhyMissing is null)
        {
            (await host.Put("/v1/locations/S001", new { type = "store", timeZone = "America/New_York" })).Ok();
            (await host.Put("/v1/locations/S002", new { type = "store", timeZone = "America/New_York" })).Ok();
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [BrokerFact]
    public async Task A_document_is_taken_in_once_and_its_outcome_is_the_reply()
    {
        var sku = NewSku();
        await using var warehouse = await host.Connect(Broker.Warehouse);

        var (type, first) = await warehouse.AskOf(Exchange, X12, Receipt(sku), Of(("source", "wms/east")));
        var (_, again) = await warehouse.AskOf(Exchange, X12, Receipt(sku), Of(("source", "wms/east")));

        Assert.Equal("retailsync.documents.recorded", type);
        Assert.Equal(("x12", "wms/east"), (first.Text("format"), first.Text("source")));
        Assert.Equal([1m, 0m, 0m], CountsOf(first));
        Assert.Equal([0m, 1m, 0m], CountsOf(again));
        Assert.Equal(10, await host.OnHand(sku));
        Assert.Equal("wms", (await host.Events(sku)).Single().Text("by"));
        Assert.Equal(first.Items("documents").Single().GetRawText(),
            (await host.Get($"/v1/documents/{first.Text("id")}")).Ok().Items("documents").Single().GetRawText());
    }

    [BrokerTheory]
    [InlineData("x12", null, null, false)]
    [InlineData("auto", "application/octet-stream", null, false)]
    [InlineData(null, "application/octet-stream", null, false)]
    [InlineData(null, "application/EDI-X12; charset=utf-8", "utf-8", false)]
    [InlineData(null, "application/gzip", null, true)]
    [InlineData("x12", "application/edi-x12", "gzip", true)]
    public async Task The_format_is_named_or_recognised(string? format, string? contentType, string? encoding, bool isCompressed)
    {
        var sku = NewSku();
        var body = isCompressed ? HostWithPlainDocuments.Gzip(Receipt(sku)) : Receipt(sku);
        await using var warehouse = await host.Connect(Broker.Warehouse);

        var (_, answer) = await warehouse.AskOf(Exchange, contentType, body, properties =>
        {
            Of(("source", "wms/east"), ("format", format))(properties);
            properties.ContentEncoding = encoding;
        });

        Assert.True(answer.Text("format") == "x12", answer.GetRawText());
        Assert.Equal(10, await host.OnHand(sku));
    }

    /// <summary>It is taken in as what it is said to be, and its content waits in quarantine.</summary>
    [BrokerFact]
    public async Task A_media_type_of_one_format_names_it()
    {
        await using var warehouse = await host.Connect(Broker.Warehouse);

        var (type, answer) = await warehouse.AskOf(Exchange, X12, "hello"u8.ToArray(), Of(("source", "wms/east")));

        Assert.Equal(("retailsync.documents.recorded", "x12"), (type, answer.Text("format")));
        Assert.Equal([0m, 0m, 1m], CountsOf(answer));
    }

    [BrokerFact]
    public async Task Zone_and_location_are_headers()
    {
        var sku = NewSku();
        await using var warehouse = await host.Connect(Broker.Warehouse);

        await warehouse.AskOf(Exchange, X12, Receipt(sku, place: null), Of(("source", "wms/east"), ("zone", "Asia/Tokyo"), ("location", "S002")));

        Assert.Equal(10, await host.OnHand(sku, "S002"));
        Assert.Equal("2026-11-03T14:59:59Z", (await host.Events(sku, "S002")).Single().Text("occurredAt")![..19] + "Z");
    }

    [BrokerFact]
    public async Task A_source_reports_what_its_user_may()
    {
        var (sku, own) = (NewSku(), NewSku());
        await using var till = await host.Connect(Broker.Till);

        var (_, foreign) = await till.AskOf(Exchange, X12, Receipt(sku), Of(("source", "wms/east")));
        var (_, elsewhere) = await till.AskOf(Exchange, X12, Receipt(sku, "S002"), Of(("source", "pos/S001")));
        await till.AskOf(Exchange, X12, Receipt(own), Of(("source", "pos/S001")));

        Assert.All([foreign, elsewhere], answer => Assert.Equal([0m, 0m, 1m], CountsOf(answer)));
        var kept = (await host.Get("/v1/quarantine?limit=1000")).Ok().Items()
            .Where(entry => entry.GetProperty("line").ToString().Contains(sku, StringComparison.Ordinal)).Texts("code");
        Assert.Equal(["forbidden-location", "forbidden-source"], kept.Order());
        Assert.Equal(10, await host.OnHand(own));
    }

    public static TheoryData<string, string?, string?, string, string?> Poison => new()
    {
        { "unknown-format", null, null, "hello", null },
        { "invalid-request", "word", null, "hello", null },
        { "invalid-request", "x12", null, "", null },
        { "invalid-request", "x12", null, "\u001f\u008b\u0008\u0000\u0000", null },
        { "invalid-request", "x12", "Mars", "ISA", null },
        { "unsupported-media-type", "x12", null, "ISA", "image/png" },
        { "unsupported-media-type", "x12", null, "ISA", "deflate" },
        { "body-too-large", "x12", null, "LARGE", null },
    };

    [BrokerTheory]
    [MemberData(nameof(Poison))]
    public async Task An_unreadable_message_is_a_dead_letter_with_the_reason(string code, string? format, string? zone, string body, string? type)
    {
        await using var warehouse = await host.Connect(Broker.Warehouse);
        var bytes = Encoding.Latin1.GetBytes(body == "LARGE" ? new string('a', (8 * 1024 * 1024) + 1) : body);

        var (kind, answer) = await warehouse.AskOf(Exchange, type == "deflate" ? null : type, bytes, properties =>
        {
            Of(("format", format), ("zone", zone))(properties);
            properties.ContentEncoding = type == "deflate" ? type : null;
        });

        Assert.Equal(("retailsync.documents.refused", code), (kind, answer.Text("code")));
        await using var operators = await host.Connect(BrokerUser.Host);
        var dead = await operators.Next($"{Exchange}.dead");
        Assert.Equal((code, "wms"),
            (QueueClient.Header(dead.BasicProperties, MessageProcessor.CodeHeader), QueueClient.Header(dead.BasicProperties, MessageProcessor.UserHeader)));
        Assert.Equal(bytes, dead.Body.ToArray());
    }

    /// <summary>What the host has taken from the queue and cannot store stays unacknowledged, and comes again by another connection.</summary>
    [BrokerFact]
    public async Task A_document_that_is_not_stored_is_redelivered_and_counts_once()
    {
        var skus = Enumerable.Range(0, 5).Select(_ => NewSku()).ToList();
        await using var warehouse = await host.Connect(Broker.Warehouse);
        await host.TakeDatabaseAway();
        foreach (var sku in skus)
        {
            await warehouse.PublishTo(Exchange, X12, Receipt(sku), Of(("source", "wms/east")));
        }

        await using var operators = await host.Connect(BrokerUser.Host);
        await Waiting.Until(async () => await operators.Channel.MessageCountAsync(Exchange) == 3);
        host.CutConnections();
        await host.GiveDatabaseBack();

        await using var again = await host.Connect(Broker.Warehouse);
        foreach (var sku in skus)
        {
            await Waiting.Until(async () => await host.Get($"/v1/positions/{sku}/S001") is { Status: 200 });
            var (_, duplicate) = await again.AskOf(Exchange, X12, Receipt(sku), Of(("source", "wms/east")));
            Assert.Equal([0m, 1m, 0m], CountsOf(duplicate));
            Assert.Equal(10, await host.OnHand(sku));
        }
    }

    /// <summary>Accepted, duplicate and rejected lines of its one document.</summary>
    private static decimal[] CountsOf(JsonElement answer) =>
        [.. from name in (string[])["accepted", "duplicates", "rejected"] select answer.Items("documents").Single().Number(name)];

    /// <summary>A 944 of ten units.</summary>
    private static byte[] Receipt(string sku, string? place = "S001")
    {
        string[] body = ["ST*944*0001", $"W17*F*20261103*RC-{sku}", .. place is null ? (string[])[] : [$"N1*WH**92*{place}"], $"W07*10*EA**VN*{sku}", "W14*10"];
        return Encoding.UTF8.GetBytes(string.Concat(
            new[] { "ISA*00*          *00*          *ZZ*WMS            *ZZ*RETAILER       *261103*0930*U*00401*000000001*0*P*>" }
                .Append("GS*RE*WMS*RETAILER*20261103*0930*1*X*004010").Concat(body).Append($"SE*{body.Length + 1}*0001").Append("GE*1*1")
                .Append("IEA*1*000000001").Select(segment => $"{segment}~")));
    }

    private static Action<BasicProperties> Of(params (string Name, string? Value)[] headers) => properties =>
        properties.Headers = headers.Where(header => header.Value is not null).ToDictionary(header => header.Name, header => (object?)header.Value);
}

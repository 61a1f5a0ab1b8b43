using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using RetailSync.Cli.Movements;
using RetailSync.Cli.SampleDay;
using RetailSync.Inventory.Domain.Reconciliation;

namespace RetailSync.Inventory.Host.Tests.Reconciliation.Compare;

/// <summary>A sample day into which every cause was planted: all are found, all are named, none is invented.</summary>
public sealed class Every_cause_planted_once(RunningHost host) : IClassFixture<RunningHost>
{
    private static readonly TradingDay Day = new(new LocalDate(2026, 11, 22)) { Stores = 6, Skus = 80, SalesPerStore = 80 };

    [Fact]
    public async Task Is_found_and_named_and_none_is_invented()
    {
        var planted = new PlantedDay(Day, RunningHost.Now + Duration.FromSeconds(5));
        await Send(planted);
        await host.Put("/v1/channels/web", new { adapter = "none" });
        foreach (var order in planted.Orders)
        {
            var lines = new[] { new { sku = order.Position.Sku.Value, location = order.Position.Location.Value, quantity = order.Quantity } };
            (await host.Post("/v1/reservations", new { id = order.Id, channel = "web", lines })).Ok(201);
        }

        var run = await host.Compare(Sheet(planted));

        Assert.Equal(
            planted.Causes.Select(cause => FormattableString.Invariant(
                $"{cause.Position} {cause.Field} {Word(cause.Cause)} {cause.Document ?? "-"} {cause.Quantity:0.####}")).Order(),
            from drift in run.Items("drifts")
            from part in drift.Items("attribution")
            let published = FormattableString.Invariant(
                $"{drift.Text("sku")}@{drift.Text("location")} {drift.Text("field")} {part.Text("cause")} {part.Text("document") ?? "-"} {part.Number("quantity"):0.####}")
            orderby published
            select published);
        Assert.Equal(Enum.GetValues<DriftCause>().Order(), planted.Causes.Select(cause => cause.Cause).Distinct().Order());
        Assert.Equal((planted.Counts.Count, planted.Counts.Count - planted.Causes.Count), (run.Number("compared"), run.Number("matching")));
    }

    private async Task Send(PlantedDay planted)
    {
        foreach (var ofSource in planted.Ours.GroupBy(movement => movement.Name.Source))
        {
            foreach (var batch in ofSource.Chunk(1_000))
            {
                var body = new ArrayBufferWriter<byte>();
                MovementJson.WriteBatch(body, ofSource.Key, batch);
                var content = new ByteArrayContent(body.WrittenSpan.ToArray());
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                Assert.Equal(0, (await host.Send(HttpMethod.Post, "/v1/movements", content)).Ok().Number("rejected"));
            }
        }
    }

    private static JsonObject Sheet(PlantedDay planted) => Comparing.Sheet(
        planted.Counts.Select(count => Comparing.Count(
            count.Position.Sku.Value, count.OnHand, count.Position.Location.Value, count.Reserved,
            [.. count.Unsellable.Select(status => (status.Key, status.Value))])),
        planted.Documents.Select(Document),
        NodaTime.Text.InstantPattern.ExtendedIso.Format(planted.TakenAt));

    private static JsonObject Document(TheirDocument document)
    {
        var json = new JsonObject
        {
            ["id"] = document.Id,
            ["type"] = document.Type,
            ["sku"] = document.Position.Sku.Value,
            ["location"] = document.Position.Location.Value,
            ["quantity"] = document.Quantity,
            ["occurredAt"] = NodaTime.Text.InstantPattern.ExtendedIso.Format(document.OccurredAt),
        };
        foreach (var (name, status) in new[] { ("status", document.Status), ("from", document.From), ("to", document.To) })
        {
            if (status is not null)
            {
                json[name] = status;
            }
        }

        return json;
    }

    private static string Word(DriftCause cause) => JsonNamingPolicy.KebabCaseLower.ConvertName(cause.ToString());
}

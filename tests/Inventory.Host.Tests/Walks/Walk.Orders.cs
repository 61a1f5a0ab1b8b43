namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>What a walk asks besides: supply that is announced, and messages about orders of the channel.</summary>
public sealed partial class Walk
{
    private const int OrdersAtOnce = 8;

    private static readonly string[] Documents = ["po-1", "po-2"];

    private LocalDate _today;

    /// <summary>Orders of which a message was accepted.</summary>
    public IReadOnlyList<string> Orders => [.. _calls.Where(call => call.Asked == Asked.Order && call.IsYes).Select(call => call.Reservation!).Distinct()];

    private Task Receive(Random random, string url, string? document)
    {
        var sku = Any(random, Skus);
        var quantity = WalkKits.IsKit(sku) ? 1 : random.Next(1, 5) / 2m;
        return Record(
            "receipt", sku, Any(random, Locations), quantity, null, url, document is null ? [] : [("document", document)]);
    }

    private Task Expect(Random random, string url) => Record(
        "expected", Any(random, Skus.Take(3).ToList()), Any(random, Locations), random.Next(5), null, url,
        ("document", Any(random, Documents)), ("kind", "purchase-order"), ("confidence", 1),
        ("expectedOn", $"{_today.PlusDays(random.Next(-1, 4)):uuuu-MM-dd}"));

    /// <summary>
    /// Any message, whatever came before it, since messages may come in any order. Every third order is picked up; some take over a reservation.
    /// </summary>
    private async Task AboutOrder(Random random, string url)
    {
        var number = (_calls.Count / 80 * OrdersAtOnce) + random.Next(OrdersAtOnce);
        var (order, isPickup, store) = ($"o-{number}", number % 3 == 0, Locations[number % 2]);
        var id = $"{Interlocked.Increment(ref _numbers)}";
        var type = Any(random, Types);
        var lines = Lines(random);
        var wants = type is "order" or "change";
        var body = new Dictionary<string, object> { ["type"] = type, ["order"] = order, ["id"] = id, ["occurredAt"] = Now() };
        if (type == "shipment-cancelled")
        {
            body["shipment"] = _shipments.TryGetValue(order, out var shipment) ? shipment : "none";
        }
        else if (wants || type == "return" || random.Next(3) > 0)
        {
            body["lines"] = Body(Located());
        }

        var sent = body.ContainsKey("lines") ? Located() : null;
        if (wants && isPickup)
        {
            body["fulfilment"] = "pickup";
        }

        if (type == "change")
        {
            body["revision"] = random.Next(1, 6);
        }

        if (type == "return" && random.Next(2) == 0)
        {
            body["status"] = "damaged";
        }

        if (type == "shipment")
        {
            _shipments[order] = id;
        }

        if (type == "order" && random.Next(4) == 0)
        {
            body["reservation"] = $"adopted-{id}";
            await Hold(url, $"adopted-{id}", Lines(random, mayWait: true), "PT15M");
        }

        await Ask(url, Asked.Order, order, sent, HttpMethod.Post, "/v1/channels/web/orders", body, (id, type));
        if (random.Next(4) == 0)
        {
            await Ask(Any(random, urls()), Asked.Order, order, sent, HttpMethod.Post, "/v1/channels/web/orders", body, (id, type));
        }

        Wanted[] Located() => [.. lines.Select(line => type switch
        {
            "ready" or "collected" or "not-collected" => line with { Location = null },
            _ when wants && isPickup => line with { Location = store },
            "return" => line with { Location = line.Location ?? store },
            _ => line,
        })];
    }

    private static readonly string[] Types =
    [
        "order", "order", "order", "change", "change", "cancellation", "shipment", "shipment", "shipment", "shipment-cancelled", "return", "ready", "collected",
        "not-collected",
    ];

    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> _shipments = [];
}

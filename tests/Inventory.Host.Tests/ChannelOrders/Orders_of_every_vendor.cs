using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ChannelOrders;

/// <summary>
/// The same life of an order in each vendor's messages: four are bought, then a fifth, one is cancelled, one ships by mistake and did not after all, two ship
/// from the second location, the rest is cancelled, one comes back and one comes back damaged. What a vendor has no message for is said through
/// <c>/orders</c>; what cannot happen to an order there is left out, and <see cref="Exceptions"/> says so.
/// </summary>
public class Orders_of_every_vendor(PublishingHost host) : IClassFixture<PublishingHost>
{
    private const string Secret = "a-secret-of-some-length";

    private static int s_orders = 5000;

    private readonly long _order = Interlocked.Increment(ref s_orders);
    private readonly string _sku = NewSku();
    private string _vendor = "none";

    /// <summary>What does not happen to an order of a vendor, by its own rules.</summary>
    private static readonly Dictionary<string, Step[]> Exceptions = new()
    {
        // A buyer cannot add to an order, so all five are bought at once; what the seller has confirmed as shipped counts up and is never taken back.
        ["amazon"] = [Step.Changed, Step.ShippedByMistake, Step.NotShipped],

        // A changed order is a new order, and the old one is cancelled; shipments cannot be cancelled.
        ["adobe-commerce"] = [Step.Changed, Step.ShippedByMistake, Step.NotShipped],

        // A buyer can only cancel.
        ["walmart"] = [Step.Changed],
    };

    private enum Step
    {
        Placed = 1,
        Changed,
        OneCancelled,
        ShippedByMistake,
        NotShipped,
        TwoShipped,
        RestCancelled,
        OneReturned,
        OneDamaged,
    }

    public static TheoryData<string> Vendors => ["none", "shopify", "amazon", "adobe-commerce", "walmart"];

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task End_in_the_same_quantities(string vendor)
    {
        await Prepare(vendor);
        var placed = Happens(vendor, Step.Changed) ? 4 : 5;
        foreach (var (step, numbers) in ((Step, (decimal, decimal, decimal, decimal))[])
        [
            (Step.Placed, (placed, placed, 0, 0)), (Step.Changed, (5, 5, 0, 0)), (Step.OneCancelled, (4, 4, 0, 0)), (Step.ShippedByMistake, (4, 3, 1, 0)),
            (Step.NotShipped, (4, 4, 0, 0)), (Step.TwoShipped, (4, 2, 2, 0)), (Step.RestCancelled, (2, 0, 2, 0)), (Step.OneReturned, (2, 0, 2, 1)),
            (Step.OneDamaged, (2, 0, 2, 2)),
        ])
        {
            await Send(vendor, Messages(vendor, step));
            Assert.Equal((step, numbers), (step, Happens(vendor, step) ? await Numbers(vendor) : numbers));
        }

        await Ended(vendor);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task End_the_same_in_any_order_and_repeated(string vendor)
    {
        await Prepare(vendor);
        List<Message> life = [.. Enum.GetValues<Step>().SelectMany(step => Messages(vendor, step))];
        life.Reverse();

        await Send(vendor, life);
        var random = new Random(20261129);
        await Send(vendor, [.. life.OrderBy(_ => random.Next())]);

        await Ended(vendor);
    }

    private async Task Ended(string vendor)
    {
        Assert.Equal((2, 0, 2, 2), await Numbers(vendor));
        var (first, second) = (await host.Position(_sku), await host.Position(_sku, "S002"));
        Assert.Equal((10, 0, 10, 0), (first.Number("onHand"), first.Number("reserved"), second.Number("onHand"), second.Number("reserved")));
        Assert.Equal(1, second.GetProperty("unsellable").Number("damaged"));
        Assert.DoesNotContain((await host.Get("/v1/quarantine?limit=1000")).Ok().Items(), entry => entry.Text("source") == $"channel/{vendor}");
    }

    private static bool Happens(string vendor, Step step) => Exceptions.GetValueOrDefault(vendor)?.Contains(step) != true;

    private async Task Prepare(string vendor)
    {
        _vendor = vendor;
        await host.Register(vendor, vendor, vendor == "none" ? [] : new() { ["webhookSecret"] = Secret });
        if (vendor is "none" or "amazon")
        {
            await host.RecordAccepted(Line("receipt", 10, _sku), Line("receipt", 10, _sku, "S002"));
            return;
        }

        (await host.Put($"/v1/channels/{vendor}/locations",
            new { items = new[] { new { location = "S001", theirs = "101" }, new { location = "S002", theirs = "102" } } })).Ok();
        await host.RecordAccepted(Line("receipt", 10, _sku), Line("receipt", 10, _sku, "S002"));
    }

    /// <summary>Wanted, held, shipped and returned.</summary>
    private async Task<(decimal Wanted, decimal Held, decimal Shipped, decimal Returned)> Numbers(string vendor)
    {
        var line = (await host.Get($"/v1/channels/{vendor}/orders/{Name(vendor)}")).Ok().Items("lines").Single();
        Assert.Equal(0, line.Number("oversold"));
        var held = line.Items("held").Sum(units => units.Number("quantity"));
        Assert.Equal(held, (await host.Position(_sku)).Number("reserved") + (await host.Position(_sku, "S002")).Number("reserved"));
        return (line.Number("ordered") - line.Number("cancelled"), held, line.Number("shipped"), line.Number("returned"));
    }

    private sealed record Message(string Body, string? Topic = null);

    private string Name(string vendor) => vendor == "amazon" ? $"903-{_order}" : $"{_order}";

    private List<Message> Messages(string vendor, Step step) => !Happens(vendor, step) ? [] : (vendor, step) switch
    {
        ("shopify", Step.Placed) =>
        [
            new($$"""
            {"id":{{_order}},"created_at":"2026-11-23T09:01:00Z","updated_at":"2026-11-23T09:01:00Z","line_items":[{{ShopifyLine(4)}},
              {"id":2,"sku":"GIFT-50","quantity":1,"gift_card":true,"requires_shipping":false},{"id":3,"sku":"WRAPPING","quantity":1,"requires_shipping":false},{"id":4,"sku":null,"quantity":1}]}
            """, "orders/create"),
        ],
        ("shopify", Step.Changed) =>
        [
            new($$"""{"order_edit":{"id":{{_order}}8,"order_id":{{_order}},"committed_at":"2026-11-23T09:02:00Z","line_items":{"additions":[{"id":1,"delta":1}],"removals":[]} } }""", "orders/edited"),
            new($$"""{"id":{{_order}},"created_at":"2026-11-23T09:01:00Z","updated_at":"2026-11-23T09:02:00Z","line_items":[{{ShopifyLine(5)}}]}""", "orders/updated"),
        ],
        ("shopify", Step.OneCancelled) => [new(ShopifyRefund(1, "cancel", 1, "09:03", null), "refunds/create")],
        ("shopify", Step.ShippedByMistake) => [new(ShopifyFulfilment(6, 1, 101, "success", "09:04"), "fulfillments/create")],
        ("shopify", Step.NotShipped) => [new(ShopifyFulfilment(6, 1, 101, "cancelled", "09:04"), "fulfillments/update")],
        ("shopify", Step.TwoShipped) => [new(ShopifyFulfilment(7, 2, 102, "success", "09:06"), "fulfillments/create")],
        ("shopify", Step.RestCancelled) => [new(ShopifyRefund(2, "cancel", 2, "09:07", null), "refunds/create")],
        ("shopify", Step.OneReturned) => [new(ShopifyRefund(3, "return", 1, "09:08", 102), "refunds/create")],

        ("amazon", Step.Placed) => [new(Amazon(step, "Unshipped", 5, 0))],
        ("amazon", Step.OneCancelled) => [new(Amazon(step, "Unshipped", 4, 0))],

        // It counts what has shipped and has no locations: who ships names them, and the units are recorded once.
        ("amazon", Step.TwoShipped) => [new(Amazon(step, "PartiallyShipped", 4, 2)), new(Own("shipment", step, 2, "S002"))],
        ("amazon", Step.RestCancelled) => [new(Amazon(step, "Shipped", 2, 2))],

        ("adobe-commerce", Step.Placed) => [new(Adobe(step, "new", 0, 0))],
        ("adobe-commerce", Step.OneCancelled) => [new(Adobe(step, "processing", 0, 1))],
        ("adobe-commerce", Step.TwoShipped) =>
        [
            new(Adobe(step, "processing", 2, 1)),
            new(AdobeEvent(61, "sales_order_shipment_save_after",
                $$"""{"entity_id":{{_order}}1,"order_id":{{_order}},"created_at":"2026-11-23 09:06:00","items":[{"sku":"{{_sku}}","qty":"2.0000"}],"extension_attributes":{"source_code":"102"} }""")),
        ],
        ("adobe-commerce", Step.RestCancelled) => [new(Adobe(step, "complete", 2, 3))],
        ("adobe-commerce", Step.OneReturned) =>
        [
            new(AdobeEvent(81, "sales_order_creditmemo_save_after",
                $$"""{"entity_id":{{_order}}2,"order_id":{{_order}},"created_at":"2026-11-23 09:08:00","items":[{"sku":"{{_sku}}","qty":"1.0000","back_to_stock":true}]}""")),
        ],

        // The seller says to Walmart what ships and what comes back, so Walmart says neither.
        ("walmart", Step.Placed) => [new(Walmart(step, "PO_CREATED", 5, "CREATED"))],
        ("walmart", Step.OneCancelled) => [new(Walmart(step, "PO_LINE_AUTOCANCELLED", 1, "CANCELLED"))],
        ("walmart", Step.RestCancelled) => [new(Walmart(step, "FRAUD_CANCEL", 2, "CANCELLED"))],

        (_, Step.Placed) => [new(Own("order", step, 4))],
        (_, Step.Changed) => [new(Own("change", step, 5))],
        (_, Step.OneCancelled) => [new(Own("cancellation", step, 1))],
        (_, Step.ShippedByMistake) => [new(Own("shipment", step, 1, "S001"))],
        (_, Step.NotShipped) => [new(Own("shipment-cancelled", step, null, shipment: $"own-{Step.ShippedByMistake}"))],
        (_, Step.TwoShipped) => [new(Own("shipment", step, 2, "S002"))],
        (_, Step.RestCancelled) => [new(Own("cancellation", step, null))],
        (_, Step.OneReturned) => [new(Own("return", step, 1, "S002"))],

        // No vendor says in which status goods have come back: who looks at them does.
        (_, Step.OneDamaged) => [new(Own("return", step, 1, "S002", status: "damaged"))],
        _ => throw new InvalidOperationException($"{vendor} {step}"),
    };

    private string ShopifyLine(int quantity) => $$"""{"id":1,"sku":"{{_sku}}","quantity":{{quantity}},"gift_card":false,"requires_shipping":true}""";

    private string ShopifyFulfilment(int number, int quantity, int location, string status, string at) => $$"""
        {"id":{{_order}}{{number}},"order_id":{{_order}},"status":"{{status}}","created_at":"2026-11-23T{{at}}:00Z","updated_at":"2026-11-23T{{at}}:30Z",
          "location_id":{{location}},"line_items":[{{ShopifyLine(quantity)}}]}
        """;

    private string ShopifyRefund(int number, string restock, int quantity, string at, int? location) => $$"""
        {"id":{{_order}}{{number}},"order_id":{{_order}},"created_at":"2026-11-23T{{at}}:00Z","refund_line_items":[
          {"quantity":{{quantity}},"restock_type":"{{restock}}","location_id":{{location?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null"}},"line_item":{{ShopifyLine(4)}}},
          {"quantity":1,"restock_type":"no_restock","location_id":null,"line_item":{{ShopifyLine(4)}}}]}
        """;

    private string Amazon(Step number, string status, int quantity, int shipped) => $$$$"""
        {"NotificationVersion":"1.0","NotificationType":"ORDER_CHANGE","PayloadVersion":"1.0","EventTime":"2026-11-23T09:0{{{{(int)number}}}}:30Z","Payload":{"OrderChangeNotification":{
          "NotificationLevel":"OrderLevel","SellerId":"A1","AmazonOrderId":"903-{{{{_order}}}}","OrderChangeType":"OrderStatusChange",
          "OrderChangeTrigger":{"TimeOfOrderChange":"2026-11-23T09:0{{{{(int)number}}}}:00Z","ChangeReason":"?"},
          "Summary":{"MarketplaceId":"ATVPDKIKX0DER","OrderStatus":"{{{{status}}}}","PurchaseDate":"2026-11-23T09:01:00Z","FulfillmentType":"MFN","OrderType":"StandardOrder","OrderItems":[
            {"OrderItemId":"1","SellerSKU":"{{{{_sku}}}}","SupplySourceId":{{{{(shipped > 0 ? "\"102\"" : "null")}}}},"Quantity":{{{{quantity}}}},"QuantityShipped":{{{{shipped}}}}}]}}},
          "NotificationMetadata":{"ApplicationId":"a","SubscriptionId":"s","PublishTime":"2026-11-23T09:31:01Z","NotificationId":"n-{{{{_order}}}}-{{{{(int)number}}}}"}}
        """;

    private string Adobe(Step number, string state, int shipped, int cancelled) => AdobeEvent(
        (int)number, "sales_order_save_commit_after",
        $$"""
        {"entity_id":{{_order}},"state":"{{state}}","created_at":"2026-11-23 09:01:00","updated_at":"2026-11-23 09:0{{(int)number}}:00","items":[
          {"item_id":1,"sku":"{{_sku}}","product_type":"configurable","qty_ordered":"5.0000","qty_shipped":{{shipped}},"qty_canceled":"{{cancelled}}.0000"},
          {"item_id":2,"parent_item_id":1,"sku":"{{_sku}}","product_type":"simple","qty_ordered":"5.0000","qty_shipped":{{shipped}},"qty_canceled":"{{cancelled}}.0000"},
          {"item_id":3,"sku":"GIFT-50","product_type":"giftcard","is_virtual":1,"qty_ordered":1},{"item_id":4,"sku":"A-FILE","product_type":"downloadable","qty_ordered":1}]}
        """);

    private string AdobeEvent(int number, string code, string value) =>
        $$"""{"specversion":"1.0","id":"e-{{_order}}-{{number}}","source":"urn:uuid:1","type":"com.adobe.commerce.observer.{{code}}","data":{"key":"k","value":{{value}} } }""";

    private string Walmart(Step number, string type, int quantity, string status) => $$$$"""
        {"source":{"eventType":"ORDER_UPDATES","eventTime":"2026-11-23T09:0{{{{(int)number}}}}:00Z","eventId":"w-{{{{_order}}}}-{{{{(int)number}}}}"},"payload":{"partnerId":"1","meta":{"subEventType":"{{{{type}}}}"},
          "order":{"purchaseOrderId":"{{{{_order}}}}","customerOrderId":"2","orderDate":"2026-11-23T09:01:00.000Z","shipNodeType":"SellerFulfilled","orderLines":[
            {"lineNumber":"1","sku":"{{{{_sku}}}}","quantity":{"unitOfMeasure":"EACH","measurementValue":"{{{{quantity}}}}"},"status":"{{{{status}}}}"}]}}}
        """;

    private string Own(string type, Step step, int? quantity, string? location = null, string? shipment = null, string? status = null)
    {
        var body = new Dictionary<string, object>
        {
            ["type"] = type,
            ["order"] = Name(_vendor),
            ["id"] = $"own-{step}",
            ["occurredAt"] = $"2026-11-23T09:0{(int)step}:00Z",
        };
        if (quantity is not null)
        {
            body["lines"] = new[] { new { sku = _sku, quantity } };
        }

        foreach (var (name, value) in new[] { ("location", location), ("shipment", shipment), ("status", status) })
        {
            if (value is not null)
            {
                body[name] = value;
            }
        }

        return JsonSerializer.Serialize(body);
    }

    /// <summary>Channels that have no message of their own for something have it said through /orders.</summary>
    private async Task Send(string vendor, IReadOnlyList<Message> messages)
    {
        foreach (var (body, topic) in messages)
        {
            if (body.StartsWith("{\"type\":", StringComparison.Ordinal))
            {
                (await host.Send(HttpMethod.Post, $"/v1/channels/{vendor}/orders", Json(body))).Ok();
                continue;
            }

            var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body)));
            var password = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"relay:{Secret}"))}";
            var answer = await host.Send(
                HttpMethod.Post, $"/v1/channels/{vendor}/webhooks/{vendor}", Json(body), null,
                topic is null ? [("Authorization", password)] : [("X-Shopify-Topic", topic), ("X-Shopify-Hmac-Sha256", signature)]);
            Assert.True(answer.Status == 200, $"{answer.Status} {answer.Text} {body}");
        }
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RetailSync.Inventory.Host.Tests.Publications;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.ChannelOrders;

/// <summary>
/// The same life of an order in each vendor's messages: four are bought, one is cancelled, two ship from the second location, the last is cancelled, one comes
/// back.
/// </summary>
public class Orders_of_every_vendor(PublishingHost host) : IClassFixture<PublishingHost>
{
    private const string Secret = "a-secret-of-some-length";

    private static int s_orders = 5000;

    private readonly long _order = Interlocked.Increment(ref s_orders);
    private readonly string _sku = NewSku();
    private string _vendor = "none";

    public static TheoryData<string> Vendors => ["none", "shopify", "amazon", "adobe-commerce", "walmart"];

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task End_in_the_same_quantities(string vendor)
    {
        await Prepare(vendor);

        await Send(vendor, Placed(vendor));
        Assert.Equal((4, 4, 0, 0), await Numbers(vendor));
        await Send(vendor, OneCancelled(vendor));
        Assert.Equal((3, 3, 0, 0), await Numbers(vendor));
        await Send(vendor, TwoShipped(vendor));
        Assert.Equal((3, 1, 2, 0), await Numbers(vendor));
        await Send(vendor, RestCancelled(vendor));
        Assert.Equal((2, 0, 2, 0), await Numbers(vendor));
        await Send(vendor, OneReturned(vendor));

        await Ended(vendor);
    }

    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task End_the_same_in_any_order_and_repeated(string vendor)
    {
        await Prepare(vendor);
        List<Message> life = [.. Placed(vendor), .. OneCancelled(vendor), .. TwoShipped(vendor), .. RestCancelled(vendor), .. OneReturned(vendor)];
        life.Reverse();

        await Send(vendor, life);
        var random = new Random(20261129);
        await Send(vendor, [.. life.OrderBy(_ => random.Next())]);

        await Ended(vendor);
    }

    private async Task Ended(string vendor)
    {
        Assert.Equal((2, 0, 2, 1), await Numbers(vendor));
        var (first, second) = (await host.Position(_sku), await host.Position(_sku, "S002"));
        Assert.Equal((10, 0, 9, 0), (first.Number("onHand"), first.Number("reserved"), second.Number("onHand"), second.Number("reserved")));
        Assert.DoesNotContain((await host.Get("/v1/quarantine?limit=1000")).Ok().Items(), entry => entry.Text("source") == $"channel/{vendor}");
    }

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

    private List<Message> Placed(string vendor) => vendor switch
    {
        "shopify" =>
        [
            new($$"""
            {"id":{{_order}},"created_at":"2026-11-23T09:00:00Z","updated_at":"2026-11-23T09:00:00Z","line_items":[{{ShopifyLine(4)}},
              {"id":2,"sku":"GIFT-50","quantity":1,"gift_card":true,"requires_shipping":false},{"id":3,"sku":"WRAPPING","quantity":1,"requires_shipping":false},{"id":4,"sku":null,"quantity":1}]}
            """, "orders/create"),
        ],
        "amazon" => [new(Amazon(1, "Unshipped", 4, 0))],
        "adobe-commerce" => [new(Adobe(1, "new", 0, 0))],
        "walmart" => [new(Walmart(1, "PO_CREATED", 4, "CREATED"))],
        _ => [new(Own("order", 1, 4))],
    };

    private List<Message> OneCancelled(string vendor) => vendor switch
    {
        "shopify" => [new(ShopifyRefund(1, "cancel", 1, "09:10", null), "refunds/create")],
        "amazon" => [new(Amazon(2, "Unshipped", 3, 0))],
        "adobe-commerce" => [new(Adobe(2, "processing", 0, 1))],
        "walmart" => [new(Walmart(2, "PO_LINE_AUTOCANCELLED", 1, "CANCELLED"))],
        _ => [new(Own("cancellation", 2, 1))],
    };

    private List<Message> TwoShipped(string vendor) => vendor switch
    {
        "shopify" =>
        [
            new($$"""{"id":{{_order}}7,"order_id":{{_order}},"status":"success","created_at":"2026-11-23T09:20:00Z","location_id":102,"line_items":[{{ShopifyLine(2)}}]}""", "fulfillments/create"),
        ],

        // Amazon counts what has shipped and has no locations: who ships names them, and the units are recorded once.
        "amazon" => [new(Amazon(3, "PartiallyShipped", 3, 2)), new(Own("shipment", 3, 2, "S002"))],
        "adobe-commerce" =>
        [
            new(Adobe(3, "processing", 2, 1)),
            new(AdobeEvent(31, "sales_order_shipment_save_after",
                $$"""{"entity_id":{{_order}}1,"order_id":{{_order}},"created_at":"2026-11-23 09:20:00","items":[{"sku":"{{_sku}}","qty":"2.0000"}],"extension_attributes":{"source_code":"102"} }""")),
        ],
        _ => [new(Own("shipment", 3, 2, "S002"))],
    };

    private List<Message> RestCancelled(string vendor) => vendor switch
    {
        "shopify" => [new(ShopifyRefund(2, "cancel", 1, "09:30", null), "refunds/create")],
        "amazon" => [new(Amazon(4, "Shipped", 2, 2))],
        "adobe-commerce" => [new(Adobe(4, "complete", 2, 2))],
        "walmart" => [new(Walmart(4, "FRAUD_CANCEL", 1, "CANCELLED"))],
        _ => [new(Own("cancellation", 4, null))],
    };

    private List<Message> OneReturned(string vendor) => vendor switch
    {
        "shopify" => [new(ShopifyRefund(3, "return", 1, "09:40", 102), "refunds/create")],
        "adobe-commerce" =>
        [
            new(AdobeEvent(5, "sales_order_creditmemo_save_after",
                $$"""{"entity_id":{{_order}}2,"order_id":{{_order}},"created_at":"2026-11-23 09:40:00","items":[{"sku":"{{_sku}}","qty":"1.0000","back_to_stock":true}]}""")),
        ],
        _ => [new(Own("return", 5, 1, "S002"))],
    };

    private string ShopifyLine(int quantity) => $$"""{"id":1,"sku":"{{_sku}}","quantity":{{quantity}},"gift_card":false,"requires_shipping":true}""";

    private string ShopifyRefund(int number, string restock, int quantity, string at, int? location) => $$"""
        {"id":{{_order}}{{number}},"order_id":{{_order}},"created_at":"2026-11-23T{{at}}:00Z","refund_line_items":[
          {"quantity":{{quantity}},"restock_type":"{{restock}}","location_id":{{location?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null"}},"line_item":{{ShopifyLine(4)}}},
          {"quantity":1,"restock_type":"no_restock","location_id":null,"line_item":{{ShopifyLine(4)}}}]}
        """;

    private string Amazon(int number, string status, int quantity, int shipped) => $$$$"""
        {"NotificationVersion":"1.0","NotificationType":"ORDER_CHANGE","PayloadVersion":"1.0","EventTime":"2026-11-23T09:0{{{{number}}}}:30Z","Payload":{"OrderChangeNotification":{
          "NotificationLevel":"OrderLevel","SellerId":"A1","AmazonOrderId":"903-{{{{_order}}}}","OrderChangeType":"OrderStatusChange",
          "OrderChangeTrigger":{"TimeOfOrderChange":"2026-11-23T09:0{{{{number}}}}:00Z","ChangeReason":"?"},
          "Summary":{"MarketplaceId":"ATVPDKIKX0DER","OrderStatus":"{{{{status}}}}","PurchaseDate":"2026-11-23T09:00:00Z","FulfillmentType":"MFN","OrderType":"StandardOrder","OrderItems":[
            {"OrderItemId":"1","SellerSKU":"{{{{_sku}}}}","SupplySourceId":{{{{(shipped > 0 ? "\"102\"" : "null")}}}},"Quantity":{{{{quantity}}}},"QuantityShipped":{{{{shipped}}}}}]}}},
          "NotificationMetadata":{"ApplicationId":"a","SubscriptionId":"s","PublishTime":"2026-11-23T09:31:01Z","NotificationId":"n-{{{{_order}}}}-{{{{number}}}}"}}
        """;

    private string Adobe(int number, string state, int shipped, int cancelled) => AdobeEvent(
        number, "sales_order_save_commit_after",
        $$"""
        {"entity_id":{{_order}},"state":"{{state}}","created_at":"2026-11-23 09:00:00","updated_at":"2026-11-23 09:0{{number}}:00","items":[
          {"item_id":1,"sku":"{{_sku}}","product_type":"configurable","qty_ordered":"4.0000","qty_shipped":{{shipped}},"qty_canceled":"{{cancelled}}.0000"},
          {"item_id":2,"parent_item_id":1,"sku":"{{_sku}}","product_type":"simple","qty_ordered":"4.0000","qty_shipped":{{shipped}},"qty_canceled":"{{cancelled}}.0000"},
          {"item_id":3,"sku":"GIFT-50","product_type":"giftcard","is_virtual":1,"qty_ordered":1},{"item_id":4,"sku":"A-FILE","product_type":"downloadable","qty_ordered":1}]}
        """);

    private string AdobeEvent(int number, string code, string value) =>
        $$"""{"specversion":"1.0","id":"e-{{_order}}-{{number}}","source":"urn:uuid:1","type":"com.adobe.commerce.observer.{{code}}","data":{"key":"k","value":{{value}} } }""";

    private string Walmart(int number, string type, int quantity, string status) => $$$$"""
        {"source":{"eventType":"ORDER_UPDATES","eventTime":"2026-11-23T09:0{{{{number}}}}:00Z","eventId":"w-{{{{_order}}}}-{{{{number}}}}"},"payload":{"partnerId":"1","meta":{"subEventType":"{{{{type}}}}"},
          "order":{"purchaseOrderId":"{{{{_order}}}}","customerOrderId":"2","orderDate":"2026-11-23T09:00:00.000Z","shipNodeType":"SellerFulfilled","orderLines":[
            {"lineNumber":"1","sku":"{{{{_sku}}}}","quantity":{"unitOfMeasure":"EACH","measurementValue":"{{{{quantity}}}}"},"status":"{{{{status}}}}"}]}}}
        """;

    private string Own(string type, int number, int? quantity, string? location = null) => JsonSerializer.Serialize(quantity is null
        ? (object)new { type, order = Name(_vendor), id = $"own-{number}", occurredAt = $"2026-11-23T09:{number}0:00Z" }
        : location is null ? new
        {
            type,
            order = Name(_vendor),
            id = $"own-{number}",
            occurredAt = $"2026-11-23T09:{number}0:00Z",
            lines = new[] { new { sku = _sku, quantity } }
        }
        : new
        {
            type,
            order = Name(_vendor),
            id = $"own-{number}",
            occurredAt = $"2026-11-23T09:{number}0:00Z",
            lines = new[] { new { sku = _sku, quantity, location } }
        });

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

using System.Text.Json;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Json;

namespace RetailSync.Channels.Shopify;

/// <summary>The table of Shopify's messages about stock in shops.</summary>
internal static class ShopifyPosTable
{
    /// <summary>What Shopify calls available is net of what is committed, so it is no figure of what is on hand.</summary>
    public static SourceDocument Levels(IEnumerable<JsonElement> levels, string position)
    {
        var lines = new DocumentLines();
        foreach (var level in levels)
        {
            lines.Add(new DocumentLine
            {
                Key = string.Join(':', level.Text("inventory_item_id"), level.Text("location_id")),
                Position = position,
                Outcome = level.Text("available") is null ? new NoStock("not stocked")
                    : level.Quantity("available") is null ? InvalidQuantity("available") : new NoStock("available"),
            });
        }

        return new SourceDocument("inventory_level", null) { Position = position, Lines = lines.Lines, Fault = lines.Fault };
    }

    public static SourceDocument Refund(JsonElement refund, string position)
    {
        var lines = new DocumentLines();
        foreach (var item in refund.Objects("refund_line_items"))
        {
            var sold = item.Object("line_item") ?? item;
            lines.Add(Line(item, sold, position) with
            {
                Place = PlaceOf(item) ?? PlaceOf(refund),
                Time = refund.Time("processed_at") ?? refund.Time("created_at"),
                Outcome = RefundOutcome(refund, item, sold),
            });
        }

        return new SourceDocument("refund", refund.Text("id")) { Position = position, Lines = lines.Lines, Fault = lines.Fault };
    }

    /// <summary>Of a till's order each fulfilment is a document; one that is not yet fulfilled moves nothing.</summary>
    public static IEnumerable<SourceDocument> Order(JsonElement order, string position)
    {
        var reason = order.Text("source_name") != "pos" ? "not of a till" : order.IsTrue("test") ? "test" : null;
        var fulfillments = order.Objects("fulfillments").ToList();
        if (reason is null && fulfillments.Count > 0)
        {
            return fulfillments.Select(fulfillment => Fulfillment(fulfillment, position));
        }

        var lines = new DocumentLines();
        foreach (var item in order.Objects("line_items"))
        {
            lines.Add(Line(item, item, position) with { Outcome = new NoStock(reason ?? "not fulfilled") });
        }

        return [new SourceDocument("order", order.Text("id")) { Position = position, Lines = lines.Lines, Fault = lines.Fault }];
    }

    public static SourceDocument Fulfillment(JsonElement fulfillment, string position)
    {
        var status = fulfillment.Text("status");
        var lines = new DocumentLines();
        foreach (var item in fulfillment.Objects("line_items"))
        {
            lines.Add(Line(item, item, position) with
            {
                Place = PlaceOf(fulfillment),
                Time = fulfillment.Time("created_at"),
                Outcome = status is "cancelled" ? new NoStock("cancelled") : status is not (null or "success") ? new NoStock("not fulfilled")
                    : Goods(item, quantity => StockMove.Sale(quantity, fulfillment.Text("order_id"))),
            });
        }

        // A cancelled one is sent again as it now is: what was recorded of it did not occur.
        return new SourceDocument("fulfillment", fulfillment.Text("id"))
        {
            Function = status is "cancelled" ? DocumentFunction.Replace : DocumentFunction.Original,
            Position = position,
            Lines = lines.Lines,
            Fault = lines.Fault,
        };
    }

    public static SourceDocument Nothing(JsonElement root, string position) => new("other", null)
    {
        Position = position,
        Lines =
        [
            new DocumentLine
            {
                Key = "1",
                Position = position,
                Outcome = root.Has("location") || root.Has("locations") ? new NoStock("location")
                    : new Rejected("invalid-line", "It is nothing of Shopify's stock in shops."),
            },
        ],
    };

    private static LineOutcome RefundOutcome(JsonElement refund, JsonElement item, JsonElement sold)
    {
        // Before 2018 a refund as a whole said whether its goods were put back.
        var type = item.Text("restock_type") ?? (refund.IsTrue("restock") ? "legacy_restock" : "no_restock");
        return type switch
        {
            "no_restock" => new NoStock("not restocked"),
            "cancel" => new NoStock("never left"),
            not ("return" or "legacy_restock") => new Rejected("unknown-reason", $"restock_type '{(type.Length > 64 ? type[..64] : type)}' is not known."),
            _ when sold.IsTrue("gift_card") => new NoStock("no merchandise"),
            _ => Goods(item, quantity => StockMove.Return(quantity, refund.Text("order_id"))),
        };
    }

    private static LineOutcome Goods(JsonElement item, Func<decimal, StockMove> move) => item.IsTrue("gift_card") ? new NoStock("no merchandise")
        : item.Quantity("quantity") is not ({ } quantity and >= 0) ? InvalidQuantity("quantity")
        : quantity == 0 ? new NoStock("zero quantity") : new Moved(move(quantity));

    private static DocumentLine Line(JsonElement item, JsonElement sold, string position) => new()
    {
        Key = item.Text("id") ?? item.Text("line_item_id") ?? "",
        Position = position,
        Articles = [.. new[] { "sku", "variant_id" }.Where(kind => sold.Text(kind) is not null).Select(kind => new ArticleNumber(kind, sold.Text(kind)!))],
        Outcome = new NoStock(""),
    };

    private static PlaceName? PlaceOf(JsonElement item) => item.Text("location_id") is { } location ? new PlaceName(location) : null;

    private static Rejected InvalidQuantity(string field) => new("invalid-quantity", $"{field} is no number of at most 4 decimals, 0 or more.");
}

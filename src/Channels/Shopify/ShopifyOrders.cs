using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using NodaTime;

namespace RetailSync.Channels.Shopify;

/// <summary>
/// Reads Shopify's webhooks about orders. Its SKUs are the seller's own, whatever its inventory items are called. A message about an order carries all of it,
/// so it says what is wanted now, what has shipped and what was refunded; fulfilments and refunds also come separately, under ids of their own, and count
/// once. Topics and fields: <see href="https://shopify.dev/docs/api/webhooks">Webhooks reference</see>.
/// </summary>
public sealed class ShopifyOrders : IOrderWebhook
{
    /// <summary>The HMAC-SHA256 of the body, in base64.</summary>
    internal const string SignatureHeader = "X-Shopify-Hmac-Sha256";

    private static readonly JsonSerializerOptions Lenient = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowReadingFromString };

    /// <summary>
    /// Topics that move no stock: what may, and is neither here nor read below, is quarantined. <c>fulfillment_orders</c> say who is to ship,
    /// <c>fulfillment_events</c> where a parcel is; what has shipped is said by fulfilments. Money moves nothing.
    /// </summary>
    private static readonly HashSet<string> Harmless =
    [
        "app", "app_purchases_one_time", "app_subscriptions", "attributed_sessions", "audit_events", "bulk_operations", "carts", "channels", "checkouts",
        "collection_listings", "collection_publications", "collections", "companies", "company_contact_roles", "company_contacts", "company_locations",
        "customer", "customer_account_settings", "customer_groups", "customer_payment_methods", "customers", "customers_email_marketing_consent",
        "customers_marketing_consent", "delivery_promise_settings", "discounts", "disputes", "domains", "draft_orders", "finance_app_staff_member",
        "finance_kyc_information", "fulfillment_events", "fulfillment_holds", "fulfillment_orders", "locales", "markets", "markets_backup_region",
        "metafield_definitions", "metaobjects", "order_transactions", "payment_schedules", "payment_terms", "product_feeds", "product_listings",
        "product_publications", "products", "profiles", "publications", "scheduled_product_listings", "segments", "selling_plan_groups", "shop",
        "subscription_billing_attempts", "subscription_billing_cycle_edits", "subscription_billing_cycles", "subscription_contracts", "tax_partners",
        "tax_services", "tax_summaries", "tender_transactions", "themes",
    ];

    private static readonly HashSet<string> HarmlessOfOrders =
        ["orders/risk_assessment_changed", "orders/shopify_protect_eligibility_changed", "orders/link_requested"];

    /// <summary>What a refunded line is, by its restock type.</summary>
    private static readonly (string Type, string Restock)[] Restocks = [("cancellation", "cancel"), ("return", "return"), ("refund", "legacy_restock")];

    public bool SpeaksInItsNames => false;

    public bool IsGenuine(AdapterSettings settings, VendorMessage message, IReadOnlyDictionary<Uri, string> keys) =>
        SharedSecret.IsSigned(settings, message.Body.Span, message.Header(SignatureHeader)) && ShopifyMessage.IsConsistent(settings, message);

    public IReadOnlyList<ReportedOrder> Read(VendorMessage message)
    {
        var topic = message.Header("X-Shopify-Topic") ?? "";
        if (Harmless.Contains(topic.Split('/')[0]) || HarmlessOfOrders.Contains(topic))
        {
            return [];
        }

        try
        {
            return topic switch
            {
                "orders/create" => [.. Placed(Read<ShopifyOrder>(message))],
                "orders/updated" or "orders/paid" or "orders/fulfilled" or "orders/partially_fulfilled" => [.. Standing(Read<ShopifyOrder>(message))],
                "orders/cancelled" => [.. Cancelled(Read<ShopifyOrder>(message))],
                "orders/delete" => [.. Deleted(Read<ShopifyOrder>(message))],
                "orders/edited" => Edited(message),
                "fulfillments/create" or "fulfillments/update" => [.. Fulfilled(Read<ShopifyFulfillment>(message))],
                "refunds/create" => [.. Refunded(Read<ShopifyRefund>(message))],
                _ => [ReportedOrder.NotUnderstood(message.Text, $"What the topic {topic} says of stock is not known.")],
            };
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or OverflowException)
        {
            return [ReportedOrder.NotUnderstood(message.Text)];
        }
    }

    /// <exception cref="JsonException">It is no such thing, or has no number.</exception>
    private static T Read<T>(VendorMessage message)
        where T : class, IShopifyDocument =>
        JsonSerializer.Deserialize<T>(message.Body.Span, Lenient) is { Id: not 0 } document ? document : throw new JsonException("No id.");

    private static IEnumerable<ReportedOrder> Placed(ShopifyOrder order)
    {
        var lines = Wanted(order);
        if (lines.Count > 0)
        {
            yield return new ReportedOrder("order", Text(order.Id), $"order-{Text(order.Id)}", At(order.CreatedAt), lines);
        }

        // Items without a known SKU cannot be held.
        foreach (var item in (order.LineItems ?? []).Where(
            item => item is { RequiresShipping: true, GiftCard: not true, Quantity: > 0 } && string.IsNullOrWhiteSpace(item.Sku)))
        {
            yield return ReportedOrder.NotUnderstood(
                JsonSerializer.Serialize(new { order_id = order.Id, line_item = item }), $"A line of order {Text(order.Id)} has to be shipped and has no SKU.");
        }

        foreach (var reported in WhatHasHappened(order))
        {
            yield return reported;
        }
    }

    /// <summary>The whole order as it is now.</summary>
    private static IEnumerable<ReportedOrder> Standing(ShopifyOrder order)
    {
        if (order.LineItems is not null && (order.UpdatedAt ?? order.CreatedAt) is { } at && order.CancelledAt is null)
        {
            // Shopify counts whole seconds, in which an order may change twice.
            var lines = Wanted(order);
            var name = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(lines)).AsSpan(0, 8));
            yield return new ReportedOrder("change", Text(order.Id), $"change-{Text(at.ToUnixTimeMilliseconds())}-{name}", At(at), lines)
            { Revision = at.ToUnixTimeMilliseconds() };
        }

        foreach (var reported in WhatHasHappened(order).Concat(order.CancelledAt is null ? [] : Cancellation(order)))
        {
            yield return reported;
        }
    }

    private static IEnumerable<ReportedOrder> Cancelled(ShopifyOrder order) => WhatHasHappened(order).Concat(Cancellation(order));

    /// <summary>The message about a deleted order contains only its number; other messages contain the rest.</summary>
    private static IEnumerable<ReportedOrder> Deleted(ShopifyOrder order) => order is { LineItems: null, CreatedAt: null, Fulfillments: null }
        ? [new ReportedOrder("cancellation", Text(order.Id), $"deletion-{Text(order.Id)}", null, null)]
        : throw new JsonException("More than the number of a deleted order.");

    private static IEnumerable<ReportedOrder> Cancellation(ShopifyOrder order) =>
        [new ReportedOrder("cancellation", Text(order.Id), $"cancellation-{Text(order.Id)}", At(order.CancelledAt), null)];

    /// <summary>A message about the order repeats what fulfilments and refunds say.</summary>
    private static IEnumerable<ReportedOrder> WhatHasHappened(ShopifyOrder order) =>
        (order.Fulfillments ?? []).Where(one => one.Id != 0).SelectMany(one => Fulfilled(one with { OrderId = one.OrderId ?? order.Id }))
            .Concat((order.Refunds ?? []).Where(one => one.Id != 0).SelectMany(one => Refunded(one with { OrderId = one.OrderId ?? order.Id })));

    /// <summary>Units added to and taken off lines, by their line numbers; messages about the order map these to SKUs.</summary>
    private static IReadOnlyList<ReportedOrder> Edited(VendorMessage message)
    {
        var document = JsonSerializer.Deserialize<JsonElement>(message.Body.Span);
        if (document.ValueKind == JsonValueKind.Object && !document.TryGetProperty("order_edit", out _)
            && document.TryGetProperty("line_items", out var items) && items.ValueKind == JsonValueKind.Array)
        {
            return [.. Standing(Read<ShopifyOrder>(message))];
        }

        if (document.Deserialize<ShopifyEdited>(Lenient)?.OrderEdit is not { Id: not 0, OrderId: { } order } edit)
        {
            return [ReportedOrder.NotUnderstood(message.Text)];
        }

        var at = edit.CommittedAt ?? edit.CreatedAt;
        var changes = (edit.LineItems?.Additions ?? []).Select(line => new ReportedEdit(Text(line.Id), line.Delta))
            .Concat((edit.LineItems?.Removals ?? []).Select(line => new ReportedEdit(Text(line.Id), -Math.Abs(line.Delta)))).ToList();
        return changes.Count == 0 ? []
            : [new ReportedOrder("edit", Text(order), $"edit-{Text(edit.Id)}", At(at), null) { Edits = changes, Revision = at?.ToUnixTimeMilliseconds() }];
    }

    /// <summary>A fulfilment that failed, or was cancelled, did not happen. One that is pending or open is being shipped.</summary>
    private static IEnumerable<ReportedOrder> Fulfilled(ShopifyFulfillment fulfilment)
    {
        if (fulfilment.OrderId is not { } order)
        {
            throw new JsonException("A fulfilment without its order.");
        }

        var lines = Lines(fulfilment.LineItems);
        if (lines.Count == 0 && fulfilment.Status is not ("cancelled" or "error" or "failure"))
        {
            yield break;
        }

        var id = $"shipment-{Text(fulfilment.Id)}";
        if (lines.Count > 0)
        {
            yield return new ReportedOrder("shipment", Text(order), id, At(fulfilment.CreatedAt), lines)
            { Location = fulfilment.LocationId is { } location ? Text(location) : null };
        }

        if (fulfilment.Status is "cancelled" or "error" or "failure")
        {
            yield return new ReportedOrder("shipment-cancelled", Text(order), $"{id}-cancelled", At(fulfilment.UpdatedAt), null) { Shipment = id };
        }
    }

    /// <summary>
    /// By its restock type a line was never shipped (<c>cancel</c>), is back (<c>return</c>), or is one of the two (<c>legacy_restock</c>, which older shops
    /// still have); <c>no_restock</c> is money only.
    /// </summary>
    private static IEnumerable<ReportedOrder> Refunded(ShopifyRefund refund)
    {
        if (refund.OrderId is not { } order)
        {
            throw new JsonException("A refund without its order.");
        }

        foreach (var (type, restock) in Restocks)
        {
            List<ReportedLine> lines =
            [
                .. (refund.RefundLineItems ?? []).Where(line => line.RestockType == restock && line.Quantity > 0 && IsGoods(line.LineItem))
                    .Select(line => new ReportedLine(line.LineItem!.Sku!, line.Quantity)
                    {
                        // What never left goes nowhere, whatever place the refund names.
                        Location = type != "cancellation" && line.LocationId is { } location ? Text(location) : null,
                        ComesBack = true,
                    }),
            ];
            if (lines.Count > 0)
            {
                yield return new ReportedOrder(type, Text(order), $"{type}-{Text(refund.Id)}", At(refund.CreatedAt), lines)
                {
                    Revision = type == "cancellation" ? refund.CreatedAt?.ToUnixTimeMilliseconds() : null,
                };
            }
        }

        if ((refund.RefundLineItems ?? []).FirstOrDefault(
            line => line.RestockType is not (null or "cancel" or "return" or "legacy_restock" or "no_restock")) is { } unknown)
        {
            yield return ReportedOrder.NotUnderstood(
                JsonSerializer.Serialize(refund), $"The effect of the restock type {unknown.RestockType} on stock is unknown.");
        }
    }

    /// <summary>
    /// What is wanted of each line now, shipped units included: what is left to ship and what has shipped, or what was bought without what was cancelled.
    /// </summary>
    private static List<ReportedLine> Wanted(ShopifyOrder order)
    {
        var shipped = (order.Fulfillments ?? []).Where(one => one.Status is not ("cancelled" or "error" or "failure")).SelectMany(one => one.LineItems ?? [])
            .GroupBy(item => item.Id).ToDictionary(of => of.Key, of => of.Sum(item => item.Quantity));
        var cancelled = (order.Refunds ?? []).SelectMany(one => one.RefundLineItems ?? []).Where(line => line is { RestockType: "cancel", LineItem: not null })
            .GroupBy(line => line.LineItem!.Id).ToDictionary(of => of.Key, of => of.Sum(line => line.Quantity));
        return
        [
            .. (order.LineItems ?? []).Where(IsGoods)
            .Select(item => new ReportedLine(item.Sku!, Wanted(item, shipped.GetValueOrDefault(item.Id), cancelled.GetValueOrDefault(item.Id)))
            {
                Reference = Text(item.Id),
            }),
        ];
    }

    private static long Wanted(ShopifyLineItem item, long shipped, long cancelled) =>
        item.FulfillableQuantity is { } left && (left > 0 || shipped > 0 || item.FulfillmentStatus is null) ? left + shipped
        : item.CurrentQuantity is { } current && shipped == 0 && item.FulfillmentStatus is null ? current
        : item.Quantity - cancelled;

    private static List<ReportedLine> Lines(IReadOnlyList<ShopifyLineItem>? items) =>
        [.. (items ?? []).Where(item => IsGoods(item) && item.Quantity > 0).Select(item => new ReportedLine(item.Sku!, item.Quantity))];

    /// <summary>A gift card, a tip or a service is no stock; nor is what has no SKU.</summary>
    private static bool IsGoods(ShopifyLineItem? item) => item is { GiftCard: not true, RequiresShipping: not false } && !string.IsNullOrWhiteSpace(item.Sku);

    private static Instant? At(DateTimeOffset? time) => time is { } at ? Instant.FromDateTimeOffset(at) : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

using System.Text.Json;
using NodaTime;
using NodaTime.Text;

namespace RetailSync.Channels.Shopify;

/// <summary>
/// What Shopify's signature does not cover: it signs the body only, so that whoever has seen a message could send it again under another topic, for another
/// shop, or much later. The headers are <see href="https://shopify.dev/docs/apps/build/webhooks#headers">Webhooks, headers</see>. Pure.
/// </summary>
public static class ShopifyMessage
{
    /// <summary>Shopify repeats for hours what was not taken; a person may have it sent again for some days.</summary>
    private static readonly Duration Oldest = Duration.FromDays(7);

    /// <summary>Of clocks that do not agree.</summary>
    private static readonly Duration Ahead = Duration.FromMinutes(10);

    /// <summary>Whether nothing in the message contradicts the headers beside it: its kind, its shop, its time.</summary>
    public static bool IsConsistent(AdapterSettings settings, VendorMessage message) =>
        IsOfShop(settings, message.Header("X-Shopify-Shop-Domain")) && IsRecent(message) && Fits(message.Header("X-Shopify-Topic"), message.Body.Span);

    /// <summary>
    /// Whether the body may be one of the topic. Fulfilments and refunds name their order in <c>order_id</c>, refunds have <c>refund_line_items</c>, an order
    /// has neither, and one that was cancelled says when.
    /// </summary>
    public static bool Fits(string? topic, ReadOnlySpan<byte> body)
    {
        JsonElement content;
        try
        {
            content = JsonSerializer.Deserialize<JsonElement>(body);
        }
        catch (JsonException)
        {
            return true; // it cannot be understood under any topic, and is quarantined
        }

        if (content.ValueKind != JsonValueKind.Object)
        {
            return true;
        }

        var (namesOrder, isRefund) = (Has(content, "order_id"), Has(content, "refund_line_items"));
        return topic?.Split('/') switch
        {
            ["orders", "cancelled"] => !namesOrder && !isRefund && Has(content, "cancelled_at"),
            ["orders", ..] => !namesOrder && !isRefund,
            ["fulfillments", ..] => !isRefund && (namesOrder || !Has(content, "line_items")),
            ["refunds", ..] => isRefund || (!Has(content, "line_items") && !Has(content, "cancelled_at")),
            _ => true,
        };
    }

    private static bool Has(JsonElement content, string name) => content.TryGetProperty(name, out var value)
        && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);

    private static bool IsOfShop(AdapterSettings settings, string? domain) =>
        domain is null || settings.OptionalText("shop") is not { } shop || shop.Equals(domain, StringComparison.OrdinalIgnoreCase);

    private static bool IsRecent(VendorMessage message) =>
        message.Header("X-Shopify-Triggered-At") is not { } text || OffsetDateTimePattern.ExtendedIso.Parse(text) is not { Success: true, Value: var at }
        || (InstantRange.Of(at) is { } triggeredAt && triggeredAt > message.ReceivedAt - Oldest && triggeredAt < message.ReceivedAt + Ahead);
}

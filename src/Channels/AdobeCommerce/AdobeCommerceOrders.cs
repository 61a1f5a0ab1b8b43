using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;
using RetailSync.Inventory.Domain;

namespace RetailSync.Channels.AdobeCommerce;

// Exactly the names of the events of Adobe Commerce, which are those of its tables sales_order, sales_order_item and sales_creditmemo_item.

/// <param name="Id">Of this delivery.</param>
/// <param name="Type">com.adobe.commerce. and the event's code.</param>
/// <param name="Data">What it is about.</param>
public sealed record CommerceEvent(
    [property: JsonPropertyName("id")] string? Id, [property: JsonPropertyName("type")] string? Type, [property: JsonPropertyName("data")] CommerceEventData? Data);

public sealed record CommerceEventData([property: JsonPropertyName("value")] JsonElement Value);

/// <param name="EntityId">Its number; not sent by every edition, but then it is in its rows.</param>
/// <param name="State">new, pending_payment, processing, holded, payment_review, complete, closed or canceled.</param>
/// <param name="CreatedAt">In UTC, without saying so.</param>
/// <param name="UpdatedAt">In UTC.</param>
/// <param name="Items">A row each, those of a configurable product or a bundle with rows of their own.</param>
public sealed record SalesOrder(
    [property: JsonPropertyName("entity_id")] long? EntityId, [property: JsonPropertyName("state")] string? State, [property: JsonPropertyName("created_at")] string? CreatedAt,
    [property: JsonPropertyName("updated_at")] string? UpdatedAt, [property: JsonPropertyName("items")] IReadOnlyList<SalesOrderItem>? Items)
{
    /// <summary>By which a credit memo calls it too.</summary>
    [JsonIgnore]
    public long Number => EntityId ?? Items?.Select(item => item.OrderId).FirstOrDefault(id => id is not null) ?? throw new JsonException("An order without its number.");
}

public sealed record SalesOrderItem(
    [property: JsonPropertyName("sku")] string? Sku, [property: JsonPropertyName("product_type")] string? ProductType, [property: JsonPropertyName("item_id")] long? ItemId,
    [property: JsonPropertyName("parent_item_id")] long? ParentItemId, [property: JsonPropertyName("qty_ordered")] decimal? QtyOrdered,
    [property: JsonPropertyName("qty_shipped")] decimal? QtyShipped, [property: JsonPropertyName("order_id")] long? OrderId);

/// <param name="EntityId">Its number; not sent by every edition.</param>
/// <param name="IncrementId">What people call it.</param>
/// <param name="OrderId">The order's number.</param>
/// <param name="CreatedAt">In UTC.</param>
/// <param name="Items">What was refunded.</param>
public sealed record CreditMemo(
    [property: JsonPropertyName("entity_id")] long? EntityId, [property: JsonPropertyName("increment_id")] string? IncrementId, [property: JsonPropertyName("order_id")] long? OrderId,
    [property: JsonPropertyName("created_at")] string? CreatedAt, [property: JsonPropertyName("items")] IReadOnlyList<CreditMemoItem>? Items);

/// <param name="Sku">Of what.</param>
/// <param name="Qty">How many.</param>
/// <param name="BackToStock">Whether the goods are back, as true or 1.</param>
public sealed record CreditMemoItem(
    [property: JsonPropertyName("sku")] string? Sku, [property: JsonPropertyName("qty")] decimal? Qty, [property: JsonPropertyName("back_to_stock")] JsonElement BackToStock);

/// <summary>
/// Reads the events <c>sales_order_save_commit_after</c>, which say how an order stands, and <c>sales_order_creditmemo_save_after</c>, of which goods that are back
/// in stock come back here. Adobe I/O Events delivers them, one or a batch, and signs; or an action of the shop's posts them, and shows that it knows the secret.
/// Names and fields: <see href="https://developer.adobe.com/commerce/extensibility/events/events-reference/">Events reference</see>, which for Commerce as a Cloud
/// Service lists no <c>entity_id</c> of orders and credit memos, and no <c>back_to_stock</c>; the delivery:
/// <see href="https://developer.adobe.com/events/docs/guides/">Introduction to Adobe I/O Events Webhooks</see>.
/// </summary>
public sealed class AdobeCommerceOrders : IOrderWebhook
{
    private const string OrderSaved = "sales_order_save_commit_after";
    private const string MemoSaved = "sales_order_creditmemo_save_after";

    private static readonly JsonSerializerOptions Lenient = new() { NumberHandling = JsonNumberHandling.AllowReadingFromString };
    private static readonly InstantPattern Time = InstantPattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd HH':'mm':'ss");

    public bool SpeaksInItsNames => true;

    public bool SendsChallenges => true;

    public bool CanVerify(AdapterSettings settings) => SharedSecret.IsSet(settings) || settings.OptionalText("clientId") is not null;

    public IReadOnlyList<Uri> KeysOf(AdapterSettings settings, VendorMessage message) => IsFor(settings, message) == true ? AdobeSignature.KeysOf(Server(settings), message) : [];

    public bool IsGenuine(AdapterSettings settings, VendorMessage message, IReadOnlyDictionary<Uri, string> keys) => IsFor(settings, message) switch
    {
        true => AdobeSignature.IsOf(Server(settings), message, keys) || SharedSecret.IsKnownTo(settings, message),
        null => SharedSecret.IsKnownTo(settings, message),
        false => false,
    };

    public IReadOnlyList<ReportedOrder> Read(VendorMessage message) => Events(message) is { } events ? [.. events.SelectMany(Read)] : [ReportedOrder.NotUnderstood(message.Text)];

    /// <summary>One, or those of a batch; null when it is no JSON.</summary>
    internal static IReadOnlyList<JsonElement>? Events(VendorMessage message)
    {
        try
        {
            var document = JsonSerializer.Deserialize<JsonElement>(message.Body.Span);
            return document.ValueKind == JsonValueKind.Array ? [.. document.EnumerateArray()] : [document];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Uri Server(AdapterSettings settings) => settings.Address("eventsUrl", AdobeSignature.Server);

    /// <summary>Whether it is meant for this channel's client; null when it does not say, or nobody has said who that is.</summary>
    private static bool? IsFor(AdapterSettings settings, VendorMessage message)
    {
        var recipients = AdobeSignature.Recipients(message);
        return settings.OptionalText("clientId") is not { } client || !recipients.Any(one => one is not null) ? null : recipients.All(one => one == client);
    }

    /// <summary>Of a batch, what cannot be read spoils nothing but itself.</summary>
    private static IReadOnlyList<ReportedOrder> Read(JsonElement happened)
    {
        try
        {
            return happened.Deserialize<CommerceEvent>() switch
            {
                { Type: { } type } when !IsOf(type, OrderSaved) && !IsOf(type, MemoSaved) => [],
                { Id: { Length: > 0 } id, Type: { } type, Data.Value: { ValueKind: JsonValueKind.Object } value } when IsOf(type, OrderSaved) => [.. Standing(id, value.Deserialize<SalesOrder>(Lenient)!)],
                { Type: not null, Data.Value: { ValueKind: JsonValueKind.Object } value } => [.. Returned(value.Deserialize<CreditMemo>(Lenient)!)],
                _ => [ReportedOrder.NotUnderstood(happened.GetRawText())],
            };
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or OverflowException)
        {
            return [ReportedOrder.NotUnderstood(happened.GetRawText())];
        }
    }

    /// <summary>Whether it is such an event, whoever provides it.</summary>
    private static bool IsOf(string type, string code) => type.EndsWith(code, StringComparison.Ordinal);

    private static IEnumerable<ReportedOrder> Standing(string id, SalesOrder order)
    {
        var (name, changedAt) = ($"{order.Number}", At(order.UpdatedAt));
        var items = Goods(order.Items ?? []).ToList();
        var shipped = Lines(items, item => item.QtyShipped);
        var isOver = order.State is "canceled" or "closed" or "complete";
        if (items.Count > 0 && (!isOver || shipped.Count > 0))
        {
            yield return new ReportedOrder("order", name, "order", At(order.CreatedAt), Lines(items, item => item.QtyOrdered)) { IsStanding = true };
        }

        if (shipped.Count > 0)
        {
            yield return new ReportedOrder("shipment", name, $"shipment-{id}", changedAt, shipped) { IsStanding = true };
        }

        if (isOver)
        {
            // Whatever has not shipped by now never will.
            yield return new ReportedOrder("cancellation", name, $"cancellation-{id}", changedAt, null);
        }
    }

    private static IEnumerable<ReportedOrder> Returned(CreditMemo memo)
    {
        List<(string, decimal)> back = [.. (memo.Items ?? []).Where(item => item is { Sku.Length: > 0, Qty: > 0 } && IsYes(item.BackToStock)).Select(item => (item.Sku!, item.Qty!.Value))];
        return back.Count == 0 ? []
            : memo.OrderId is not { } order || (memo.EntityId?.ToString(CultureInfo.InvariantCulture) ?? memo.IncrementId) is not { } name ? throw new JsonException("A credit memo without its number, or the order's.")
            : [new ReportedOrder("return", $"{order}", $"return-{name}", At(memo.CreatedAt), back) { IsStanding = true }];
    }

    /// <summary>
    /// The rows that are stock. A configurable product's row has the SKU and the numbers of what was chosen, whose own row repeats it; of a bundle the parts are
    /// stock, and ship with it where they have not shipped by themselves.
    /// </summary>
    private static IEnumerable<SalesOrderItem> Goods(IReadOnlyList<SalesOrderItem> items)
    {
        var bundles = items.Where(item => item is { ProductType: "bundle", ItemId: not null }).ToLookup(item => item.ItemId!.Value);
        foreach (var item in items.Where(item => item is { Sku.Length: > 0, QtyOrdered: > 0 } and not { ProductType: "bundle" or "virtual" or "downloadable" }))
        {
            if (item.ParentItemId is not { } parent)
            {
                yield return item;
            }
            else if (bundles[parent].FirstOrDefault() is { } bundle)
            {
                yield return item.QtyShipped > 0 || bundle is not { QtyShipped: > 0, QtyOrdered: > 0 } ? item
                    : item with { QtyShipped = Math.Round(item.QtyOrdered!.Value * bundle.QtyShipped!.Value / bundle.QtyOrdered!.Value, Quantity.MaxFractionDigits) };
            }
        }
    }

    private static List<(string Sku, decimal Quantity)> Lines(IEnumerable<SalesOrderItem> items, Func<SalesOrderItem, decimal?> quantity) =>
        [.. items.Where(item => quantity(item) > 0).Select(item => (item.Sku!, quantity(item)!.Value))];

    private static bool IsYes(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.Number => value.TryGetDecimal(out var number) && number == 1,
        JsonValueKind.String => value.GetString() is "1" or "true",
        _ => false,
    };

    private static Instant? At(string? time) => time is not null && Time.Parse(time) is { Success: true } parsed ? parsed.Value : null;
}

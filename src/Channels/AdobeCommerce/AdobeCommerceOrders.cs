using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;
using RetailSync.Inventory.Domain;

namespace RetailSync.Channels.AdobeCommerce;

/// <summary>
/// Reads the events <c>sales_order_save_commit_after</c>, which say how an order stands, <c>sales_order_shipment_save_after</c>, which say where it ships from,
/// and <c>sales_order_creditmemo_save_after</c>, of which goods that had shipped and are back in stock come back here. Adobe I/O Events delivers them, one or a
/// batch, and signs; or an action of the shop's posts them, with the channel's secret. Names and fields:
/// <see href="https://developer.adobe.com/commerce/extensibility/events/events-reference/">Events reference</see>, which for Commerce as a Cloud Service lists
/// no <c>entity_id</c> of orders and credit memos, and no <c>back_to_stock</c>; the delivery:
/// <see href="https://developer.adobe.com/events/docs/guides/">Introduction to Adobe I/O Events Webhooks</see>.
/// </summary>
public sealed class AdobeCommerceOrders : IOrderWebhook
{
    private static readonly string[] OrderSaved = ["sales_order_save_commit_after", "sales_order_save_after", "sales_order_place_after"];
    private static readonly string[] MemoSaved = ["sales_order_creditmemo_save_after", "sales_order_creditmemo_save_commit_after"];
    private static readonly string[] ShipmentSaved = ["sales_order_shipment_save_after", "sales_order_shipment_save_commit_after"];

    /// <summary>Words in the codes of events that may move stock.</summary>
    private static readonly string[] OfStock = ["order", "shipment", "creditmemo", "rma", "inventory", "stock", "source_item"];

    /// <summary>Words in the codes of events that contain one of those, and are about money, addresses and words.</summary>
    private static readonly string[] OfMoney = ["invoice", "payment", "address", "status_history", "comment", "quote", "reorder", "purchase_order_"];

    /// <summary>In the order in which an order goes through them: of two events of one second the later state counts.</summary>
    private static readonly string[] States = ["new", "pending_payment", "payment_review", "holded", "processing", "complete", "closed", "canceled"];

    private static readonly JsonSerializerOptions Lenient = new() { NumberHandling = JsonNumberHandling.AllowReadingFromString };
    private static readonly InstantPattern Time = InstantPattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd HH':'mm':'ss");

    public bool SpeaksInItsNames => true;

    public bool SendsChallenges => true;

    public bool CanVerify(AdapterSettings settings) => SharedSecret.IsSet(settings) || settings.OptionalText("clientId") is not null;

    public IReadOnlyList<Uri> KeysOf(AdapterSettings settings, VendorMessage message) =>
        IsFor(settings, message) == true ? AdobeSignature.KeysOf(Server(settings), message) : [];

    public bool IsGenuine(AdapterSettings settings, VendorMessage message, IReadOnlyDictionary<Uri, string> keys) => IsFor(settings, message) switch
    {
        true => AdobeSignature.IsOf(Server(settings), message, keys) || SharedSecret.IsKnownTo(settings, message),
        null => SharedSecret.IsKnownTo(settings, message),
        false => false,
    };

    public IReadOnlyList<ReportedOrder> Read(VendorMessage message) => Events(message) is { } events
        ? [.. events.SelectMany(Read)] : [ReportedOrder.NotUnderstood(message.Text)];

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

    /// <summary>Whether it is meant for this channel's client; null when the message does not say, or no client is configured.</summary>
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
                { Id: { Length: > 0 } id, Type: { } type, Data.Value: { ValueKind: JsonValueKind.Object } value }
                    when IsOf(type, OrderSaved) => [.. Standing(id, value.Deserialize<SalesOrder>(Lenient)!)],
                { Type: { } type, Data.Value: { ValueKind: JsonValueKind.Object } value } when IsOf(type, MemoSaved) =>
                    [.. Refunded(value.Deserialize<CreditMemo>(Lenient)!)],
                { Type: { } type, Data.Value: { ValueKind: JsonValueKind.Object } value } when IsOf(type, ShipmentSaved) =>
                    [.. Shipped(value.Deserialize<Shipment>(Lenient)!)],
                { Type: { } type } when !IsOf(type, [.. OrderSaved, .. MemoSaved, .. ShipmentSaved]) && !MayMoveStock(type) => [],
                { Type: { } type } when MayMoveStock(type) && !IsOf(type, [.. OrderSaved, .. MemoSaved, .. ShipmentSaved]) =>
                    [ReportedOrder.NotUnderstood(happened.GetRawText(), $"What an event {type} says of stock is not known.")],
                _ => [ReportedOrder.NotUnderstood(happened.GetRawText())],
            };
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or OverflowException)
        {
            return [ReportedOrder.NotUnderstood(happened.GetRawText())];
        }
    }

    /// <summary>Whether it is such an event, whoever provides it.</summary>
    private static bool IsOf(string type, string[] codes) => Array.Exists(codes, code => type.EndsWith(code, StringComparison.Ordinal));

    private static bool MayMoveStock(string type) => Array.Exists(OfStock, word => type.Contains(word, StringComparison.Ordinal))
        && !Array.Exists(OfMoney, word => type.Contains(word, StringComparison.Ordinal));

    /// <summary>What is wanted now, and what has shipped and was refunded in all.</summary>
    private static IEnumerable<ReportedOrder> Standing(string id, SalesOrder order)
    {
        var (name, changedAt) = ($"{order.Number}", At(order.UpdatedAt) ?? At(order.CreatedAt));
        var items = Goods(order.Items ?? []).ToList();
        if (items.Count == 0)
        {
            yield break;
        }

        var (shipped, refunded) = (Lines(items, item => item.QtyShipped), Lines(items, item => item.QtyRefunded));

        // An order that was cancelled as a whole shows what it was of; otherwise what was cancelled is no longer wanted.
        var isGone = order.State == "canceled" && shipped.Count == 0 && refunded.Count == 0;
        var wanted = items.ConvertAll(
            item => new ReportedLine(item.Sku!, Math.Max(0, item.QtyOrdered!.Value - (isGone ? 0 : item.QtyCanceled ?? 0))) { Reference = $"{item.ItemId}" });
        yield return new ReportedOrder("change", name, $"change-{id}", changedAt, wanted)
        {
            Revision = changedAt is { } at ? (at.ToUnixTimeMilliseconds() * States.Length) + Math.Max(0, Array.IndexOf(States, order.State)) : null,
        };
        if (shipped.Count > 0)
        {
            yield return new ReportedOrder("shipment", name, $"shipment-{id}", changedAt, shipped) { IsTotal = true };
        }

        if (refunded.Count > 0)
        {
            yield return new ReportedOrder("refund", name, $"refund-{id}", changedAt, refunded) { IsTotal = true };
        }

        if (order.State is "canceled" or "closed" or "complete")
        {
            // Whatever has not shipped by now never will.
            yield return new ReportedOrder("cancellation", name, $"cancellation-{id}", changedAt, null);
        }
    }

    /// <summary>
    /// A credit memo is of units that had not shipped, as Adobe Commerce has it, and beyond those of units that are back where a row says so.
    /// </summary>
    private static IEnumerable<ReportedOrder> Refunded(CreditMemo memo)
    {
        List<CreditMemoItem> items = [.. (memo.Items ?? []).Where(item => item is { Sku.Length: > 0, Qty: > 0 })];

        // A configurable product has two rows, one after the other, with one SKU.
        items.RemoveAll(item => items.Exists(
            parent => parent.OrderItemId is { } id && item.OrderItemId == id + 1 && parent.Sku == item.Sku && parent.Qty == item.Qty));
        if (items.Count == 0)
        {
            return [];
        }

        return memo.OrderId is not { } order || (memo.EntityId?.ToString(CultureInfo.InvariantCulture) ?? memo.IncrementId) is not { } name
            ? throw new JsonException("A credit memo without its number, or the order's.")
            : [new ReportedOrder("refund", $"{order}", $"return-{name}", At(memo.CreatedAt),
                [.. items.Select(item => new ReportedLine(item.Sku!, item.Qty!.Value) { ComesBack = IsYes(item.BackToStock) })])];
    }

    /// <summary>An order says that units have shipped, and its shipments say from where: the same units, known by the order's total.</summary>
    private static IEnumerable<ReportedOrder> Shipped(Shipment shipment)
    {
        List<ReportedLine> lines =
            [.. (shipment.Items ?? []).Where(item => item is { Sku.Length: > 0, Qty: > 0 }).Select(item => new ReportedLine(item.Sku!, item.Qty!.Value))];
        return lines.Count == 0 ? []
            : shipment is not { OrderId: { } order, EntityId: { } name } ? throw new JsonException("A shipment without its number, or the order's.")
            : [new ReportedOrder("shipment", $"{order}", $"shipment-entity-{name}", At(shipment.CreatedAt), lines)
                { Location = shipment.ExtensionAttributes?.SourceCode }];
    }

    /// <summary>
    /// The rows that are stock. A configurable product's row has the SKU and the numbers of what was chosen, whose own row repeats it; of a bundle the parts
    /// are stock, and share what happened to it where nothing has happened to them alone.
    /// </summary>
    private static IEnumerable<SalesOrderItem> Goods(IReadOnlyList<SalesOrderItem> items)
    {
        var bundles = items.Where(item => item is { ProductType: "bundle", ItemId: not null }).ToLookup(item => item.ItemId!.Value);
        foreach (var item in items.Where(item =>
            item is { Sku.Length: > 0, QtyOrdered: > 0 } and not { ProductType: "bundle" or "virtual" or "downloadable" or "giftcard" }
            && !IsYes(item.IsVirtual)))
        {
            if (item.ParentItemId is not { } parent)
            {
                yield return item;
            }
            else if (bundles[parent].FirstOrDefault() is { } bundle)
            {
                yield return item with
                {
                    QtyShipped = Share(item, item.QtyShipped, bundle, bundle.QtyShipped),
                    QtyCanceled = Share(item, item.QtyCanceled, bundle, bundle.QtyCanceled),
                    QtyRefunded = Share(item, item.QtyRefunded, bundle, bundle.QtyRefunded),
                };
            }
        }
    }

    private static decimal? Share(SalesOrderItem part, decimal? own, SalesOrderItem bundle, decimal? whole) =>
        own > 0 || whole is not > 0 || bundle is not { QtyOrdered: > 0 } ? own
        : Math.Round(part.QtyOrdered!.Value * whole.Value / bundle.QtyOrdered!.Value, Quantity.MaxFractionDigits);

    private static List<ReportedLine> Lines(IEnumerable<SalesOrderItem> items, Func<SalesOrderItem, decimal?> quantity) =>
        [.. items.Where(item => quantity(item) > 0).Select(item => new ReportedLine(item.Sku!, quantity(item)!.Value))];

    private static bool IsYes(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.Number => value.TryGetDecimal(out var number) && number == 1,
        JsonValueKind.String => value.GetString() is "1" or "true",
        _ => false,
    };

    private static Instant? At(string? time) => time is not null && Time.Parse(time) is { Success: true } parsed ? parsed.Value : null;
}

using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Xml;

namespace RetailSync.Channels.Gs1Xml;

/// <summary>
/// warehousingInboundNotification and warehousingOutboundNotification: how far a delivery has got. Only some of the states say that goods came in or left; a
/// line is an item of such a shipment.
/// </summary>
internal static class WarehouseNotification
{
    /// <summary>Other states (WarehousingInboundStatusCode, WarehousingOutboundStatusCode): nothing has come in or left yet, or long since.</summary>
    private static readonly HashSet<string> OtherStates = new(StringComparer.OrdinalIgnoreCase)
    {
        "ARRIVED", "CONFIRMATION_OF_DELIVERY", "DELIVERY_SLOT_NEGOTIATED", "GOODS_ARRIVED", "GOODS_LOADED", "GOODS_UNLOADED", "INSTRUCTION_RECEIVED",
        "PICKING_STARTED", "PICKING_UNSUCCESSFUL", "PRODUCT_PACKED", "PRODUCT_PICKED", "PROOF_OF_DELIVERY", "READY_TO_SHIP", "RECEIVING_STARTED",
        "SHIPPING_DOCUMENTATION_NEEDED", "STOCK_ALLOCATED", "STOCK_ALLOCATION_UNSUCCESSFUL", "TRANSPORT_AUTHORIZATION_REQUIRED", "TRANSPORT_PLANNED",
        "UNLOADING_FINISHED", "UNLOADING_STARTED", "DESPATCHED", "DESPATCH_CONFIRMED", "RECEIVING_FINISHED",
    };

    public static SourceDocument ReadInbound(Gs1Message message) => Read(message, "Inbound", Received);

    public static SourceDocument ReadOutbound(Gs1Message message) => Read(message, "Outbound", Despatched);

    private delegate LineOutcome Table(Gs1Message message, XmlItem shipment, XmlItem item, DocumentLine line, string status);

    private static SourceDocument Read(Gs1Message message, string direction, Table table)
    {
        var shipments = message.Root.Children.Where(child => child.Name.EndsWith("Shipment", StringComparison.Ordinal)).ToList();
        var all = shipments.SelectMany(Gs1Values.Lines).ToList();
        var keys = all.Zip(Gs1Values.Keys(all)).ToDictionary(pair => pair.First, pair => pair.Second);
        var meanings = new HashSet<ItemMeaning>();
        foreach (var (index, shipment) in shipments.Index())
        {
            var status = shipment.TextOf($"warehousing{direction}StatusCode") ?? "";
            var items = Gs1Values.Lines(shipment);
            if (items.Count == 0)
            {
                message.Add(message.Line(shipment, FormattableString.Invariant($"shipment {index + 1}")) with { Outcome = new NoStock("no items") });
            }

            foreach (var item in items)
            {
                var location = Gs1Values.Place(item, "inventoryLocation") ?? Place(shipment, direction);
                var part = Gs1Values.SubLocation(item, location);
                var line = message.Line(item, keys[item]) with
                {
                    Place = location is null || part is null ? location : new PlaceName($"{location.Value}/{part}", location.Value),
                    Time = Gs1Values.Time(shipment.Child("actualReceipt") ?? shipment.Child("actualShipping") ?? shipment.Child("actualDespatch")
                        ?? shipment.Child("actualDelivery")) ?? message.CreatedAt,
                };
                var outcome = table(message, shipment, item, line, status);
                meanings.Add(IsFact(message, direction, status) ? ItemMeaning.Fact : outcome is Moved ? ItemMeaning.Announced : ItemMeaning.None);
                message.Add(line with { Unit = Gs1Values.Unit(QuantityOf(item)), Outcome = outcome });
            }
        }

        // A later state of the delivery, without what came in or left, does not undo it; what was announced is not replaced by what came.
        return meanings.Contains(ItemMeaning.Fact) ? message.Document()
            : meanings.Contains(ItemMeaning.Announced) ? message.Document(part: "announced")
            : message.Document(message.IsDeletion ? null : DocumentFunction.Original);
    }

    private static PlaceName? Place(XmlItem shipment, string direction) => direction == "Inbound"
        ? Gs1Values.Place(shipment, "inventoryLocation", "shipTo", "receiver") : Gs1Values.Place(shipment, "inventoryLocation", "shipFrom", "shipper");

    private static bool IsFact(Gs1Message message, string direction, string status) =>
        direction == "Inbound" ? message.Options.IsReceipt(status) : message.Options.IsDespatch(status);

    private static XmlItem? QuantityOf(XmlItem item) => item.Child("actualReceiptQuantity") ?? item.Child("actualDespatchQuantity");

    private static LineOutcome Received(Gs1Message message, XmlItem shipment, XmlItem item, DocumentLine line, string status)
    {
        var document = Gs1Values.ReferenceOfType(item, "ON", "VN") ?? Gs1Values.ReferenceOfType(shipment, "ON", "VN")
            ?? Gs1Values.Reference(shipment, "purchaseOrder") ?? Gs1Values.ReferenceOfType(item, "AAJ")
            ?? Gs1Values.Reference(shipment, "warehousingInboundInstruction") ?? message.Number;
        var announced = item.Child("actualReceiptQuantity") is null ? item.Child("actualDespatchQuantity") : null;
        if (!message.Options.IsReceipt(status))
        {
            return announced is null ? OtherState(status, Gs1Options.ReceiptStatuses)
                : Gs1Values.Above0(
                    announced, quantity => new Moved(StockMove.Expected(quantity, document ?? "", Gs1Values.PlannedDay(shipment))), "nothing despatched");
        }

        var code = item.TextOf("inventoryDispositionCode");
        if (Disposition.Find(code) is not { IsOnHand: true } disposition)
        {
            return new Rejected("unknown-reason", $"inventoryDispositionCode '{Gs1Values.Shown(code!)}' is none of goods that came in.");
        }

        var isReturn = string.Equals(code, "returned", StringComparison.OrdinalIgnoreCase)
            || (Gs1Values.ReferenceOfType(item, "ALQ") ?? Gs1Values.ReferenceOfType(shipment, "ALQ")) is not null
            || (line.Place is { Outer: { } location } place && message.Options.IsReturn(place.Value[(location.Length + 1)..]));
        return Gs1Values.Above0(
            item.Child("actualReceiptQuantity"),
            quantity => new Moved(isReturn
                ? StockMove.Return(quantity, document, disposition.Status) : StockMove.Receipt(quantity, document, disposition.Status)),
            "nothing received");
    }

    private static LineOutcome Despatched(Gs1Message message, XmlItem shipment, XmlItem item, DocumentLine line, string status)
    {
        if (!message.Options.IsDespatch(status))
        {
            return OtherState(status, Gs1Options.DespatchStatuses);
        }

        var document = Gs1Values.ReferenceOfType(item, "ON", "CO", "VN") ?? Gs1Values.ReferenceOfType(shipment, "ON", "CO", "VN") ?? message.Number;
        var to = Gs1Values.Place(shipment, "shipTo", "receiver");
        return Gs1Values.Above0(
            item.Child("actualDespatchQuantity"),
            quantity => StockMove.Sale(quantity, document) is var sale && to is null ? new Moved(sale)
                : new Moved(StockMove.Transfer(quantity, to, document ?? "") with { Otherwise = sale }),
            "nothing despatched");
    }

    private static LineOutcome OtherState(string status, string option) => OtherStates.Contains(status)
        ? new NoStock(status.ToLowerInvariant().Replace('_', ' '))
        : new Rejected("unknown-reason", $"The status '{Gs1Values.Shown(status)}' is not known here. The option {option} of the source says which ones count.");

    private enum ItemMeaning
    {
        None,
        Announced,
        Fact,
    }
}

using NodaTime;
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

    private delegate LineOutcome Table(Gs1Message message, Shipment shipment, XmlItem item, DocumentLine line);

    private static SourceDocument Read(Gs1Message message, string direction, Table table)
    {
        var shipments = message.Root.Children.Where(child => child.Name.EndsWith("Shipment", StringComparison.Ordinal)).ToList();
        var all = shipments.SelectMany(Gs1Values.Lines).ToList();
        var keys = all.Zip(Gs1Values.Keys(all)).ToDictionary(pair => pair.First, pair => pair.Second);
        var meanings = new HashSet<ItemMeaning>();
        List<DocumentLine> lines = [];
        foreach (var (index, element) in shipments.Index())
        {
            var shipment = new Shipment(element, direction);
            var items = Gs1Values.Lines(element);
            if (items.Count == 0)
            {
                lines.Add(message.Line(element, FormattableString.Invariant($"shipment {index + 1}")) with { Outcome = new NoStock("no items") });
            }

            var isFact = direction == "Inbound" ? message.Options.IsReceipt(shipment.Status) : message.Options.IsDespatch(shipment.Status);
            foreach (var item in items)
            {
                var location = Gs1Values.Place(item, "inventoryLocation") ?? shipment.Location;
                var part = Gs1Values.SubLocation(item, location);
                var line = message.Line(item, keys[item]) with
                {
                    Place = location is null || part is null ? location : new PlaceName($"{location.Value}/{part}", location.Value),
                    Time = shipment.Time ?? message.CreatedAt,
                };
                var outcome = table(message, shipment, item, line);
                meanings.Add(isFact ? ItemMeaning.Fact : outcome is Moved ? ItemMeaning.Announced : ItemMeaning.None);
                lines.Add(line with { Unit = Gs1Values.Unit(QuantityOf(item)), Outcome = outcome });
            }
        }

        foreach (var line in meanings.Contains(ItemMeaning.Fact) ? lines : ExpectedLines.AddUp(lines))
        {
            message.Add(line);
        }

        // A later state of the delivery, without what came in or left, does not undo it; what was announced is not replaced by what came.
        return meanings.Contains(ItemMeaning.Fact) ? message.Document()
            : meanings.Contains(ItemMeaning.Announced) ? message.Document(part: "announced")
            : message.Document(message.IsDeletion ? null : DocumentFunction.Original);
    }

    private static XmlItem? QuantityOf(XmlItem item) => item.Child("actualReceiptQuantity") ?? item.Child("actualDespatchQuantity");

    private static LineOutcome Received(Gs1Message message, Shipment shipment, XmlItem item, DocumentLine line)
    {
        var document = Gs1Values.ReferenceOfType(item, "ON", "VN") ?? shipment.Order ?? Gs1Values.ReferenceOfType(item, "AAJ")
            ?? shipment.Instruction ?? message.Number;
        var announced = item.Child("actualReceiptQuantity") is null ? item.Child("actualDespatchQuantity") : null;
        if (!message.Options.IsReceipt(shipment.Status))
        {
            return announced is null ? OtherState(shipment.Status, Gs1Options.ReceiptStatuses)
                : Gs1Values.Above0(
                    announced, quantity => new Moved(StockMove.Expected(quantity, document ?? "", shipment.PlannedDay)), "nothing despatched");
        }

        var code = item.TextOf("inventoryDispositionCode");
        if (Disposition.Find(code) is not { IsOnHand: true } disposition)
        {
            return new Rejected("unknown-reason", $"inventoryDispositionCode '{Gs1Values.Shown(code!)}' is none of goods that came in.");
        }

        var isReturn = string.Equals(code, "returned", StringComparison.OrdinalIgnoreCase)
            || shipment.IsReturn || Gs1Values.ReferenceOfType(item, Shipment.ReturnsNotice) is not null
            || (line.Place is { Outer: { } location } place && message.Options.IsReturn(place.Value[(location.Length + 1)..]));
        return Gs1Values.Above0(
            item.Child("actualReceiptQuantity"),
            quantity => new Moved(isReturn
                ? StockMove.Return(quantity, document, disposition.Status) : StockMove.Receipt(quantity, document, disposition.Status)),
            "nothing received");
    }

    private static LineOutcome Despatched(Gs1Message message, Shipment shipment, XmlItem item, DocumentLine line)
    {
        if (!message.Options.IsDespatch(shipment.Status))
        {
            return OtherState(shipment.Status, Gs1Options.DespatchStatuses);
        }

        var document = Gs1Values.ReferenceOfType(item, "ON", "CO", "VN") ?? shipment.Order ?? message.Number;
        return Gs1Values.Above0(
            item.Child("actualDespatchQuantity"),
            quantity => StockMove.Sale(quantity, document) is var sale && shipment.ShipTo is not { } to ? new Moved(sale)
                : new Moved(StockMove.Transfer(quantity, to, document ?? "") with { Otherwise = sale }),
            "nothing despatched");
    }

    private static LineOutcome OtherState(string status, string option) => OtherStates.Contains(status)
        ? new NoStock(status.ToLowerInvariant().Replace('_', ' '))
        : new Rejected("unknown-reason", $"The status '{Gs1Values.Shown(status)}' is not known here. The option {option} of the source says which ones count.");

    /// <summary>What a shipment says for all of its items: looked up once, since both its items and what stands beside them may be many.</summary>
    private sealed class Shipment(XmlItem element, string direction)
    {
        public const string ReturnsNotice = "ALQ";

        public string Status { get; } = element.TextOf($"warehousing{direction}StatusCode") ?? "";

        public PlaceName? Location { get; } = direction == "Inbound" ? Gs1Values.Place(element, "inventoryLocation", "shipTo", "receiver")
            : Gs1Values.Place(element, "inventoryLocation", "shipFrom", "shipper");

        public PlaceName? ShipTo { get; } = Gs1Values.Place(element, "shipTo", "receiver");

        public DocumentTime? Time { get; } = Gs1Values.Time(
            element.Child("actualReceipt") ?? element.Child("actualShipping") ?? element.Child("actualDespatch") ?? element.Child("actualDelivery"));

        public LocalDate? PlannedDay { get; } = Gs1Values.PlannedDay(element);

        public string? Order { get; } = direction == "Inbound"
            ? Gs1Values.ReferenceOfType(element, "ON", "VN") ?? Gs1Values.Reference(element, "purchaseOrder")
            : Gs1Values.ReferenceOfType(element, "ON", "CO", "VN");

        public string? Instruction { get; } = Gs1Values.Reference(element, "warehousingInboundInstruction");

        public bool IsReturn { get; } = Gs1Values.ReferenceOfType(element, ReturnsNotice) is not null;
    }

    private enum ItemMeaning
    {
        None,
        Announced,
        Fact,
    }
}

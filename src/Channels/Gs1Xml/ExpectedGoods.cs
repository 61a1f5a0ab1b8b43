using NodaTime;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Xml;

namespace RetailSync.Channels.Gs1Xml;

/// <summary>
/// despatchAdvice, order and warehousingInboundInstruction: what is expected. Lines of one article and order add up; deleted, nothing of it is expected any
/// longer.
/// </summary>
internal static class ExpectedGoods
{
    public static SourceDocument ReadDespatchAdvice(Gs1Message message)
    {
        var information = message.Root.Child("despatchInformation");
        var time = Gs1Values.Time(information?.Child("actualShipDateTime") ?? information?.Child("despatchDateTime"));
        var on = Gs1Values.Day(information?.Child("estimatedDeliveryDateTime") ?? information?.Child("estimatedDeliveryPeriod"));
        var order = Gs1Values.Reference(message.Root, "purchaseOrder");
        return Read(message, message.Root, line => (line.Child("despatchedQuantity"),
            Gs1Values.Reference(line, "purchaseOrder") ?? Gs1Values.ReferenceOfType(line, "ON") ?? order ?? message.Number, on, time));
    }

    public static SourceDocument ReadOrder(Gs1Message message)
    {
        var logistics = message.Root.Child("orderLogisticalInformation");
        var on = DayOf(logistics);
        return Read(message, logistics ?? message.Root, line => (line.Child("requestedQuantity"), message.Number,
            DayOf(line.Child("orderLineItemDetail")?.Child("orderLogisticalInformation")) ?? on, null));
    }

    public static SourceDocument ReadInstruction(Gs1Message message)
    {
        var shipment = message.Root.Children.FirstOrDefault(child => child.Name.EndsWith("Shipment", StringComparison.Ordinal)) ?? message.Root;
        var on = Gs1Values.PlannedDay(shipment);
        var order = Gs1Values.ReferenceOfType(shipment, "ON", "VN") ?? message.Number;
        return Read(message, shipment, line => (line.Child("plannedReceiptQuantity") ?? line.Child("plannedDespatchQuantity"),
            Gs1Values.ReferenceOfType(line, "ON", "VN") ?? order, on, null));
    }

    private static LocalDate? DayOf(XmlItem? logistics) => logistics?.Child("orderLogisticalDateInformation") is { } dates
        ? Gs1Values.Day(dates.Child("requestedDeliveryDateTime") ?? dates.Child("requestedDeliveryDateRange")) : null;

    private static SourceDocument Read(
        Gs1Message message, XmlItem header, Func<XmlItem, (XmlItem? Quantity, string? Document, LocalDate? On, DocumentTime? Time)> said)
    {
        var place = Gs1Values.Place(header, "inventoryLocation", "shipTo", "receiver");
        var lines = Gs1Values.Lines(message.Root);
        var keys = Gs1Values.Keys(lines);
        var expected = lines.Select((item, index) =>
        {
            var (quantity, document, on, time) = said(item);
            var detail = item.Child("orderLineItemDetail")?.Child("orderLogisticalInformation");
            return message.Line(item, keys[index]) with
            {
                Place = Gs1Values.Place(item, "inventoryLocation", "shipTo") ?? Gs1Values.Place(detail ?? item, "inventoryLocation", "shipTo") ?? place,
                Unit = Gs1Values.Unit(quantity),
                Time = time ?? message.CreatedAt,
                Outcome = item.TextOf("parentLineItemNumber") is not null ? new NoStock("part of another line")
                    : Gs1Values.Above0(
                        quantity, number => new Moved(StockMove.Expected(message.IsDeletion ? 0 : number, document ?? "", on)), "nothing expected"),
            };
        }).ToList();
        foreach (var line in ExpectedLines.AddUp(expected))
        {
            message.Add(line);
        }

        return message.Document(message.IsDeletion && lines.Count > 0 ? DocumentFunction.Replace : null);
    }
}

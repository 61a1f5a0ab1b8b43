using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Xml;

namespace RetailSync.Channels.Gs1Xml;

/// <summary>receivingAdvice: what a receiver took in, by a line for each article of a delivery.</summary>
internal static class ReceivingAdvice
{
    /// <summary>Conditions (ReceivingConditionCode) of goods that are there and cannot be sold.</summary>
    private static readonly Dictionary<string, string> Statuses = new()
    {
        ["DAMAGED_PRODUCT_OR_CONTAINER"] = "damaged",
        ["HOLD"] = "quality-hold",
        ["QUALITY_PROBLEM"] = "quality-hold",
    };

    /// <summary>Conditions of goods that came and did not stay. The others inform of differences that the quantities have already.</summary>
    private static readonly HashSet<string> Refused =
        ["INCORRECT_PRODUCT", "MATERIAL_SCRAPPED", "QUANTITY_OVER_RETURN_TO_SUPPLIER", "REJECTED", "SUPPLIER_REJECTION"];

    public static SourceDocument Read(Gs1Message message)
    {
        var root = message.Root;
        var place = Gs1Values.Place(root, "inventoryLocation", "shipTo", "receiver");
        var time = XmlTime.Read(root.TextOf("receivingDateTime")) ?? message.CreatedAt;
        var isPartial = root.TextOf("reportingCode") is "EXCEPTIONS" or "EXCEPTION" && !message.Options.Is(Gs1Options.ExceptionsOnly);
        var (order, advice) = (Gs1Values.Reference(root, "purchaseOrder"), Gs1Values.Reference(root, "despatchAdvice"));
        var lines = Gs1Values.Lines(root);
        foreach (var (item, key) in lines.Zip(Gs1Values.Keys(lines)))
        {
            var document = Gs1Values.Reference(item, "purchaseOrder") ?? Gs1Values.ReferenceOfType(item, "ON") ?? order
                ?? Gs1Values.Reference(item, "despatchAdvice") ?? advice;
            message.Add(message.Line(item, key) with
            {
                Place = Gs1Values.Place(item, "inventoryLocation") ?? place,
                Unit = Gs1Values.Unit(item.Child("quantityAccepted") ?? item.Child("quantityReceived")),
                Time = time,
                Outcome = isPartial ? Partial() : Outcome(item, document ?? message.Number),
            });
        }

        return message.Document();
    }

    private static Rejected Partial() => new(
        "unknown-reason", $"It reports exceptions only: what else came is not known. The option {Gs1Options.ExceptionsOnly} reads them.");

    private static LineOutcome Outcome(XmlItem item, string? document)
    {
        var conditions = item.All("receivingConditionInformation")
            .Select(one => (Code: one.TextOf("receivingConditionCode") ?? "", Quantity: one.Child("receivingConditionQuantity")))
            .Where(one => one.Quantity is not null && (Statuses.ContainsKey(one.Code) || Refused.Contains(one.Code))).ToList();
        XmlItem?[] stated = [item.Child("quantityReceived"), item.Child("quantityAccepted"), .. conditions.Select(one => one.Quantity)];
        if (stated.FirstOrDefault(one => one is not null && Gs1Values.Quantity(one) is not >= 0) is { } wrong)
        {
            return Gs1Values.InvalidQuantity(wrong);
        }

        if (stated.OfType<XmlItem>().DistinctBy(Gs1Values.Unit).Count() > 1)
        {
            return new Rejected("unknown-unit", "Its quantities are in several units.");
        }

        var (received, accepted) = (Gs1Values.Quantity(stated[0]), Gs1Values.Quantity(stated[1]));
        var unsellable = conditions.Where(one => Statuses.ContainsKey(one.Code))
            .ToLookup(one => Statuses[one.Code], one => Gs1Values.Quantity(one.Quantity) ?? 0);
        var kept = unsellable.Sum(status => status.Sum());
        var refused = conditions.Where(one => Refused.Contains(one.Code)).Sum(one => Gs1Values.Quantity(one.Quantity) ?? 0);
        if ((accepted ?? received) is not { } sellable)
        {
            return new NoStock("no quantity");
        }

        // Of what was received, or where more would have been accepted than came, the conditions are a part.
        sellable -= accepted is null ? kept + refused : accepted + kept > received ? kept : 0;
        if (sellable < 0)
        {
            return new Rejected("invalid-quantity", "More is damaged or was refused than was received.");
        }

        List<StockMove> moves = sellable > 0 ? [StockMove.Receipt(sellable, document)] : [];
        moves.AddRange(unsellable.Where(status => status.Sum() > 0)
            .Select(status => StockMove.Receipt(status.Sum(), document, status.Key) with { Part = status.Key }));
        return moves.Count > 0 ? new Moved(moves) : new NoStock("nothing received");
    }
}

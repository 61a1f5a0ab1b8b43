using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Xml;

namespace RetailSync.Channels.PosLog;

/// <summary>The table of what a store's back office reports of its stock: receipts, losses, transfers, returns to vendors, counts.</summary>
internal static class InventoryControl
{
    private static readonly string[] Actions =
    [
        "ReceiveInventory", "InventoryLoss", "Transfer", "InventoryTransfer", "ReturnToVendor", "VendorReturn", "PhysicalCount", "InventoryCount", "StockCount",
        "InventoryAdjustment",
    ];

    /// <summary>The elements that are read beside those of receipts.</summary>
    public static readonly IReadOnlyList<string> Contents =
        [.. Actions, "DocumentID", "TypeCode", "QuantityReceived", "SourceBusinessUnitID", "DestinationBusinessUnitID", "Reason"];

    public static IEnumerable<DocumentLine> Read(XmlItem control, DocumentLine header, string? number, PosLogOptions options)
    {
        var n = 0;
        var actions = control.Children.Where(child => Actions.Contains(child.Name)).ToList();
        if (actions.Count == 0)
        {
            yield return header with { Key = "1", Outcome = new Rejected("unknown-reason", "It says of a store's stock what is not known.") };
        }

        foreach (var action in actions)
        {
            var lines = action.All("LineItem").ToList();
            // An action with one article may name it without a line.
            foreach (var item in lines.Count > 0 ? lines : [action])
            {
                var quantity = item.Child("QuantityReceived") ?? item.Child("Quantity");
                var line = header with
                {
                    Key = item.TextOf("SequenceNumber") ?? FormattableString.Invariant($"{++n}"),
                    Position = item.Position,
                    Articles = PosLogItem.Articles(item, options.Barcodes),
                    Unit = PosLogItem.Unit(quantity),
                };
                yield return PosLogItem.Quantity(quantity) is { } stated
                    ? Moved(action, item, line, stated, number) : line with { Outcome = PosLogItem.InvalidQuantity(quantity) };
            }
        }
    }

    private static DocumentLine Moved(XmlItem action, XmlItem item, DocumentLine line, decimal quantity, string? number)
    {
        var document = action.TextOf("DocumentID");
        var reason = item.TextOf("TypeCode") ?? action.TextOf("TypeCode") ?? item.TextOf("ReasonCode")
            ?? action.TextOf("ReasonCode") ?? action.TextOf("Reason");
        return action.Name switch
        {
            "PhysicalCount" or "InventoryCount" or "StockCount" => Outcome(line, quantity, () => StockMove.Count(quantity), isZeroAllowed: true),
            "InventoryAdjustment" when quantity != 0 => line with { Outcome = new Moved(StockMove.Adjustment(quantity, reason, document)) },
            "ReceiveInventory" => Outcome(line, quantity, () => StockMove.Receipt(quantity, document)),
            "InventoryLoss" => Outcome(line, quantity, () => StockMove.Adjustment(-quantity, reason ?? "loss", document)),
            "ReturnToVendor" or "VendorReturn" => Outcome(line, quantity, () => StockMove.Adjustment(-quantity, reason ?? "return to vendor", document)),
            "Transfer" or "InventoryTransfer" => Transfer(action, line, quantity, document, number),
            _ => line with { Outcome = new NoStock("zero quantity") },
        };
    }

    /// <summary>The store that sends it takes the goods off; the one where they arrive reports it as a receipt.</summary>
    private static DocumentLine Transfer(XmlItem action, DocumentLine line, decimal quantity, string? document, string? number)
    {
        var (from, to) = (action.TextOf("SourceBusinessUnitID"), action.TextOf("DestinationBusinessUnitID"));
        if (to is null)
        {
            return line with { Outcome = new Rejected("invalid-line", "A transfer does not say where to.") };
        }

        return to == line.Place?.Value && from is not null && from != to
            ? Outcome(line, quantity, () => StockMove.Receipt(quantity, document))
            : Outcome(line with { Place = from is null ? line.Place : new PlaceName(from) }, quantity,
                () => StockMove.Transfer(quantity, new PlaceName(to), document ?? number ?? ""));
    }

    private static DocumentLine Outcome(DocumentLine line, decimal quantity, Func<StockMove> move, bool isZeroAllowed = false) => line with
    {
        Outcome = quantity < 0 ? new Rejected("invalid-quantity", FormattableString.Invariant($"{quantity} contradicts what is reported."))
            : quantity == 0 && !isZeroAllowed ? new NoStock("zero quantity") : new Moved(move()),
    };
}

using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Xml;

namespace RetailSync.Channels.PosLog;

/// <summary>
/// The table of a receipt's lines. A line may be voided in three ways: by a flag on itself; by a further line with a flag and a negative quantity; and a line
/// with a negative quantity and no flag is no void at all, but a return.
/// </summary>
internal sealed class RetailLines
{
    private readonly List<Goods> goods = [];
    private readonly PosLogOptions options;
    private readonly string? receipt;

    private RetailLines(string? receipt, PosLogOptions options) => (this.receipt, this.options) = (receipt, options);

    public static IReadOnlyList<DocumentLine> Read(XmlItem transaction, DocumentLine header, string? number, PosLogOptions options)
    {
        var table = new RetailLines(number, options);
        var lines = transaction.All("LineItem").Select((line, index) => table.Read(line, index, header)).ToList();
        table.goods.ForEach(one => one.Outcome ??= table.Outcome(one));
        table.goods.ForEach(one => lines[one.Index] = one.Line with { Outcome = one.Outcome! });
        return lines;
    }

    private DocumentLine Read(XmlItem item, int index, DocumentLine header)
    {
        var line = header with { Key = item.TextOf("SequenceNumber") ?? FormattableString.Invariant($"n{index + 1}"), Position = item.Position };
        if (item.Children.FirstOrDefault(child => child.Name is "Sale" or "Return") is not { } sold)
        {
            return line with { Outcome = new NoStock(WordOf(item)) };
        }

        var quantity = sold.Child("Quantity");
        line = line with { Articles = PosLogItem.Articles(sold, options.Barcodes), Unit = PosLogItem.Unit(quantity) };
        if (NoGoods(item, sold, line) is { } nothing)
        {
            return line with { Outcome = nothing };
        }

        if (PosLogItem.Quantity(quantity) is not { } stated)
        {
            return line with { Outcome = PosLogItem.InvalidQuantity(quantity) };
        }

        var isReturn = sold.Name == "Return";
        var one = new Goods(index, line, sold, isReturn, isReturn && options.ReturnsAreNegative ? -stated : stated);
        if (item.Is("VoidFlag") || item.Is("CancelFlag") || sold.Is("VoidFlag"))
        {
            one.Outcome = one.Quantity < 0 ? TakeBack(one) : new NoStock("voided");
        }

        goods.Add(one);
        return line;
    }

    /// <summary>
    /// Undoes what the receipt has of the article before it: the last line of just this quantity, or else as much as there is from the last line on.
    /// </summary>
    private LineOutcome TakeBack(Goods taken)
    {
        var earlier = goods.Where(one => one.Outcome is null && one.Quantity > 0 && one.IsLike(taken)).Reverse().ToList();
        var open = -taken.Quantity;
        if (earlier.Find(one => one.Quantity == open) is { } same)
        {
            earlier = [same];
        }

        if (earlier.Sum(one => one.Quantity) is var there && there < open)
        {
            return new Rejected("unknown-movement", FormattableString.Invariant($"It voids {open}, and the receipt has {there} of the article before it."));
        }

        foreach (var one in earlier)
        {
            var part = Math.Min(open, one.Quantity);
            one.Quantity -= part;
            one.Outcome = one.Quantity == 0 ? new NoStock("voided") : null;
            open -= part;
        }

        return new NoStock("voided");
    }

    private LineOutcome Outcome(Goods one) => (one.Quantity, one.IsReturn) switch
    {
        (0, _) => new NoStock("zero quantity"),
        ( > 0, false) => new Moved(StockMove.Sale(one.Quantity, receipt)),
        (_, false) => new Moved(StockMove.Return(-one.Quantity, receipt, ReturnStatus(one.Item))),
        ( > 0, true) => new Moved(StockMove.Return(one.Quantity, receipt, ReturnStatus(one.Item))),
        (_, true) => new Rejected("invalid-quantity", FormattableString.Invariant($"A Return of {one.Quantity} contradicts itself.")),
    };

    /// <summary>What the till did with goods that came back.</summary>
    private string? ReturnStatus(XmlItem returned) => returned.Child("Disposal") is not { } disposal ? options.ReturnStatus
        : (disposal["Method"] ?? disposal.Text) switch
        {
            "" => options.ReturnStatus,
            var method when Is(method, "ReturnToStock", "Stock", "ToStock", "Restock", "Resell", "Sellable", "Inventory") => null,
            var method when method.Contains("Damage", StringComparison.OrdinalIgnoreCase) || Is(method, "Defective", "Defect") => "damaged",
            var method when method.Contains("Vendor", StringComparison.OrdinalIgnoreCase) => "return-to-vendor",
            var method when Is(method, "Destroy", "Destroyed", "Dispose", "Disposed", "Discard", "Scrap", "Trash") => "scrap",
            _ => "quality-hold",
        };

    private NoStock? NoGoods(XmlItem item, XmlItem sold, DocumentLine line)
    {
        var type = sold["ItemType"] ?? "Stock";
        var isDeposit = type.Contains("Deposit", StringComparison.OrdinalIgnoreCase) || type.EndsWith("NegativeItem", StringComparison.Ordinal)
            || item["EntryMethod"]?.EndsWith("Linked", StringComparison.Ordinal) == true;
        if (isDeposit)
        {
            return options.DepositsAreStock && !type.EndsWith("NegativeItem", StringComparison.Ordinal) ? null : new NoStock("deposit");
        }

        return !Is(type, "Stock") ? new NoStock("no merchandise")
            : line.Articles.Any(article => options.NoGoods.Contains(article.Value)) ? new NoStock("no goods") : null;
    }

    private static string WordOf(XmlItem line) => line.Children.Select(child => child.Name).FirstOrDefault(name => name != "SequenceNumber") switch
    {
        null => "empty",
        "Tax" => "tax",
        "ItemNotFound" => "item not found",
        var name when name.StartsWith("Tender", StringComparison.Ordinal) => "tender",
        var name when name.StartsWith("Loyalty", StringComparison.Ordinal) => "loyalty",
        var name when name.Contains("Discount", StringComparison.Ordinal) || name.Contains("PriceModif", StringComparison.Ordinal) => "discount",
        var name when name.Contains("Order", StringComparison.Ordinal) || name.Contains("Layaway", StringComparison.Ordinal)
            || name.StartsWith("SaleFor", StringComparison.Ordinal) => "order",
        _ => "other line",
    };

    private static bool Is(string text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (string.Equals(text, word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private sealed class Goods(int index, DocumentLine line, XmlItem item, bool isReturn, decimal quantity)
    {
        public int Index { get; } = index;

        public DocumentLine Line { get; } = line;

        public XmlItem Item { get; } = item;

        public bool IsReturn { get; } = isReturn;

        /// <summary>What is left of it after voids; below 0 where the till wrote it so.</summary>
        public decimal Quantity { get; set; } = quantity;

        public LineOutcome? Outcome { get; set; }

        public bool IsLike(Goods other) =>
            IsReturn == other.IsReturn && Line.Unit == other.Line.Unit && Line.Articles.Count > 0 && Line.Articles.SequenceEqual(other.Line.Articles);
    }
}

using RetailSync.Channels.Documents;

namespace RetailSync.Channels.ErpNext;

/// <summary>
/// The table of the vouchers themselves, by their <c>doctype</c>. A voucher is a draft, submitted or cancelled; one that was amended is cancelled, and the new
/// one names it.
/// </summary>
internal static class Vouchers
{
    public const string StockEntry = "Stock Entry";

    private const string Arrival = "arrival";

    public static readonly IReadOnlyList<string> Types =
    [
        StockEntry, "Delivery Note", "Purchase Receipt", "Stock Reconciliation", "Sales Invoice", "POS Invoice", "Purchase Invoice", "Subcontracting Receipt",
    ];

    /// <summary>The voucher, behind the one that it amends where it does.</summary>
    public static IEnumerable<SourceDocument> Read(string type, ErpNextRecord voucher, string position, IReadOnlyDictionary<string, string> units)
    {
        if (voucher["amended_from"] is { } amended)
        {
            // Only what is cancelled can be amended: nothing of it stands, nor of what comes of it later.
            yield return new SourceDocument(type, amended) { Position = position, Function = DocumentFunction.Replace, Revision = long.MaxValue };
        }

        var nothing = Nothing(type, voucher);
        var bundles = voucher.Rows("packed_items").Select(packed => packed["parent_item"]).ToHashSet();
        var lines = new DocumentLines();
        foreach (var row in Rows(type, voucher))
        {
            lines.Add(new DocumentLine
            {
                Key = row["name"] ?? row["idx"] ?? FormattableString.Invariant($"{lines.Lines.Count + 1}"),
                Position = position,
                Articles = row.Articles(),
                Place = row.Place("warehouse") ?? row.Place("s_warehouse") ?? row.Place("t_warehouse") ?? voucher.Place("set_warehouse"),
                Unit = UnitNames.Code(InStockUnit(type, row) ? row["stock_uom"] : row["uom"] ?? row["stock_uom"], units),
                Pack = InStockUnit(type, row) ? null : Pack(row, units),
                Time = voucher.PostedAt(),
                Outcome = nothing is not null ? new NoStock(nothing) : Outcome(type, voucher, row, bundles),
            });
        }

        if (lines.Lines.Count == 0 && lines.Fault is null)
        {
            lines.Add(new DocumentLine { Key = "1", Position = position, Outcome = new NoStock(nothing ?? "no lines") });
        }

        yield return new SourceDocument(type, voucher["name"])
        {
            Position = position,
            Function = DocumentFunction.Replace,
            Revision = voucher.Revision(),
            Lines = lines.Lines,
            Fault = lines.Fault,
        };
    }

    private static string? Nothing(string type, ErpNextRecord voucher) =>
        voucher["docstatus"] == "2" || voucher["status"] == "Cancelled" ? "cancelled"
        : voucher["docstatus"] == "0" || voucher["status"] == "Draft" ? "draft"
        : type.EndsWith("Invoice", StringComparison.Ordinal) && !voucher.Is("update_stock") ? "stock by another voucher"
        : voucher.Is("is_consolidated") ? "consolidates others"
        : null;

    /// <summary>Of a bundle its components are what moves: they stand in a table of their own.</summary>
    private static IEnumerable<ErpNextRecord> Rows(string type, ErpNextRecord voucher) =>
        voucher.Rows("items").Concat(voucher.Rows("packed_items")).Concat(type == StockEntry ? voucher.Rows("mtn_details") : []);

    private static LineOutcome Outcome(string type, ErpNextRecord voucher, ErpNextRecord row, HashSet<string?> bundles)
    {
        if (type == "Stock Reconciliation")
        {
            return Counted(voucher, row);
        }

        if (row["parent_item"] is null && bundles.Contains(row["item_code"]))
        {
            return new NoStock("bundle");
        }

        var field = InStockUnit(type, row) ? StockQuantity(type) : "qty";
        if (row.Quantity(field) is not { } quantity)
        {
            return new Rejected("invalid-quantity", $"{field} is no number of at most 4 decimals.");
        }

        return type switch
        {
            StockEntry => Entry(voucher, row, quantity),
            "Purchase Receipt" or "Purchase Invoice" or "Subcontracting Receipt" => Received(voucher, row, quantity),
            _ => Delivered(voucher, row, quantity),
        };
    }

    private static LineOutcome Entry(ErpNextRecord voucher, ErpNextRecord row, decimal quantity)
    {
        var (purpose, name) = (voucher["purpose"] ?? voucher["stock_entry_type"], voucher["name"]);
        if (quantity <= 0)
        {
            return quantity == 0 ? new NoStock("zero quantity")
                : new Rejected("invalid-quantity", "The quantity is below 0: its warehouses say which way it goes.");
        }

        return (row.Place("s_warehouse"), row.Place("t_warehouse")) switch
        {
            (null, null) => new Rejected("no-location", "It names neither where it comes from nor where it goes."),
            ({ } from, { } to) when from == to => new NoStock("within one location"),
            ({ } from, { } to) => new Moved(
            [
                StockMove.Transfer(quantity, to, name ?? "") with { Place = from },
                StockMove.Receipt(quantity, name) with { Part = Arrival, Place = to, Origin = from },
            ]),
            (null, _) => new Moved(purpose switch
            {
                "Material Receipt" => StockMove.Receipt(quantity, name),
                "Sales Return" => StockMove.Return(quantity, name),
                _ => StockMove.Adjustment(quantity, purpose, name),
            }),
            _ => new Moved(StockMove.Adjustment(-quantity, purpose, name)),
        };
    }

    /// <summary>What was accepted, and what was rejected where that is kept in a warehouse of its own. A return has quantities below 0.</summary>
    private static LineOutcome Received(ErpNextRecord voucher, ErpNextRecord row, decimal quantity)
    {
        var document = row["purchase_order"] ?? voucher["name"];
        var moves = new List<StockMove>();
        if (quantity != 0)
        {
            moves.Add(quantity > 0 ? StockMove.Receipt(quantity, document) : StockMove.Adjustment(quantity, "returned to vendor", voucher["name"]));
        }

        if (row.Quantity("rejected_qty") is { } rejected && rejected != 0 && row.Place("rejected_warehouse") is { } place)
        {
            var move = rejected > 0 ? StockMove.Receipt(rejected, document, "quality-hold")
                : StockMove.Adjustment(rejected, "returned to vendor", voucher["name"]);
            moves.Add(move with { Part = "rejected", Place = place });
        }

        return moves.Count == 0 ? new NoStock("zero quantity") : new Moved(moves);
    }

    private static LineOutcome Delivered(ErpNextRecord voucher, ErpNextRecord row, decimal quantity)
    {
        var order = row["against_sales_order"] ?? row["sales_order"] ?? voucher["name"];
        var from = row.Place("warehouse") ?? voucher.Place("set_warehouse");
        return quantity == 0 ? new NoStock("zero quantity")
            : row.Place("target_warehouse") is { } to && quantity > 0 ? new Moved(
            [
                StockMove.Transfer(quantity, to, voucher["name"] ?? ""),
                StockMove.Receipt(quantity, voucher["name"]) with { Part = Arrival, Place = to, Origin = from },
            ])
            : new Moved(quantity > 0 ? StockMove.Sale(quantity, order) : StockMove.Return(-quantity, order));
    }

    /// <summary>A count of what is there; of one batch only the difference, since the others are not in it.</summary>
    private static LineOutcome Counted(ErpNextRecord voucher, ErpNextRecord row)
    {
        if (row["qty"] is null)
        {
            return new NoStock("not counted");
        }

        if (row.Quantity("qty") is not ({ } counted and >= 0))
        {
            return new Rejected("invalid-quantity", "qty is no number of at most 4 decimals, 0 or more.");
        }

        return row["batch_no"] is null ? new Moved(StockMove.Count(counted))
            : row.Quantity("current_qty") is not { } before
                ? new Rejected("invalid-quantity", "It counts one batch, and current_qty does not say what there was.")
            : counted == before ? new NoStock("no difference") : new Moved(StockMove.Adjustment(counted - before, "Stock Reconciliation", voucher["name"]));
    }

    /// <summary>Whether the row says its quantity in the unit in which the item is kept too; what was rejected is in the row's own unit only.</summary>
    private static bool InStockUnit(string type, ErpNextRecord row) =>
        row.Quantity(StockQuantity(type)) is not null && row.Quantity("rejected_qty") is null or 0;

    private static string StockQuantity(string type) => type == StockEntry ? "transfer_qty" : "stock_qty";

    private static PackSize? Pack(ErpNextRecord row, IReadOnlyDictionary<string, string> units) =>
        row["uom"] != row["stock_uom"] && row.Quantity("conversion_factor") is { } factor and > 0
            ? new PackSize(factor, 1, UnitNames.Code(row["stock_uom"], units) is var unit and not "C62" ? unit : null) : null;
}

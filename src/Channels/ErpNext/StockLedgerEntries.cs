using RetailSync.Channels.Documents;

namespace RetailSync.Channels.ErpNext;

/// <summary>
/// The table of <c>Stock Ledger Entry</c>: rows with a sign, by the voucher that made them. A voucher that is cancelled keeps its row and gets a second one
/// that takes it back, both marked, at the original time: a row that was recorded did not occur, the pair is nothing.
/// </summary>
internal static class StockLedgerEntries
{
    public const string Kind = "SLE";

    /// <param name="half">The other row of a transfer: of the same line of the same voucher, and of the opposite quantity; null where there is none.</param>
    /// <param name="position">Where it is, for a person.</param>
    /// <param name="units">What names of units mean.</param>
    public static SourceDocument Read(ErpNextRecord row, ErpNextRecord? half, string position, IReadOnlyDictionary<string, string> units) =>
        new(Kind, row["name"])
        {
            Position = position,
            Function = DocumentFunction.Replace,
            Revision = row.Revision(),
            Lines =
            [
                new DocumentLine
                {
                    Key = "1",
                    OwnIdentity = row["name"] is { } name ? $"{Kind}:{name}" : null,
                    Position = position,
                    Articles = row.Articles(),
                    Place = row.Place("warehouse"),
                    Unit = UnitNames.Code(row["stock_uom"], units),
                    Time = row.PostedAt(),
                    Outcome = row.Is("is_cancelled") ? new NoStock("cancelled")
                        : row["docstatus"] is "0" or "2" ? new NoStock("not submitted") : Outcome(row, half),
                },
            ],
        };

    /// <summary>Whether two rows are the halves of one transfer.</summary>
    public static bool AreHalves(ErpNextRecord one, ErpNextRecord other) =>
        one["voucher_detail_no"] is { } line && line == other["voucher_detail_no"]
        && one["item_code"] == other["item_code"] && one["batch_no"] == other["batch_no"]
        && one["warehouse"] != other["warehouse"] && one.Quantity("actual_qty") is { } quantity && quantity != 0 && quantity == -other.Quantity("actual_qty")
        && !one.Is("is_cancelled") && !other.Is("is_cancelled");

    private static LineOutcome Outcome(ErpNextRecord row, ErpNextRecord? half)
    {
        var (voucher, kind) = (row["voucher_no"], row["voucher_type"]);
        if (kind == "Stock Reconciliation" && row["batch_no"] is null && row["serial_and_batch_bundle"] is null)
        {
            return row.Quantity("qty_after_transaction") is ({ } counted and >= 0) ? new Moved(StockMove.Count(counted))
                : InvalidQuantity("qty_after_transaction");
        }

        return row.Quantity("actual_qty") is not { } quantity ? InvalidQuantity("actual_qty")
            : quantity == 0 ? new NoStock("zero quantity")
            : half is { } other ? new Moved(quantity < 0 ? StockMove.Transfer(-quantity, new PlaceName(other["warehouse"] ?? ""), voucher ?? "")
                : StockMove.Receipt(quantity, voucher) with { Origin = other.Place("warehouse") })
            : new Moved(kind switch
            {
                "Purchase Receipt" or "Purchase Invoice" or "Subcontracting Receipt" when quantity > 0 => StockMove.Receipt(quantity, voucher),
                "Delivery Note" or "Sales Invoice" or "POS Invoice" => quantity < 0 ? StockMove.Sale(-quantity, voucher) : StockMove.Return(quantity, voucher),
                _ => StockMove.Adjustment(quantity, kind, voucher),
            });
    }

    private static Rejected InvalidQuantity(string field) => new("invalid-quantity", $"{field} is no number of at most 4 decimals, of a count 0 or more.");
}

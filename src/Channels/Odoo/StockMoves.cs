using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Odoo;

/// <summary>
/// The table of <c>stock.move</c> and <c>stock.move.line</c>: a move has no sign, what it does to stock is where it comes from and where it goes. It says how
/// the move now is: one that is done may be edited or, by some extensions, cancelled.
/// </summary>
internal static class StockMoves
{
    private const string Arrival = "arrival";

    /// <summary>Of the versions: 17 and later, and before it of moves and of their lines.</summary>
    private static readonly string[] Done = ["quantity", "quantity_done", "qty_done"];

    /// <summary>What a line has and a move has not.</summary>
    private static readonly string[] OfLines = ["move_id", "qty_done", "quantity_product_uom", "product_uom_id"];

    /// <param name="move">The move or the line.</param>
    /// <param name="position">Where it is, for a person.</param>
    /// <param name="field">The property in which it stands, which may say that it is a line; empty where there is none.</param>
    /// <param name="units">What names of units mean.</param>
    public static SourceDocument Read(OdooRecord move, string position, string field, IReadOnlyDictionary<string, string> units)
    {
        var isLine = move["_model"] == "stock.move.line" || field.StartsWith("move_line_ids", StringComparison.Ordinal) || Array.Exists(OfLines, move.Has);
        var kind = isLine ? "move-line" : "move";
        var id = move["id"] ?? move["_id"];
        var identity = id is null ? null : $"{kind}:{id}";
        var inProductsUnit = move.Has("quantity_product_uom");
        return new SourceDocument(kind, id)
        {
            Position = position,
            Function = DocumentFunction.Replace,
            Revision = move.Time("write_date")?.ToUnixTimeTicks(),
            Lines =
            [
                new DocumentLine
                {
                    Key = "1",
                    OwnIdentity = identity,
                    Position = position,
                    Articles = move.Articles(),
                    Place = LocationUsage.Of(move) is (LocationUsage.Internal, _) ? move.Place("location_id") : move.Place("location_dest_id"),
                    Unit = inProductsUnit ? null : move.Unit(units),
                    Time = move.Time("date") is { } at ? new ExactTime(at) : null,
                    Outcome = move["state"] switch
                    {
                        "done" => OfDone(move, identity ?? "", inProductsUnit ? ["quantity_product_uom"] : Done),
                        "cancel" => new NoStock("cancelled"),
                        null => new Rejected("invalid-line", "It does not say its state, without which nobody knows whether it is done."),
                        _ => new NoStock("not done"),
                    },
                },
            ],
        };
    }

    private static LineOutcome OfDone(OdooRecord move, string identity, string[] fields)
    {
        if (move.IdOf("owner_id") is not null || move.IdOf("restrict_partner_id") is not null)
        {
            return new NoStock("owned by others");
        }

        // Before 11 a move that was done had the quantity that was asked for; what is missing was a move of its own.
        var field = Array.Find(fields, move.Has) ?? "product_uom_qty";
        return move.Quantity(field) is not ({ } quantity and >= 0)
            ? new Rejected("invalid-quantity", $"{field} is no number of at most 4 decimals, 0 or more: the direction is where it comes from and goes.")
            : quantity == 0 ? new NoStock("zero quantity") : Outcome(move, identity, quantity);
    }

    private static LineOutcome Outcome(OdooRecord move, string identity, decimal quantity)
    {
        var reference = move["reference"] ?? move.NameOf("picking_id");
        var order = move["origin"] ?? reference;
        switch (LocationUsage.Of(move))
        {
            case (LocationUsage.Internal, LocationUsage.Internal):
                return Between(move, quantity, reference ?? order ?? identity);
            case (LocationUsage.Internal, LocationUsage.Customer):
                return new Moved(StockMove.Sale(quantity, order));
            case (LocationUsage.Customer, LocationUsage.Internal):
                return new Moved(StockMove.Return(quantity, reference ?? order));
            case (LocationUsage.Supplier or LocationUsage.Transit, LocationUsage.Internal):
                return new Moved(StockMove.Receipt(quantity, order));
            case (LocationUsage.Internal, LocationUsage.Transit):
                var transit = move.Place("location_final_id") ?? move.Place("location_dest_id")!;
                var left = StockMove.Adjustment(-quantity, "transit", order);
                return new Moved(StockMove.Transfer(quantity, transit, order ?? identity) with { Otherwise = left });
            case (LocationUsage.Internal, LocationUsage.Supplier):
                return new Moved(StockMove.Adjustment(-quantity, "returned to vendor", reference ?? order));
            case ((LocationUsage.Inventory or LocationUsage.Production) and var from, LocationUsage.Internal):
                return new Moved(StockMove.Adjustment(quantity, from, reference));
            case (LocationUsage.Internal, (LocationUsage.Inventory or LocationUsage.Production) and var to):
                return new Moved(StockMove.Adjustment(-quantity, move.IsTrue("scrapped") || move.IdOf("scrap_id") is not null ? "scrap" : to, reference));
            case (null, null):
                return new Rejected(
                    "unknown-reason", "It does not say of what kind its locations are: location_usage and location_dest_usage have to be asked for.");
            case var (other, otherTo) when IsOutside(other) && IsOutside(otherTo):
                return new NoStock("outside of the warehouses");
            default:
                return new Rejected("unknown-reason", "location_usage or location_dest_usage is none that holds goods.");
        }
    }

    /// <summary>It is there by the same posting: a transfer, and the receipt that completes it. Within one location of ours it is nothing.</summary>
    private static LineOutcome Between(OdooRecord move, decimal quantity, string document)
    {
        var (from, to) = (move.Place("location_id"), move.Place("location_dest_id"));
        return from is null || to is null ? new Rejected("no-location", "It goes from one place to another, and only one is named.")
            : from == to ? new NoStock("within one location")
            : new Moved(
            [
                StockMove.Transfer(quantity, to, document),
                StockMove.Receipt(quantity, document) with { Part = Arrival, Place = to, Origin = from },
            ]);
    }

    private static bool IsOutside(string? usage) => usage is LocationUsage.Supplier or LocationUsage.Customer or LocationUsage.Inventory
        or LocationUsage.Production or LocationUsage.Transit;
}

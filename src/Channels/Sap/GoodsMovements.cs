using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Sap;

/// <summary>What an item of a goods movement comes to: the table of movement types, applied. It knows no syntax.</summary>
internal sealed class GoodsMovements(IReadOnlyDictionary<string, string> settings)
{
    /// <summary>
    /// The option that gives other movement types a meaning: <c>Z51=551, 901=none</c>, each as a standard type or as none of stock.
    /// </summary>
    public const string TypesOption = "movementTypes";

    /// <summary>The option with the special stocks that are own stock nevertheless: <c>E,W</c>.</summary>
    public const string SpecialStockOption = "specialStock";

    private const string Arrival = "arrival";
    private const string None = "none";

    private readonly IReadOnlyDictionary<string, string> types = OptionPairs.Read(settings.GetValueOrDefault(TypesOption, ""));
    private readonly string ownStock = settings.GetValueOrDefault(SpecialStockOption, "");

    /// <summary>One line; two where one material becomes another by one item.</summary>
    public IEnumerable<DocumentLine> Lines(GoodsMovement item)
    {
        var line = new DocumentLine
        {
            Key = item.Key,
            Position = item.Position,
            Articles = item.Articles,
            Place = item.Place,
            Unit = SapValues.Unit(item.Unit),
            Pack = item.Pack,
            Time = item.Time,
            Outcome = new NoStock(""),
        };
        var configured = types.GetValueOrDefault(item.Type);
        if (configured == None)
        {
            return [line with { Outcome = new NoStock("movement type of no stock") }];
        }

        if (MovementType.Find(configured ?? item.Type) is not var (type, isReversal))
        {
            return [line with { Outcome = new Rejected("unknown-movement-type",
                $"Movement type '{item.Type}' is none that is known. The option {TypesOption} of the source says what it means.") }];
        }

        if (item.SpecialStock.Length > 0 && !ownStock.Contains(item.SpecialStock, StringComparison.Ordinal))
        {
            return [line with { Outcome = new NoStock("special stock") }];
        }

        if (item.Quantity is not { } quantity || quantity < 0)
        {
            return [line with { Outcome = new Rejected("invalid-quantity",
                item.Quantity is null ? "It has no quantity that is a number." : "Its quantity is below 0: the movement type says which way it goes.") }];
        }

        isReversal ^= item.IsReversed;
        if (type.Effect == MovementEffect.Material)
        {
            return OfMaterial(line, item, quantity, isReversal);
        }

        if (item.Sign is { } sign && IncreasesStock(type.Effect, isReversal) is { } increases && sign != (increases ? 'S' : 'H'))
        {
            return [line with { Outcome = new Rejected("invalid-line", $"Movement type {item.Type} and the sign '{sign}' contradict each other.") }];
        }

        var outcome = Outcome(item, type, isReversal, quantity);
        return [line with { Outcome = item.Reverses is { } reversed && outcome is Moved moved
            ? Correction(moved, reversed, type.Effect, item.Number) : outcome }];
    }

    /// <summary>Whether a type reverses another one, by its configured meaning if it has one.</summary>
    public bool IsReversal(string type) => MovementType.Find(types.GetValueOrDefault(type) ?? type) is (_, true);

    /// <summary>
    /// A reversal as a correction of what the reversed item was recorded as. A part that it did not have (a receipt has its status itself) is not corrected.
    /// </summary>
    /// <param name="plain">What it is where nothing is known of the reversed item.</param>
    private static Moved Correction(Moved plain, string reversed, MovementEffect effect, string? number)
    {
        // Both ends by one item: a correction would undo one of them, and without the receipt the goods would be in transit for ever.
        return effect == MovementEffect.Transfer && plain.Moves.Count > 1 ? plain : new Moved([.. plain.Moves.Select(Of)]);

        StockMove Of(StockMove move) => StockMove.Correction(move.Part.Length == 0 ? reversed : $"{reversed}:{move.Part}") with
        {
            Part = move.Part,
            Document = number,
            Otherwise = move,
        };
    }

    private static LineOutcome Outcome(GoodsMovement item, MovementType type, bool isReversal, decimal quantity)
    {
        var status = item.Status ?? type.Status;
        switch (type.Effect)
        {
            case MovementEffect.Receipt when !isReversal:
                return new Moved(StockMove.Receipt(quantity, item.Order ?? item.Number, status));
            case MovementEffect.Sale when !isReversal:
                return new Moved(StockMove.Sale(quantity, item.Order ?? item.Number));
            case MovementEffect.Return when !isReversal:
                return new Moved(StockMove.Return(quantity, item.Order ?? item.Number, status));
            case MovementEffect.Receipt or MovementEffect.Return:
                return Adjusted(item, -quantity, status);
            case MovementEffect.Sale:
                return Adjusted(item, quantity, status);
            case MovementEffect.Increase:
                return Adjusted(item, isReversal ? -quantity : quantity, status);
            case MovementEffect.Decrease:
                return Adjusted(item, isReversal ? quantity : -quantity, status);
            case MovementEffect.Status:
                return item is { Sign: 'S', HasOtherHalf: true } ? OtherHalf()
                    : new Moved(isReversal ? StockMove.Status(quantity, type.To, type.Status, item.Number)
                        : StockMove.Status(quantity, type.Status, type.To, item.Number));
            case MovementEffect.TransferIn:
                return item.Sign is { } sign && sign != (isReversal ? 'H' : 'S') ? OtherHalf()
                    : isReversal ? Adjusted(item, -quantity, null)
                    : new Moved(StockMove.Receipt(quantity, item.Order ?? Route(item.OtherPlace, item.Place) ?? item.Number) with { Origin = item.OtherPlace });
            case MovementEffect.TransferOut when item.Sign is { } leaving && leaving != (isReversal ? 'S' : 'H'):
                return OtherHalf();
        }

        if (item.OtherPlace is not { } other || item.Place is not { } place)
        {
            return new Rejected("no-location", $"Movement type {item.Type} goes from one place to another, and only one is named.");
        }

        if (type.Effect == MovementEffect.TransferOut)
        {
            var shipment = item.Order ?? Route(place, other)!;
            return new Moved(isReversal ? StockMove.TransferCancelled(quantity, other, shipment) : StockMove.Transfer(quantity, other, shipment));
        }

        return OneStep(item, quantity, place, other, isReversal);
    }

    /// <summary>
    /// Sent and received by one posting: a transfer, and the receipt that completes it, without which it would be in transit for ever. Of two items the one
    /// that decreases stock is the transfer and the other one the receipt.
    /// </summary>
    private static Moved OneStep(GoodsMovement item, decimal quantity, PlaceName place, PlaceName other, bool isReversal)
    {
        var document = item.Number ?? item.Order ?? "";
        return item.Sign switch
        {
            'H' => new Moved(StockMove.Transfer(quantity, other, document)),
            'S' => new Moved(StockMove.Receipt(quantity, document) with { Origin = other }),
            _ => isReversal ? Both(other, place) : Both(place, other),
        };

        Moved Both(PlaceName from, PlaceName to) => new(
        [
            StockMove.Transfer(quantity, to, document) with { Place = from },
            StockMove.Receipt(quantity, document) with { Part = Arrival, Place = to, Origin = from },
        ]);
    }

    private static IEnumerable<DocumentLine> OfMaterial(DocumentLine line, GoodsMovement item, decimal quantity, bool isReversal)
    {
        if (item.Sign is { } sign)
        {
            return [line with { Outcome = Adjusted(item, sign == 'S' ? quantity : -quantity, item.Status) }];
        }

        return item.OtherArticles.Count == 0
            ? [line with { Outcome = new Rejected("invalid-line", $"Movement type {item.Type} makes one material another, and only one is named.") }]
            :
            [
                line with { Outcome = Adjusted(item, isReversal ? quantity : -quantity, item.Status) },
                line with
                {
                    Key = $"{line.Key}:to",
                    Articles = item.OtherArticles,
                    Place = item.OtherPlace ?? item.Place,
                    Outcome = Adjusted(item, isReversal ? -quantity : quantity, item.Status),
                },
            ];
    }

    /// <summary>More or less on hand. Where the goods are in a status, their number in it changes too.</summary>
    private static LineOutcome Adjusted(GoodsMovement item, decimal quantity, string? status)
    {
        if (quantity == 0)
        {
            return new NoStock("zero quantity");
        }

        var adjustment = StockMove.Adjustment(quantity, item.Reason.Length == 0 ? item.Type : $"{item.Type}/{item.Reason}", item.Order ?? item.Number);
        return status is null ? new Moved(adjustment) : new Moved(
        [
            adjustment,
            (quantity > 0
                ? StockMove.Status(quantity, null, status) : StockMove.Status(-quantity, status, null) with { OrSellable = true }) with { Part = "status" },
        ]);
    }

    private static NoStock OtherHalf() => new("other half of a movement");

    /// <summary>
    /// What two steps have in common where no order is named. Between plants these alone: each step names the storage location of its own end only.
    /// </summary>
    private static string? Route(PlaceName? from, PlaceName? to)
    {
        if (from is null || to is null)
        {
            return null;
        }

        var (issuing, receiving) = (from.Outer ?? from.Value, to.Outer ?? to.Value);
        return issuing == receiving ? $"{from.Value}>{to.Value}" : $"{issuing}>{receiving}";
    }

    /// <summary>Null where both are right, since the posting has two items.</summary>
    private static bool? IncreasesStock(MovementEffect effect, bool isReversal) => effect switch
    {
        MovementEffect.Receipt or MovementEffect.Return or MovementEffect.Increase => !isReversal,
        MovementEffect.Sale or MovementEffect.Decrease => isReversal,
        _ => null,
    };
}

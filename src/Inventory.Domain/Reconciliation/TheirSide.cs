using NodaTime;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reconciliation;

/// <summary>Another system's numbers of a position. What it left out is null and is not compared.</summary>
/// <param name="OnHand">0 or more; null when left out.</param>
/// <param name="Unsellable">By status, 0 or more; a status that is not in it is not compared.</param>
/// <param name="Reserved">0 or more; null when left out.</param>
/// <param name="UnitValue">What one unit is worth, for limits by value; null when nobody has said.</param>
public sealed record TheirCount(
    PositionKey Position, decimal? OnHand, IReadOnlyDictionary<string, decimal> Unsellable, decimal? Reserved, decimal? UnitValue = null)
{
    public static readonly IReadOnlyDictionary<string, decimal> NoStatus = new Dictionary<string, decimal>();

    /// <summary>The fields that are compared, with its numbers.</summary>
    public IEnumerable<(DriftField Field, decimal Theirs)> Fields()
    {
        if (OnHand is { } onHand)
        {
            yield return (DriftField.OnHand, onHand);
        }

        foreach (var (status, quantity) in Unsellable.OrderBy(status => status.Key, StringComparer.Ordinal))
        {
            yield return (DriftField.Unsellable(status), quantity);
        }

        if (Reserved is { } reserved)
        {
            yield return (DriftField.Reserved, reserved);
        }
    }
}

/// <summary>A document in another system's books, the evidence for its counts.</summary>
/// <param name="Id">Its number there: our movements name it as their document, or as their id.</param>
/// <param name="Type">One of <see cref="Types"/>.</param>
/// <param name="Position">Where it was booked.</param>
/// <param name="Quantity">Above 0; of an adjustment signed and not 0.</param>
/// <param name="OccurredAt">When, by their clock.</param>
/// <param name="Status">Of a receipt or return: the status it arrived in.</param>
/// <param name="From">Of a status change; null is sellable.</param>
/// <param name="To">Of a status change; null is sellable.</param>
public sealed record TheirDocument(
    string Id, string Type, PositionKey Position, decimal Quantity, Instant OccurredAt, string? Status = null, string? From = null, string? To = null)
{
    /// <summary>
    /// The words for documents: those of movements, and those for the life of an order. A count or a statement of supply is no movement.
    /// </summary>
    public static readonly IReadOnlyList<string> Types =
    [
        "receipt", "sale", "return", "adjustment", "transfer", "transfer-cancelled", "status", "count", "expected", "correction",
        "order", "reservation", "hold", "shipment", "fulfilment", "release", "cancellation", "expiry",
    ];

    /// <summary>It keeps units for an order.</summary>
    public bool Holds => Type is "order" or "reservation" or "hold";

    /// <summary>It ends a hold, or a part of it: nothing more is kept for what it says.</summary>
    public bool EndsHold => Type is "release" or "cancellation" or "expiry" or "shipment" or "fulfilment" or "sale";

    /// <summary>
    /// The document that a movement is in their books, under the name by which ours would be found; null for what moves nothing or corrects another.
    /// </summary>
    public static TheirDocument? Of(Movement movement)
    {
        return movement switch
        {
            Receipt receipt => Of(receipt.Quantity, receipt.Status),
            Sale sale => Of(sale.Quantity),
            Return back => Of(back.Quantity, back.Status),
            Adjustment adjustment => Of(adjustment.Quantity),
            Transfer transfer => Of(transfer.Quantity),
            TransferCancelled cancelled => Of(cancelled.Quantity),
            StatusChange change => Of(change.Quantity) with { From = change.From, To = change.To },
            _ => null,
        };

        TheirDocument Of(decimal quantity, string? status = null) =>
            new(movement.Document ?? movement.Name.Id, movement.Type, movement.Position, quantity, movement.OccurredAt, status);
    }

    /// <summary>What it added to a field in their books.</summary>
    public decimal EffectOn(DriftField field) => Type switch
    {
        _ when field == DriftField.Reserved => Holds ? Quantity : Type is "sale" || !EndsHold ? 0 : -Quantity,
        "receipt" or "return" => field == DriftField.OnHand || field.Status == Status ? Quantity : 0,
        "sale" or "shipment" or "fulfilment" or "transfer" => field == DriftField.OnHand ? -Quantity : 0,
        "adjustment" or "transfer-cancelled" => field == DriftField.OnHand ? Quantity : 0,
        "status" when field.Status is { } status => status == To ? Quantity : status == From ? -Quantity : 0,
        _ => 0,
    };
}

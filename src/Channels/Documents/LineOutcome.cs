using System.Text.Json.Serialization;
using NodaTime;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Channels.Documents;

/// <summary>What a line comes to: exactly one of these.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Moved), "moved")]
[JsonDerivedType(typeof(Level), "level")]
[JsonDerivedType(typeof(NoStock), "noStock")]
[JsonDerivedType(typeof(Rejected), "rejected")]
public abstract record LineOutcome;

/// <summary>It reports movements.</summary>
/// <param name="Moves">At least one. Of several each has a <see cref="StockMove.Part"/> of its own.</param>
[method: JsonConstructor]
public sealed record Moved(IReadOnlyList<StockMove> Moves) : LineOutcome
{
    public Moved(StockMove move)
        : this([move])
    {
    }
}

/// <summary>
/// A stock figure of another system at the line's time: compared with ours, or counted where the source is configured as owner of the position.
/// </summary>
/// <param name="Quantity">0 or more, in the line's unit.</param>
/// <param name="Status">Null for on-hand as a whole; otherwise the part of it in this unsellable status.</param>
public sealed record Level(decimal Quantity, string? Status = null) : LineOutcome;

/// <summary>It is understood, and moves no stock.</summary>
/// <param name="Reason">One of a small set of words, so that they can be counted.</param>
public sealed record NoStock(string Reason) : LineOutcome;

/// <summary>It cannot be understood and goes to quarantine.</summary>
/// <param name="Code">Stable, for programs: <c>invalid-quantity</c>, <c>unknown-reason</c>, <c>unreadable-segment</c>...</param>
/// <param name="Detail">A sentence for a person, with no personal data.</param>
public sealed record Rejected(string Code, string Detail) : LineOutcome;

/// <summary>The movements that a line can report, by the words of the contract.</summary>
public enum MoveType
{
    Receipt,
    Sale,
    Return,
    Adjustment,
    Count,
    Status,
    Expected,
    Transfer,
    TransferCancelled,
    Correction,
}

/// <summary>
/// A movement, but for what its line says: article, unit, and place and time unless it has its own. Made by the methods named after its type.
/// </summary>
/// <param name="Quantity">
/// In the line's unit, signed for an adjustment, 0 allowed for counts and expected stock; null for a correction that says it did not occur.
/// </param>
public sealed record StockMove(MoveType Type, decimal? Quantity)
{
    /// <summary>The last part of its identity where a line has several moves: each has its own, the first may leave it empty.</summary>
    public string Part { get; init; } = "";

    /// <summary>The order, shipment or receipt that it belongs to.</summary>
    public string? Document { get; init; }

    /// <summary>The status in which goods arrive, and of a status change the one that they had; null is sellable.</summary>
    public string? From { get; init; }

    /// <summary>The status that they have afterwards; null is sellable.</summary>
    public string? To { get; init; }

    /// <summary>Of a status change: what is not in <see cref="From"/> is taken to be sellable.</summary>
    public bool OrSellable { get; init; }

    /// <summary>Where it happened, where that is not the line's place.</summary>
    public PlaceName? Place { get; init; }

    /// <summary>Of a transfer: where it goes. Of one that is cancelled: where it was to go; null when the document does not say.</summary>
    public PlaceName? Destination { get; init; }

    /// <summary>
    /// Of a receipt that completes a transfer: where it came from. Where both places are one location of ours, nothing has moved.
    /// </summary>
    public PlaceName? Origin { get; init; }

    /// <summary>When it happened, where that is not the line's time.</summary>
    public DocumentTime? Time { get; init; }

    /// <summary>Of expected stock and transfers: the day on which it should arrive.</summary>
    public LocalDate? ExpectedOn { get; init; }

    /// <summary>Of expected stock.</summary>
    public SupplyKind Kind { get; init; }

    /// <summary>Of an adjustment: why, in the sender's code or words.</summary>
    public string? Reason { get; init; }

    /// <summary>Of a count: one of several that add up.</summary>
    public bool IsPartOfCount { get; init; }

    /// <summary>Of a correction: the identity of the line that was wrong (<c>{kind}:{number}:{key}</c>), whose newest movement is corrected.</summary>
    public string? Corrects { get; init; }

    /// <summary>
    /// What it is instead, where a transfer's place or destination is no location of ours, or where nothing is known of what a correction corrects. Null: of a
    /// transfer the end that is ours is recorded as an adjustment, a correction goes to quarantine.
    /// </summary>
    public StockMove? Otherwise { get; init; }

    public static StockMove Receipt(decimal quantity, string? document = null, string? status = null) =>
        new(MoveType.Receipt, quantity) { Document = document, To = status };

    public static StockMove Sale(decimal quantity, string? document = null) => new(MoveType.Sale, quantity) { Document = document };

    public static StockMove Return(decimal quantity, string? document = null, string? status = null) =>
        new(MoveType.Return, quantity) { Document = document, To = status };

    /// <param name="quantity">Signed, not 0.</param>
    /// <param name="reason">The sender's code or words.</param>
    /// <param name="document">The document that proves it.</param>
    public static StockMove Adjustment(decimal quantity, string? reason, string? document = null) =>
        new(MoveType.Adjustment, quantity) { Reason = reason, Document = document };

    public static StockMove Count(decimal quantity, bool isPart = false) => new(MoveType.Count, quantity) { IsPartOfCount = isPart };

    /// <param name="quantity">Above 0.</param>
    /// <param name="from">The status before; null is sellable.</param>
    /// <param name="to">The status afterwards; null is sellable.</param>
    /// <param name="document">The document that proves it.</param>
    public static StockMove Status(decimal quantity, string? from, string? to, string? document = null) =>
        new(MoveType.Status, quantity) { From = from, To = to, Document = document };

    /// <param name="quantity">What is outstanding; 0 cancels it.</param>
    /// <param name="document">The order or shipment under which it will be received.</param>
    /// <param name="expectedOn">The day, in the place's time zone; null when nobody has said.</param>
    /// <param name="kind">Why it is expected.</param>
    public static StockMove Expected(decimal quantity, string document, LocalDate? expectedOn, SupplyKind kind = SupplyKind.PurchaseOrder) =>
        new(MoveType.Expected, quantity) { Document = document, ExpectedOn = expectedOn, Kind = kind };

    /// <param name="quantity">Above 0.</param>
    /// <param name="document">The shipment under which it will be received.</param>
    /// <param name="expectedOn">The day; null when nobody has said.</param>
    public static StockMove Transfer(decimal quantity, PlaceName destination, string document, LocalDate? expectedOn = null) =>
        new(MoveType.Transfer, quantity) { Destination = destination, Document = document, ExpectedOn = expectedOn };

    /// <summary>Goods of a transfer did not leave after all.</summary>
    public static StockMove TransferCancelled(decimal quantity, PlaceName? destination, string document) =>
        new(MoveType.TransferCancelled, quantity) { Destination = destination, Document = document };

    /// <param name="corrects">The identity of the line that was wrong, in a document of the same source.</param>
    /// <param name="quantity">The right quantity; null when it did not occur.</param>
    public static StockMove Correction(string corrects, decimal? quantity = null) => new(MoveType.Correction, quantity) { Corrects = corrects };
}

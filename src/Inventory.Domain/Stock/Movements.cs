using NodaTime;

namespace RetailSync.Inventory.Domain.Stock;

/// <summary>The name that a source gave to one of its movements. It counts once, for ever.</summary>
public readonly record struct MovementId(string Source, string Id);

/// <summary>What ERP, WMS and tills report. A movement has happened: it is recorded, never refused for what it says about stock.</summary>
/// <param name="Name">Source and id: the same one twice is a duplicate.</param>
/// <param name="Position">Where it happened.</param>
/// <param name="OccurredAt">When it happened, by the source's clock. When we heard of it is the event's recording time.</param>
/// <param name="Document">The receipt, order or note that proves it.</param>
public abstract record Movement(MovementId Name, PositionKey Position, Instant OccurredAt, string? Document)
{
    /// <summary>The word for this type in the contract and in files.</summary>
    public abstract string Type { get; }
}

/// <summary>Goods came in. With a document that is expected here, they come off its in-transit; with a status, they arrive unsellable.</summary>
public sealed record Receipt(MovementId Name, PositionKey Position, Instant OccurredAt, string? Document, decimal Quantity, string? Status)
    : Movement(Name, Position, OccurredAt, Document)
{
    public override string Type => "receipt";
}

/// <summary>Goods went out to a customer; with a reservation, they are what it held.</summary>
public sealed record Sale(MovementId Name, PositionKey Position, Instant OccurredAt, string? Document, decimal Quantity, string? Reservation)
    : Movement(Name, Position, OccurredAt, Document)
{
    public override string Type => "sale";
}

/// <summary>A customer brought goods back; with a status, they cannot be sold again as they are.</summary>
public sealed record Return(MovementId Name, PositionKey Position, Instant OccurredAt, string? Document, decimal Quantity, string? Status)
    : Movement(Name, Position, OccurredAt, Document)
{
    public override string Type => "return";
}

/// <summary>Somebody found more or less than the book says.</summary>
/// <param name="Name"><inheritdoc/></param>
/// <param name="Position"><inheritdoc/></param>
/// <param name="OccurredAt"><inheritdoc/></param>
/// <param name="Document"><inheritdoc/></param>
/// <param name="Quantity">Signed, never 0.</param>
/// <param name="Reason">Free words of whoever adjusted.</param>
public sealed record Adjustment(MovementId Name, PositionKey Position, Instant OccurredAt, string? Document, decimal Quantity, string? Reason)
    : Movement(Name, Position, OccurredAt, Document)
{
    public override string Type => "adjustment";
}

/// <summary>On-hand is this, at this instant, whatever was believed. Zero is a meaningful count.</summary>
public sealed record Count(MovementId Name, PositionKey Position, Instant OccurredAt, string? Document, decimal Quantity)
    : Movement(Name, Position, OccurredAt, Document)
{
    public override string Type => "count";
}

/// <summary>Units on hand changed between sellable (null) and an unsellable status, or between two statuses.</summary>
public sealed record StatusChange(MovementId Name, PositionKey Position, Instant OccurredAt, string? Document, decimal Quantity, string? From, string? To)
    : Movement(Name, Position, OccurredAt, Document)
{
    public override string Type => "status";
}

/// <summary>What is outstanding of a document at this instant; 0 cancels it.</summary>
/// <param name="Name"><inheritdoc/></param>
/// <param name="Position"><inheritdoc/></param>
/// <param name="OccurredAt"><inheritdoc/></param>
/// <param name="Document"><inheritdoc/></param>
/// <param name="Quantity">0 or more.</param>
/// <param name="ExpectedOn">The day on which it should arrive, in the location's time zone; null when nobody has said.</param>
/// <param name="Kind">purchase-order or transfer.</param>
/// <param name="Confidence">0 to 1: the share of it that may be promised.</param>
public sealed record Expected(MovementId Name, PositionKey Position, Instant OccurredAt, string Document, decimal Quantity, LocalDate? ExpectedOn, SupplyKind Kind, decimal Confidence)
    : Movement(Name, Position, OccurredAt, Document)
{
    public new string Document { get; } = Document;
    public override string Type => "expected";
}

/// <summary>Goods left here for another location, where they are in transit until a receipt of the same document.</summary>
public sealed record Transfer(MovementId Name, PositionKey Position, Instant OccurredAt, string Document, decimal Quantity, LocationId To, LocalDate? ExpectedOn)
    : Movement(Name, Position, OccurredAt, Document)
{
    public new string Document { get; } = Document;
    public override string Type => "transfer";

    public PositionKey Destination => Position with { Location = To };
}

/// <summary>An earlier movement of the same source was wrong. It stays in history; its effect is undone, and the right one applied, at the instant at which it occurred.</summary>
/// <param name="Name"><inheritdoc/></param>
/// <param name="Position"><inheritdoc/></param>
/// <param name="OccurredAt">When somebody said so; it does not move the effect.</param>
/// <param name="Document"><inheritdoc/></param>
/// <param name="Corrects">The id, within the same source, of what was wrong.</param>
/// <param name="Quantity">The right quantity, or null when it did not occur at all.</param>
public sealed record Correction(MovementId Name, PositionKey Position, Instant OccurredAt, string? Document, string Corrects, decimal? Quantity)
    : Movement(Name, Position, OccurredAt, Document)
{
    public override string Type => "correction";

    public MovementId Corrected => Name with { Id = Corrects };
}

/// <summary>Why stock is expected.</summary>
public enum SupplyKind
{
    PurchaseOrder,
    Transfer,
}

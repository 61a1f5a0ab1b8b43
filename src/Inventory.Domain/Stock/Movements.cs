using NodaTime;

namespace RetailSync.Inventory.Domain.Stock;

/// <summary>The idempotency key of a movement: the source and its id there. A movement is recorded once, for ever.</summary>
/// <param name="Source">An <see cref="Identifier"/>, such as <c>pos/S001</c>.</param>
/// <param name="Id">An <see cref="Identifier"/>, unique within the source.</param>
public readonly record struct MovementId(string Source, string Id);

/// <summary>What ERP, WMS and tills report. A movement has happened: it is recorded, never refused for what it says about stock.</summary>
/// <param name="Name">Source and id: the same one twice is a duplicate.</param>
/// <param name="OccurredAt">When it happened, by the source's clock. When it was recorded here is the event's recording time.</param>
/// <param name="Document">The receipt, order or note that proves it.</param>
public abstract record Movement(MovementId Name, PositionKey Position, Instant OccurredAt, string? Document)
{
    /// <summary>The word for this type in the contract and in files.</summary>
    public abstract string Type { get; }

    /// <summary>What its source stated, where that is not in the SKU's own name and unit; null where it is.</summary>
    public AsStated? AsStated { get; init; }

    /// <summary>The number that it states; null for a correction that says that nothing happened.</summary>
    public decimal? Stated => this switch
    {
        Receipt movement => movement.Quantity,
        Sale movement => movement.Quantity,
        Return movement => movement.Quantity,
        Adjustment movement => movement.Quantity,
        Count movement => movement.Quantity,
        StatusChange movement => movement.Quantity,
        Expected movement => movement.Quantity,
        Transfer movement => movement.Quantity,
        TransferCancelled movement => movement.Quantity,
        Correction movement => movement.Quantity,
        _ => throw new InvalidOperationException($"{Type} is an unknown type of movement."),
    };

    /// <summary>The same with another number.</summary>
    public Movement With(decimal quantity) => this switch
    {
        Receipt movement => movement with { Quantity = quantity },
        Sale movement => movement with { Quantity = quantity },
        Return movement => movement with { Quantity = quantity },
        Adjustment movement => movement with { Quantity = quantity },
        Count movement => movement with { Quantity = quantity },
        StatusChange movement => movement with { Quantity = quantity },
        Expected movement => movement with { Quantity = quantity },
        Transfer movement => movement with { Quantity = quantity },
        TransferCancelled movement => movement with { Quantity = quantity },
        Correction movement => movement with { Quantity = quantity },
        _ => throw new InvalidOperationException($"{Type} is an unknown type of movement."),
    };

    /// <summary>The same with its locations under other names.</summary>
    /// <param name="names">By the name that it has; a location that is not among them keeps its name.</param>
    public Movement At(IReadOnlyDictionary<LocationId, LocationId> names)
    {
        var position = Position with { Location = Other(Position.Location) };
        return this switch
        {
            Transfer movement => movement with { Position = position, To = Other(movement.To) },
            TransferCancelled movement => movement with { Position = position, To = movement.To is { } to ? Other(to) : null },
            _ => this with { Position = position },
        };

        LocationId Other(LocationId location) => names.GetValueOrDefault(location, location);
    }
}

/// <summary>Goods came in. With a document that is expected here, they come off its in-transit; with a status, they arrive unsellable.</summary>
public sealed record Receipt(MovementId Name, PositionKey Position, Instant OccurredAt, string? Document, decimal Quantity, string? Status)
    : Movement(Name, Position, OccurredAt, Document)
{
    public override string Type => "receipt";
}

/// <summary>Goods went out to a customer; with a reservation, they are what it held there.</summary>
/// <param name="Quantity">Units, above 0.</param>
/// <param name="Reservation">A reservation's id; null when it was not sold from one.</param>
/// <param name="Channel">Whose reservation; null leaves it to what is held there, which says it unless several channels hold units there under that id.</param>
public sealed record Sale(
    MovementId Name, PositionKey Position, Instant OccurredAt, string? Document, decimal Quantity, string? Reservation, ChannelId? Channel = null)
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

/// <summary>More or less was found than is recorded.</summary>
/// <param name="Quantity">Signed, never 0.</param>
/// <param name="Reason">Free text of the person who adjusted.</param>
public sealed record Adjustment(MovementId Name, PositionKey Position, Instant OccurredAt, string? Document, decimal Quantity, string? Reason)
    : Movement(Name, Position, OccurredAt, Document)
{
    public override string Type => "adjustment";
}

/// <summary>On-hand is this, at this instant, whatever was recorded before. Zero is a meaningful count.</summary>
public sealed record Count(MovementId Name, PositionKey Position, Instant OccurredAt, string? Document, decimal Quantity)
    : Movement(Name, Position, OccurredAt, Document)
{
    public override string Type => "count";

    /// <summary>
    /// One of several counts that belong together (a lot, what one reader saw): those of one source at one position and instant add up. Without it a later
    /// count of the same instant replaces the one before.
    /// </summary>
    public bool Part { get; init; }
}

/// <summary>Units on hand changed between sellable (null) and an unsellable status, or between two statuses.</summary>
public sealed record StatusChange(MovementId Name, PositionKey Position, Instant OccurredAt, string? Document, decimal Quantity, string? From, string? To)
    : Movement(Name, Position, OccurredAt, Document)
{
    public override string Type => "status";

    /// <summary>
    /// What is not in <see cref="From"/> is taken to be sellable: then it goes into <see cref="To"/> all the same, and is nothing to wonder at. For whoever
    /// says how goods are and not how they were, such as an inspection.
    /// </summary>
    public bool OrSellable { get; init; }
}

/// <summary>What is outstanding of a document at this instant; 0 cancels it.</summary>
/// <param name="Quantity">0 or more.</param>
/// <param name="ExpectedOn">The day on which it should arrive, in the location's time zone; null when nobody has said.</param>
/// <param name="Kind"><c>purchase-order</c> or <c>transfer</c>.</param>
/// <param name="Confidence">0 to 1: the share of it that may be promised.</param>
public sealed record Expected(
    MovementId Name, PositionKey Position, Instant OccurredAt, string Document, decimal Quantity, LocalDate? ExpectedOn, SupplyKind Kind, decimal Confidence)
    : Movement(Name, Position, OccurredAt, Document)
{
    public new string Document { get; } = Document;
    public override string Type => "expected";
}

/// <summary>Goods left here for another location, where they are in transit until a receipt of the same document.</summary>
public sealed record Transfer(
    MovementId Name, PositionKey Position, Instant OccurredAt, string Document, decimal Quantity, LocationId To, LocalDate? ExpectedOn)
    : Movement(Name, Position, OccurredAt, Document)
{
    public new string Document { get; } = Document;
    public override string Type => "transfer";

    public PositionKey Destination => Position with { Location = To };
}

/// <summary>Goods of a transfer did not leave after all: they are on hand here again, and no longer in transit to where they were to go.</summary>
/// <param name="Position">Where they were to leave.</param>
/// <param name="Document">That of the transfer.</param>
/// <param name="Quantity">Above 0; a part of a transfer may be cancelled.</param>
/// <param name="To">Where they were to go; null when the source does not say: then where the document is expected.</param>
public sealed record TransferCancelled(MovementId Name, PositionKey Position, Instant OccurredAt, string Document, decimal Quantity, LocationId? To)
    : Movement(Name, Position, OccurredAt, Document)
{
    public new string Document { get; } = Document;
    public override string Type => "transfer-cancelled";
}

/// <summary>
/// An earlier movement of the same source was wrong. It stays in history; its effect is undone, and the right one applied, at the instant at which it occurred.
/// </summary>
/// <param name="OccurredAt">When somebody said so; it does not move the effect.</param>
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

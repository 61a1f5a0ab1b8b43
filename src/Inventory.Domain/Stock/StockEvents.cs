using System.Collections.Immutable;
using NodaTime;

namespace RetailSync.Inventory.Domain.Stock;

// The names and shapes below are the storage format, frozen in the approved file of stored events. Change with care.

/// <summary>Something that has happened to one SKU at one location.</summary>
public abstract record StockEvent;

/// <summary>
/// A movement as recorded: first what the source said, then what it did here. The consequences are part of the event, so folding never
/// decides again: a late or corrected fact states what it changed at the moment when it was recorded.
/// </summary>
/// <param name="Id">The source's own id for it.</param>
/// <param name="OccurredAt">When it happened, by the source's clock; when it was recorded is the event's timestamp.</param>
/// <param name="Quantity">As reported; the sign is in the meaning of the type, except for adjustments.</param>
public abstract record StockFact(string Source, string Id, Instant OccurredAt, decimal Quantity) : StockEvent
{
    /// <summary>The source of a fact that none reported: a step of a reservation.</summary>
    public const string NoSource = "";

    /// <summary>The word for this type in the contract.</summary>
    public abstract string Type { get; }

    public string? Document { get; init; }

    /// <summary>What the source stated, where that was not in the SKU's own name and unit.</summary>
    public AsStated? AsStated { get; init; }

    /// <summary>A count at a later instant was already recorded: on-hand stays as counted.</summary>
    public bool Absorbed { get; init; }

    /// <summary>What it added to on-hand.</summary>
    public decimal Change { get; init; }

    public decimal OnHandAfter { get; init; }

    /// <summary>The statuses whose units it changed, as they are afterwards; null when it touched none.</summary>
    public ImmutableSortedDictionary<string, decimal>? Unsellable { get; init; }

    /// <summary>The documents that it changed, as they are afterwards; null when it touched none.</summary>
    public ImmutableSortedDictionary<string, InTransit>? InTransit { get; init; }
}

public sealed record StockReceived(string Source, string Id, Instant OccurredAt, decimal Quantity) : StockFact(Source, Id, OccurredAt, Quantity)
{
    public override string Type => "receipt";
    public string? Status { get; init; }
}

public sealed record StockSold(string Source, string Id, Instant OccurredAt, decimal Quantity) : StockFact(Source, Id, OccurredAt, Quantity)
{
    public override string Type => "sale";

    /// <summary>
    /// The kit that it was sold as a component of, by the sale of that id at the kit's own position, from the same commit; null for what was sold by its own
    /// SKU, and there. The sale at the kit's position is of those that were prepacked, and states how many there were in all.
    /// </summary>
    public string? Kit { get; init; }

    public string? Reservation { get; init; }

    /// <summary>Whose reservation, as the source said; null when it left that open.</summary>
    public string? ReservationChannel { get; init; }

    /// <summary>What it shipped of the reservation here; null when nothing.</summary>
    public decimal? Fulfilled { get; init; }

    /// <summary>
    /// Whose reservation it shipped from; null when it shipped nothing of one, and where an older build stored it, whose sales also ended the hold's time.
    /// </summary>
    public string? Channel { get; init; }
}

public sealed record StockReturned(string Source, string Id, Instant OccurredAt, decimal Quantity) : StockFact(Source, Id, OccurredAt, Quantity)
{
    public override string Type => "return";
    public string? Status { get; init; }

    /// <summary>The kit that it came back as a component of; as <see cref="StockSold.Kit"/>.</summary>
    public string? Kit { get; init; }
}

public sealed record StockAdjusted(string Source, string Id, Instant OccurredAt, decimal Quantity) : StockFact(Source, Id, OccurredAt, Quantity)
{
    public override string Type => "adjustment";
    public string? Reason { get; init; }
}

public sealed record StockCounted(string Source, string Id, Instant OccurredAt, decimal Quantity) : StockFact(Source, Id, OccurredAt, Quantity)
{
    public override string Type => "count";

    /// <summary>It adds up with the other parts of its source at its instant.</summary>
    public bool Part { get; init; }
}

public sealed record StockReclassified(string Source, string Id, Instant OccurredAt, decimal Quantity) : StockFact(Source, Id, OccurredAt, Quantity)
{
    public override string Type => "status";

    /// <summary>Null is sellable.</summary>
    public string? From { get; init; }

    /// <summary>Null is sellable.</summary>
    public string? To { get; init; }

    /// <summary>What was not in <see cref="From"/> was sellable.</summary>
    public bool OrSellable { get; init; }
}

public sealed record StockExpected(string Source, string Id, Instant OccurredAt, decimal Quantity) : StockFact(Source, Id, OccurredAt, Quantity)
{
    public override string Type => "expected";
    public LocalDate? ExpectedOn { get; init; }
    public SupplyKind Kind { get; init; }
    public decimal Confidence { get; init; }
}

/// <summary>
/// Goods left here for another location. The other location's stream has the <see cref="StockAnnounced"/> of the same movement, from the same commit.
/// </summary>
public sealed record StockDispatched(string Source, string Id, Instant OccurredAt, decimal Quantity) : StockFact(Source, Id, OccurredAt, Quantity)
{
    public override string Type => Cancelled ? "transfer-cancelled" : "transfer";
    public string To { get; init; } = "";
    public LocalDate? ExpectedOn { get; init; }

    /// <summary>It did not leave after all: it is the other way round.</summary>
    public bool Cancelled { get; init; }
}

/// <summary>Goods are on their way here from another location.</summary>
public sealed record StockAnnounced(string Source, string Id, Instant OccurredAt, decimal Quantity) : StockFact(Source, Id, OccurredAt, Quantity)
{
    public override string Type => Cancelled ? "transfer-cancelled" : "transfer";
    public string From { get; init; } = "";
    public LocalDate? ExpectedOn { get; init; }

    /// <summary>It does not come after all.</summary>
    public bool Cancelled { get; init; }
}

/// <summary>An earlier movement was wrong. Both stay in history; this one carries the difference.</summary>
/// <param name="OccurredAt">When somebody said so. The effect is at the instant of what it corrects.</param>
/// <param name="Quantity">The right quantity; 0 when it did not occur.</param>
public sealed record MovementCorrected(string Source, string Id, Instant OccurredAt, decimal Quantity) : StockFact(Source, Id, OccurredAt, Quantity)
{
    public override string Type => "correction";

    /// <summary>The id, within the same source, of what was wrong.</summary>
    public string Corrects { get; init; } = "";

    public bool DidNotOccur { get; init; }

    /// <summary>The count that on-hand rests on afterwards: a corrected count may uncover an older one, or none.</summary>
    public Instant? CountedAt { get; init; }
}

/// <summary>
/// Units of a reservation shipped: they are no longer reserved, and no longer here. A fact like a sale, so that counts meet it in its
/// time; it comes from no source, so <see cref="StockFact.Source"/> is empty, and its id is the reservation's.
/// </summary>
public sealed record ReservationFulfilled(string Source, string Id, Instant OccurredAt, decimal Quantity) : StockFact(Source, Id, OccurredAt, Quantity)
{
    public override string Type => "fulfilment";

    /// <summary>Whose reservation it is; null where an older build stored it.</summary>
    public string? Channel { get; init; }

    public static ReservationFulfilled Of(string reservation, Instant at, decimal quantity, string? channel = null) =>
        new(NoSource, reservation, at, quantity) { Channel = channel };
}

/// <summary>What is outstanding of one document at one position.</summary>
/// <param name="Quantity">Units still to come, never below 0.</param>
/// <param name="Kind">Why they are expected.</param>
/// <param name="ExpectedOn">The day, in the location's time zone; null when nobody has said.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="StatedAt">The instant of the latest statement; receipts from before it are already taken into account in it.</param>
/// <param name="NewestAt">The instant of the latest fact about it.</param>
public sealed record InTransit(decimal Quantity, SupplyKind Kind, LocalDate? ExpectedOn, decimal Confidence, Instant StatedAt, Instant NewestAt);

/// <summary>
/// Something that happened to a reservation, at one of the positions that it keeps units at. A reservation is never edited: what is
/// kept is added, what is given back or ships is taken off again by an event of its own, so reserved is always a sum.
/// </summary>
/// <param name="Reservation">The channel's id for it.</param>
/// <param name="Change">What it added to reserved.</param>
/// <param name="Channel">Whose it is; null where an older build stored it (<see cref="HoldNames"/>).</param>
public abstract record ReservationEvent(string Reservation, decimal Change, string? Channel) : StockEvent;

/// <summary>Units are kept, until it is confirmed no longer than <paramref name="ExpiresAt"/>.</summary>
public sealed record StockReserved(string Reservation, decimal Change, string Channel, Instant ExpiresAt) : ReservationEvent(Reservation, Change, Channel);

/// <summary>More or fewer units are kept than before.</summary>
public sealed record ReservationChanged(string Reservation, decimal Change, string? Channel = null) : ReservationEvent(Reservation, Change, Channel);

/// <summary>It no longer expires. What was confirmed less than held came off.</summary>
public sealed record ReservationConfirmed(string Reservation, decimal Change, string? Channel = null) : ReservationEvent(Reservation, Change, Channel);

public sealed record ReservationReleased(string Reservation, decimal Change, string? Channel = null) : ReservationEvent(Reservation, Change, Channel);

/// <summary>The hold expired. Its units were free from then on, also before this was recorded.</summary>
public sealed record ReservationExpired(string Reservation, decimal Change, string? Channel = null) : ReservationEvent(Reservation, Change, Channel);

/// <summary>
/// Units of supply that is expected at the position are kept for a reservation, or no longer are. They are no part of reserved: what arrives of them is
/// released here and reserved by a <see cref="StockReserved"/>, in the transaction of the receipt.
/// </summary>
/// <param name="Reservation">The channel's id for it.</param>
/// <param name="Document">What they are expected by.</param>
/// <param name="Units">What it added to the units that are kept of the document; below 0 for fewer, 0 where only something else about them changed.</param>
public abstract record SupplyEvent(string Reservation, string Channel, string Document, decimal Units) : StockEvent;

/// <summary>Units are kept, 0 or more beside those that were: no longer than <paramref name="ExpiresAt"/>, or for good where that is null.</summary>
public sealed record SupplyReserved(string Reservation, string Channel, string Document, decimal Units, Instant? ExpiresAt)
    : SupplyEvent(Reservation, Channel, Document, Units);

/// <summary>Fewer units are kept: they were given back, have expired or arrived, or the document no longer covers them.</summary>
public sealed record SupplyReleased(string Reservation, string Channel, string Document, decimal Units) : SupplyEvent(Reservation, Channel, Document, Units);

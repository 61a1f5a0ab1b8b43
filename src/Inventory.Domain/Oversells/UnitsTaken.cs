using NodaTime;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Oversells;

/// <summary>An event after which there was less to promise.</summary>
/// <param name="IsCount">Whether they were not sold, but found missing or unfit to be sold.</param>
/// <param name="OccurredAt">When the units went.</param>
/// <param name="RecordedAt">When it was recorded here.</param>
public sealed record UnitsTaken(bool IsCount, Instant OccurredAt, Instant RecordedAt)
{
    /// <summary>Null when the event took nothing that could have been promised.</summary>
    public static UnitsTaken? By(StockEvent happened, Instant recordedAt) => happened switch
    {
        // What ships was held before: that it was held is what took it.
        ReservationFulfilled => null,
        ReservationEvent { Change: > 0 } => new UnitsTaken(IsCount: false, recordedAt, recordedAt),
        ReservationEvent => null,
        StockReclassified { From: null, Quantity: > 0 } status => new UnitsTaken(IsCount: true, status.OccurredAt, recordedAt),
        StockFact { Change: < 0 } fact => new UnitsTaken(fact is StockCounted or StockAdjusted or MovementCorrected, fact.OccurredAt, recordedAt),
        _ => null,
    };
}

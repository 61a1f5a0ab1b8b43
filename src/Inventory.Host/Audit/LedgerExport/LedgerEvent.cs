using NodaTime;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Positions.Events;

namespace RetailSync.Inventory.Host.Audit.LedgerExport;

/// <summary>An event in the ledger.</summary>
/// <param name="Version">Its place among the events of the position, from 1.</param>
/// <param name="Type">The type of the movement; or the step of a reservation: reserved, changed, confirmed, fulfilled, released, expired.</param>
/// <param name="Change">What it added to on-hand: 0 where a later count included it already, and of a correction the difference it makes.</param>
/// <param name="Balance">On-hand units after the event.</param>
/// <param name="OccurredAt">When it happened, by the source's clock; null for a reservation, which is decided here.</param>
/// <param name="RecordedAt">When it was recorded here.</param>
/// <param name="Source">Who reported it; null for a reservation.</param>
/// <param name="Id">The source's name for it, or the reservation's.</param>
/// <param name="Quantity">What was reported; null when it is said not to have occurred, and for a reservation.</param>
/// <param name="Absorbed">Whether a later count included it already.</param>
/// <param name="Corrects">The id of the movement that it corrects.</param>
/// <param name="UnsellableChange">What it added to the units that may not be sold.</param>
/// <param name="ReservedChange">What it added to reserved.</param>
/// <param name="InTransitChange">What it added to what is expected.</param>
/// <param name="Reserved">Reserved units after the event.</param>
/// <param name="Sequence">Its place among all events.</param>
public sealed record LedgerEvent(
    long Version, string Type, decimal Change, decimal Balance, Instant? OccurredAt, Instant RecordedAt, string? Source, string? Id, string? Document,
    decimal? Quantity, bool Absorbed,
    string? Corrects, decimal UnsellableChange, decimal ReservedChange, decimal InTransitChange, decimal Reserved, long Sequence)
{
    public static LedgerEvent Of(long version, long sequence, RecordedEvent recorded, StockBalance change, StockBalance balance)
    {
        var happened = recorded.Happened;
        var fact = happened is ReservationFulfilled ? null : happened as StockFact;
        var reservation = (happened as ReservationEvent)?.Reservation ?? (happened as ReservationFulfilled)?.Id ?? (happened as SupplyEvent)?.Reservation;
        return new LedgerEvent(
            version, ListPositionEvents.Word(happened), change.OnHand, balance.OnHand, fact?.OccurredAt, recorded.RecordedAt, fact?.Source, fact?.Id
            ?? reservation, fact?.Document,
            fact is MovementCorrected { DidNotOccur: true } ? null : fact?.Quantity, fact?.Absorbed ?? false, (fact as MovementCorrected)?.Corrects,
            change.Unsellable, change.Reserved, change.InTransit, balance.Reserved, sequence);
    }
}

using NodaTime;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reconciliation;

/// <summary>What was kept at a position at one instant, for which reservations. A hold whose time was over then is over, recorded or not.</summary>
public sealed class OurHolds
{
    private readonly SortedDictionary<string, decimal> _open = new(StringComparer.Ordinal);
    private readonly List<OurEntry> _entries = [];

    public OurHolds(IReadOnlyList<RecordedEvent> events, Instant takenAt)
    {
        var lapses = new Dictionary<string, Instant>();
        foreach (var (recordedAt, happened, holdEnds) in events)
        {
            switch (happened)
            {
                case StockReserved reserved:
                    lapses[reserved.Reservation] = reserved.ExpiresAt;
                    Add(reserved.Reservation, "reservation", recordedAt, reserved.Change);
                    break;
                case ReservationExpired expired:
                    // It was over by the clock, whenever that was recorded.
                    Add(expired.Reservation, "expiry", lapses.GetValueOrDefault(expired.Reservation, recordedAt), expired.Change);
                    lapses.Remove(expired.Reservation);
                    break;
                case ReservationChanged moved:
                    if (holdEnds is { } ends)
                    {
                        // It was held elsewhere until now.
                        lapses.TryAdd(moved.Reservation, ends);
                    }

                    Add(moved.Reservation, "reservation", recordedAt, moved.Change);
                    break;
                case ReservationEvent changed:
                    if (changed is ReservationConfirmed or ReservationReleased && recordedAt <= takenAt)
                    {
                        lapses.Remove(changed.Reservation);
                    }

                    Add(changed.Reservation, changed is ReservationReleased ? "release" : "reservation", recordedAt, changed.Change);
                    break;
                case ReservationFulfilled fulfilled:
                    Ship(fulfilled.Id, fulfilled.OccurredAt, fulfilled.Quantity);
                    break;
                case StockSold { Fulfilled: { } units, Reservation: { } reservation } sold:
                    Ship(reservation, sold.OccurredAt, units);
                    break;
            }
        }

        foreach (var (reservation, lapsesAt) in lapses)
        {
            if (lapsesAt <= takenAt && _open.TryGetValue(reservation, out var open) && open > 0)
            {
                Add(reservation, "expiry", lapsesAt, -open);
            }
        }

        Total = _open.Values.Sum();

        void Ship(string reservation, Instant at, decimal units)
        {
            // What ships in part no longer lapses.
            if (at <= takenAt)
            {
                lapses.Remove(reservation);
            }

            Add(reservation, "fulfilment", at, -units);
        }

        void Add(string reservation, string type, Instant at, decimal change)
        {
            var counts = at <= takenAt;
            _open[reservation] = _open.GetValueOrDefault(reservation) + (counts ? change : 0);
            if (change != 0)
            {
                _entries.Add(new OurEntry("", reservation, null, type, at, change, counts ? change : 0));
            }
        }
    }

    public decimal Total { get; }

    /// <summary>What happened to reserved, as movements.</summary>
    public IReadOnlyList<OurEntry> Entries => _entries;

    /// <summary>Every reservation that ever kept units here, with what it kept at the instant: 0 when it had ended.</summary>
    public IReadOnlyDictionary<string, decimal> Open => _open;
}

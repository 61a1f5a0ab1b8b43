using NodaTime;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reconciliation;

/// <summary>What was kept at a position at one instant for a reservation.</summary>
/// <param name="Channel">Whose; null where nothing that was recorded says it.</param>
/// <param name="Id">The channel's id for it.</param>
/// <param name="Document">What another system would know it by: the id, and with the channel before it where several channels' reservations of that id kept
/// units here.</param>
/// <param name="Open">Units at the instant: 0 when it had ended.</param>
public sealed record OurHold(string? Channel, string Id, string Document, decimal Open)
{
    /// <summary>Whether a document of that id may be about it.</summary>
    public bool IsNamedBy(string document) => document == Document || document == Id || document == $"{Channel}/{Id}";
}

/// <summary>The reserved units of a position at one instant, by reservation. A hold that had expired by then is left out, recorded or not.</summary>
public sealed class HoldsAtInstant
{
    private readonly HoldNames _names = new();
    private readonly Dictionary<(string? Channel, string Id), decimal> _open = [];
    private readonly List<OurEntry> _entries = [];

    public HoldsAtInstant(IReadOnlyList<RecordedEvent> events, Instant takenAt)
    {
        var lapses = new Dictionary<(string? Channel, string Id), Instant>();
        foreach (var (recordedAt, happened, holdEnds) in events)
        {
            switch (happened)
            {
                case StockReserved reserved:
                    lapses[NameOf(reserved)] = reserved.ExpiresAt;
                    Add(NameOf(reserved), "reservation", recordedAt, reserved.Change);
                    break;
                case ReservationExpired expired:
                    // It had expired by the clock, whenever that was recorded.
                    Add(NameOf(expired), "expiry", lapses.GetValueOrDefault(NameOf(expired), recordedAt), expired.Change);
                    lapses.Remove(NameOf(expired));
                    break;
                case ReservationChanged moved:
                    if (holdEnds is { } ends)
                    {
                        // It was held elsewhere until now.
                        lapses.TryAdd(NameOf(moved), ends);
                    }

                    Add(NameOf(moved), "reservation", recordedAt, moved.Change);
                    break;
                case ReservationEvent changed:
                    if (changed is ReservationConfirmed or ReservationReleased && recordedAt <= takenAt)
                    {
                        lapses.Remove(NameOf(changed));
                    }

                    Add(NameOf(changed), changed is ReservationReleased ? "release" : "reservation", recordedAt, changed.Change);
                    break;
                case ReservationFulfilled fulfilled:
                    Ship(fulfilled.Channel, fulfilled.Id, fulfilled.OccurredAt, fulfilled.Quantity);
                    break;
                case StockSold { Fulfilled: { } units, Reservation: { } reservation } sold:
                    Ship(sold.Channel, reservation, sold.OccurredAt, units);
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
        var channels = _open.Keys.CountBy(name => name.Id).ToDictionary();
        All =
        [
            .. from hold in _open
               let document = channels[hold.Key.Id] == 1 ? hold.Key.Id : $"{hold.Key.Channel}/{hold.Key.Id}"
               orderby document
               select new OurHold(hold.Key.Channel, hold.Key.Id, document, hold.Value),
        ];

        (string? Channel, string Id) NameOf(ReservationEvent about) => _names.Of(about.Channel, about.Reservation);

        void Ship(string? channel, string id, Instant at, decimal units)
        {
            var reservation = _names.Of(channel, id);

            // What an older build shipped in part no longer lapses; since then an event of its own says so.
            if (channel is null && at <= takenAt)
            {
                lapses.Remove(reservation);
            }

            Add(reservation, "fulfilment", at, -units);
        }

        void Add((string? Channel, string Id) reservation, string type, Instant at, decimal change)
        {
            var counts = at <= takenAt;
            _open[reservation] = _open.GetValueOrDefault(reservation) + (counts ? change : 0);
            if (change != 0)
            {
                _entries.Add(new OurEntry("", reservation.Id, null, type, at, change, counts ? change : 0));
            }
        }
    }

    public decimal Total { get; }

    /// <summary>What happened to reserved, as movements.</summary>
    public IReadOnlyList<OurEntry> Entries => _entries;

    /// <summary>Every reservation that ever kept units here, by document.</summary>
    public IReadOnlyList<OurHold> All { get; }

    /// <summary>
    /// What a document of another system may be about: several holds where several channels use one id and the document does not name the channel.
    /// </summary>
    public IEnumerable<OurHold> NamedBy(string document) => All.Where(hold => hold.IsNamedBy(document));
}

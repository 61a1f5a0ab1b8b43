using NodaTime;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;

namespace RetailSync.Inventory.Domain.Reconciliation.Evidence;

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
    private readonly Dictionary<(string? Channel, string Id), Instant> _expiries = [];
    private readonly List<OurEntry> _entries = [];
    private readonly Instant _takenAt;

    /// <param name="events">Everything that was recorded at the position, in the order of recording.</param>
    public HoldsAtInstant(IReadOnlyList<RecordedEvent> events, Instant takenAt)
    {
        _takenAt = takenAt;
        foreach (var recorded in events)
        {
            if (HoldEvent.Of(recorded.Happened) is { } hold)
            {
                Follow(recorded, hold);
            }
        }

        foreach (var (reservation, expiresAt) in _expiries)
        {
            if (expiresAt <= takenAt && _open.TryGetValue(reservation, out var open) && open > 0)
            {
                Add(reservation, HoldEffect.Expired, expiresAt, -open);
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

    private void Follow(RecordedEvent recorded, HoldEvent hold)
    {
        var reservation = _names.Of(hold.Channel, hold.Reservation);
        var at = hold.Effect switch
        {
            HoldEffect.Shipped => ((StockFact)recorded.Happened).OccurredAt,

            // It had expired by the clock, whenever that was recorded.
            HoldEffect.Expired => _expiries.GetValueOrDefault(reservation, recorded.RecordedAt),
            _ => recorded.RecordedAt,
        };
        if (hold.Effect == HoldEffect.Held)
        {
            _expiries[reservation] = hold.ExpiresAt!.Value;
        }
        else if (hold.Effect == HoldEffect.Changed && recorded.HoldEnds is { } ends)
        {
            _expiries.TryAdd(reservation, ends); // it was held elsewhere until now
        }
        else if (hold.Effect == HoldEffect.Expired || (hold.EndsExpiry && at <= _takenAt))
        {
            _expiries.Remove(reservation);
        }

        Add(reservation, hold.Effect, at, hold.Units);
    }

    private void Add((string? Channel, string Id) reservation, HoldEffect effect, Instant at, decimal change)
    {
        var counts = at <= _takenAt;
        _open[reservation] = _open.GetValueOrDefault(reservation) + (counts ? change : 0);
        if (change != 0)
        {
            _entries.Add(new OurEntry(StockFact.NoSource, reservation.Id, null, TypeOf(effect), at, change, counts ? change : 0));
        }
    }

    private static string TypeOf(HoldEffect effect) => effect switch
    {
        HoldEffect.Shipped => "fulfilment",
        HoldEffect.Released => "release",
        HoldEffect.Expired => "expiry",
        _ => "reservation",
    };
}

using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Host.Lanes;

/// <param name="At">The position, whose stream it goes into.</param>
/// <param name="Version">Its place in the stream, from 1.</param>
/// <param name="Happened">What happened.</param>
/// <param name="EventId">Fixed for the command, so that an attempt whose commit was in doubt can be recognised.</param>
/// <param name="Movement">The source's id, when it is to be remembered with this event.</param>
/// <param name="Cause">The command that it follows from.</param>
internal sealed record PendingEvent(ChangedPosition At, long Version, StockEvent Happened, Guid EventId, MovementId? Movement, LaneCommand Cause);

/// <summary>A position that a batch has changed.</summary>
internal sealed class ChangedPosition(PositionKey key, StockPosition before)
{
    public PositionKey Key => key;

    /// <summary>The key of its stream, made once.</summary>
    public string Stream { get; } = key.ToString();

    /// <summary>The version that the decisions rest on; the commit fails when the stream is no longer there.</summary>
    public long VersionBefore { get; } = before.Version;

    /// <summary>As the commands so far leave it.</summary>
    public StockPosition Position { get; set; } = before;
}

/// <summary>
/// The working state of one attempt: positions and reservations as the commands so far leave them, and the events to append. Nothing of
/// it is true for anybody else before the commit.
/// </summary>
internal sealed class LaneBatch(LaneStore store, PositionCache cache)
{
    private readonly Dictionary<PositionKey, ChangedPosition> _positions = [];
    private readonly Dictionary<MovementId, KnownMovement> _movements = [];
    private readonly Dictionary<string, Reservation?> _reservations = [];
    private readonly Dictionary<string, (Reservation After, long VersionBefore)> _changedReservations = [];
    private ILookup<PositionKey, (string Reservation, decimal Quantity)>? _over;

    public List<PendingEvent> Events { get; } = [];

    /// <summary>The positions that were changed, as they are after the batch.</summary>
    public IReadOnlyCollection<ChangedPosition> Changed => _positions.Values;

    /// <summary>The same for reservations, with the version that the first decision rests on: one batch may change a reservation several times.</summary>
    public IReadOnlyCollection<(Reservation After, long VersionBefore)> ChangedReservations => _changedReservations.Values;

    /// <summary>
    /// False at first: positions are what the cache remembers, and holds that are over still count as reserved. That is enough for a yes.
    /// A no is given after <see cref="LookAgain"/>.
    /// </summary>
    public bool HasLookedAgain { get; private set; }

    /// <summary>True when a movement was met that had been recorded before.</summary>
    public bool HasKnownMovements => _movements.Count > 0;

    public StockPosition Position(PositionKey key) => _positions.TryGetValue(key, out var changed) ? changed.Position : cache[key];

    public IEnumerable<LocationId> Locations(Sku sku) => cache.Locations(sku);

    public Reservation? Reservation(string id) => _reservations[id];

    public bool IsKnown(MovementId name, out KnownMovement known) => _movements.TryGetValue(name, out known);

    /// <summary>What may be held here: sellable units that nobody keeps, or whose hold is over by the clock.</summary>
    public decimal Free(PositionKey key)
    {
        var position = Position(key);

        // One that this batch has changed has given its units back already.
        var over = _over?[key].Where(units => !_changedReservations.ContainsKey(units.Reservation)).Sum(units => units.Quantity) ?? 0;
        return position.OnHand - position.UnsellableTotal - position.Reserved + over;
    }

    public Task Read(LaneQuestion question) => store.Read(question, cache, _movements, _reservations);

    /// <summary>
    /// Reads positions that this batch has not changed anew, and which holds are over. Positions that it has changed are as they were read
    /// first: where that is out of date, so that a hold is over which they do not know of, the commit finds it out.
    /// </summary>
    public async Task LookAgain(LaneQuestion question, Instant now)
    {
        HasLookedAgain = true;
        question.Positions.ExceptWith(_positions.Keys);
        var due = await store.ReadAgain(question, cache, except: _positions.Keys, now);

        // The table keeps microseconds, the clock more: what is over is said by the rule.
        _over = due.Where(hold => hold.StateAt(now) == ReservationState.Expired)
            .SelectMany(hold => hold.Open.Select(units => (units.Key, hold.Id, units.Quantity)))
            .ToLookup(units => units.Key, units => (units.Id, units.Quantity));
    }

    /// <summary>What was recorded at the position, as far as <paramref name="need"/> asks, with what this batch appends to it.</summary>
    /// <exception cref="LaneConflictException">The store knows more of this position than we do.</exception>
    public async ValueTask<IReadOnlyList<StockFact>> History(PositionKey key, HistoryNeed need)
    {
        if (need.IsNothing)
        {
            return [];
        }

        var pending = Events.Where(pending => pending.At.Key == key).ToList();
        var (facts, version) = await store.ReadHistory(key, need);
        if (version + pending.Count != Position(key).Version)
        {
            throw new LaneConflictException($"The stream of {key} is at version {version}.");
        }

        return [.. facts, .. pending.Select(pending => pending.Happened).OfType<StockFact>()];
    }

    public void Append(PositionKey key, StockEvent happened, Guid eventId, MovementId? movement, LaneCommand cause)
    {
        if (!_positions.TryGetValue(key, out var changed))
        {
            _positions[key] = changed = new ChangedPosition(key, cache[key]);
        }

        changed.Position = StockPosition.Evolve(changed.Position, happened);
        Events.Add(new PendingEvent(changed, changed.Position.Version, happened, eventId, movement, cause));
        if (movement is { } name)
        {
            _movements.Add(name, new KnownMovement(eventId, key, (StockFact)happened, Sequence: 0));
        }
    }

    public void Put(Reservation reservation)
    {
        var before = _changedReservations.TryGetValue(reservation.Id, out var changed) ? changed.VersionBefore : _reservations[reservation.Id]?.Version ?? 0;
        _changedReservations[reservation.Id] = (reservation, before);
        _reservations[reservation.Id] = reservation;
    }
}

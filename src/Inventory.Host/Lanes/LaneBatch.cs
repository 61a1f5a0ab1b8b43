using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Lanes.Commands;

namespace RetailSync.Inventory.Host.Lanes;

/// <param name="At">The position, whose stream it goes into.</param>
/// <param name="Version">Its place in the stream, from 1.</param>
/// <param name="EventId">Fixed for the command, so that an attempt whose commit was in doubt can be recognised.</param>
/// <param name="Movement">The source's id, when it is the idempotency key of this event.</param>
/// <param name="Cause">The command that appended it.</param>
internal sealed record PendingEvent(ChangedPosition At, long Version, StockEvent Happened, Guid EventId, MovementId? Movement, LaneCommand Cause);

/// <summary>A position that a batch has changed.</summary>
internal sealed class ChangedPosition(PositionKey key, StockPosition before)
{
    public PositionKey Key => key;

    /// <summary>The key of its stream, made once.</summary>
    public string Stream { get; } = key.ToString();

    /// <summary>The version that the decisions are based on; the commit fails when the stream is at another one.</summary>
    public long VersionBefore { get; } = before.Version;

    /// <summary>As the commands so far leave it.</summary>
    public StockPosition Position { get; set; } = before;
}

/// <summary>
/// The working state of one attempt: positions and reservations as the commands so far leave them, and the events to append. It is private to the
/// attempt until the commit.
/// </summary>
internal sealed class LaneBatch(LaneStore store, PositionCache cache)
{
    private readonly Dictionary<PositionKey, ChangedPosition> _positions = [];
    private readonly Dictionary<MovementId, KnownMovement> _movements = [];
    private readonly KnownReservations _reservations = new();
    private readonly Dictionary<ReservationKey, (Reservation After, long VersionBefore)> _changedReservations = [];
    private readonly Dictionary<Sku, (FencedUse After, long VersionBefore)> _changedUse = [];
    private readonly HashSet<Sku> _awaiting = [];
    private IReadOnlyList<Reservation> _over = [];

    public List<PendingEvent> Events { get; } = [];

    /// <summary>The units that the commands so far add to channels' holds.</summary>
    public HoldTally Holds { get; } = new();

    /// <summary>Alerts that are raised in the same transaction.</summary>
    public List<Finding> Findings { get; } = [];

    /// <summary>The positions that were changed, as they are after the batch.</summary>
    public IReadOnlyCollection<ChangedPosition> Changed => _positions.Values;

    /// <summary>The same for reservations, with the version that the first decision is based on: one batch may change a reservation several times.</summary>
    public IReadOnlyCollection<(Reservation After, long VersionBefore)> ChangedReservations => _changedReservations.Values;

    /// <summary>The same for the use of ring-fences.</summary>
    public IEnumerable<(Sku Sku, FencedUse After, long VersionBefore)> ChangedUse =>
        _changedUse.Select(use => (use.Key, use.Value.After, use.Value.VersionBefore));

    /// <summary>
    /// False at first: positions are the cached ones, and expired holds still count as reserved. An acceptance can be based on that, since the commit checks
    /// versions. A refusal is decided after <see cref="Revalidate"/>.
    /// </summary>
    public bool HasRevalidated { get; private set; }

    /// <summary>True when the positions of its commands are locked, so that what has been read of them, and of the holds on them, stays current.</summary>
    public bool IsLocked => store.IsTransaction;

    /// <summary>True when a movement, or a reservation that was to be opened, was met that had been recorded before.</summary>
    public bool HasMetRepeats(ReadSet reads) => _movements.Count > 0 || reads.NewReservations.Any(key => _reservations[key] is not null);

    public StockPosition Position(PositionKey key) => _positions.TryGetValue(key, out var changed) ? changed.Position : cache[key];

    public IEnumerable<LocationId> Locations(Sku sku) => cache.Locations(sku);

    /// <summary>Every open reservation that awaits supply of a SKU, as the commands so far leave it.</summary>
    public async ValueTask<IReadOnlyList<Reservation>> Awaiting(Sku sku)
    {
        if (_awaiting.Add(sku))
        {
            _reservations.Read([], await store.ReadAwaiting(sku));
        }

        return [.. _reservations.All.Where(reservation => reservation.AwaitsSupply && reservation.AwaitedSkus.Contains(sku))];
    }

    /// <summary>
    /// Null when there is none. One whose id was not read is assumed to be new: if it exists, the commit of an acceptance fails, and a refusal is decided after
    /// <see cref="LookUp"/>.
    /// </summary>
    public Reservation? Reservation(ReservationKey key) => _reservations[key];

    /// <summary>Every channel's reservation of an id that was read.</summary>
    public IReadOnlyList<Reservation> Reservations(string id) => _reservations.Of(id);

    /// <summary>Reads the reservations that were assumed to be new, and that this batch has not opened.</summary>
    public async Task LookUp(IEnumerable<ReservationKey> keys)
    {
        var reads = new ReadSet();
        reads.Reservations.UnionWith(keys.Where(key => _reservations[key] is null).Select(key => key.Id));
        await Read(reads);
    }

    public bool IsKnown(MovementId name, out KnownMovement known) => _movements.TryGetValue(name, out known);

    /// <summary>A SKU at these locations as a channel may use it.</summary>
    /// <param name="locations">Those that count: all of them, where rules span locations.</param>
    /// <param name="kept">The reservation that is being changed, whose own units are available to it. Null for a new one.</param>
    /// <param name="ahead">Makes what may be promised on the days ahead, from stock with its supply; null where nobody waits for any.</param>
    public ChannelStock Stock(
        Sku sku, ChannelId channel, IEnumerable<LocationId> locations, Plan plan, Reservation? kept, Func<SkuStock, AheadStock>? ahead = null)
    {
        var located = locations.Select(location => Located(new PositionKey(sku, location), plan, kept, ahead is not null)).ToList();
        var stock = SkuStock.Of(sku, located, FencedUse(sku), plan);
        return ChannelStock.Of(channel, stock, plan.Rules, ahead?.Invoke(stock));
    }

    private LocationStock Located(PositionKey key, Plan plan, Reservation? kept, bool withSupply)
    {
        var position = Position(key);
        var over = _over.Count == 0 ? 0 : Over().SelectMany(reservation => reservation.Open).Where(units => units.Key == key).Sum(units => units.Quantity);
        var own = kept?.Open.Where(units => units.Key == key).Sum(units => units.Quantity) ?? 0;
        return new LocationStock(
            plan.LocationOf(key.Location), position.OnHand, position.UnsellableTotal, position.Reserved - over, withSupply ? Supply() : [], own);

        List<ExpectedSupply> Supply() =>
        [
            .. position.Supply.Select(document => document with
            {
                Held = document.Held - Over().Sum(reservation => Of(reservation, document.Document)),
                Own = kept is null ? 0 : Of(kept, document.Document),
            }),
        ];

        decimal Of(Reservation reservation, string document) =>
            reservation.OpenSupply.Where(units => units.Key == key && units.Document == document).Sum(units => units.Quantity);
    }

    /// <summary>Expired holds; one that this batch has changed has released its units already.</summary>
    private IEnumerable<Reservation> Over() => _over.Where(reservation => !_changedReservations.ContainsKey(reservation.Key));

    public IReadOnlyDictionary<string, decimal> FencedUse(Sku sku)
    {
        if (!_changedUse.ContainsKey(sku) && !cache.HasFencedUse(sku))
        {
            return SkuStock.NoUse;
        }

        var use = Use(sku);
        foreach (var (_, rule, units) in Over().SelectMany(Expiring).Where(part => part.Sku == sku))
        {
            use = use.With(rule, -units);
        }

        return use.Units;

        static IEnumerable<(Sku Sku, string Rule, decimal Units)> Expiring(Reservation reservation) =>
            reservation.FencedUse.Concat(
                (reservation with { State = ReservationState.Expired }).FencedUse.Select(part => (part.Sku, part.Rule, Units: -part.Units)));
    }

    private FencedUse Use(Sku sku) => _changedUse.TryGetValue(sku, out var changed) ? changed.After : cache.FencedUse(sku);

    /// <summary>
    /// Adds what a decision uses of ring-fences. A SKU in <paramref name="spanning"/> is checked by the commit also when it takes nothing.
    /// </summary>
    public void PutUse(Reservation? before, Reservation after, IEnumerable<Sku> spanning)
    {
        foreach (var sku in spanning)
        {
            Count(sku, use => use);
        }

        if (after.Lines.TrueForAll(line => line.CountedIn is null) && before?.Lines.Exists(line => line.CountedIn is not null) != true)
        {
            return;
        }

        var parts = after.FencedUse.Concat(before?.FencedUse.Select(part => (part.Sku, part.Rule, Units: -part.Units)) ?? []);
        foreach (var part in parts.GroupBy(part => (part.Sku, part.Rule), part => part.Units).Where(part => part.Sum() != 0))
        {
            Count(part.Key.Sku, use => use.With(part.Key.Rule, part.Sum()));
        }
    }

    private void Count(Sku sku, Func<FencedUse, FencedUse> change)
    {
        var use = Use(sku);
        var before = _changedUse.TryGetValue(sku, out var changed) ? changed.VersionBefore : use.Version;
        _changedUse[sku] = (change(use) with { Version = before + 1 }, before);
    }

    public Task Read(ReadSet reads) => store.Read(reads, cache, _movements, _reservations);

    /// <summary>
    /// Reads the positions that this batch has not changed again, and the expired holds. Positions that it has changed are as they were read
    /// first: where that is out of date, and an expired hold is unknown to them, the commit's version check fails.
    /// </summary>
    public async Task Revalidate(ReadSet reads, Instant now)
    {
        HasRevalidated = true;
        reads.Positions.ExceptWith(_positions.Keys);
        reads.FencedUse.ExceptWith(_changedUse.Keys);
        var due = await store.Reread(reads, cache, except: _positions.Keys, now);

        // The table has microseconds, the clock has more: the domain rule decides whether a hold has expired.
        _over = [.. due.Where(hold => hold.StateAt(now) == ReservationState.Expired)];
    }

    /// <summary>What was recorded at the position, as far as <paramref name="need"/> asks, with what this batch appends to it.</summary>
    /// <exception cref="LaneConflictException">The stream has more events than the batch has read.</exception>
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

        if (happened is StockReclassified { From: { } from, OrSellable: false } reclassified
            && changed.Position.Unsellable.GetValueOrDefault(from) is var there && there < reclassified.Quantity)
        {
            Findings.Add(new Finding(
                AlertKind.StatusBelowZero, changed.Stream, FormattableString.Invariant(
                    $"{reclassified.Quantity:0.####} units were to leave status {from}, and {there:0.####} were in it."),
                key.Sku.Value, key.Location.Value));
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
        var before = _changedReservations.TryGetValue(reservation.Key, out var changed) ? changed.VersionBefore : _reservations[reservation.Key]?.Version ?? 0;
        _changedReservations[reservation.Key] = (reservation, before);
        _reservations.Put(reservation);
    }
}

using System.Collections.Concurrent;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.EventLog;

namespace RetailSync.Inventory.Host.Availability;

/// <summary>
/// All positions and open reservations, in memory: what channels ask for is answered from here. This host's lanes put in what they have
/// committed before they answer; <see cref="StockCacheUpdater"/> puts in what other hosts commit. Everything carries a version, and what is
/// older than what is known changes nothing. For many threads.
/// </summary>
public sealed class StockCache
{
    private readonly ConcurrentDictionary<Sku, SkuEntry> _pages = [];
    private readonly ConcurrentQueue<long[]> _committed = [];
    private readonly ConcurrentQueue<long[]> _taken = [];
    private readonly ConcurrentDictionary<PositionKey, bool> _inTrouble = [];
    private readonly SkuOrder _order = new();
    private readonly ReservationCache _holds;
    private readonly KitPromises _kits;
    private readonly ChangeHints? _hints;
    private Followed _followed = new(LedgerWatermark.None, 0);
    private long _begun;
    private long _newest;
    private long _recordedAt = long.MinValue;
    private long _repairEpoch = -1;

    /// <param name="hints">Is given what is committed; null where nobody is to be notified.</param>
    public StockCache(ChangeHints? hints = null) => (_holds, _kits, _hints) = (new ReservationCache(Page), new KitPromises(Page), hints);

    /// <summary>Whether the cache is complete and current; while it is not, readers query the database.</summary>
    public bool IsCurrent { get; set; }

    /// <summary>The repair epoch up to which repaired rows have been read into the cache (<see cref="RebuiltPositions"/>); -1 before.</summary>
    public long RepairEpoch
    {
        get => Interlocked.Read(ref _repairEpoch);
        set => Interlocked.Exchange(ref _repairEpoch, value);
    }

    /// <summary>The newest event that the cache includes; others below it may still be missing (<see cref="HasSeen"/>).</summary>
    public long NewestSequence => Interlocked.Read(ref _newest);

    /// <summary>The newest round of the updater that has begun: everything committed by now is in the cache once a later round is complete.</summary>
    public long Round => Interlocked.Read(ref _begun);

    /// <summary>
    /// Whether the cache includes everything that a caller who was answered with this sequence knows to be committed. The newest event does not show that:
    /// events of other hosts, also of the same request, may have lower sequences. Requests that this host has answered are included completely.
    /// </summary>
    /// <param name="sequence">The highest of the request's events.</param>
    /// <param name="since"><see cref="Round"/> as it was when the caller came.</param>
    public bool HasSeen(long sequence, long since) =>
        IsFollowed(sequence, since) || Has(_committed, sequence) || Has(_taken, sequence) || IsFollowed(sequence, since);

    /// <summary>The latest instant of recording in the cache; <see cref="Instant.MinValue"/> while there is nothing.</summary>
    public Instant RecordedAt => Interlocked.Read(ref _recordedAt) is var ticks and not long.MinValue ? Instant.FromUnixTimeTicks(ticks) : Instant.MinValue;

    /// <summary>Applies a commit of this host's lanes.</summary>
    /// <param name="positions">As they are now.</param>
    /// <param name="reservations">As they are now.</param>
    /// <param name="fencedUse">As it is now.</param>
    /// <param name="recordedAt">The instant of the commit's events.</param>
    /// <param name="sequences">Of its events, ascending.</param>
    public void Commit(
        IEnumerable<(PositionKey Key, StockPosition Position)> positions,
        IEnumerable<Reservation> reservations,
        IEnumerable<(Sku Sku, FencedUse Use)> fencedUse,
        Instant recordedAt,
        long[] sequences)
    {
        // Reservations first: units of an expired hold must not be free twice, not even for a moment.
        foreach (var reservation in reservations)
        {
            _holds.Put(reservation);
        }

        foreach (var (sku, use) in fencedUse)
        {
            Page(sku).Put(use);
        }

        foreach (var (key, position) in positions)
        {
            Put(key, position, recordedAt);
        }

        _committed.Enqueue(sequences);
        Seen(sequences[^1]);
        if (_hints is { AreRead: true })
        {
            Raise(_hints, positions, reservations, sequences[^1]);
        }
    }

    private static void Raise(
        ChangeHints hints, IEnumerable<(PositionKey Key, StockPosition Position)> positions, IEnumerable<Reservation> reservations, long sequence)
    {
        foreach (var (key, _) in positions)
        {
            hints.Raise(new ChangeHint(ChangeHint.Position, key.ToString(), sequence, Location: key.Location.Value));
        }

        foreach (var reservation in reservations)
        {
            hints.Raise(new ChangeHint(ChangeHint.Reservation, reservation.Id, sequence, Channel: reservation.Channel.Value));
            foreach (var location in reservation.Lines.SelectMany(line => line.Allocations).Select(units => units.Location).Distinct())
            {
                hints.Raise(new ChangeHint(ChangeHint.Reservation, reservation.Id, sequence, Location: location.Value));
            }
        }
    }

    /// <summary>A round of the updater begins.</summary>
    public void BeginRound() => Interlocked.Increment(ref _begun);

    /// <summary>A round of the updater is complete: the cache includes everything that the watermark covers.</summary>
    public void Follow(LedgerWatermark watermark)
    {
        Volatile.Write(ref _followed, new Followed(watermark, Round));
        Seen(watermark.Newest);

        // Those that were taken before the watermark was made are in it.
        _taken.Clear();
    }

    public void Put(PositionKey key, StockPosition position, Instant recordedAt)
    {
        Raise(ref _recordedAt, recordedAt.ToUnixTimeTicks());
        Page(key.Sku).Put(key.Location, position, recordedAt);
        if (position.OnHand < 0 || position.Reserved > position.OnHand)
        {
            _inTrouble.TryAdd(key, true);
        }
        else if (!_inTrouble.IsEmpty)
        {
            _inTrouble.TryRemove(key, out _);
        }
    }

    /// <inheritdoc cref="SkuEntry.Replace"/>
    public void Replace(PositionKey key, long seen, StockPosition position, Instant recordedAt) =>
        Page(key.Sku).Replace(key.Location, seen, position, recordedAt);

    public void Put(Reservation reservation) => _holds.Put(reservation);

    public void Put(Sku sku, FencedUse use) => Page(sku).Put(use);

    public void Seen(long sequence) => Raise(ref _newest, sequence);

    private static void Raise(ref long highest, long value)
    {
        for (var known = Interlocked.Read(ref highest); value > known; known = Interlocked.Read(ref highest))
        {
            Interlocked.CompareExchange(ref highest, value, known);
        }
    }

    public bool Has(PositionKey key, long version) => _pages.TryGetValue(key.Sku, out var page) && page.VersionOf(key.Location) >= version;

    /// <summary>How many events of the SKU the cache includes, all locations together.</summary>
    public long VersionOf(Sku sku) => _pages.TryGetValue(sku, out var page) ? page.Version : 0;

    /// <summary>The position, when the cache has a newer version.</summary>
    public StockPosition? Newer(PositionKey key, long version) => _pages.TryGetValue(key.Sku, out var page) ? page.Newer(key.Location, version) : null;

    /// <summary>Positions with negative on-hand, or less than is reserved: few, so they are indexed.</summary>
    public IEnumerable<PositionKey> InTrouble => _inTrouble.Keys;

    /// <summary>One position as in its row, and the units of it whose hold has expired by now.</summary>
    public (StockPosition Position, decimal Over) Position(PositionKey key, Instant now)
    {
        _holds.Advance(now);
        return _pages.TryGetValue(key.Sku, out var page) ? page.Position(key.Location) : (StockPosition.Empty, 0);
    }

    /// <summary>SKUs that begin with a text, in whatever case, in order: without regard to case first. Some may have no position.</summary>
    public ReadOnlyMemory<Sku> SkusBeginningWith(string text) => _order.BeginningWith(text);

    /// <summary>One SKU's positions, by location id, for who looks at very many: its lock is held for a copy of the rows only.</summary>
    /// <param name="sku">Whose positions are copied.</param>
    /// <param name="rows">Is cleared, and gets them.</param>
    public void CopyPositions(Sku sku, List<PositionCopy> rows)
    {
        rows.Clear();
        if (_pages.TryGetValue(sku, out var page))
        {
            page.CopyTo(rows);
        }
    }

    /// <summary>Takes what the clock has freed by now off the positions.</summary>
    public void Advance(Instant now) => _holds.Advance(now);
    /// <summary>Every SKU that was ever anywhere, in any order; read without a lock.</summary>
    public IEnumerable<Sku> Skus => _pages.Select(page => page.Key);

    /// <summary>The events that this host's lanes have put in since the last time: they need not be read.</summary>
    public IEnumerable<long> TakeCommitted()
    {
        while (_committed.TryPeek(out var sequences))
        {
            // In one of the two at any moment.
            _taken.Enqueue(sequences);
            _committed.TryDequeue(out _);
            foreach (var sequence in sequences)
            {
                yield return sequence;
            }
        }
    }

    /// <summary>A channel's promise, computed once for each state of the SKU and of the plan.</summary>
    public Promised Promise(ChannelId channel, Sku sku, Plan plan, Instant now)
    {
        _holds.Advance(now);
        return plan.Rules.Kits.EverNeeded(sku) is not null ? _kits.Of(channel, sku, plan) : _pages.TryGetValue(sku, out var page)
            ? page.Promise(channel, plan)
            : new Promised(ChannelPromise.Of(channel, SkuStock.Of(sku, [], SkuStock.NoUse, plan), plan.Rules), 0, null);
    }

    /// <summary>Units that a channel may promise of a SKU's own stock at each location, before publish rules; none at any other location.</summary>
    public IReadOnlyDictionary<LocationId, decimal> PromisesByLocation(ChannelId channel, Sku sku, Plan plan, Instant now)
    {
        _holds.Advance(now);
        return _pages.TryGetValue(sku, out var page) ? page.PromisesByLocation(channel, plan)
            : ChannelStock.Of(channel, SkuStock.Of(sku, [], SkuStock.NoUse, plan), plan.Rules).PromisesByLocation();
    }

    /// <summary>The SKU everywhere, with its version, and where it is a kit with what there is of its components.</summary>
    public KnownStock Stock(Sku sku, Plan plan, Instant now)
    {
        _holds.Advance(now);
        return plan.Rules.Kits.EverNeeded(sku) is not null ? _kits.Stock(sku, plan) : _pages.TryGetValue(sku, out var page) ? page.Stock(plan)
            : new KnownStock(SkuStock.Of(sku, [], SkuStock.NoUse, plan), 0);
    }

    /// <summary>How many reservations keep units.</summary>
    public int OpenReservations => _holds.Count;

    /// <summary>Reservations that keep units of the SKU, by id.</summary>
    public IReadOnlyList<Reservation> Open(Sku sku) => _holds.Of(sku);

    /// <summary>The units in a channel's holds that are not confirmed.</summary>
    public HeldByChannel Held(ChannelId channel, Instant now)
    {
        _holds.Advance(now);
        return _holds.Held(tally => tally.Of(channel));
    }

    /// <summary>The same in units of one SKU.</summary>
    public decimal HeldUnits(ChannelId channel, Sku sku, Instant now)
    {
        _holds.Advance(now);
        return _holds.Held(tally => tally.Units(channel, sku));
    }

    /// <summary>Channels that keep at least so many units of a SKU in such holds.</summary>
    public IReadOnlyList<(ChannelId Channel, Sku Sku, decimal Units)> LargeHolds(decimal units, Instant now)
    {
        _holds.Advance(now);
        return _holds.Held(tally => tally.Large(units));
    }

    /// <summary>Sellable units on hand, whether or not they are reserved.</summary>
    public decimal Sellable(Sku sku) => _pages.TryGetValue(sku, out var page) ? page.Sellable : 0;

    private bool IsFollowed(long sequence, long since) =>
        Volatile.Read(ref _followed) is var (watermark, round) && (watermark.CompleteUpTo >= sequence || (watermark.Covers(sequence) && round > since));

    private static bool Has(ConcurrentQueue<long[]> commits, long sequence) => commits.Any(sequences => Array.BinarySearch(sequences, sequence) >= 0);

    /// <param name="Watermark">What has been read.</param>
    private sealed record Followed(LedgerWatermark Watermark, long Round);

    private SkuEntry Page(Sku sku) => _pages.TryGetValue(sku, out var page) ? page : Begin(sku);

    private SkuEntry Begin(Sku sku)
    {
        var begun = new SkuEntry(sku);
        var page = _pages.GetOrAdd(sku, begun);
        if (ReferenceEquals(page, begun))
        {
            _order.Add(sku);
        }

        return page;
    }
}

/// <param name="Promise">What may be promised.</param>
/// <param name="Version">
/// How many events the SKU's positions have, all locations together, and of a kit those of all that it is or was made of too; it never decreases.
/// </param>
/// <param name="RecordedAt">When the newest of them was recorded; null when there is none.</param>
public readonly record struct Promised(ChannelPromise Promise, long Version, Instant? RecordedAt);

/// <summary>One position as in its row, and what of it the clock has freed since.</summary>
/// <param name="Over">Units whose hold has expired by now.</param>
/// <param name="SupplyOver">The same of expected units.</param>
public readonly record struct PositionCopy(LocationId Location, StockPosition Position, decimal Over, decimal SupplyOver);

/// <param name="Version"><see cref="Promised.Version"/></param>
public readonly record struct KnownStock(SkuStock Stock, long Version);

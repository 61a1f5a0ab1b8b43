using System.Text.Json;
using Npgsql;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Locations;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Skus;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.Availability;

/// <summary>
/// Fills this host's stock cache and plan cache from the change feed: other hosts' commits are in them within a fraction of a second.
/// While it cannot read the feed, the cache reports that it is not current and readers query the database.
/// </summary>
public sealed class StockCacheUpdater(
    [FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database, StockCache book, PlanCache planning, SkuNames names, KnownChannels channels,
    ChangeHints hints, IConfiguration configuration, TimeProvider time, ILogger<StockCacheUpdater> log)
    : BackgroundService
{
    /// <summary>The most positions that are cached; with more, every read goes to the database.</summary>
    public const string MostPositionsSetting = "Availability:PositionsInMemory";

    private const int AtOnce = 10_000;

    /// <summary>Half of what is promised: what another host has committed is here within 100 ms.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The timeout after which the cache is no longer current without a successful read of the feed.</summary>
    private static readonly TimeSpan SeenTimeout = TimeSpan.FromSeconds(1);

    private EventTail? _tail;
    private IReadOnlyList<TailedEvent> _unlearned = [];
    private long _reachedAt;
    private (long Count, long Versions)? _locations;
    private long? _repairEpoch;

    /// <summary>Whether the cache may be served.</summary>
    public bool IsFollowing => book.IsCurrent && time.GetElapsedTime(Interlocked.Read(ref _reachedAt)) < SeenTimeout;

    /// <summary>How long ago the cache was current; null when it never was, or when not everything fits.</summary>
    public TimeSpan? Age => book.IsCurrent ? time.GetElapsedTime(Interlocked.Read(ref _reachedAt)) : null;

    /// <summary>True while everything is in memory or is meant to be; false once there is more than fits.</summary>
    public bool FitsInMemory { get; private set; } = true;

    /// <summary>Nothing is decided or answered before the rules are known.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await names.Follow(cancellationToken);
        await ReadLocations(cancellationToken);
        await LearnRules(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            try
            {
                await Follow(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("The events cannot be followed ({Reason}); availability is read from the database until they can", failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Follow(CancellationToken stopping)
    {
        await names.Follow(stopping);
        await ReadLocations(stopping);
        if (_tail is null)
        {
            var tail = await EventTail.FromNow(database, await ChainTables.ReadCompleteUpTo(database, stopping), stopping, readsData: true);
            _repairEpoch = await RepairLogTable.Newest(database, stopping);
            await Load(stopping);
            book.RepairEpoch = _repairEpoch.Value;
            (_tail, _unlearned) = (tail, []);
        }

        await LearnRepairs(stopping);
        book.BeginRound();

        // Events that the tail returned and that could not be applied are not returned again.
        await Learn(_unlearned, stopping);
        do
        {
            _tail.Know(book.TakeCommitted());
            _unlearned = await _tail.Read(AtOnce, stopping);
            await Learn(_unlearned, stopping);
        }
        while (_unlearned.Count >= AtOnce);
        _unlearned = [];
        book.Follow(_tail.Watermark);
        Interlocked.Exchange(ref _reachedAt, time.GetTimestamp());
        book.IsCurrent = FitsInMemory;
    }

    private async Task ReadLocations(CancellationToken stopping)
    {
        var stamp = await LocationProfiles.Stamp(database, stopping);
        if (stamp != _locations)
        {
            planning.Put(await LocationProfiles.Read(database, stopping));
            _locations = stamp;
        }
    }

    /// <summary>Rows that were repaired while the tables were loaded may be applied twice, which is idempotent.</summary>
    private async Task LearnRepairs(CancellationToken stopping)
    {
        if (_repairEpoch is { } known && await RepairLogTable.Newest(database, stopping) != known)
        {
            _repairEpoch = await RebuiltPositions.Learn(database, known, book, stopping);
            book.RepairEpoch = _repairEpoch.Value;
        }
    }

    private async Task LearnRules(CancellationToken stopping)
    {
        foreach (var rule in await RuleStream.Read(database, null, stopping))
        {
            planning.Put(rule);
        }
    }

    private async Task Load(CancellationToken stopping)
    {
        await LearnRules(stopping);
        await channels.Learn(stopping);
        var started = time.GetTimestamp();
        var positions = await StockRows.Count(database, stopping);
        FitsInMemory = positions <= configuration.Read<AvailabilityOptions>().PositionsInMemory;
        if (!FitsInMemory)
        {
            log.LogWarning("{Positions} positions are more than {Setting} allows: availability is read from the database", positions, MostPositionsSetting);
            return;
        }

        await StockRows.ReadAll(database, book, stopping);
        log.LogInformation("{Positions} positions are in memory after {Elapsed}", positions, time.GetElapsedTime(started));
    }

    private async Task Learn(IReadOnlyList<TailedEvent> events, CancellationToken stopping)
    {
        await Apply(events, stopping);
        if (hints.AreRead)
        {
            Raise(events);
        }
    }

    /// <summary>Whose channel a reservation is stands in the event; its location is the position's.</summary>
    private void Raise(IReadOnlyList<TailedEvent> events)
    {
        foreach (var happened in events)
        {
            if (RuleStream.Is(happened.Stream))
            {
                hints.Raise(new ChangeHint(ChangeHint.Rule, RuleStream.IdOf(happened.Stream).Value, happened.Sequence));
            }
            else if (happened.Stream.Contains('@', StringComparison.Ordinal))
            {
                var location = PositionKey.Parse(happened.Stream).Location.Value;
                hints.Raise(new ChangeHint(ChangeHint.Position, happened.Stream, happened.Sequence, Location: location));
                if (happened.Reservation is { } reservation)
                {
                    hints.Raise(new ChangeHint(ChangeHint.Reservation, reservation, happened.Sequence, ChannelIn(happened.Data), location));
                }
            }
        }
    }

    private static string? ChannelIn(byte[]? data)
    {
        using var json = JsonDocument.Parse(data ?? "{}"u8.ToArray());
        return json.RootElement.TryGetProperty("channel", out var channel) ? channel.GetString() : null;
    }

    /// <summary>
    /// A fact that comes next at a position that is here says itself what has become of it. Rows are read of the rest: where something is between them, and of
    /// what reservations concern, since units, reservations and ring-fences have to be from one snapshot.
    /// </summary>
    private async Task Apply(IReadOnlyList<TailedEvent> events, CancellationToken stopping)
    {
        var rules = events.Select(happened => happened.Stream).Where(RuleStream.Is).Distinct().ToList();
        if (rules.Count > 0)
        {
            foreach (var rule in await RuleStream.Read(database, rules, stopping))
            {
                planning.Put(rule);
            }
        }

        if (!FitsInMemory)
        {
            return;
        }

        var positions = new HashSet<PositionKey>();
        var reservations = new HashSet<string>();
        foreach (var happened in events.Where(happened => happened.Stream.Contains('@', StringComparison.Ordinal)))
        {
            var key = PositionKey.Parse(happened.Stream);
            var known = book.Newer(key, 0) ?? StockPosition.Empty;
            if (known.Version == happened.Version - 1 && happened.Reservation is null && !positions.Contains(key)
                && StoredEvents.TryRead(happened.Type, happened.Data, out var fact))
            {
                book.Put(key, StockPosition.Evolve(known, fact), happened.RecordedAt);
            }
            else if (known.Version < happened.Version)
            {
                positions.Add(key);
            }

            if (happened.Reservation is { } reservation)
            {
                // Also where this host has already written a later version of the position: the use of its ring-fence came with no fact of its own.
                reservations.Add(reservation);
                positions.Add(key);
            }
        }

        await StockRows.Read(database, book, [.. positions], [.. reservations], stopping);
    }
}

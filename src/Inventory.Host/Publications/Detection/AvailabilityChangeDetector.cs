using System.Data;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Publications.Detection;

/// <summary>
/// Detects which quantities have changed, for all channels, on one host of the cluster: it reads the event log from the checkpoint in the publication
/// ledger, calculates the quantities of the SKUs that moved, and records those that differ from the ledger. Changes without a stock event (a rule, a
/// closed location, a new channel, the passing of time) are detected by recalculating the SKUs concerned, page by page between the events.
/// </summary>
public sealed class AvailabilityChangeDetector(
    [FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database, PublicationLedgerWriter ledger, ChannelQuantities quantities,
    PublishedChannels channels, WakeSignal wake, TimeProvider time, ILogger<AvailabilityChangeDetector> log)
    : ClusterAgent("stock-follower")
{
    private const int EventsAtOnce = 10_000;
    private const int SkusAtOnce = 500;

    /// <summary>SKUs whose quantities are recorded in one statement after events.</summary>
    private const int MovedAtOnce = 2_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PauseAfterTrouble = TimeSpan.FromSeconds(1);

    /// <summary>The interval of the safety-net rescan, which recalculates everything and corrects whatever a defect made the detector miss.</summary>
    private static readonly TimeSpan BetweenComparisons = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private EventTail? _tail;
    private FollowerCheckpoint _followed = new(0, FollowerCheckpoint.NotCompared, null);
    private PlanFingerprint? _fingerprint;
    private IReadOnlyList<Guid> _because = [];
    private long _comparedAt = time.GetTimestamp();
    private long? _rescan;
    private long _rescanLookedAt;
    private long _corrected;

    protected override async Task Work(CancellationToken stopping)
    {
        _tail = null; // another host may have moved the checkpoint meanwhile
        while (!stopping.IsCancellationRequested)
        {
            var pause = PauseAfterTrouble;
            try
            {
                // Pauses for twice as long as it worked, up to half a second, so that most of the database's capacity is left to writers.
                var started = time.GetTimestamp();
                pause = await Round(stopping) ? time.GetElapsedTime(started) * 2 : Pause;
                pause = pause < LongestPause ? pause : LongestPause;
            }
            catch (NotFollowingException)
            {
                _tail = null;
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                _tail = null;
                log.LogWarning(failure, "Detecting availability changes failed; retrying");
            }

            await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Whether there may be more to do.</returns>
    private async Task<bool> Round(CancellationToken stopping)
    {
        if (!await channels.Any(stopping))
        {
            return false;
        }

        _tail ??= await Begin(stopping);
        if (await channels.Refresh(stopping) || time.GetElapsedTime(_comparedAt) > BetweenComparisons)
        {
            CompareEverything([]);
        }

        await BeginRescan(stopping);
        var moved = new Dictionary<string, List<Guid>>();
        await DetectPlanChange(moved, stopping);
        var events = await _tail.Read(EventsAtOnce, stopping);

        // Read again, so that these events are calculated for every channel that was registered before them: readers with minSequence rely on that.
        if (events.Count > 0 && await channels.Refresh(stopping))
        {
            CompareEverything([]);
        }

        TailedEvent[] ofStock = [.. events.Where(happened => happened.Stream.Contains('@', StringComparison.Ordinal))];
        foreach (var happened in ofStock)
        {
            CausesOf(moved, PositionKey.Parse(happened.Stream).Sku.Value).Add(happened.Id);
        }

        var kits = AddKits(moved);
        var before = _followed;
        var isFirstComparison = _followed is { Fingerprint: FollowerCheckpoint.NotCompared, Compared: not null };
        _followed = _followed.Follow(_tail) with { Fingerprint = isFirstComparison ? FollowerCheckpoint.NotCompared : _fingerprint!.Text };
        if (moved.Count > 0 || _followed != before)
        {
            await RecordInPages([.. moved.Select(sku => new MovedSku(sku.Key, sku.Value)), .. kits], before, StockAtLeast.Includes(ofStock), stopping);
        }

        if (events.Count < EventsAtOnce && _followed.Compared is { } after)
        {
            await Compare(after, stopping);
        }

        return events.Count >= EventsAtOnce || _followed.Compared is not null;
    }

    /// <summary>
    /// The kits that need what has moved, each once however many of its components have: what is to be done for a batch of events is bounded by the number of
    /// kits. A kit's causes are the newest of its components'.
    /// </summary>
    private IEnumerable<MovedSku> AddKits(Dictionary<string, List<Guid>> moved)
    {
        var kits = new Dictionary<Sku, IReadOnlyList<Guid>>();
        foreach (var (sku, causes) in moved)
        {
            IReadOnlyList<Guid> newest = causes.Count <= PublicationLedgerWriter.MostCauses ? causes : causes[^PublicationLedgerWriter.MostCauses..];
            foreach (var kit in quantities.Plan.Rules.KitsNeeding(Sku.Parse(sku)))
            {
                kits[kit] = kits.TryGetValue(kit, out var known) ? [.. known.Concat(newest).TakeLast(PublicationLedgerWriter.MostCauses)] : newest;
            }
        }

        foreach (var (kit, causes) in kits)
        {
            if (moved.TryGetValue(kit.Value, out var own))
            {
                own.InsertRange(0, causes);
            }
        }

        return kits.Where(kit => !moved.ContainsKey(kit.Key.Value)).Select(kit => new MovedSku(kit.Key.Value, kit.Value));
    }

    /// <summary>
    /// Records page by page, so that what is recorded first is published while the rest is calculated. The last page moves the checkpoint: after an
    /// interruption all of it is calculated again.
    /// </summary>
    private async Task RecordInPages(IReadOnlyList<MovedSku> moved, FollowerCheckpoint before, StockAtLeast atLeast, CancellationToken stopping)
    {
        var after = _followed;
        _followed = before;
        for (var first = 0; first + MovedAtOnce < moved.Count; first += MovedAtOnce)
        {
            await Record([.. moved.Skip(first).Take(MovedAtOnce)], atLeast, stopping);
        }

        _followed = after;
        await Record([.. moved.Skip(moved.Count == 0 ? 0 : (moved.Count - 1) / MovedAtOnce * MovedAtOnce)], atLeast, stopping);
    }

    /// <summary>Resumes at the ledger's checkpoint; a new ledger begins with the current event, and everything is compared once.</summary>
    private async Task<EventTail> Begin(CancellationToken stopping)
    {
        var now = await EventTail.FromNow(database, await ChainTables.ReadCompleteUpTo(database, stopping), stopping);
        _followed = await ledger.Begin(now.CompleteUpTo, stopping);
        (_fingerprint, _rescan) = (null, null);
        channels.Invalidate();
        return now.CompleteUpTo == _followed.CompleteUpTo ? now : new EventTail(database, _followed.CompleteUpTo);
    }

    private void CompareEverything(IReadOnlyList<Guid> because)
    {
        _followed = _followed with { Compared = _followed.Compared ?? FollowerCheckpoint.FromTheFirstSku, Again = _followed.Compared is { Length: > 0 } };
        (_because, _comparedAt) = (because, time.GetTimestamp());
    }

    /// <summary>Starts the rescan that a repair has requested, from the first SKU on; polled once a second.</summary>
    private async Task BeginRescan(CancellationToken stopping)
    {
        if (_rescan is not null || time.GetElapsedTime(_rescanLookedAt) < BetweenLooks)
        {
            return;
        }

        _rescanLookedAt = time.GetTimestamp();
        if (await ledger.RescanAsked(stopping) is { } asked)
        {
            (_rescan, _corrected, _followed) = (asked, 0, _followed with { Compared = FollowerCheckpoint.FromTheFirstSku });
        }
    }

    /// <summary>After a change of rules or locations, adds the SKUs concerned to <paramref name="moved"/>, or starts a comparison of everything.</summary>
    private async Task DetectPlanChange(Dictionary<string, List<Guid>> moved, CancellationToken stopping)
    {
        var plan = quantities.Plan;
        if (ReferenceEquals(plan, _fingerprint?.Plan))
        {
            return;
        }

        var (before, now) = (_fingerprint, PlanFingerprint.Of(plan));
        _fingerprint = now;
        if (now.Text == _followed.Fingerprint)
        {
            return;
        }

        IReadOnlyList<Guid> because = before is null ? [] : await EventsOf(now.ChangedSince(before).Select(rule => RuleStream.KeyOf(rule.Id)), stopping);
        if (before is null || now.SkusConcerned(before) is not { } skus)
        {
            CompareEverything(because);
            return;
        }

        foreach (var sku in skus)
        {
            CausesOf(moved, sku.Value).AddRange(because);
        }
    }

    /// <summary>The newest event of each rule.</summary>
    private async Task<IReadOnlyList<Guid>> EventsOf(IEnumerable<string> streams, CancellationToken stopping)
    {
        await using var command = database.CreateCommand(
            $"select distinct on (stream_id) id from {Projections.InventorySchema.Name}.mt_events where stream_id = any($1) order by stream_id, version "
                + $"desc limit {PublicationLedgerWriter.MostCauses}");
        command.Parameters.AddWithValue(streams.Distinct().Take(PublicationLedgerWriter.MostCauses).ToArray());
        await using var reader = await command.ExecuteReaderAsync(stopping);
        List<Guid> ids = [];
        while (await reader.ReadAsync(stopping))
        {
            ids.Add(reader.GetGuid(0));
        }

        return ids;
    }

    /// <summary>
    /// Compares one page of a full comparison. The calculated quantities include at least the events that the page's versions include. The cause of a
    /// difference is the rule change that started the comparison, or else the SKU's newest event.
    /// </summary>
    private async Task Compare(string after, CancellationToken stopping)
    {
        var (newest, versions) = (new Dictionary<string, Guid[]>(), new Dictionary<string, long>());
        await using (var command = database.CreateCommand($"""
            select page.sku, newest.id,
              (select sum(version)::bigint from {Projections.InventorySchema.Name}.position as p where p.sku = page.sku) as version
            from (
              select sku from (
                (select distinct sku from {Projections.InventorySchema.Name}.position where sku > $1 order by sku limit $2)
                union select sku from unnest($3) as kit(sku)) as known
              order by sku limit $2) as page
            left join lateral (
              select sku, location, version from {Projections.InventorySchema.Name}.position as p where p.sku = page.sku
                order by recorded_at desc limit 1) as moved on true
            left join {Projections.InventorySchema.Name}.mt_events as newest on newest.stream_id = moved.sku || '@' || moved.location
              and newest.version = moved.version
            """))
        {
            command.Parameters.AddWithValue(after);
            command.Parameters.AddWithValue(SkusAtOnce);
            command.Parameters.AddWithValue(quantities.Kits.Select(kit => kit.Value).Where(kit => string.CompareOrdinal(kit, after) > 0)
                .Order(StringComparer.Ordinal).Take(SkusAtOnce).ToArray());
            await using var reader = await command.ExecuteReaderAsync(stopping);
            while (await reader.ReadAsync(stopping))
            {
                newest.Add(reader.GetString("sku"), reader.IsDBNull("id") ? [] : [reader.GetGuid("id")]);
                versions.Add(reader.GetString("sku"), reader.ValueOrNull<long>("version") ?? 0);
            }
        }

        string[] page = [.. newest.Keys.Order(StringComparer.Ordinal)];
        var isLast = page.Length < SkusAtOnce;
        _followed = _followed with
        {
            Compared = !isLast ? page[^1] : _followed.Again ? FollowerCheckpoint.FromTheFirstSku : null,
            Again = !isLast && _followed.Again,
            Fingerprint = isLast ? _fingerprint!.Text : _followed.Fingerprint,
        };
        MovedSku[] compared = [.. page.Select(sku => new MovedSku(sku, _because.Count > 0 ? _because : newest[sku]))];
        _corrected += await Record(compared, StockAtLeast.AtVersions(versions), stopping);
        if (isLast && _rescan is { } asked)
        {
            await ledger.FinishRescan(asked, _corrected, stopping);
            _rescan = null;
        }
    }

    /// <summary>Calculates the quantities of these SKUs for every channel, and records those that differ from the ledger, with the checkpoint.</summary>
    /// <returns>How many quantities differed.</returns>
    private async Task<int> Record(IReadOnlyList<MovedSku> moved, StockAtLeast atLeast, CancellationToken stopping)
    {
        var calculated = moved.Count > 0 ? await quantities.Read(channels.All, [.. moved.Select(one => one.Sku)], atLeast, stopping) : [];
        var desired = new List<DesiredNumber>(channels.All.Count * moved.Count);
        foreach (var (channel, numbers) in channels.All.Zip(calculated))
        {
            desired.AddRange(numbers.Zip(moved, (number, one) =>
                new DesiredNumber(channel.Id, one.Sku, number.Number, one.Causes, number.Locations, number.OpenOrderUnits)));
        }

        var changed = await ledger.Record(desired, _followed, stopping);
        if (changed > 0)
        {
            wake.All();
        }

        return changed;
    }

    private static List<Guid> CausesOf(Dictionary<string, List<Guid>> moved, string sku)
    {
        if (!moved.TryGetValue(sku, out var causes))
        {
            moved.Add(sku, causes = []);
        }

        return causes;
    }

    /// <param name="Sku">A SKU whose quantities may have changed.</param>
    /// <param name="Causes">The events that caused it, newest last.</param>
    private readonly record struct MovedSku(string Sku, IReadOnlyList<Guid> Causes);
}

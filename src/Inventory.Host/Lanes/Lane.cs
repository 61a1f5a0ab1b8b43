using System.Diagnostics;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Lanes.Commands;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Lanes;

/// <summary>
/// A single-writer shard with group commit: one worker takes what its queue holds (it never waits for more), decides it as one batch in order of arrival,
/// commits once and then answers every caller. Concurrency is optimistic: positions come from a cache that may be out of date. An acceptance can be based on
/// it, since the commit checks versions; a refusal writes nothing that could be checked, so it is confirmed by a fresh read. An attempt has five steps, a
/// method each:
/// <list type="number">
/// <item><description>
/// <see cref="DeclareReads"/>: every command names the positions, SKUs and ids that it needs, in one <see cref="ReadSet"/>, each thing once.
/// </description></item>
/// <item><description>
/// <see cref="Read"/>: one round trip reads what the <see cref="PositionCache"/> lacks. What depends on that (the positions of a reservation) is declared then,
/// and read by a second round trip where it is not there.
/// </description></item>
/// <item><description>
/// <see cref="Decide"/>: each command is decided against what its predecessors in the batch leave (<see cref="LaneBatch"/>), and its events are added there.
/// A command that cached positions would refuse adds nothing: its refusal is unconfirmed.
/// </description></item>
/// <item><description>
/// <see cref="RevalidateRefusals"/>: reads the positions of unconfirmed refusals again together with the expired holds, in one snapshot, and decides those
/// commands a second time. That answer is final.
/// </description></item>
/// <item><description>
/// <see cref="Commit"/>: one round trip and one transaction append the events, write the positions and check that every stream, every row and the repair epoch
/// are as they were read. Then the caches are updated and the commands get their sequences.
/// </description></item>
/// </list>
/// When the check fails another host was first, and the attempt starts over (<see cref="CommitWithRetry"/>). The next batches then lock their SKUs'
/// partitions and refresh the cached positions before step 1 (<see cref="LockAndRefresh"/>), so that they cannot lose again.
/// </summary>
/// <param name="shards">The shards of the cache that its commands may touch: one, or all of them for the lane of what spans SKUs.</param>
/// <param name="gates">A gate for each shard of the cache; a lane works while it holds those of its shards.</param>
/// <param name="cache">The positions that all lanes have in memory.</param>
/// <param name="store">Reads from and commits to the database.</param>
/// <param name="book">The stock cache, updated with each commit before the callers are answered.</param>
/// <param name="clock">The clock of decisions and recordings.</param>
/// <param name="logger">Logs splits and an unavailable database.</param>
internal sealed class Lane(
    IReadOnlyList<int> shards, SemaphoreSlim[] gates, PositionCache cache, LaneStore store, StockCache book, LaneOptions options, IClock clock, ILogger logger)
{
    private readonly List<LaneCommand> _batch = new(options.BatchSize);
    private readonly Random _jitter = new();

    /// <summary>A timestamp; 0 while there is nothing to do.</summary>
    private long _busySince;

    private long _commits;
    private long _committing;

    /// <summary>
    /// How many more batches look ids up before they decide. Most movements and holds are new, and the commit detects one that is not: then the batch is
    /// decided again with a lookup, and so are the next batches, since repeats seldom come alone.
    /// </summary>
    private int _batchesWithLookUp;

    /// <summary>How many more batches lock their positions before they decide: see <see cref="LaneOptions.LocksAfterRace"/>.</summary>
    private int _batchesWithLocks;

    /// <summary>The commands that wait for this lane.</summary>
    public LaneQueue Queue { get; } = new(options.QueueLength);

    /// <summary>Whether the current batch has taken longer than any database timeout explains.</summary>
    public bool IsStalled => Interlocked.Read(ref _busySince) is var since and not 0 && Stopwatch.GetElapsedTime(since) > options.StandsStillAfter.ToTimeSpan();

    /// <summary>What waits, and what was committed since the host started.</summary>
    public LaneFigures Figures => new(
        Queue.Waiting, Interlocked.Read(ref _commits), Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _committing)), IsStalled);

    /// <summary>Works until the queue is closed and every command in it is answered.</summary>
    public async Task Work()
    {
        while (await Queue.WaitToReadAsync())
        {
            Interlocked.Exchange(ref _busySince, Stopwatch.GetTimestamp());
            foreach (var shard in shards)
            {
                await gates[shard].WaitAsync();
            }

            Queue.Drain(_batch, options.BatchSize, _ => true);
            try
            {
                await CommitWithRetry(_batch);
            }
            catch (Exception failure)
            {
                // No failure is expected to get here; but a lane that stopped while it holds its gates would block all others for ever.
                logger.LogCritical(failure, "A lane failed at {Commands} commands and continues without them", _batch.Count);
                _batch.ForEach(command => command.Unavailable(new LaneUnavailableException(failure)));
            }

            foreach (var shard in shards)
            {
                gates[shard].Release();
            }

            _batch.ForEach(command => command.Answered?.Invoke());
            _batch.Clear();
            Interlocked.Exchange(ref _busySince, 0);
        }
    }

    /// <summary>
    /// Commits the commands, with retries: lost races are decided again, an unavailable database is waited for, and a command that cannot be stored is
    /// isolated. A command is not retried once its caller's timeout has passed (<see cref="LaneOptions.AnswerWithin"/>), since others are queued
    /// behind it.
    /// </summary>
    /// <param name="commands">
    /// In the order in which they were taken: a batch, or a part of one in the search for the command that cannot be stored. The timeout for an unavailable
    /// database counts from when the batch was taken, so that it is not waited for once for each part.
    /// </param>
    private async Task CommitWithRetry(List<LaneCommand> commands)
    {
        var wasUnknown = false;
        for (var attempt = 1; commands.Count > 0; attempt++)
        {
            if (commands.TakeWhile(IsOverdue).Count() is > 0 and var overdue)
            {
                // Commands that joined the batch later have time left.
                GiveUp(commands.GetRange(0, overdue), new TimeoutException($"It was not committed within {options.AnswerWithin}."));
                commands = commands.GetRange(overdue, commands.Count - overdue);
                continue;
            }

            var isOptimistic = _batchesWithLocks == 0;
            try
            {
                await DecideAndCommit(commands);
                return;
            }
            catch (Exception failure)
            {
                var kind = LaneFailure.Classify(failure);
                if (kind == LaneFailureKind.Race && isOptimistic)
                {
                    LaneMetrics.Races.Add(1);
                    AvoidNextRace(failure);
                    continue;
                }

                _batchesWithLocks = kind == LaneFailureKind.Race ? options.LocksAfterRace : _batchesWithLocks;
                cache.Drop(shards);
                _batchesWithLookUp = options.LookUpsAfterRepeat;
                switch (kind)
                {
                    case LaneFailureKind.Race when attempt < options.RaceAttempts:
                        LaneMetrics.Races.Add(1);
                        await Pause(attempt, options.RacePause);
                        break;
                    case LaneFailureKind.Unavailable when Stopwatch.GetElapsedTime(commands[0].TakenAt) < options.Patience.ToTimeSpan():
                        logger.LogWarning("The database is unavailable ({Reason}); {Commands} commands wait for it", failure.Message, commands.Count);
                        await Pause(attempt, options.AwayPause);
                        break;
                    case LaneFailureKind.Unknown when !wasUnknown:
                        wasUnknown = true;
                        logger.LogWarning(failure, "{Commands} commands are decided again", commands.Count);
                        break;
                    case LaneFailureKind.Poison or LaneFailureKind.Unknown when commands.Count > 1:
                        LaneMetrics.Splits.Add(1);
                        await CommitWithRetry(commands.GetRange(0, commands.Count / 2));
                        await CommitWithRetry(commands.GetRange(commands.Count / 2, commands.Count - (commands.Count / 2)));
                        return;
                    case LaneFailureKind.Poison or LaneFailureKind.Unknown:
                        Isolate(commands[0], failure);
                        return;
                    default:
                        GiveUp(commands, failure);
                        return;
                }
            }
        }
    }

    /// <summary>A repeat is found by a lookup. Otherwise the cached positions are kept: they are validated once they are locked.</summary>
    private void AvoidNextRace(Exception failure)
    {
        _batchesWithLocks = LaneFailure.IsRepeat(failure) && _batchesWithLookUp == 0 ? 0 : options.LocksAfterRace;
        if (failure is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            _batchesWithLookUp = options.LookUpsAfterRepeat;
        }
    }

    private void Isolate(LaneCommand command, Exception failure)
    {
        if (failure is PostgresException { SqlState: AliasGuard.SqlState })
        {
            // Its SKU was registered as another name while it was on its way; sent again it means that SKU.
            logger.LogInformation("A command names a SKU that has just become another name, and is to be sent again");
            command.Unavailable(new LaneUnavailableException(failure));
            return;
        }

        logger.LogError(failure, "A command cannot be stored and was isolated");
        command.Poisoned(failure);
    }

    private bool IsOverdue(LaneCommand command) => Stopwatch.GetElapsedTime(command.TakenAt) > options.AnswerWithin.ToTimeSpan();

    private void GiveUp(List<LaneCommand> commands, Exception failure)
    {
        logger.LogError(failure, "{Commands} commands could not be committed", commands.Count);
        commands.ForEach(command => command.Unavailable(new LaneUnavailableException(failure)));
    }

    /// <summary>One attempt: all of the commands are committed, or it throws and none is.</summary>
    private async Task DecideAndCommit(List<LaneCommand> commands)
    {
        cache.MakeRoom(shards);
        if (cache.RepairEpoch(shards) is null)
        {
            cache.SetRepairEpoch(shards, await store.ReadRepairEpoch());
        }

        if (_batchesWithLocks == 0)
        {
            await RunSteps(commands, store);
            return;
        }

        await using var transaction = await store.Begin();
        await LockAndRefresh(commands, transaction);
        await RunSteps(commands, transaction);
    }

    private async Task RunSteps(List<LaneCommand> commands, LaneStore through)
    {
        var started = Stopwatch.GetTimestamp();
        var batch = new LaneBatch(through, cache);
        await Read(batch, commands, DeclareReads(commands), isLocked: through.IsTransaction);
        var now = clock.GetCurrentInstant();

        // A stream's and a host's instants of recording never decrease, also after a host whose clock was ahead. Decisions use the clock itself. Both are
        // taken at once, so that a hold is not recorded after its own end because another lane has committed meanwhile.
        var recordedAt = Instant.Max(now, LatestRecorded());
        var unconfirmedRefusals = await Decide(batch, commands, now);
        await RevalidateRefusals(batch, unconfirmedRefusals, now);
        await Commit(batch, through, batch.HasRevalidated ? Instant.Max(now, LatestRecorded()) : recordedAt);
        var ended = Stopwatch.GetTimestamp();
        Interlocked.Increment(ref _commits);
        Interlocked.Add(ref _committing, ended - started);
        LaneMetrics.Committed(commands.Count, batch.Events.Count, Stopwatch.GetElapsedTime(started, ended));
    }

    private Instant LatestRecorded() => Instant.Max(cache.RecordedAt, book.RecordedAt);

    /// <summary>Step 1.</summary>
    private static ReadSet DeclareReads(List<LaneCommand> commands)
    {
        var reads = new ReadSet();
        commands.ForEach(command => command.DeclareReads(reads));
        return reads;
    }

    private static ReadSet DeclareDependentReads(List<LaneCommand> commands, LaneBatch read)
    {
        var reads = new ReadSet();
        commands.ForEach(command => command.DeclareDependentReads(reads, read));
        return reads;
    }

    /// <summary>Step 2.</summary>
    private async Task Read(LaneBatch batch, List<LaneCommand> commands, ReadSet reads, bool isLocked)
    {
        if (_batchesWithLookUp == 0)
        {
            reads.Movements.Clear();
        }
        else
        {
            reads.Reservations.UnionWith(reads.NewReservations.Select(key => key.Id));
        }

        if (!isLocked)
        {
            cache.CatchUp(book, shards, reads.Positions);
        }

        await batch.Read(reads);
        _batchesWithLookUp = batch.HasMetRepeats(reads) ? options.LookUpsAfterRepeat : Math.Max(0, _batchesWithLookUp - 1);
        await batch.Read(DeclareDependentReads(commands, batch));
    }

    /// <summary>Step 3.</summary>
    /// <returns>The commands whose refusal is unconfirmed, in order of arrival.</returns>
    private static async ValueTask<List<LaneCommand>> Decide(LaneBatch batch, List<LaneCommand> commands, Instant now)
    {
        var unconfirmedRefusals = new List<LaneCommand>();
        foreach (var command in commands)
        {
            if (!await command.Decide(batch, now))
            {
                unconfirmedRefusals.Add(command);
            }
        }

        return unconfirmedRefusals;
    }

    /// <summary>Step 4.</summary>
    private static async ValueTask RevalidateRefusals(LaneBatch batch, List<LaneCommand> unconfirmed, Instant now)
    {
        if (unconfirmed.Count == 0)
        {
            return;
        }

        var reads = DeclareReads(unconfirmed);
        await batch.LookUp(reads.NewReservations);
        unconfirmed.ForEach(command => command.DeclareDependentReads(reads, batch));
        await batch.Revalidate(reads, now);
        foreach (var command in unconfirmed)
        {
            await command.Decide(batch, now);
        }
    }

    /// <summary>Step 5.</summary>
    private async Task Commit(LaneBatch batch, LaneStore through, Instant recordedAt)
    {
        if (batch.Events.Count == 0)
        {
            return; // duplicates and refusals cost no write
        }

        var sequences = await through.Commit(batch, cache.RepairEpoch(shards)!.Value, recordedAt);
        cache.Recorded(recordedAt);
        foreach (var changed in batch.Changed)
        {
            cache.Put(changed.Key, changed.Position);
        }

        foreach (var (sku, use, _) in batch.ChangedUse)
        {
            cache.Put(sku, use);
        }

        for (var index = 0; index < sequences.Length; index++)
        {
            batch.Events[index].Cause.Committed(sequences[index]);
        }

        book.Commit(
            batch.Changed.Select(changed => (changed.Key, changed.Position)),
            batch.ChangedReservations.Select(changed => changed.After),
            batch.ChangedUse.Select(changed => (changed.Sku, changed.After)),
            recordedAt,
            sequences);
    }

    /// <summary>
    /// Locks everything that the commands will read, as far as that is known before they are decided. Commands that were queued while it waited for the
    /// locks join the batch.
    /// </summary>
    private async Task LockAndRefresh(List<LaneCommand> commands, LaneStore transaction)
    {
        var stock = await ReadStock(commands, transaction);
        var changed = await transaction.Lock(shards is [var shard] ? cache.PartitionsOf(shard) : SkuPartition.Of(stock.AllSkus), stock, cache);
        var before = commands.Count;
        if (ReferenceEquals(commands, _batch))
        {
            Queue.Drain(_batch, options.BatchSize, command => shards.Count == 1 || stock.HasStockOf(DeclareReads([command])));
        }

        if (commands.Count > before && await ReadStock(commands.GetRange(before, commands.Count - before), transaction) is var more && !stock.HasStockOf(more))
        {
            changed += await transaction.Refresh(more, cache);
        }

        _batchesWithLocks = changed > 0 ? options.LocksAfterRace : _batchesWithLocks - 1;
    }

    /// <summary>Positions and SKUs that the commands will read, all of them in the cache.</summary>
    private async Task<ReadSet> ReadStock(List<LaneCommand> commands, LaneStore from)
    {
        var stock = DeclareReads(commands);
        stock.Movements.Clear();
        cache.CatchUp(book, shards, stock.Positions);
        var read = new LaneBatch(from, cache);
        await read.Read(stock);
        var dependent = DeclareDependentReads(commands, read);
        dependent.Movements.Clear();
        await read.Read(dependent);
        stock.AddStock(dependent);
        return stock;
    }

    /// <summary>Doubles with every attempt up to a hundredfold, with full jitter, so that racing hosts do not collide again.</summary>
    private Task Pause(int attempt, Duration unit) => Task.Delay(unit.ToTimeSpan() * (Math.Min(100, 1 << Math.Min(attempt, 7)) * _jitter.NextDouble()));
}

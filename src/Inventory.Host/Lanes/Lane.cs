using System.Diagnostics;
using System.Threading.Channels;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Availability;

namespace RetailSync.Inventory.Host.Lanes;

/// <summary>
/// One worker with a bounded queue: it takes what is there (never waiting for more), reads what that needs, decides in order of
/// arrival, commits once, and then answers everyone.
/// </summary>
/// <param name="shards">The shards of the cache that its commands may touch: one, or all of them for the lane of what spans SKUs.</param>
/// <param name="gates">A gate for each shard of the cache; a lane works while it holds those of its shards.</param>
/// <param name="cache">The positions that all lanes have in memory.</param>
/// <param name="store">Reads from and commits to the database.</param>
/// <param name="book">The stock cache, updated with each commit before the callers are answered.</param>
/// <param name="options">The lane's limits.</param>
/// <param name="clock">The clock of decisions and recordings.</param>
/// <param name="logger">Logs splits and an unavailable database.</param>
internal sealed class Lane(
    IReadOnlyList<int> shards, SemaphoreSlim[] gates, PositionCache cache, LaneStore store, StockCache book, LaneOptions options, IClock clock, ILogger logger)
{
    private readonly Channel<LaneCommand> _queue = Channel.CreateUnbounded<LaneCommand>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<LaneCommand> _batch = new(options.BatchSize);
    private readonly Random _jitter = new();
    private int _waiting;

    /// <summary>A timestamp; 0 while there is nothing to do.</summary>
    private long _busySince;

    /// <summary>
    /// How many more batches look ids up before they decide. Most movements and holds are new, and the commit detects one that is not: then the batch is
    /// decided again with a lookup, and so are the next batches, since repeats seldom come alone.
    /// </summary>
    private int _lookUps;

    /// <summary>How many more batches lock their positions before they decide: see <see cref="LaneOptions.LocksAfterRace"/>.</summary>
    private int _locks;

    /// <summary>
    /// Reserves room before commands are queued, so that the bound holds for concurrent callers. A single call larger than the bound enters an empty lane.
    /// </summary>
    public bool TryReserve(int commands)
    {
        var waiting = Interlocked.Add(ref _waiting, commands);
        if (waiting <= options.QueueLength || waiting == commands)
        {
            return true;
        }

        Interlocked.Add(ref _waiting, -commands);
        return false;
    }

    public void CancelReservation(int commands) => Interlocked.Add(ref _waiting, -commands);

    /// <summary>Queues a command for which <see cref="TryReserve"/> has made room.</summary>
    public void Enqueue(LaneCommand command)
    {
        if (!_queue.Writer.TryWrite(command))
        {
            Interlocked.Decrement(ref _waiting);
            command.Fail(new LaneUnavailableException(new OperationCanceledException("The host is stopping.")));
        }
    }

    /// <summary>Whether the current batch has taken longer than any database timeout explains.</summary>
    public bool IsStalled => Interlocked.Read(ref _busySince) is var since and not 0 && Stopwatch.GetElapsedTime(since) > options.StandsStillAfter.ToTimeSpan();

    /// <summary>Refuses further commands; the worker ends when the queued ones are answered.</summary>
    public void Close() => _queue.Writer.TryComplete();

    public async Task Work()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            Interlocked.Exchange(ref _busySince, Stopwatch.GetTimestamp());
            foreach (var shard in shards)
            {
                await gates[shard].WaitAsync();
            }

            Drain(_ => true);
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

    /// <summary>Takes commands from the queue into the batch while they are wanted.</summary>
    private void Drain(Func<LaneCommand, bool> isWanted)
    {
        var now = Stopwatch.GetTimestamp();
        while (_batch.Count < options.BatchSize && _queue.Reader.TryPeek(out var command) && (command.IsAbandoned || isWanted(command)))
        {
            _queue.Reader.TryRead(out _);
            Interlocked.Decrement(ref _waiting);
            if (command.IsAbandoned)
            {
                command.Fail(new OperationCanceledException());
            }
            else
            {
                command.TakenAt = now;
                _batch.Add(command);
            }
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

            var isOptimistic = _locks == 0;
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
                    // A repeat is found by a lookup. Otherwise the cached positions are kept: they are validated once they are locked.
                    LaneMetrics.Races.Add(1);
                    _locks = LaneFailure.IsRepeat(failure) && _lookUps == 0 ? 0 : options.LocksAfterRace;
                    _lookUps = failure is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } ? options.LookUpsAfterRepeat : _lookUps;
                    continue;
                }

                _locks = kind == LaneFailureKind.Race ? options.LocksAfterRace : _locks;
                cache.Forget(shards);
                _lookUps = options.LookUpsAfterRepeat;
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
                        logger.LogError(failure, "A command cannot be stored and was isolated");
                        commands[0].Poisoned(failure);
                        return;
                    default:
                        GiveUp(commands, failure);
                        return;
                }
            }
        }
    }

    private bool IsOverdue(LaneCommand command) => Stopwatch.GetElapsedTime(command.TakenAt) > options.AnswerWithin.ToTimeSpan();

    private void GiveUp(List<LaneCommand> commands, Exception failure)
    {
        logger.LogError(failure, "{Commands} commands could not be committed", commands.Count);
        commands.ForEach(command => command.Unavailable(new LaneUnavailableException(failure)));
    }

    private async Task DecideAndCommit(List<LaneCommand> commands)
    {
        cache.MakeRoom(shards);
        if (cache.Rebuilt(shards) is null)
        {
            cache.Begin(shards, await store.ReadRebuilt());
        }

        if (_locks == 0)
        {
            await DecideAndCommit(commands, store);
            return;
        }

        await using var transaction = await store.Begin();
        await Lock(commands, transaction);
        await DecideAndCommit(commands, transaction);
    }

    /// <summary>
    /// Locks everything that the commands will read, as far as that is known before they are decided. Commands that were queued while it waited for the
    /// locks join the batch.
    /// </summary>
    private async Task Lock(List<LaneCommand> commands, LaneStore transaction)
    {
        var stock = await Stock(commands, transaction);
        var changed = await transaction.Lock(shards is [var shard] ? cache.PartitionsOf(shard) : SkuPartition.Of(stock.AllSkus), stock, cache);
        var before = commands.Count;
        if (ReferenceEquals(commands, _batch))
        {
            Drain(command => shards.Count == 1 || stock.HasStockOf(Question([command])));
        }

        if (commands.Count > before && await Stock(commands.GetRange(before, commands.Count - before), transaction) is var more && !stock.HasStockOf(more))
        {
            changed += await transaction.Refresh(more, cache);
        }

        _locks = changed > 0 ? options.LocksAfterRace : _locks - 1;
    }

    /// <summary>Positions and SKUs that the commands will read, all of them in the cache.</summary>
    private async Task<ReadSet> Stock(List<LaneCommand> commands, LaneStore from)
    {
        var stock = Question(commands);
        stock.Movements.Clear();
        cache.CatchUp(book, shards, stock.Positions);
        var seen = new LaneBatch(from, cache);
        await seen.Read(stock);
        var more = new ReadSet();
        commands.ForEach(command => command.DeclareDependentReads(more, seen));
        more.Movements.Clear();
        await seen.Read(more);
        stock.AddStock(more);
        return stock;
    }

    private async Task DecideAndCommit(List<LaneCommand> commands, LaneStore from)
    {
        var started = Stopwatch.GetTimestamp();
        var batch = new LaneBatch(from, cache);
        var question = Question(commands);
        if (_lookUps == 0)
        {
            question.Movements.Clear();
        }
        else
        {
            question.Reservations.UnionWith(question.NewReservations.Select(key => key.Id));
        }

        if (!from.IsTransaction)
        {
            cache.CatchUp(book, shards, question.Positions);
        }

        await batch.Read(question);
        _lookUps = batch.HasMetRepeats(question) ? options.LookUpsAfterRepeat : Math.Max(0, _lookUps - 1);
        var more = new ReadSet();
        commands.ForEach(command => command.DeclareDependentReads(more, batch));
        await batch.Read(more);

        var now = clock.GetCurrentInstant();
        var doubtful = new List<LaneCommand>();
        foreach (var command in commands)
        {
            if (!await command.Decide(batch, now))
            {
                doubtful.Add(command);
            }
        }

        if (doubtful.Count > 0)
        {
            var again = Question(doubtful);
            await batch.LookUp(again.NewReservations);
            doubtful.ForEach(command => command.DeclareDependentReads(again, batch));
            await batch.LookAgain(again, now);
            foreach (var command in doubtful)
            {
                await command.Decide(batch, now);
            }
        }

        await Commit(batch, from, now);
        LaneMetrics.Committed(commands.Count, batch.Events.Count, Stopwatch.GetElapsedTime(started));
    }

    private static ReadSet Question(List<LaneCommand> commands)
    {
        var question = new ReadSet();
        commands.ForEach(command => command.DeclareReads(question));
        return question;
    }

    private async Task Commit(LaneBatch batch, LaneStore to, Instant now)
    {
        if (batch.Events.Count == 0)
        {
            return; // duplicates and refusals cost no write
        }

        // A stream's and a host's instants of recording never decrease, also after a host whose clock was ahead. Decisions use the clock itself.
        var recordedAt = Instant.Max(now, Instant.Max(cache.RecordedAt, book.RecordedAt));
        var sequences = await to.Commit(batch, cache.Rebuilt(shards)!.Value, recordedAt);
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

    /// <summary>Doubles with every attempt up to a hundredfold, with full jitter, so that racing hosts do not collide again.</summary>
    private Task Pause(int attempt, Duration unit) => Task.Delay(unit.ToTimeSpan() * (Math.Min(100, 1 << Math.Min(attempt, 7)) * _jitter.NextDouble()));
}

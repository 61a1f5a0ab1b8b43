using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Lanes.Commands;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Lanes;

/// <summary>
/// All writes of stock. Commands are queued in the lane of their SKU, so all commands of one SKU, a transfer's two ends included, are
/// decided by a single writer in one order, and lanes never wait for each other's rows. Commands that span SKUs have a lane of their own, which
/// works while the others are stopped.
/// </summary>
public sealed class WriteLanes : IHostedService, IDisposable
{
    /// <summary>
    /// Marten's foreign key has each event's row looked up in the streams, which takes a sixth of a movement's time. The lane's statement before
    /// has written the stream's row in the same transaction and counted that it did, so the look-up cannot find anything. Keys and unique
    /// indexes are not concerned. A role that may not do without the look-up has it.
    /// </summary>
    private const string LeaveForeignKeysUnchecked =
        "select set_config('session_replication_role', 'replica', false) where has_parameter_privilege('session_replication_role', 'set')";

    private readonly NpgsqlDataSource _dataSource;
    private readonly LaneStore _store;
    private readonly PositionCache _cache;
    private readonly PlanCache _planning;
    private readonly LaneOptions _options;
    private readonly DatabaseWatch _watch;
    private readonly IClock _clock;
    private readonly ILogger<WriteLanes> _log;
    private readonly AsyncLocal<Rehearsal?> _rehearsal = new();
    private readonly Lane[] _lanes;
    private readonly Lane _spanning;
    private Task _working = Task.CompletedTask;

    /// <param name="connectionString">The lanes have a connection pool of their own, which readers cannot exhaust.</param>
    /// <param name="options"><see cref="LaneOptions"/></param>
    /// <param name="clock">The clock of decisions and recordings.</param>
    /// <param name="planning">Rules and places that holds respect.</param>
    /// <param name="book">The stock cache, updated with each commit before the caller is answered.</param>
    /// <param name="watch">Reports when the database is known to be unavailable.</param>
    /// <param name="logger">Logs splits and an unavailable database.</param>
    public WriteLanes(
        string connectionString, LaneOptions options, IClock clock, PlanCache planning, StockCache book, DatabaseWatch watch, ILogger<WriteLanes> logger)
    {
        (_planning, _options, _watch, _clock, _log) = (planning, options, watch, clock, logger);
        _dataSource = DataSource(connectionString, options);
        _store = new LaneStore(_dataSource, clock);
        _cache = new PositionCache(options.Count, options.CachedPositions);
        var shards = Enumerable.Range(0, options.Count).ToArray();
        var gates = Array.ConvertAll(shards, _ => new SemaphoreSlim(1));
        _lanes = Array.ConvertAll(shards, shard => new Lane([shard], gates, _cache, _store, book, options, clock, logger));
        _spanning = new Lane(shards, gates, _cache, _store, book, options, clock, logger);
    }

    /// <summary>Called with the SKUs of a commit before its callers are answered; null while there is no subscriber.</summary>
    internal Func<IEnumerable<Sku>, Provenance, CancellationToken, Task>? Written { get; set; }

    /// <summary>How many there are, the one for what spans SKUs included.</summary>
    internal int Count => _lanes.Length + 1;

    /// <summary>
    /// Runs work whose commands are read for, decided and written as any, each call in a transaction of its own that is rolled back: nothing of them stays, in
    /// the database or in memory, and no lane waits for them.
    /// </summary>
    internal async Task Rehearse(Func<Task> work)
    {
        var rehearsal = _rehearsal.Value = new Rehearsal();
        try
        {
            await work();
        }
        finally
        {
            rehearsal.IsOver = true;
        }
    }

    /// <summary>
    /// Records movements in their order; the answer has one outcome for each, in the same order, once they are all committed. Those of
    /// one lane share a commit with whatever else waits there.
    /// </summary>
    /// <exception cref="LaneFullException">A queue is full: nothing of this call was accepted. Retry later.</exception>
    /// <exception cref="LaneUnavailableException">A commit failed, or its result is unknown; a retry is idempotent.</exception>
    public async Task<MovementOutcome[]> Record(IReadOnlyList<Movement> movements, Provenance provenance, CancellationToken cancellation)
    {
        var commands = new (Lane Lane, LaneCommand Command)[movements.Count];
        for (var index = 0; index < commands.Length; index++)
        {
            var kitAt = KitAt(movements[index]);
            commands[index] = (LaneOf(movements[index], kitAt is not null), new RecordMovementCommand(movements[index], kitAt, _planning, provenance));
        }

        // Facts are recorded also when the caller disconnects.
        await Run(commands).WaitAsync(cancellation);
        await (Written?.Invoke(commands.SelectMany(entry => ((RecordMovementCommand)entry.Command).Skus), provenance, cancellation) ?? Task.CompletedTask);
        return Array.ConvertAll(commands, entry => ((RecordMovementCommand)entry.Command).Outcome);
    }

    /// <summary>Holds units for an order, all or none.</summary>
    /// <param name="request">The hold to make.</param>
    /// <param name="provenance">Stored with the events.</param>
    /// <param name="cancellation">Cancelled when the caller disconnects: what is not decided yet is then not decided.</param>
    /// <param name="quotas">What the channel may hold; null for what has happened and is not judged.</param>
    /// <inheritdoc cref="Record" path="/exception"/>
    public Task<ReservationAnswer> Hold(HoldStock request, Provenance provenance, CancellationToken cancellation, HoldQuotas? quotas = null)
    {
        request = _planning.Book.HasKits ? request with { Lines = WithKits(request.Lines) } : request;
        return Run(LaneOf(request.Lines), new HoldStockCommand(request, quotas, _planning, provenance, cancellation));
    }

    /// <summary>Confirms, changes or ends a reservation. Its positions are known only once it is read, so it goes through the spanning lane.</summary>
    /// <param name="isMeant">Whether the caller may mean a reservation of a channel; what it may not mean is unknown to it, and of several it has to name
    /// one.</param>
    /// <param name="provenance">Stored with the events.</param>
    /// <param name="cancellation">Cancelled when the caller disconnects: what is not decided yet is then not decided.</param>
    /// <param name="isExpected">Whether the reservation, at the instant of the decision, is still what the caller decided on; always, where the caller does not
    /// say.</param>
    /// <param name="quotas">What the channel may hold, for other lines; null for what has happened and is not judged.</param>
    /// <inheritdoc cref="Record" path="/exception"/>
    public async Task<ReservationAnswer> Step(
        ReservationStep step, Func<ChannelId, bool> isMeant, Provenance provenance, CancellationToken cancellation, Func<Reservation, Instant,
        bool>? isExpected = null,
        HoldQuotas? quotas = null)
    {
        step = step is ChangeReservation change ? change with { Lines = WithKits(change.Lines) } : step;
        var answer = await Run(_spanning,
            new ReservationStepCommand(step, isMeant, isExpected ?? ((_, _) => true), quotas, _planning, provenance, cancellation));
        await (Written?.Invoke(answer.Reservation?.Lines.Select(line => line.Sku) ?? [], provenance, cancellation) ?? Task.CompletedTask);
        return answer;
    }

    /// <summary>
    /// Brings stock and hold of a channel's order to the state of its messages. It may change positions of its hold, so it goes through the spanning lane.
    /// </summary>
    /// <param name="provenance">Stored with the events.</param>
    /// <param name="cancellation">Cancelled when the caller disconnects: what is not decided yet is then not decided.</param>
    /// <inheritdoc cref="Record" path="/exception"/>
    internal async Task<AppliedOrder> ApplyOrder(OrderPlan plan, Provenance provenance, CancellationToken cancellation)
    {
        var command = new ApplyOrderCommand(plan, _planning, provenance, cancellation);
        await Run([(_spanning, command)]);
        return command.Applied;
    }

    /// <summary>Records the expiry of expired holds.</summary>
    /// <param name="provenance">Stored with the events.</param>
    /// <param name="atMost">The most holds; the longest expired are recorded first.</param>
    /// <returns>How many are settled now: fewer than there were where one could not be stored.</returns>
    public async Task<int> ExpireDue(Provenance provenance, int atMost)
    {
        var due = await _store.ReadDue(atMost);
        var commands = due.Select(reservation => new ExpireReservationCommand(reservation.Key, _planning, provenance)).ToList();
        await Run([.. commands.Select(command => (_spanning, (LaneCommand)command))]);
        return commands.Count(command => command.Answer is { Refusal: null });
    }

    /// <summary>Finds other supply for what is late, or has lost its own, of these SKUs, and holds for it what has become free.</summary>
    /// <param name="provenance">Stored with the events.</param>
    public Task ReplanSupply(IEnumerable<Sku> skus, Provenance provenance) =>
        Run([.. skus.Select(sku => (_lanes[_cache.ShardOf(sku)], (LaneCommand)new ReplanSupplyCommand(sku, _planning, provenance)))]);

    /// <summary>Of each lane; the last is that of what spans SKUs.</summary>
    public IReadOnlyList<LaneFigures> Figures => [.. _lanes.Append(_spanning).Select(lane => lane.Figures)];

    /// <summary>Whether one of the lanes is stalled (<see cref="LaneOptions.StandsStillAfter"/>).</summary>
    public bool Stalled => _lanes.Append(_spanning).Any(lane => lane.IsStalled);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _working = Task.WhenAll(_lanes.Append(_spanning).Select(lane => Task.Run(lane.Work, CancellationToken.None)));
        return Task.CompletedTask;
    }

    /// <summary>Refuses further commands, and ends when the queued ones are answered.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var lane in _lanes.Append(_spanning))
        {
            lane.Queue.Close();
        }

        await _working.WaitAsync(cancellationToken);
    }

    public void Dispose() => _dataSource.Dispose();

    private Lane LaneOf(IReadOnlyList<RequestedLine> lines)
    {
        if (lines is [{ Kit: null } only])
        {
            return _lanes[_cache.ShardOf(only.Sku)];
        }

        var shards = lines.SelectMany(line => line.Skus).Select(_cache.ShardOf).Distinct().Take(2).ToList();
        return shards.Count == 1 ? _lanes[shards[0]] : _spanning;
    }

    private Lane LaneOf(Movement movement, bool mayBeOfKit) =>
        mayBeOfKit || movement is Sale { Reservation: not null } ? _spanning : _lanes[_cache.ShardOf(movement.Position.Sku)];

    /// <summary>What the SKU of a sale or a return, or of a correction of one, was at an instant; null where it never was a kit.</summary>
    private Func<Instant, Kit?>? KitAt(Movement movement)
    {
        var (book, sku) = (_planning.Book, movement.Position.Sku);
        return movement is Sale or Return or Correction && book.HasKits && book.Find(RuleId.OfKit(sku)).Version > 0
            ? instant => KitsInForce.At(book, sku, instant) : null;
    }

    /// <summary>A kit is what it is when the request is taken: the lanes that decide it have to be those of its components.</summary>
    private IReadOnlyList<RequestedLine> WithKits(IReadOnlyList<RequestedLine> lines)
    {
        var rules = _planning.Now().Rules;
        return lines.Any(line => rules.Kit(line.Sku) is not null) ? [.. lines.Select(line => line with { Kit = rules.Kit(line.Sku) })] : lines;
    }

    private async Task<ReservationAnswer> Run(Lane lane, ReservationCommand command)
    {
        await Run([(lane, command)]);
        return command.Answer!;
    }

    /// <summary>
    /// Queues the commands, all or none, and waits until every one is answered: no longer than <see cref="LaneOptions.AnswerWithin"/>, nor for a database that
    /// is known to be unavailable. The lane completes what it has begun; a retry finds what it commits by its id.
    /// </summary>
    private async Task Run((Lane Lane, LaneCommand Command)[] commands)
    {
        if (_rehearsal.Value is { IsOver: false })
        {
            await RollBack(Array.ConvertAll(commands, entry => entry.Command));
            return;
        }

        var givenUp = _watch.GivenUp;
        if (givenUp.IsCancellationRequested)
        {
            throw new LaneUnavailableException(new DatabaseUnavailableException());
        }

        var reserved = new List<(Lane Lane, int Count)>();
        foreach (var (lane, count) in commands.CountBy(entry => entry.Lane))
        {
            if (!lane.Queue.TryReserve(count))
            {
                reserved.ForEach(earlier => earlier.Lane.Queue.CancelReservation(earlier.Count));
                LaneMetrics.Full.Add(1);
                throw new LaneFullException();
            }

            reserved.Add((lane, count));
        }

        var open = commands.Length;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answered = () =>
        {
            if (Interlocked.Decrement(ref open) == 0)
            {
                all.SetResult();
            }
        };
        foreach (var (lane, command) in commands)
        {
            command.Answered = answered;
            lane.Queue.Enqueue(command);
        }

        if (commands.Length > 0)
        {
            try
            {
                await all.Task.WaitAsync(_options.AnswerWithin.ToTimeSpan(), givenUp);
            }
            catch (Exception late) when (late is TimeoutException or OperationCanceledException)
            {
                throw new LaneUnavailableException(late);
            }
        }

        if (Array.Find(commands, entry => entry.Command.Failure is not null).Command?.Failure is { } failure)
        {
            throw failure;
        }
    }

    private async Task RollBack(LaneCommand[] commands)
    {
        await using var store = await _store.Begin(isRehearsal: true);
        using var gate = new SemaphoreSlim(1);
        var lane = new Lane([0], [gate], new PositionCache(1, _options.BatchSize), store, new StockCache(), _options, _clock, _log);
        lane.Queue.TryReserve(commands.Length);
        Array.ForEach(commands, lane.Queue.Enqueue);
        lane.Queue.Close();
        await lane.Work();
        if (Array.Find(commands, command => command.Failure is not null)?.Failure is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>
    /// A lane's statements look rows up by key. A plan made for arrays of unknown length might scan a table instead, so those plans are
    /// off, and every statement is planned once. A host that is frozen while it has rows locked loses them after five seconds: its batch is then decided again.
    /// </summary>
    private static NpgsqlDataSource DataSource(string connectionString, LaneOptions options)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "retailsync-lanes",
            MaxPoolSize = options.Count + 2,
            MaxAutoPrepare = 40,
            AutoPrepareMinUsages = 1,
            NoResetOnClose = true,
            Multiplexing = false,
            Options = "-c plan_cache_mode=force_generic_plan -c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off -c jit=off -c "
                + "idle_in_transaction_session_timeout=5s",
        };
        var builder = new NpgsqlDataSourceBuilder(connection.ConnectionString);
        builder.UseNodaTime();
        builder.UsePhysicalConnectionInitializer(opened => Leave(opened).ExecuteNonQuery(), opened => Leave(opened).ExecuteNonQueryAsync());
        return builder.Build();

        static NpgsqlCommand Leave(NpgsqlConnection opened) => new(LeaveForeignKeysUnchecked, opened);
    }

    /// <summary>Over as soon as its work has returned, also for what that may have left running.</summary>
    private sealed class Rehearsal
    {
        private volatile bool _isOver;

        public bool IsOver
        {
            get => _isOver;
            set => _isOver = value;
        }
    }
}

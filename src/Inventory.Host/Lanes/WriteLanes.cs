using Npgsql;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Host.Lanes;

/// <summary>
/// The one way to write. Commands go to the lane of their SKU, so everything that meets at one SKU, a transfer's two ends included, is
/// decided in one place and in one order, and lanes never wait for each other's rows.
/// </summary>
public sealed class WriteLanes : IHostedService, IDisposable
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly Lane[] _lanes;
    private Task _working = Task.CompletedTask;

    /// <param name="connectionString">The lanes keep connections of their own, which no reader can use up.</param>
    /// <param name="options"><see cref="LaneOptions"/></param>
    /// <param name="clock">Says when a fact is recorded.</param>
    /// <param name="logger">Told of races, splits and a database that is away.</param>
    public WriteLanes(string connectionString, LaneOptions options, IClock clock, ILogger<WriteLanes> logger)
    {
        _dataSource = DataSource(connectionString, options);
        var store = new LaneStore(_dataSource);
        _lanes = [.. Enumerable.Range(0, options.Count).Select(_ => new Lane(store, options, clock, logger))];
    }

    /// <summary>
    /// Records movements in their order; the answer has one outcome for each, in the same order, once they are all committed. Those of
    /// one lane share a commit with whatever else waits there.
    /// </summary>
    /// <exception cref="LaneFullException">A queue is at its bound: nothing of this call was taken. Try again later.</exception>
    /// <exception cref="LaneUnavailableException">A commit could not be made, or may have been; sending the same again is safe.</exception>
    public async Task<MovementOutcome[]> Record(IReadOnlyList<Movement> movements, string correlationId, CancellationToken cancellation)
    {
        var commands = new RecordMovement[movements.Count];
        var perLane = new int[_lanes.Length];
        for (var index = 0; index < commands.Length; index++)
        {
            commands[index] = new RecordMovement(movements[index], correlationId);
            perLane[LaneOf(movements[index].Position.Sku)]++;
        }

        Reserve(perLane);
        var wait = new Wait(commands.Length);
        for (var index = 0; index < commands.Length; index++)
        {
            commands[index].Answered = wait.Arrive;
            _lanes[LaneOf(movements[index].Position.Sku)].Enqueue(commands[index]);
        }

        // Facts are recorded whether or not the caller stays to hear of it.
        await wait.All.WaitAsync(cancellation);
        return Array.Find(commands, command => command.Failure is not null)?.Failure is { } failure
            ? throw failure
            : Array.ConvertAll(commands, command => command.Outcome);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _working = Task.WhenAll(_lanes.Select(lane => Task.Run(lane.Work, CancellationToken.None)));
        return Task.CompletedTask;
    }

    /// <summary>Takes no more, and ends when everything that waits is answered.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var lane in _lanes)
        {
            lane.Close();
        }

        await _working.WaitAsync(cancellationToken);
    }

    public void Dispose() => _dataSource.Dispose();

    private int LaneOf(Sku sku) => (sku.Value.GetHashCode(StringComparison.Ordinal) & int.MaxValue) % _lanes.Length;

    private void Reserve(int[] perLane)
    {
        for (var lane = 0; lane < perLane.Length; lane++)
        {
            if (perLane[lane] > 0 && !_lanes[lane].TryReserve(perLane[lane]))
            {
                for (var earlier = 0; earlier < lane; earlier++)
                {
                    _lanes[earlier].CancelReservation(perLane[earlier]);
                }

                LaneMetrics.Full.Add(1);
                throw new LaneFullException();
            }
        }
    }

    /// <summary>
    /// A lane's statements look rows up by key. A plan made for arrays of unknown length might scan a table instead, so those plans are
    /// off, and every statement is planned once.
    /// </summary>
    private static NpgsqlDataSource DataSource(string connectionString, LaneOptions options)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "retailsync-lanes",
            MaxPoolSize = options.Count + 2,
            MaxAutoPrepare = 20,
            AutoPrepareMinUsages = 1,
            NoResetOnClose = true,
            Multiplexing = false,
            Options = "-c plan_cache_mode=force_generic_plan -c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off -c jit=off",
        };
        return new NpgsqlDataSourceBuilder(connection.ConnectionString).UseNodaTime().Build();
    }

    /// <summary>Ends when every command of a call is answered.</summary>
    private sealed class Wait
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _open;

        public Wait(int commands)
        {
            _open = commands;
            if (commands == 0)
            {
                _all.SetResult();
            }
        }

        public Task All => _all.Task;

        public void Arrive()
        {
            if (Interlocked.Decrement(ref _open) == 0)
            {
                _all.SetResult();
            }
        }
    }
}

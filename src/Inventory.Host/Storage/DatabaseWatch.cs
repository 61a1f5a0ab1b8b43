using System.Diagnostics.Metrics;
using NodaTime;
using Npgsql;

namespace RetailSync.Inventory.Host.Storage;

/// <summary>The database does not answer: nothing was answered, and asking again is safe.</summary>
public sealed class DatabaseUnavailableException() : Exception("The database does not answer.");

/// <summary>
/// Asks the database four times a second what time it is, on a connection and a thread of its own: whether it answers at all is then known without
/// asking, and <see cref="CheckedClock"/> knows the time by which all hosts go. A database that refuses, or is not there, is not stalled: whoever
/// asks is answered at once. One that accepts queries and never answers, because it is frozen or its disk hangs, is.
/// </summary>
public sealed class DatabaseWatch : IHostedService, IDisposable
{
    /// <summary>Without an answer for so long it is stalled: availability is answered as it was last known.</summary>
    public static readonly TimeSpan StalledAfter = TimeSpan.FromSeconds(1);

    /// <summary>After so long without an answer callers no longer wait for it, and further ones are refused at once.</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromSeconds(5);

    private const int ConnectTimeoutSeconds = 5;

    private const int QuestionTimeoutSeconds = 5;

    /// <summary>
    /// Threads beside the usual number while it is stalled: Npgsql cancels a statement by a connection that it waits for on the thread itself, one for
    /// each connection in use, and others have to go on working meanwhile.
    /// </summary>
    private const int ThreadsWhileStalled = 64;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>A reading that took longer is less exact than the one before it, carried on; only the first is taken whatever it took.</summary>
    private static readonly TimeSpan ExactReading = TimeSpan.FromMilliseconds(500);

    private readonly NpgsqlDataSource _database;
    private readonly NpgsqlDataSource _readers;
    private readonly CheckedClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger<DatabaseWatch> _log;
    private readonly Meter _meter = new("RetailSync.Database");
    private readonly ManualResetEventSlim _stop = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly int _threads;
    private Thread? _asking;
    private ITimer? _looking;
    private CancellationTokenSource _stalled = new();
    private CancellationTokenSource _givenUp = new();
    private long _answeredAt;

    /// <param name="connectionString">The database; one connection beside the pools.</param>
    /// <param name="readers">The pool of those who read: its idle connections are closed when the database was restarted, or each of them would cost a caller a
    /// 503.</param>
    /// <param name="clock">Learns the database's time.</param>
    /// <param name="log">Says when it stalls and when it is back.</param>
    public DatabaseWatch(string connectionString, NpgsqlDataSource readers, CheckedClock clock, TimeProvider time, ILogger<DatabaseWatch> log)
    {
        (_readers, _clock, _time, _log) = (readers, clock, time, log);
        var connection = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "retailsync-watch",
            Pooling = false,
            Timeout = QuestionTimeoutSeconds,
            CommandTimeout = QuestionTimeoutSeconds,
        };
        var builder = new NpgsqlDataSourceBuilder(connection.ConnectionString);
        builder.UseNodaTime();
        _database = builder.Build();
        ThreadPool.GetMinThreads(out _threads, out _);
        _answeredAt = time.GetTimestamp();
        _meter.CreateObservableGauge("retailsync.database.unanswered", () => Unanswered.TotalSeconds, "s", "Since the database answered last");
        _meter.CreateObservableGauge(
            "retailsync.clock.offset", () => _clock.Offset.TotalSeconds, "s",
            "The host's clock less the database's; beyond 2 s the host goes by the database's");
    }

    /// <summary>
    /// The connection string with at most five seconds for a connection, a free one of the pool, or the attempt to cancel a statement: a stalled database
    /// takes each of them in full.
    /// </summary>
    public static string Bounded(string connectionString)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        connection.Timeout = Math.Min(connection.Timeout, ConnectTimeoutSeconds);
        return connection.ConnectionString;
    }

    /// <summary>Since it answered last; up to <see cref="Interval"/> and its answer's time while all is well.</summary>
    public TimeSpan Unanswered => _time.GetElapsedTime(Interlocked.Read(ref _answeredAt));

    /// <summary>Whether it takes questions and gives no answers.</summary>
    public bool IsStalled => Unanswered > StalledAfter;

    /// <summary>
    /// Cancelled once it is stalled; another token after it was back. For waits that are given up, never for statements: see <see cref="GivenUp"/>.
    /// </summary>
    public CancellationToken Stalled
    {
        get
        {
            lock (_lock)
            {
                return _stalled.Token;
            }
        }
    }

    /// <summary>
    /// Cancelled after <see cref="GivenUpAfter"/>; another token after it was back. Whoever cancels a statement by it does that on another thread, since that
    /// may take seconds.
    /// </summary>
    public CancellationToken GivenUp
    {
        get
        {
            lock (_lock)
            {
                return _givenUp.Token;
            }
        }
    }

    /// <summary>Waits for work against the database no longer than until that is known to be stalled; the work itself goes on.</summary>
    /// <exception cref="DatabaseUnavailableException">It is stalled.</exception>
    public async Task<T> WhileAnswering<T>(Task<T> work)
    {
        var stalled = Stalled;
        try
        {
            return await work.WaitAsync(stalled);
        }
        catch (OperationCanceledException) when (stalled.IsCancellationRequested)
        {
            throw new DatabaseUnavailableException();
        }
    }

    /// <summary>Returns when the database's time is known: nothing is stamped before.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _asking = new Thread(Ask) { IsBackground = true, Name = "Database watch" };
        _asking.Start();
        await _first.Task.WaitAsync(cancellationToken);
        _looking = _time.CreateTimer(_ => Look(), null, LookInterval, LookInterval);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stop.Set();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _stop.Set();
        _looking?.Dispose();
        _meter.Dispose();
        _database.Dispose();
        _stalled.Dispose();
        _givenUp.Dispose();
    }

    private void Ask()
    {
        NpgsqlConnection? connection = null;
        do
        {
            try
            {
                connection ??= _database.OpenConnection();
                using var question = new NpgsqlCommand("select clock_timestamp()", connection);
                var asked = _time.GetTimestamp();
                var said = (Instant)question.ExecuteScalar()!;
                var answered = _time.GetTimestamp();
                if (_time.GetElapsedTime(asked, answered) is var took && (took < ExactReading || !_clock.IsChecked))
                {
                    _clock.Learn(said + Duration.FromTimeSpan(took / 2), answered);
                }

                Answered();
            }
            catch (Exception failure)
            {
                connection?.Dispose();
                connection = null;
                _readers.Clear(); // what was idle there has been cut off too
                if (failure is not NpgsqlException { InnerException: TimeoutException } and not TimeoutException)
                {
                    Answered(); // if only that it is not there
                }
            }

            _first.TrySetResult();
        }
        while (!_stop.Wait(Interval));
        connection?.Dispose();
    }

    private void Answered()
    {
        Interlocked.Exchange(ref _answeredAt, _time.GetTimestamp());
        lock (_lock)
        {
            if (_stalled.IsCancellationRequested)
            {
                _log.LogInformation("The database answers again");
                ThreadPool.SetMinThreads(_threads, _threads);
                (_stalled, _givenUp) = (new CancellationTokenSource(), new CancellationTokenSource());
            }
        }
    }

    private void Look()
    {
        if (_stop.IsSet)
        {
            return;
        }

        lock (_lock)
        {
            if (IsStalled && !_stalled.IsCancellationRequested)
            {
                _log.LogWarning("The database has given no answer for {Unanswered}", Unanswered);
                ThreadPool.SetMinThreads(_threads + ThreadsWhileStalled, _threads);
                _ = _stalled.CancelAsync();
            }

            if (Unanswered > GivenUpAfter && !_givenUp.IsCancellationRequested)
            {
                _ = _givenUp.CancelAsync();
            }
        }
    }
}

using System.Diagnostics;
using System.Threading.Channels;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Host.Lanes;

/// <summary>
/// One worker with a bounded queue: it takes what is there (never waiting for more), reads what that needs, decides in order of
/// arrival, commits once, and then answers everyone.
/// </summary>
internal sealed class Lane
{
    private readonly Channel<LaneCommand> _queue = Channel.CreateUnbounded<LaneCommand>(new UnboundedChannelOptions { SingleReader = true });
    private readonly LaneStore _store;
    private readonly LaneOptions _options;
    private readonly IClock _clock;
    private readonly ILogger _logger;
    private readonly PositionCache _cache;
    private readonly Random _jitter = new();
    private int _waiting;

    public Lane(LaneStore store, LaneOptions options, IClock clock, ILogger logger)
    {
        _store = store;
        _options = options;
        _clock = clock;
        _logger = logger;
        _cache = new PositionCache(options.CachedPositions / options.Count);
    }

    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Counts commands in before they are queued, so that the bound holds whoever comes at once. A single call larger than the bound enters an empty lane.</summary>
    public bool TryReserve(int commands)
    {
        var waiting = Interlocked.Add(ref _waiting, commands);
        if (waiting <= _options.QueueLength || waiting == commands)
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

    /// <summary>No more commands are taken; the worker ends when those that wait are answered.</summary>
    public void Close() => _queue.Writer.TryComplete();

    public async Task Work()
    {
        var commands = new List<LaneCommand>(_options.BatchSize);
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (commands.Count < _options.BatchSize && _queue.Reader.TryRead(out var command))
            {
                if (command.IsAbandoned)
                {
                    command.Fail(new OperationCanceledException());
                }
                else
                {
                    commands.Add(command);
                }

                Interlocked.Decrement(ref _waiting);
            }

            await Settle(commands);
            foreach (var command in commands)
            {
                command.Answered?.Invoke();
            }

            commands.Clear();
        }
    }

    /// <summary>Commits the commands, whatever it takes: races are run again, a database that is away is waited for, and what cannot be stored is isolated.</summary>
    private async Task Settle(List<LaneCommand> commands)
    {
        var started = Stopwatch.GetTimestamp();
        for (var attempt = 1; commands.Count > 0; attempt++)
        {
            try
            {
                await Attempt(commands);
                return;
            }
            catch (Exception failure)
            {
                _cache.Forget();
                switch (LaneFailure.Classify(failure))
                {
                    case LaneFailureKind.Race when attempt < _options.RaceAttempts:
                        LaneMetrics.Races.Add(1);
                        await Pause(attempt, _options.RacePause);
                        break;
                    case LaneFailureKind.Away when Stopwatch.GetElapsedTime(started) < _options.Patience.ToTimeSpan():
                        _logger.LogWarning("The database is away ({Reason}); {Commands} commands wait for it", failure.Message, commands.Count);
                        await Pause(attempt, _options.AwayPause);
                        break;
                    case LaneFailureKind.Poison when commands.Count > 1:
                        LaneMetrics.Splits.Add(1);
                        await Settle(commands.GetRange(0, commands.Count / 2));
                        await Settle(commands.GetRange(commands.Count / 2, commands.Count - (commands.Count / 2)));
                        return;
                    case LaneFailureKind.Poison:
                        _logger.LogError(failure, "A command cannot be stored and fails alone");
                        commands[0].Poisoned(failure);
                        return;
                    default:
                        _logger.LogError(failure, "{Commands} commands could not be committed", commands.Count);
                        commands.ForEach(command => command.Unavailable(new LaneUnavailableException(failure)));
                        return;
                }
            }
        }
    }

    private async Task Attempt(List<LaneCommand> commands)
    {
        var started = Stopwatch.GetTimestamp();
        var question = new LaneQuestion();
        foreach (var command in commands)
        {
            command.Ask(question);
        }

        var known = await _store.Read(question, _cache);
        var batch = new LaneBatch(_store, _cache, known);
        var now = _clock.GetCurrentInstant();
        foreach (var command in commands)
        {
            await command.Decide(batch, now);
        }

        if (batch.Events.Count > 0)
        {
            var sequences = await _store.Commit(batch, now);
            foreach (var (key, position) in batch.Changed)
            {
                _cache.Put(key, position);
            }

            for (var index = 0; index < sequences.Length; index++)
            {
                batch.Events[index].Cause.Committed(sequences[index]);
            }
        }

        LaneMetrics.Committed(commands.Count, batch.Events.Count, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Doubles with every attempt up to a hundredfold, with full jitter, so that racing hosts part.</summary>
    private Task Pause(int attempt, Duration unit) => Task.Delay(unit.ToTimeSpan() * (Math.Min(100, 1 << Math.Min(attempt, 7)) * _jitter.NextDouble()));
}

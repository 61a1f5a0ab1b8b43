using System.Collections.Concurrent;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Hints;

/// <summary>
/// Collects what has changed and passes it on to everybody who listens on this host, twice a second: each thing once. What comes from the event log costs
/// nothing more than it is followed anyway; the rest is asked for once a second for all listeners together, and not at all while there are none.
/// </summary>
public sealed class HintBroadcast(ChangeHints hints, TableChanges tables, StockCache book, TimeProvider time, ILogger<HintBroadcast> log) : BackgroundService
{
    /// <summary>Listeners of this host at once.</summary>
    public const int MostListeners = 200;

    /// <summary>
    /// Things of one round that are named; beyond them a hint says that any of its topic may have changed. Each is written for each listener, and while tills
    /// are busy that must not cost what they need.
    /// </summary>
    public const int MostNamed = 200;

    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<(string Topic, string? Id, string? Channel, string? Location), long> _pending = [];
    private readonly HashSet<HintListener> _listeners = [];
    private readonly Lock _gate = new();
    private int _named;

    /// <param name="caller">Is given what it may see.</param>
    /// <exception cref="ApiProblemException">429 <c>too-many-streams</c>.</exception>
    public HintListener Listen(Caller caller, IReadOnlySet<string> topics)
    {
        var listener = new HintListener(caller, topics, Leave);
        lock (_gate)
        {
            if (_listeners.Count >= MostListeners)
            {
                throw new ApiProblemException(
                    StatusCodes.Status429TooManyRequests, "too-many-streams", $"This host has {MostListeners} streams already. Try again.")
                { RetryAfterSeconds = 10 };
            }

            _listeners.Add(listener);
            hints.ReadBy(Add);
        }

        return listener;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, time);
        for (var round = 0; await timer.WaitForNextTickAsync(stoppingToken); round++)
        {
            try
            {
                if (!hints.AreRead)
                {
                    tables.Restart();
                }
                else if (round % 2 == 0)
                {
                    foreach (var hint in await tables.Read(book.NewestSequence, stoppingToken))
                    {
                        Add(hint);
                    }
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Changes of tables cannot be read ({Reason}); those who listen are not notified of them until they can", failure.Message);
            }

            Pass();
        }
    }

    /// <summary>Passes on what was collected.</summary>
    internal void Pass()
    {
        List<ChangeHint> round = [];
        foreach (var key in _pending.Keys)
        {
            if (_pending.TryRemove(key, out var sequence))
            {
                round.Add(new ChangeHint(key.Topic, key.Id, sequence, key.Channel, key.Location));
            }
        }

        Interlocked.Exchange(ref _named, 0);
        if (round.Count == 0)
        {
            return;
        }

        HintListener[] listeners;
        lock (_gate)
        {
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners)
        {
            listener.Offer(round);
        }
    }

    private void Add(ChangeHint hint)
    {
        var key = Volatile.Read(ref _named) < MostNamed ? (hint.Topic, hint.Id, hint.Channel, hint.Location) : (hint.Topic, null, null, null);
        if (_pending.TryAdd(key, hint.Sequence))
        {
            Interlocked.Increment(ref _named);
            return;
        }

        _pending.AddOrUpdate(key, hint.Sequence, (_, known) => Math.Max(known, hint.Sequence));
    }

    private void Leave(HintListener listener)
    {
        lock (_gate)
        {
            if (_listeners.Remove(listener) && _listeners.Count == 0)
            {
                hints.ReadBy(null);
            }
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Sinks.Async;

namespace RetailSync.Inventory.Host;

/// <summary>
/// A log that never makes its writer wait: events go through a bounded queue to a thread of its own, and where that thread is held up, by a full pipe
/// for one, events beyond the queue are dropped and counted (<c>retailsync.log.dropped</c>).
/// </summary>
public static class NonBlockingLogs
{
    /// <summary>Events that wait for the target at most; at some hundred bytes each, and a few kilobytes for one with an exception.</summary>
    public const int Capacity = 4_096;

    /// <summary>How long the end of a process waits for what is still queued.</summary>
    public static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(2);

    private static readonly DroppedEvents Dropped = new();

    /// <param name="sinks">Where the target is added.</param>
    /// <param name="target">The sink that may block.</param>
    /// <param name="capacity">Events that wait at most.</param>
    public static LoggerConfiguration NonBlocking(this LoggerSinkConfiguration sinks, Action<LoggerSinkConfiguration> target, int capacity = Capacity) =>
        sinks.Sink(new FlushedInTime(LoggerSinkConfiguration.CreateSink(queue => queue.Async(target, capacity, blockWhenFull: false, monitor: Dropped))));

    /// <summary>All events that were dropped since the process started.</summary>
    public static long DroppedCount => Dropped.Count;

    /// <summary>Counts over all loggers of the process: there is one until the host is built, and then the host's.</summary>
    private sealed class DroppedEvents : IAsyncLogEventSinkMonitor
    {
        private readonly ConcurrentDictionary<IAsyncLogEventSinkInspector, bool> _queues = [];
        private readonly Meter _meter = new("RetailSync.Logs");
        private long _ofClosed;

        public DroppedEvents() =>
            _meter.CreateObservableCounter("retailsync.log.dropped", () => Count, description: "Log events that were dropped because their reader is behind");

        public long Count => Interlocked.Read(ref _ofClosed) + _queues.Keys.Sum(queue => queue.DroppedMessagesCount);

        public void StartMonitoring(IAsyncLogEventSinkInspector inspector) => _queues.TryAdd(inspector, true);

        public void StopMonitoring(IAsyncLogEventSinkInspector inspector)
        {
            if (_queues.TryRemove(inspector, out _))
            {
                Interlocked.Add(ref _ofClosed, inspector.DroppedMessagesCount);
            }
        }
    }

    /// <summary>The queue's own end waits until everything is written, which may be never.</summary>
    private sealed class FlushedInTime(ILogEventSink queue) : ILogEventSink, IDisposable
    {
        public void Emit(LogEvent logEvent) => queue.Emit(logEvent);

        public void Dispose() => Task.Run(() => (queue as IDisposable)?.Dispose()).Wait(FlushTimeout);
    }
}

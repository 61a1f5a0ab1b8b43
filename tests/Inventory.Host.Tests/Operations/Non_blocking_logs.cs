using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace RetailSync.Inventory.Host.Tests.Operations;

public sealed class Non_blocking_logs
{
    private const int Capacity = 10;

    [Fact]
    public void A_reader_that_has_stopped_costs_log_events_and_no_time()
    {
        using var shut = new ShutSink();
        var before = Host.NonBlockingLogs.DroppedCount;
        var log = new LoggerConfiguration().WriteTo.NonBlocking(target => target.Sink(shut), Capacity).CreateLogger();

        for (var number = 0; number < 3 * Capacity; number++)
        {
            log.Information("{Number}", number);
        }

        // One may have left the queue, and waits where it is written.
        Assert.InRange(Host.NonBlockingLogs.DroppedCount - before, (2 * Capacity) - 1, 2 * Capacity);
        log.Dispose();
        Assert.False(shut.HasWritten);
    }

    [Fact]
    public void Queued_log_events_are_written_before_the_end()
    {
        using var open = new ShutSink();
        open.Open();
        var log = new LoggerConfiguration().WriteTo.NonBlocking(target => target.Sink(open), Capacity).CreateLogger();

        log.Information("the last word");
        log.Dispose();

        Assert.True(open.HasWritten);
    }

    /// <summary>Writes nothing until it is opened.</summary>
    private sealed class ShutSink : ILogEventSink, IDisposable
    {
        private readonly ManualResetEventSlim _open = new();

        public bool HasWritten { get; private set; }

        public void Open() => _open.Set();

        public void Emit(LogEvent logEvent)
        {
            _open.Wait();
            HasWritten = true;
        }

        /// <summary>The thread of the log ends with its wait.</summary>
        public void Dispose() => _open.Set();
    }
}

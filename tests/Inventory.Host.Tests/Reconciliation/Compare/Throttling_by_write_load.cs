using Npgsql;
using RetailSync.Inventory.Host.Reconciliation.Compare;

namespace RetailSync.Inventory.Host.Tests.Reconciliation.Compare;

/// <summary>Whoever has much to do rests while others record, and only then.</summary>
public sealed class Throttling_by_write_load(RunningHost host) : IClassFixture<RunningHost>
{
    [Theory]
    [InlineData(100, 1_000, 1_900)]
    [InlineData(2_000, 1_000_000, 5_000)]
    [InlineData(100, 10, null)]
    [InlineData(100, 0, null)]
    public async Task Under_load_pauses_are_19_times_the_work_and_batches_shrink(
        int workedMilliseconds, int events, int? restsMilliseconds)
    {
        var time = new NoticedTime();
        await using var database = NpgsqlDataSource.Create(host.ConnectionString);
        var giveWay = new WriteLoadThrottle(database, time);
        await giveWay.PauseAsync(CancellationToken.None);

        time.Now += TimeSpan.FromMilliseconds(workedMilliseconds);
        await host.Sql($"select setval('inventory.mt_events_sequence', (select last_value + {events} from inventory.mt_events_sequence))");
        await giveWay.PauseAsync(CancellationToken.None);

        Assert.Equal(restsMilliseconds is { } rests ? [TimeSpan.FromMilliseconds(rests)] : [], time.Rests);
        Assert.Equal(restsMilliseconds is null ? 4_000 : 500, giveWay.BatchSize(4_000));
    }

    /// <summary>A clock that does not move, and every pause ends at once.</summary>
    private sealed class NoticedTime : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromDays(1);

        public List<TimeSpan> Rests { get; } = [];

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Rests.Add(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}

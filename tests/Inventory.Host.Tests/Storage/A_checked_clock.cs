using CsCheck;
using NodaTime.Testing;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Tests.Storage;

public sealed class A_checked_clock
{
    private static readonly Instant Now = RunningHost.Now;
    private static readonly Gen<Duration> Any = Gen.Long[-100_000_000, 100_000_000].Select(Duration.FromMilliseconds);

    private readonly FakeClock _machine = new(Now);
    private readonly HandTimer _timer = new();

    [Fact]
    public void Is_the_machines_clock_before_the_first_reading() => Assert.Equal(Now, new CheckedClock(new MachineClock(_machine), _timer).GetCurrentInstant());

    [Fact]
    public void Is_the_machines_clock_while_the_two_agree()
    {
        var clock = new CheckedClock(new MachineClock(_machine), _timer);
        clock.Learn(Now - Duration.FromSeconds(2), _timer.GetTimestamp());

        Assert.Equal((Now, false, Duration.FromSeconds(2)), (clock.GetCurrentInstant(), clock.IsOff, clock.Offset));
    }

    [Fact]
    public void Is_never_further_from_the_databases_clock_than_allowed() =>
        Gen.Select(Any, Gen.Long[0, 10_000_000].Select(Duration.FromMilliseconds), Any).Sample((offset, passed, step) =>
        {
            var (machine, timer) = (new FakeClock(Now + offset), new HandTimer());
            var clock = new CheckedClock(new MachineClock(machine), timer);
            clock.Learn(Now, timer.GetTimestamp());
            timer.Pass(passed);
            machine.Advance(passed + step);

            var distance = clock.GetCurrentInstant() - (Now + passed);
            Assert.True(distance <= CheckedClock.Tolerance && -distance <= CheckedClock.Tolerance);
            Assert.Equal(offset + step, clock.Offset);
            Assert.Equal(clock.IsOff, clock.Offset > CheckedClock.Tolerance || -clock.Offset > CheckedClock.Tolerance);
        });

    /// <summary>Passes when a test moves it.</summary>
    private sealed class HandTimer : TimeProvider
    {
        private long _milliseconds;

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => _milliseconds;

        public void Pass(Duration time) => _milliseconds += (long)time.TotalMilliseconds;
    }
}

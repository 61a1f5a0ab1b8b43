using NodaTime.Testing;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Operations;

namespace RetailSync.Inventory.Host.Tests.Operations;

/// <summary>Without a host: the clock of the sample, and where it may not be.</summary>
public sealed class A_clock_that_begins_in_the_past
{
    private static readonly Instant Present = Instant.FromUtc(2026, 11, 23, 10, 0);
    private static readonly Instant Past = Present - Duration.FromDays(6);

    private readonly FakeClock _present = new(Present);
    private readonly Elapsing _time = new();
    private readonly SampleClock _clock;

    public A_clock_that_begins_in_the_past() => _clock = new SampleClock(_present, _time, Past);

    [Fact]
    public void Goes_on_from_there()
    {
        _present.Advance(Duration.FromSeconds(1));
        Assert.Equal(Past + Duration.FromSeconds(1), _clock.GetCurrentInstant());
        Assert.True(_clock.IsBehind);
    }

    [Fact]
    public void Moves_forward_only()
    {
        _clock.MoveTo(Past + Duration.FromDays(2));
        _clock.MoveTo(Past + Duration.FromDays(1));
        Assert.Equal(Past + Duration.FromDays(2), _clock.GetCurrentInstant());
    }

    [Fact]
    public void Ends_at_the_present_and_stays_there()
    {
        _clock.MoveTo(Present + Duration.FromDays(1));
        _clock.MoveTo(Past);
        Assert.Equal((Present, false), (_clock.GetCurrentInstant(), _clock.IsBehind));
    }

    [Fact]
    public void Ends_when_the_load_takes_too_long()
    {
        _time.Elapsed = SampleClock.LongestLoad;
        Assert.Equal((Present, false), (_clock.GetCurrentInstant(), _clock.IsBehind));
    }

    [Fact]
    public void Is_refused_outside_development() => Assert.Throws<SettingsException>(() => Server.Build(
        ["--environment", "Production", "--Sample:ClockFrom=2026-11-17T10:00:00Z"], "Host=nowhere.example"));

    [Fact]
    public void Is_refused_if_it_is_no_instant() => Assert.Throws<SettingsException>(() => Server.Build(
        ["--environment", "Development", "--Sample:ClockFrom=yesterday"], "Host=nowhere.example"));

    private sealed class Elapsing : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;
    }
}

using NodaTime;

namespace RetailSync.Inventory.Host.Storage;

/// <summary>The clock of the machine that the host runs on: read by <see cref="CheckedClock"/> only.</summary>
public sealed record MachineClock(IClock Clock);

/// <summary>
/// The one clock that decides and stamps: the host's own while it is within <see cref="Tolerance"/> of the database's, and the database's where it is
/// not. All hosts share the database, so one whose clock is wrong neither ends the cluster's holds early nor stamps facts an hour ahead. The
/// database's time is carried on from the last reading by the monotonic timer, so a step of the host's clock is noticed at the next question,
/// whether or not the database answers just then. For many threads.
/// </summary>
/// <param name="machine">The host's own clock.</param>
public sealed class CheckedClock(MachineClock machine, TimeProvider time) : IClock
{
    /// <summary>How far apart the two may be, in either direction, before the host's own is no longer used.</summary>
    public static readonly Duration Tolerance = Duration.FromSeconds(2);

    private volatile Reading? _reading;

    /// <summary>The host's clock less the database's, above zero where the host is ahead; zero before the first reading.</summary>
    public Duration Offset => _reading is { } reading ? machine.Clock.GetCurrentInstant() - Reference(reading) : Duration.Zero;

    /// <summary>Whether there was a reading.</summary>
    public bool IsChecked => _reading is not null;

    /// <summary>Whether the host's own clock is not used now.</summary>
    public bool IsOff => IsBeyond(Offset);

    public Instant GetCurrentInstant()
    {
        var own = machine.Clock.GetCurrentInstant();
        return _reading is { } reading && Reference(reading) is var reference && IsBeyond(own - reference) ? reference : own;
    }

    /// <param name="database">What the database's clock showed.</param>
    /// <param name="timestamp">When that was, by the monotonic timer.</param>
    public void Learn(Instant database, long timestamp) => _reading = new Reading(database, timestamp);

    private Instant Reference(Reading reading) => reading.Database + Duration.FromTimeSpan(time.GetElapsedTime(reading.Timestamp));

    private static bool IsBeyond(Duration offset) => offset > Tolerance || offset < -Tolerance;

    private sealed record Reading(Instant Database, long Timestamp);
}

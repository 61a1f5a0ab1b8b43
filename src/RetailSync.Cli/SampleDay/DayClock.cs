using NodaTime;

namespace RetailSync.Cli.SampleDay;

/// <summary>Times of one location's day, in seconds since four in the morning: after any change of summer time, before anybody works.</summary>
internal sealed class DayClock(LocalDate day, DateTimeZone zone)
{
    public const int Hour = 3600;
    private const int DoorsOpen = 4 * Hour;

    /// <summary>How busy each hour from eight in the morning to nine in the evening is, beside the others.</summary>
    private static readonly int[] Busyness = [2, 3, 5, 7, 9, 8, 6, 5, 6, 9, 10, 7, 3];

    private readonly Instant start = day.At(new LocalTime(4, 0)).InZoneLeniently(zone).ToInstant();

    public Instant At(int second, int millisecond = 0) => start + Duration.FromMilliseconds((second * 1000L) + millisecond);

    /// <summary>The second at which one customer buys: more of them at noon and after work.</summary>
    public static int BusySecond(Random random)
    {
        var draw = random.Next(Busyness.Sum());
        var hour = 0;
        while (draw >= Busyness[hour])
        {
            draw -= Busyness[hour++];
        }

        return DoorsOpen + (hour * Hour) + random.Next(Hour);
    }

    /// <summary>A second during opening hours.</summary>
    public static int QuietSecond(Random random) => DoorsOpen + random.Next(Busyness.Length * Hour);
}

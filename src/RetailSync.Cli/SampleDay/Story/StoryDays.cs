using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace RetailSync.Cli.SampleDay.Story;

/// <summary>Something that is done at an instant of the story.</summary>
internal readonly record struct Step(Instant At, Func<Task> Do);

/// <summary>The story's instants and days, counted from its last day, which is yesterday.</summary>
internal sealed class StoryDays(LocalDate yesterday)
{
    /// <param name="days">0 is yesterday, -1 the day before.</param>
    /// <param name="time">Of that day, in UTC, such as 09:30.</param>
    public Instant At(int days, string time) =>
        (yesterday.PlusDays(days) + LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(time).Value).InUtc().ToInstant();

    /// <summary>A day as the API writes it.</summary>
    public string Day(int days) => yesterday.PlusDays(days).ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
}

using NodaTime;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.Positions.Series;

/// <summary>Which stretch of time a series is about, and from which knowledge.</summary>
/// <param name="From">Where the first stretch of time begins.</param>
/// <param name="To">Where it ends, after <paramref name="From"/>.</param>
/// <param name="Knowledge">Of each instant what was recorded by then, or all that is known today about it.</param>
public readonly record struct SeriesQuestion(Instant From, Instant To, Knowledge Knowledge)
{
    public const string DescribesFrom = "from: an instant, by default 30 days before `to`";
    public const string DescribesTo = "to: an instant after `from`, by default now";
    public const string DescribesKnowledge =
        "knowledge: `then`: at each instant what was recorded by then; `now` (default): at each instant what is known today about it";

    /// <summary>The least and the most points of a series, and as many as it has unless it is asked for others.</summary>
    public const int MinPoints = 2, MaxPoints = 2_000, DefaultPoints = 500;

    private static readonly Duration DefaultLength = Duration.FromDays(30);

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>, naming the field.</exception>
    public static SeriesQuestion Of(QueryText query, Instant now)
    {
        var knowledge = query.Choice("knowledge", "then", "now") == "then" ? Knowledge.Then : Knowledge.Now;
        var to = query.Instant("to") ?? now;
        var from = query.Instant("from") ?? (to - Instant.MinValue > DefaultLength ? to - DefaultLength : Instant.MinValue);
        return from < to ? new SeriesQuestion(from, to, knowledge) : throw ApiProblemException.Invalid(new FieldRefusal("from", "must be before 'to'"));
    }

    /// <summary>Where as many stretches of equal length end; the last at <see cref="To"/>.</summary>
    public IReadOnlyList<Instant> Ends(int points)
    {
        var (from, to, width) = (From, To, (To - From) / points);
        return [.. Enumerable.Range(1, points).Select(number => number == points ? to : from + (width * number)).Distinct()];
    }

    /// <summary>Where the days end of a time zone that are within the time, the last at <see cref="To"/> itself.</summary>
    /// <param name="most">Days that an answer may have.</param>
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>: there are more.</exception>
    public IReadOnlyList<(LocalDate Day, Instant End)> Days(DateTimeZone zone, int most)
    {
        // In UTC first: a zone may be behind or ahead by a day, and neither end may leave the calendar.
        if (To - From > Duration.FromDays(most) || From.InUtc().Year <= 1 || To.InUtc().Year >= 9999)
        {
            throw ApiProblemException.Invalid(new FieldRefusal("from", $"must be at most {most} days before 'to', in the years 2 to 9998"));
        }

        List<(LocalDate Day, Instant End)> days = [];
        for (var day = From.InZone(zone).Date; days.Count == 0 || days[^1].End < To; day = day.PlusDays(1))
        {
            days.Add((day, Instant.Min(To, zone.AtStartOfDay(day.PlusDays(1)).ToInstant())));
        }

        return days;
    }
}

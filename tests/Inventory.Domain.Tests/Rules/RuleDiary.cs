using System.Globalization;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Tests.Availability;

namespace RetailSync.Inventory.Domain.Tests.Rules;

/// <summary>
/// What planners decided about one rule, day by day: <c>1: 5; 3: 8 from 2026-11-10 to 2026-11-20; 4: end</c>. On the first of November they set
/// it to 5 from that day on, on the third to 8 from the tenth until the twentieth, on the fourth they ended it. The rule is one of
/// backorders, so the number is its limit.
/// </summary>
internal static class RuleDiary
{
    public static RuleVersions Of(string text, string id = "r1") => text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => entry.Split(": "))
        .Aggregate(RuleVersions.None(RuleId.Parse(id)), (rule, entry) => rule.Evolve(Event(entry[1], Day(entry[0])), Day(entry[0])));

    /// <summary>The beginning of a day of November.</summary>
    public static Instant Day(int number) => Instant.FromUtc(2026, 11, 1, 0, 0) + Duration.FromDays(number - 1);

    public static Instant Day(string number) => Day(int.Parse(number, CultureInfo.InvariantCulture));

    /// <summary>What is in force on the days that are asked for, written as there: <c>1 5, 10 8, 20 -</c>.</summary>
    public static string InForce(this RuleVersions rule, string asked) => string.Join(", ", asked.Split(", ").Select(entry => entry.Split(' ')[0]).Select(day =>
        string.Create(CultureInfo.InvariantCulture, $"{day} {(rule.InForceAt(Day(day)) is { } version ? ((BackorderRule)version.Body).Limit : "-")}")));

    private static RuleEvent Event(string text, Instant today)
    {
        if (text == "end")
        {
            return new RuleEnded("planner", "over", today);
        }

        var clause = new Clause(text);
        var set = new RuleSet("planner", "a test", new BackorderRule(null, null, clause.Units()), clause.Start("from") ?? today, clause.Start("to"));
        clause.End();
        return set;
    }
}

using CsCheck;
using RetailSync.Inventory.Domain.Rules;
using static RetailSync.Inventory.Domain.Tests.Rules.RuleDiary;

namespace RetailSync.Inventory.Domain.Tests.Rules;

/// <summary>Which version of a rule is in force: why, what was decided day by day in November, and what is in force on which day (- for none).</summary>
public sealed class Versions_of_a_rule
{
    public static readonly TheoryData<string, string, string> Rows = new()
    {
        { "From the day that it was decided", "3: 5", "2 -, 3 5, 30 5" },
        { "or from another", "3: 5 from 2026-11-10", "3 -, 9 -, 10 5" },
        { "also from one in the past: what should have been then", "10: 5 from 2026-11-03", "2 -, 3 5, 10 5" },
        { "until its end, and not on it", "1: 5 to 2026-11-10", "9 5, 10 -, 30 -" },
        { "A new version replaces the one before", "1: 5; 3: 8", "2 5, 3 8, 30 8" },
        { "One that is dated ahead leaves the one before in force until then", "1: 5; 3: 8 from 2026-11-10", "3 5, 9 5, 10 8, 30 8" },
        { "and does not bring it back at its end", "1: 5; 3: 8 from 2026-11-10 to 2026-11-20", "9 5, 10 8, 19 8, 20 -" },
        { "but where the one before ends earlier there is none in between", "1: 5 to 2026-11-05; 3: 8 from 2026-11-10", "4 5, 5 -, 9 -, 10 8" },
        { "What is decided later replaces what was planned", "1: 5; 2: 8 from 2026-11-10; 3: 6", "2 5, 3 6, 10 6" },
        { "also when it has ended by then", "1: 5; 2: 8 from 2026-11-10; 3: 6 to 2026-11-07", "3 6, 7 -, 10 -" },
        { "but not before its own day", "1: 5; 2: 8 from 2026-11-10; 3: 6 from 2026-11-12", "3 5, 10 8, 12 6" },
        { "Several are planned one after the other", "1: 5; 1: 6 from 2026-11-10; 1: 7 from 2026-11-20", "9 5, 10 6, 19 6, 20 7" },
        { "in whichever order, as long as none replaces the other", "1: 5; 1: 7 from 2026-11-20; 1: 6 from 2026-11-10", "9 5, 10 6, 19 6, 20 6" },
        { "It ends at once", "1: 5; 3: end", "2 5, 3 -, 30 -" },
        { "and with it what was planned", "1: 5; 2: 8 from 2026-11-10; 3: end", "2 5, 3 -, 10 -" },
        { "and begins again when it is set again", "1: 5; 3: end; 6: 7", "2 5, 3 -, 5 -, 6 7" },
        { "What is planned after that is planned", "1: 5; 3: end; 3: 8 from 2026-11-10", "3 -, 9 -, 10 8" },
        { "A rule that was only planned can be ended before it began", "2: 8 from 2026-11-10; 3: end", "3 -, 10 -" },
        { "Nothing was decided, nothing is in force", "", "1 -" },
    };

    public static readonly TheoryData<string, string, string, string> Known = new()
    {
        { "Nothing before it was decided", "3: 5 from 2026-11-01", "2", "1 -, 3 -" },
        { "from that instant on it is known", "3: 5 from 2026-11-01", "3", "1 5, 3 5" },
        { "What was planned then, though it came otherwise", "1: 5; 2: 8 from 2026-11-10; 4: end", "3", "4 5, 10 8" },
        { "and what came", "1: 5; 2: 8 from 2026-11-10; 4: end", "4", "4 -, 10 -" },
        { "What is known today of a day then", "1: 5; 4: 8 from 2026-11-02", "4", "1 5, 2 8, 3 8" },
        { "and what was known on that day", "1: 5; 4: 8 from 2026-11-02", "3", "1 5, 2 5, 3 5" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_of_the_table_holds(string because, string decided, string inForce)
    {
        Assert.NotEmpty(because);
        Assert.Equal(inForce, Of(decided).InForce(inForce));
    }

    [Theory]
    [MemberData(nameof(Known))]
    public void A_version_is_found_as_it_was_known(string because, string decided, string knownOn, string inForce)
    {
        Assert.NotEmpty(because);
        Assert.Equal(inForce, Of(decided).KnownAt(Day(knownOn)).InForce(inForce));
        Assert.Equal(inForce, new RuleBook([Of(decided)]).KnownAt(Day(knownOn)).Find(RuleId.Parse("r1")).InForce(inForce));
    }

    [Fact]
    public void Every_decision_is_a_version_that_says_who_why_and_when()
    {
        var rule = Of("1: 5; 3: 5; 4: end");

        Assert.Equal([1, 2, 3], rule.All.Select(version => version.Version));
        Assert.Equal(["r1@1", "r1@2", "r1@3"], rule.All.Select(version => version.Key));
        Assert.Equal([Day(1), Day(3), Day(4)], rule.All.Select(version => version.RecordedAt));
        Assert.Equal(("planner", "over", new BackorderRule(null, null, 5)), (rule.Latest!.By, rule.Latest.Reason, rule.Latest.Body));
        Assert.True(rule.Latest.IsEndedAt(Day(4)));
    }
}

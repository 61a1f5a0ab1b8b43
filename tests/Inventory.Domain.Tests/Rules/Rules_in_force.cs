using CsCheck;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Tests.Availability;
using static RetailSync.Inventory.Domain.Tests.Rules.RuleDiary;

namespace RetailSync.Inventory.Domain.Tests.Rules;

public sealed class Rules_in_force
{
    /// <summary>Planned first; then set, planned, ended and set again.</summary>
    private static readonly Gen<string> Decided = Gen.Select(Gen.Int[1, 9], Gen.Int[0, 9], Gen.Int[8, 24], Gen.Int[8, 24], Gen.Int[0, 4]).Array[0, 4]
        .Select(entries =>
        string.Join("; ", entries.OrderBy(entry => entry.Item1).Prepend((1, 0, 8, 8, 2)).Select(entry => entry.Item5 switch
        {
            0 => $"{entry.Item1}: end",
            1 => $"{entry.Item1}: {entry.Item2}",
            2 => $"{entry.Item1}: {entry.Item2} from 2026-11-{entry.Item3:00}",
            3 => $"{entry.Item1}: {entry.Item2} to 2026-11-{entry.Item4:00}",
            _ => $"{entry.Item1}: {entry.Item2} from 2026-11-{Math.Min(entry.Item3, entry.Item4):00} to 2026-11-{Math.Max(entry.Item3, entry.Item4) + 1:00}",
        })));

    private static readonly RuleBook Book = new([Of("5: 1", "b"), Of("1: 2 from 2026-11-10 to 2026-11-12", "a"), Of("2: 3; 4: end", "c")]);

    [Fact]
    public void Rules_are_found_by_id()
    {
        Assert.Equal(["a", "b", "c"], Book.All.Select(rule => rule.Id.Value));
        Assert.Equal(2, Book.Find(RuleId.Parse("c")).Version);
        Assert.Equal(0, Book.Find(RuleId.Parse("C")).Version);
        Assert.Equal(4, Book.With(Of("1: 1", "d")).All.Count());
        Assert.Equal(1, Book.With(Of("1: 1", "c")).Find(RuleId.Parse("c")).Version);
        Assert.Equal(3, Book.All.Count());
    }

    [Theory]
    [InlineData(1, "", 2)]
    [InlineData(2, "c@1", 4)]
    [InlineData(4, "", 5)]
    [InlineData(5, "b@1", 10)]
    [InlineData(10, "a@1 b@1", 12)]
    [InlineData(12, "b@1", null)]
    public void The_rules_in_force_and_the_next_change_are_known(int day, string inForce, int? until)
    {
        var rules = Book.InForceAt(Day(day));

        Assert.Equal(inForce, string.Join(' ', rules.All.Select(version => version.Key)));
        Assert.Equal(until is { } next ? Day(next) : null, rules.Until);
    }

    [Fact]
    public void Decisions_recorded_later_were_not_known_before() =>
        Assert.Equal(["a", "c"], Book.KnownAt(Day(4)).All.Select(rule => rule.Id.Value));

    [Fact]
    public void The_end_of_a_ring_fence_is_a_change()
    {
        var situation = Situation.Of("S1 10", "allocation web fixed 4 until 2026-11-25");
        var (before, after) = (situation.Rules, situation.Book.InForceAt(situation.Rules.Until!.Value));

        Assert.Equal(Instant.FromUtc(2026, 11, 25, 0, 0), before.Until);
        Assert.Single(before.Allocations(Situation.Cup));
        Assert.Empty(after.Allocations(Situation.Cup));
        Assert.Null(after.Until);
    }

    /// <summary>Hosts keep the rules in force until then and look no further.</summary>
    [Fact]
    public void A_future_rule_changes_nothing_before_it_starts() => Decided.Array[0, 3].Sample(decided =>
    {
        var book = new RuleBook(decided.Select((text, index) => Of(text, $"r{index}")));
        for (var day = 1; day <= 28; day++)
        {
            var rules = book.InForceAt(Day(day));
            Assert.True(rules.Until is null || rules.Until > Day(day));
            for (var later = day + 1; later <= 28 && !(rules.Until <= Day(later)); later++)
            {
                Assert.Equal(rules.All, book.InForceAt(Day(later)).All);
            }
        }
    });
}

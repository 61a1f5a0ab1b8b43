using RetailSync.Inventory.Domain.Oversells;
using static RetailSync.Inventory.Domain.Oversells.OversellCause;

namespace RetailSync.Inventory.Domain.Tests.Oversells;

/// <summary>
/// 5 had been published to a shop, and at noon it sold 4 of which 2 are missing: what happened before and after, and which cause is named. Times are seconds
/// from noon; a change should be with the shop within a minute. No host and no database.
/// </summary>
public sealed class Oversell_causes
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 11, 23, 12, 0);

    private static readonly OversellStory Order = new(Noon, Requested: 4, Held: 2) { Acknowledged = 5, WasEnough = true };

    private static readonly (string Story, Func<OversellStory, OversellStory> So, OversellCause Cause)[] Rows =
    [
        ("a till was offline: sold at eleven, reported just after noon", s => s.Sold(-3_600, reported: 5).Fell(6), LateTillEvent),
        ("sold a second before noon, reported a second after", s => s.Sold(-1, reported: 1), LateTillEvent),
        ("sold at noon exactly and reported late", s => s.Sold(0, reported: 30), LateTillEvent),
        ("a late till event, and it was published after the order", s => s.Sold(-60, reported: 5).Fell(6, believed: 9), LateTillEvent),

        ("we knew for ten minutes, and nothing was published", s => s.Sold(-601, reported: -600).Fell(-600), PublishDelay),
        ("the number was on its way for a second", s => s.Sold(-2, reported: -2).Fell(-1), PublishDelay),
        ("the shop took the lower number a second after it sold", s => s.Sold(-2, reported: -2).Fell(-1, believed: 1), PublishDelay),
        ("another shop's order held them a moment before", s => s.Held(-1), PublishDelay),
        ("counted ten minutes before, and nothing was published", s => s.Counted(-601, reported: -600).Fell(-600), PublishDelay),
        ("rules were changed ten minutes before, and nothing was published", s => s.Fell(-600, byRule: true), PublishDelay),
        ("within a minute to the second it is still on its way", s => s.Counted(-60, reported: -60).Fell(-60), Count),

        ("a planner kept more back half a minute before", s => s.Fell(-30, byRule: true), Rule),
        ("a planner kept more back while the order was on its way here", s => s.Fell(3, byRule: true), Rule),
        ("rules kept more back, and a sale long before has nothing to do with it", s => s.Sold(-7_200, reported: -7_200).Fell(-30, byRule: true), Rule),
        ("nothing took them: they lie where this shop may not sell from", s => s with { Free = 2 }, Rule),

        ("counted fewer at closing time, reported after the order", s => s.Counted(-300, reported: 5).Fell(6), Count),
        ("found broken after the order was placed", s => s.Counted(4, reported: 5).Fell(6), Count),

        ("the shop has no name for it", s => s.Sold(-60, reported: 5) with { HasNoName = true, Acknowledged = null }, Mapping),
        ("the shop shows 40 where 3 was published", s => s with { Acknowledged = 3, Shows = 40 }, Mapping),
        ("the shop shows 40 where nothing was ever published", s => s with { Acknowledged = null, WasEnough = false, Shows = 40 }, Mapping),
        ("the shop shows what its own sale left", s => s.Sold(-60, reported: 5).Fell(6) with { Shows = 1 }, LateTillEvent),

        ("bought at noon, and another shop's customer a second later was quicker to us", s => s.Held(1), LateOrder),
        ("sold over the counter while the order was on its way here", s => s.Sold(2, reported: 2).Fell(3), LateOrder),

        ("the shop had the lower number for a minute, and sold more", s => s.Sold(-90, reported: -90).Fell(-89, believed: -60), Unexplained),
        ("the shop had taken back the number by rules, and sold more", s => s.Fell(-89, byRule: true, believed: -60), Unexplained),
        ("so many were never published", s => s.Sold(-60, reported: 5) with { Acknowledged = 3, WasEnough = false }, Unexplained),
        ("it was years ago", s => s.Sold(-60, reported: 5) with { WasEnough = false, HasAgedOut = true }, Unexplained),
        ("nothing took them, and nothing is there", s => s with { Free = 1 }, Unexplained),
    ];

    public static TheoryData<string> Stories => [.. Rows.Select(row => row.Story)];

    [Theory]
    [MemberData(nameof(Stories))]
    public void The_first_step_that_explains_the_oversell_is_named(string story)
    {
        var row = Rows.Single(row => row.Story == story);

        Assert.Equal(row.Cause, OversellVerdict.Of(row.So(Order)).Cause);
    }

    [Fact]
    public void Every_cause_has_a_row() => Assert.Empty(Enum.GetValues<OversellCause>().Except(Rows.Select(row => row.Cause)));
}

file static class Situations
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 11, 23, 12, 0);

    public static OversellStory Sold(this OversellStory story, int at, int reported) =>
        story with { Taken = new UnitsTaken(IsCount: false, At(at), At(reported)) };

    public static OversellStory Counted(this OversellStory story, int at, int reported) =>
        story with { Taken = new UnitsTaken(IsCount: true, At(at), At(reported)) };

    public static OversellStory Held(this OversellStory story, int at) => story.Sold(at, at);

    public static OversellStory Fell(this OversellStory story, int at, bool byRule = false, int? believed = null) =>
        story with { Fell = new NumberFell(At(at), byRule, believed is { } seconds ? At(seconds) : null) };

    private static Instant At(int seconds) => Noon + Duration.FromSeconds(seconds);
}

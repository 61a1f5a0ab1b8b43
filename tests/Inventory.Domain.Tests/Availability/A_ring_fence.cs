using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Rules;

namespace RetailSync.Inventory.Domain.Tests.Availability;

/// <summary>What the table cannot say of ring-fences: what happens to them one step after the other.</summary>
public sealed class A_ring_fence
{
    [Fact]
    public void Is_used_up_by_its_channels_holds_and_refilled_on_release()
    {
        var situation = Situation.Of("S1 10", "allocation web fixed 4");
        var (held, units) = situation.Hold("web", 3);

        Assert.Equal(3, units);
        Assert.Equal("web 1, shop 6", held.Promised("web 1, shop 6"));
        var released = held.Reserve(new Dictionary<LocationId, decimal> { [LocationId.Parse("S1")] = -3 }, held.Own("web").CountedIn);
        Assert.Equal("web 4, shop 6", released.Promised("web 4, shop 6"));
        Assert.Empty(released.Stock.FencedUse);
    }

    [Fact]
    public void Stays_used_up_when_what_was_held_has_shipped()
    {
        var held = Situation.Of("S1 10", "allocation web fixed 4 borrow").Hold("web", 6).After;
        var shipped = held with
        {
            Stock =
            held.Stock with { Locations = [.. held.Stock.Locations.Select(location => location with { OnHand = 4, Reserved = 0 })] }
        };

        Assert.Equal("web 4, shop 4", held.Promised("web 4, shop 4"));
        Assert.Equal("web 4, shop 4", shipped.Promised("web 4, shop 4"));
    }

    [Fact]
    public void Starts_anew_with_a_new_version()
    {
        var situation = Situation.Of("S1 20", "allocation web fixed 4 used 4");
        var rule = situation.Book.Find(RuleId.Parse("r1"));
        var again = situation with
        {
            Book =
            situation.Book.With(rule.Evolve(new RuleSet("planner", null, rule.Latest!.Body, situation.Now, null), situation.Now))
        };

        Assert.Equal("web 0, shop 20", situation.Promised("web 0, shop 20"));
        Assert.Equal("web 4, shop 16", again.Promised("web 4, shop 16"));
        Assert.Equal("r1@2", again.Own("web").CountedIn);
    }

    [Theory]
    [InlineData("allocation web fixed 4", "r1@1")]
    [InlineData("allocation web fixed 4 borrow", "r1@1")]
    [InlineData("allocation web percent 40", null)]
    [InlineData("allocation web fixed 4 until 2026-11-24", null)]
    [InlineData("allocation shop fixed 4", null)]
    [InlineData("allocation web fixed 4; allocation web of cup percent 40", null)]
    public void Counts_only_where_it_can_be_used_up(string rules, string? countedIn) =>
        Assert.Equal(countedIn, Situation.Of("S1 10", rules).Own("web").CountedIn);

    /// <summary>As the contract says: a percentage is of the current pool. Whoever wants a number that stays writes a number.</summary>
    [Fact]
    public void Given_as_a_share_shrinks_with_the_pool()
    {
        var situation = Situation.Of("S1 20", "allocation web percent 50");

        Assert.Equal("web 10, shop 10", situation.Promised("web 10, shop 10"));
        Assert.Equal("web 7, shop 7", situation.Hold("shop", 6).After.Promised("web 7, shop 7"));
    }

    [Fact]
    public void Takes_its_units_where_they_would_be_allocated()
    {
        var situation = Situation.Of("S1 5, W1 5, W2 -1", "web not at W1; web not at W2; allocation market fixed 7; allocation web fixed 2");
        var earmarked = RingFences.Earmarked(situation.Stock, situation.Rules).ToLookup(part => part.Channel.Value, part => (part.Location.Value, part.Units));

        Assert.Equal([("S1", 2m)], earmarked["web"]);
        Assert.Equal(7, earmarked["market"].Sum(part => part.Units));
        Assert.All(earmarked["market"], part => Assert.InRange(part.Units, 0, part.Value == "S1" ? 3 : 5));
    }

    /// <summary>A hold that is changed keeps what it has, whatever became of stock and rules, here or at another location; only more needs more.</summary>
    [Theory]
    [InlineData("S1 9, S2 9", "S1 3, S2 1")]
    [InlineData("S2 9, S1 9", "S2 4, S1 0")]
    [InlineData("S1 1, S2 9, S1 9", "S1 1, S2 3, S1 0")]
    public void Leaves_a_hold_what_it_has_and_adds_no_more_than_is_left(string wanted, string taken)
    {
        // It holds 3 of a ring-fence of 4 at a location that has lost one, and that its channel may no longer sell from.
        var situation = Situation.Of("S1 2 reserved 3, S2 5", "web not at S1; allocation web fixed 4 used 3");
        var stock = situation.Stock with { Locations = [situation.Stock.Locations[0] with { Kept = 3 }, situation.Stock.Locations[1]] };
        var own = ChannelStock.Of(Situation.Channel("web"), stock, situation.Rules);

        Assert.Equal((4, 3, 4), (own.Everywhere(), own.At(LocationId.Parse("S1")), own.At(LocationId.Parse("S2"))));
        Assert.Equal(taken, string.Join(", ", wanted.Split(", ").Select(step => step.Split(' ')).Select(step =>
            FormattableString.Invariant($"{step[0]} {own.Take(LocationId.Parse(step[0]), decimal.Parse(step[1], null)):0}"))));
        Assert.Equal(0, own.Everywhere());
    }

    [Fact]
    public void Is_refilled_by_a_use_that_came_to_nothing()
    {
        var use = FencedUse.None.With("r1@1", 3).With("r2@1", 1).With("r1@1", -3);

        Assert.Equal([KeyValuePair.Create("r2@1", 1m)], use.Units);
    }
}

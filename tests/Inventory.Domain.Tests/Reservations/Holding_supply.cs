using RetailSync.Inventory.Domain.Reservations;
using static RetailSync.Inventory.Domain.Tests.Reservations.Basket;

namespace RetailSync.Inventory.Domain.Tests.Reservations;

/// <summary>Holds against what is on its way. It is 2026-11-23, and one cup is in stock.</summary>
public sealed class Holding_supply
{
    private static readonly Duration Month = Duration.FromDays(30);

    private readonly ReservationBook _book = new ReservationBook().Stock("cup", "S001", 1);

    [Fact]
    public void Stock_covers_first_then_the_earliest_document()
    {
        _book.Expect("po-2", "S001", 4, Day(25));
        _book.Expect("po-1", "W1", 2, Day(25));
        _book.Expect("po-3", "S001", 9, Day(24));
        _book.Expect("po-4", "S001", 9, Day(28));

        Assert.Equal("done", _book.Hold("a", Line("cup", 13).By(27)));

        Assert.Equal(["cup S001 1"], _book.Allocations("a"));
        Assert.Equal(["po-3 S001 9 on 2026-11-24", "po-1 W1 2 on 2026-11-25", "po-2 S001 1 on 2026-11-25"], _book.Awaited("a"));
        Assert.Equal(9, _book.At("cup", "S001").SupplyHeld["po-3"]);
        Assert.Equal(1, _book.At("cup", "S001").Reserved);
    }

    [Fact]
    public void What_is_not_in_time_is_not_held_and_nothing_of_the_basket_is()
    {
        _book.Expect("po-1", "S001", 4, Day(25));
        _book.Expect("po-2", "S001", 4, Day(26));

        Assert.Equal("insufficient-supply", _book.Hold("a", Line("cup", 6).By(25)));
        Assert.Equal(["cup anywhere 6 of 5"], _book.Shortages);
        Assert.Equal("insufficient-stock", _book.Hold("b", Line("cup", 2).By(25), Line("cup", 2)));
        Assert.Equal(0, _book.At("cup", "S001").Reserved);
        Assert.Empty(_book.At("cup", "S001").SupplyHeld);
    }

    [Theory]
    [InlineData(22, "invalid-request")]
    [InlineData(23, "done")]
    public void A_day_that_has_ended_is_refused(int day, string answer) => Assert.Equal(answer, _book.Hold("a", Line("cup", 1).By(day)));

    [Fact]
    public void A_day_is_at_most_180_days_ahead()
    {
        Assert.Equal("done", _book.Hold("a", Line("cup", 0.5m) with { By = Day(23).PlusDays(180) }));
        Assert.Equal("invalid-request", _book.Hold("b", Line("cup", 0.5m) with { By = Day(23).PlusDays(181) }));
    }

    [Fact]
    public void Units_are_not_cut_although_confidence_is_a_fraction()
    {
        var book = new ReservationBook();
        book.Record(new Domain.Stock.StockExpected("erp", "1", book.Now, 5) { Document = "po-1", ExpectedOn = Day(25), Confidence = 0.5m },
            ReservationBook.Key("cup", "S001"));
        book.Expect("po-2", "S001", 5, Day(26));

        Assert.Equal("done", book.Hold("a", Line("cup", 4).By(27)));
        Assert.Equal(["po-1 S001 2 on 2026-11-25", "po-2 S001 2 on 2026-11-26"], book.Awaited("a"));
    }

    [Fact]
    public void Steps_give_supply_back()
    {
        _book.Expect("po-1", "S001", 4, Day(25));
        _book.Hold("a", Month, Line("cup", 4).By(26));

        Assert.Equal("supply-not-received", _book.Fulfil("a"));
        Assert.Equal("supply-not-received", _book.Fulfil("a", null, Line("cup", 2)));
        Assert.Equal("more-than-held", _book.Fulfil("a", null, Line("cup", 5)));
        Assert.Equal("done", _book.Change("a", Line("cup", 3).By(26)));
        Assert.Equal(2, _book.At("cup", "S001").SupplyHeld["po-1"]);
        Assert.Equal("done", _book.Confirm("a", null, Line("cup", 2)));
        Assert.Equal(1, _book.At("cup", "S001").SupplyHeld["po-1"]);
        Assert.Equal("done", _book.Release("a"));
        Assert.Empty(_book.At("cup", "S001").SupplyHeld);
        Assert.Equal(0, _book.At("cup", "S001").Reserved);
    }

    [Fact]
    public void What_ships_leaves_the_rest_to_come()
    {
        _book.Expect("po-1", "S001", 4, Day(25));
        _book.Hold("a", Line("cup", 2).By(26));

        Assert.Equal("done", _book.Fulfil("a", null, Line("cup", 1)));
        Assert.Equal(ReservationState.Confirmed, _book["a"].State);
        _book.Receive("po-1", "S001", 4);
        Assert.Equal("done", _book.Fulfil("a"));
        Assert.Equal(ReservationState.Fulfilled, _book["a"].State);
    }

    [Fact]
    public void An_expired_hold_keeps_no_supply()
    {
        _book.Expect("po-1", "S001", 4, Day(25));
        _book.Hold("a", Line("cup", 5).By(26));
        _book.Pass(Duration.FromMinutes(16));

        Assert.Equal("done", _book.Hold("b", Line("cup", 5).By(26)));
        _book.Sweep();
        Assert.Equal(4, _book.At("cup", "S001").SupplyHeld["po-1"]);
    }

    [Fact]
    public void What_comes_is_held_by_priority_then_by_age()
    {
        _book.Expect("po-1", "S001", 6, Day(25));
        Hold("old", 0, Line("cup", 3).By(26));
        Hold("new", 0, Line("cup", 2).By(26));
        Hold("vip", 1, Line("cup", 2).By(26));

        _book.Receive("po-1", "S001", 3);

        Assert.Equal(["cup S001 2"], _book.Allocations("vip"));
        Assert.Equal(["cup S001 2"], _book.Allocations("old"));
        Assert.Equal(["po-1 S001 1 on 2026-11-25"], _book.Awaited("old"));
        Assert.Equal(["po-1 S001 2 on 2026-11-25"], _book.Awaited("new"));
        Assert.Equal("insufficient-stock", _book.Hold("other", Line("cup", 1)));
        _book.Receive("po-1", "S001", 3);
        Assert.Empty(_book.Awaited("new"));
        Assert.Equal(7, _book.At("cup", "S001").Reserved);
        Assert.Empty(_book.At("cup", "S001").SupplyHeld);
    }

    [Fact]
    public void What_arrives_damaged_is_not_held()
    {
        _book.Expect("po-1", "S001", 2, Day(25));
        Hold("a", 0, Line("cup", 3).By(26));

        _book.Receive("po-1", "S001", 1, "damaged");
        Assert.Equal(["po-1 S001 1 on 2026-11-25", "po-1 S001 1 on 2026-11-25 Short of po-1 lost"], _book.Awaited("a"));
    }

    [Fact]
    public void The_least_important_gets_what_comes_later()
    {
        _book.Expect("po-1", "S001", 4, Day(25));
        _book.Expect("po-2", "S001", 1, Day(28));
        Hold("old", 0, Line("cup", 3).By(26));
        Hold("new", 0, Line("cup", 2).By(26));

        _book.Expect("po-1", "S001", 2, Day(25));

        Assert.Equal(["po-1 S001 2 on 2026-11-25"], _book.Awaited("old"));
        Assert.Equal(["po-1 S001 1 on 2026-11-25 Short of po-1 lost", "po-2 S001 1 on 2026-11-25 Short of po-1 comes 2026-11-28"], _book.Awaited("new"));
        _book.Expect("po-3", "W1", 2, Day(25));
        _book.Replan("cup");
        Assert.Equal(["po-3 W1 2 on 2026-11-25"], _book.Awaited("new"));
        Assert.DoesNotContain("po-2", _book.At("cup", "S001").SupplyHeld.Keys);
    }

    [Fact]
    public void The_more_important_takes_the_supply_of_the_less_important()
    {
        _book.Expect("po-1", "S001", 2, Day(24));
        _book.Expect("po-2", "S001", 2, Day(24));
        Hold("vip", 5, Line("cup", 3).By(24));
        Hold("low", 0, Line("cup", 2).By(24));
        Assert.Equal(["po-2 S001 2 on 2026-11-24"], _book.Awaited("low"));

        _book.Expect("po-1", "S001", 2, Day(29));
        Assert.Equal(["po-2 S001 2 on 2026-11-24"], _book.Awaited("vip"));
        Assert.Equal(["po-1 S001 2 on 2026-11-24 Short of po-2 comes 2026-11-29"], _book.Awaited("low"));
    }

    [Fact]
    public void What_nobody_keeps_is_taken_before_what_others_keep()
    {
        _book.Expect("po-1", "S001", 2, Day(24));
        _book.Expect("po-2", "S001", 4, Day(24));
        Hold("vip", 5, Line("cup", 3).By(24));
        Hold("low", 0, Line("cup", 2).By(24));

        _book.Expect("po-1", "S001", 0, null);
        Assert.Equal(["po-2 S001 2 on 2026-11-24"], _book.Awaited("vip"));
        Assert.Equal(["po-2 S001 2 on 2026-11-24"], _book.Awaited("low"));
    }

    [Fact]
    public void Supply_that_is_in_time_again_ends_the_risk()
    {
        _book.Expect("po-1", "S001", 2, Day(25));
        Hold("a", 0, Line("cup", 3).By(26));
        var before = _book.Awaited("a");

        _book.Expect("po-1", "S001", 2, Day(29));
        Assert.Equal(["po-1 S001 2 on 2026-11-25 Late of po-1 comes 2026-11-29"], _book.Awaited("a"));
        _book.Expect("po-1", "S001", 2, Day(25));
        Assert.Equal(before, _book.Awaited("a"));
        _book.Expect("po-1", "S001", 0, null);
        Assert.Equal(["po-1 S001 2 on 2026-11-25 Cancelled of po-1 lost"], _book.Awaited("a"));
        _book.Stock("cup", "W1", 2);
        _book.Replan("cup");
        Assert.Equal(["cup S001 1", "cup W1 2"], _book.Allocations("a"));
    }

    /// <summary>The reservation awaits two SKUs; whoever decides about one of them may write no position of the other.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Another_day_is_recorded_at_the_SKU_that_has_it(int spoons)
    {
        _book.Stock("spoon", "S001", spoons);
        _book.Expect("po-1", "W1", 9, Day(24), sku: "spoon");
        _book.Expect("po-2", "S001", 9, Day(24), sku: "plate");
        _book.Hold("a", Month, Line("spoon", 3).By(26), Line("plate", 3).By(26));
        var appended = _book.Appended.Count;

        _book.Expect("po-2", "S001", 9, Day(25), sku: "plate");

        Assert.All(_book.Appended.Skip(appended), one => Assert.Equal(ReservationBook.Key("plate", "S001"), one.Key));
        Assert.Equal(2, _book.Appended.Count - appended);
        Assert.Contains("po-2 S001 3 on 2026-11-24 Late of po-2 comes 2026-11-25", _book.Awaited("a"));
    }

    [Fact]
    public void What_comes_after_its_day_is_still_held_for_the_promise()
    {
        _book.Expect("po-1", "S001", 2, Day(24));
        Hold("a", 0, Line("cup", 3).By(24));
        _book.Pass(Duration.FromDays(2));
        _book.Replan("cup");

        Assert.Equal(["po-1 S001 2 on 2026-11-24 Late of po-1"], _book.Awaited("a"));
        _book.Receive("po-1", "S001", 2);
        Assert.Equal(["cup S001 3"], _book.Allocations("a"));
    }

    private static LocalDate Day(int day) => new(2026, 11, day);

    private void Hold(string id, int priority, params RequestedLine[] lines)
    {
        Assert.Equal("done", _book.Hold(id, Month, priority, lines));
        _book.Pass(Duration.FromSeconds(1));
    }
}

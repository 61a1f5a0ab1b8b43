using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Reservations;
using static RetailSync.Inventory.Domain.Tests.Reservations.Basket;

namespace RetailSync.Inventory.Domain.Tests.Reservations;

/// <summary>A set is two cups and a plate.</summary>
public sealed class Holding_kits
{
    private readonly ReservationBook _book = new ReservationBook()
        .Stock("set", "S001", 1).Stock("cup", "S001", 3).Stock("cup", "S002", 5).Stock("plate", "S001", 2).Stock("plate", "S002", 1);

    [Fact]
    public void Prepacked_ones_are_held_first_and_then_components()
    {
        Assert.Equal("done", _book.Hold("order-1", Set(3)));
        Assert.Equal(["set S001 1", "cup S002 4", "plate S001 2"], _book.Allocations("order-1"));
        Assert.Equal((1, 4, 2), (_book.At("set", "S001").Reserved, _book.At("cup", "S002").Reserved, _book.At("plate", "S001").Reserved));
    }

    [Fact]
    public void At_a_location_everything_comes_from_there()
    {
        Assert.Equal("done", _book.Hold("order-1", Set(2, "S001")));
        Assert.Equal(["set S001 1", "cup S001 2", "plate S001 1"], _book.Allocations("order-1"));
        Assert.Equal("insufficient-stock", _book.Hold("order-2", Set(2, "S002")));
        Assert.Equal(["set S002 2 of 1 for plate"], _book.Shortages);
    }

    [Fact]
    public void Complete_at_one_location_each_where_the_kit_says_so()
    {
        Assert.Equal("done", _book.Hold("order-1", Set(3, from: KitAssembly.OneLocation)));
        Assert.Equal(["set S001 1", "cup S001 2", "cup S002 2", "plate S001 1", "plate S002 1"], _book.Allocations("order-1"));
        Assert.Equal("insufficient-stock", _book.Hold("order-2", Set(1, from: KitAssembly.OneLocation)));
        Assert.Equal(["set anywhere 1 of 0 for plate"], _book.Shortages);
    }

    [Fact]
    public void Lines_that_share_a_component_add_up()
    {
        Assert.Equal("insufficient-stock", _book.Hold("order-1", Set(3), Line("cup", 5)));
        Assert.Equal(["cup anywhere 9 of 8", "set anywhere 3 of 2 for cup"], _book.Shortages);
        Assert.Equal("done", _book.Hold("order-1", Set(3), Line("cup", 4)));
    }

    [Fact]
    public void All_of_a_basket_or_nothing()
    {
        Assert.Equal("insufficient-stock", _book.Hold("order-1", Set(1), Line("lamp", 1)));
        Assert.All(_book.Positions, position => Assert.Equal(0, position.Value.Reserved));
    }

    [Fact]
    public void Are_whole()
    {
        Assert.Equal("fractional-unit", _book.Hold("order-1", Set(1.5m)));
        _book.Hold("order-1", Set(1));
        Assert.Equal("fractional-unit", _book.Change("order-1", Set(0.5m)));
    }

    [Fact]
    public void Ship_by_kit_or_by_component()
    {
        _book.Hold("order-1", Set(3));
        Assert.Equal("done", _book.Fulfil("order-1", "s1", Line("set", 2)));
        Assert.Equal(["set S001 1/1", "cup S002 4/2", "plate S001 2/1"], _book.Allocations("order-1"));
        Assert.Equal("done", _book.Fulfil("order-1", "s2", Line("cup", 1)));
        Assert.Equal("more-than-held", _book.Fulfil("order-1", "s3", Line("set", 1)));
        Assert.Equal("done", _book.Fulfil("order-1"));
        Assert.Equal(ReservationState.Fulfilled, _book["order-1"].State);
        Assert.Equal((0, 1, 0), (_book.At("set", "S001").OnHand, _book.At("cup", "S002").OnHand, _book.At("plate", "S001").OnHand));
    }

    [Fact]
    public void A_component_ships_from_its_own_line_first()
    {
        _book.Hold("order-1", Set(2), Line("cup", 1));
        _book.Fulfil("order-1", "s1", Line("cup", 1));
        Assert.Equal(["set S001 1", "cup S002 2", "plate S001 1", "cup S001 1/1"], _book.Allocations("order-1"));
    }

    [Fact]
    public void Are_confirmed_by_kit_and_what_else_was_held_is_free()
    {
        _book.Hold("order-1", Set(3));
        Assert.Equal("done", _book.Confirm("order-1", null, Line("set", 2)));
        Assert.Equal(["set S001 1", "cup S002 2", "plate S001 1"], _book.Allocations("order-1"));
        Assert.Equal("done", _book.Release("order-1"));
        Assert.All(_book.Positions, position => Assert.Equal(0, position.Value.Reserved));
    }

    [Fact]
    public void What_is_left_of_a_kit_is_no_kit()
    {
        _book.Hold("order-1", Set(2));
        _book.Confirm("order-1", null, Line("cup", 2));
        Assert.Equal("more-than-held", _book.Fulfil("order-1", "s1", Line("set", 1)));
        Assert.Equal("done", _book.Fulfil("order-1", "s2", Line("cup", 2)));
    }

    [Fact]
    public void A_change_moves_only_the_difference()
    {
        _book.Hold("order-1", Set(2));
        _book.Stock("set", "S002", 2);
        Assert.Equal("as before", _book.Change("order-1", Set(2)));
        Assert.Equal("done", _book.Change("order-1", Set(3)));
        Assert.Equal(["set S001 1", "set S002 1", "cup S002 2", "plate S001 1"], _book.Allocations("order-1"));
        Assert.Equal("done", _book.Change("order-1", Set(1)));
        Assert.Equal(["set S001 1"], _book.Allocations("order-1"));
    }

    [Fact]
    public void Are_what_the_kit_was_when_they_were_held()
    {
        _book.Hold("order-1", Set(2));
        Assert.Equal("as before", _book.Hold("order-1", Kit("set", 2, null, KitAssembly.Any, "1 lamp")));
        Assert.Equal("done", _book.Fulfil("order-1", null, Line("set", 2)));
        Assert.Equal(["set S001 1/1", "cup S002 2/2", "plate S001 1/1"], _book.Allocations("order-1"));
    }

    [Fact]
    public void By_a_day_are_of_stock_then_coming_kits_then_components()
    {
        _book.Expect("po-set", "S002", 2, Day(25), "set");
        _book.Expect("po-plate", "S001", 3, Day(26), "plate");
        _book.Expect("po-late", "S001", 9, Day(28), "plate");

        Assert.Equal("done", _book.Hold("a", Set(7).By(27)));
        Assert.Equal(["cup S001 3", "cup S002 5", "plate S001 2", "plate S002 1", "set S001 1"], _book.Allocations("a").Order(StringComparer.Ordinal));
        Assert.Equal(["po-plate S001 1 on 2026-11-26", "po-set S002 2 on 2026-11-25"], _book.Awaited("a").Order(StringComparer.Ordinal));
        Assert.Equal("insufficient-supply", _book.Hold("b", Set(1).By(27)));
    }

    [Fact]
    public void By_a_day_are_confirmed_by_kit_with_what_is_still_to_come()
    {
        _book.Expect("po-plate", "S001", 3, Day(26), "plate");
        _book.Hold("a", Set(5).By(27));

        Assert.Equal("more-than-held", _book.Confirm("a", null, Line("set", 6)));
        Assert.Equal("done", _book.Confirm("a", null, Line("set", 4)));
        Assert.Equal(["set S001 1", "cup S002 5", "cup S001 1", "plate S001 2", "plate S002 1"], _book.Allocations("a"));
        Assert.Equal("done", _book.Hold("b", Set(1).By(27)));
        Assert.Equal("done", _book.Confirm("b", null, Line("set", 1)));
        Assert.Equal(["po-plate S001 1 on 2026-11-26"], _book.Awaited("b"));
        Assert.Equal("supply-not-received", _book.Fulfil("b", "s", Line("set", 1)));
        _book.Receive("po-plate", "S001", 3, sku: "plate");
        Assert.Equal("done", _book.Fulfil("b", "s", Line("set", 1)));
    }

    [Fact]
    public void Of_one_location_wait_for_supply_only_where_the_line_says()
    {
        _book.Expect("po-plate", "S001", 3, Day(26), "plate");
        Assert.Equal("invalid-request", _book.Hold("a", Set(3, from: KitAssembly.OneLocation).By(27)));
        Assert.Equal("insufficient-supply", _book.Hold("a", Set(3, "S001", KitAssembly.OneLocation).By(27)));
        Assert.Equal("done", _book.Hold("a", Set(2, "S001", KitAssembly.OneLocation).By(27)));
    }

    private static LocalDate Day(int day) => new(2026, 11, day);

    private static RequestedLine Set(decimal quantity, string? location = null, KitAssembly from = KitAssembly.Any) =>
        Kit("set", quantity, location, from, "2 cup", "1 plate");
}

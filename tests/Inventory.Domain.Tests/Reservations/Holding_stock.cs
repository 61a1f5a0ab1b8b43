using RetailSync.Inventory.Domain.Reservations;
using static RetailSync.Inventory.Domain.Tests.Reservations.Basket;

namespace RetailSync.Inventory.Domain.Tests.Reservations;

public sealed class Holding_stock
{
    private readonly ReservationBook _book = new ReservationBook().Stock("cup", "S001", 3).Stock("cup", "S002", 5).Stock("plate", "S001", 2);

    [Fact]
    public void Units_are_held_where_the_line_says()
    {
        Assert.Equal("done", _book.Hold("order-1", Line("cup", 2, "S001"), Line("plate", 1, "S001")));
        Assert.Equal(["cup S001 2", "plate S001 1"], _book.Allocations("order-1"));
        Assert.Equal((2, 1), (_book.At("cup", "S001").Reserved, _book.At("plate", "S001").Reserved));
        Assert.Equal(ReservationState.Held, _book["order-1"].State);
    }

    [Fact]
    public void A_line_without_a_location_is_held_where_most_is()
    {
        _book.Hold("order-1", Line("cup", 4));
        Assert.Equal(["cup S002 4"], _book.Allocations("order-1"));
    }

    [Fact]
    public void The_location_id_decides_where_as_much_is_available()
    {
        _book.Hold("order-1", Line("cup", 2, "S002"));
        _book.Hold("order-2", Line("cup", 1));
        Assert.Equal(["cup S001 1"], _book.Allocations("order-2"));
    }

    [Fact]
    public void A_line_is_split_only_where_one_location_is_not_enough()
    {
        _book.Hold("order-1", Line("cup", 6));
        Assert.Equal(["cup S002 5", "cup S001 1"], _book.Allocations("order-1"));
    }

    [Fact]
    public void Lines_that_name_a_location_get_their_units_first()
    {
        Assert.Equal("done", _book.Hold("order-1", Line("cup", 3), Line("cup", 5, "S002")));
        Assert.Equal(["cup S001 3", "cup S002 5"], _book.Allocations("order-1"));
    }

    [Fact]
    public void Fractions_are_exact()
    {
        _book.Stock("apples", "S001", 0.3m);
        Assert.Equal("done", _book.Hold("order-1", Line("apples", 0.1m), Line("apples", 0.2m)));
        Assert.Equal("insufficient-stock", _book.Hold("order-2", Line("apples", 0.0001m)));
    }

    [Fact]
    public void All_lines_are_refused_when_one_has_too_little()
    {
        Assert.Equal("insufficient-stock", _book.Hold("order-1", Line("cup", 1), Line("plate", 3, "S001")));
        Assert.Equal(["plate S001 3 of 2"], _book.Shortages);
        Assert.Equal(0, _book.At("cup", "S002").Reserved);
        Assert.Empty(_book.Reservations);
    }

    [Fact]
    public void Lines_of_one_SKU_are_added_up()
    {
        Assert.Equal("insufficient-stock", _book.Hold("order-1", Line("plate", 1, "S001"), Line("plate", 2, "S001")));
        Assert.Equal(["plate S001 3 of 2"], _book.Shortages);
        Assert.Equal("insufficient-stock", _book.Hold("order-2", Line("cup", 5), Line("cup", 4)));
        Assert.Equal(["cup anywhere 9 of 8"], _book.Shortages);
        Assert.Equal("insufficient-stock", _book.Hold("order-3", Line("plate", 2, "S001"), Line("plate", 1)));
        Assert.Equal(["plate anywhere 1 of 0"], _book.Shortages);
    }

    [Fact]
    public void An_unknown_SKU_is_refused()
    {
        Assert.Equal("insufficient-stock", _book.Hold("order-1", Line("spoon", 1), Line("cup", 1, "S999")));
        Assert.Equal(["cup S999 1 of 0", "spoon anywhere 1 of 0"], _book.Shortages);
    }

    [Fact]
    public void A_location_below_zero_takes_nothing_from_another()
    {
        _book.Hold("order-1", Line("cup", 3, "S001"));
        _book.Sell("order-1", "cup", "S001", 5);
        Assert.Equal(-2, _book.At("cup", "S001").OnHand);
        Assert.Equal("done", _book.Hold("order-2", Line("cup", 5)));
        Assert.Equal("insufficient-stock", _book.Hold("order-3", Line("cup", 1)));
    }

    [Fact]
    public void The_same_id_and_content_gets_the_same_answer()
    {
        _book.Hold("order-1", Line("cup", 2));
        Assert.Equal("as before", _book.Hold("order-1", Line("cup", 2)));
        Assert.Equal(2, _book.At("cup", "S002").Reserved);
        _book.Release("order-1");
        Assert.Equal("as before", _book.Hold("order-1", Line("cup", 2)));
        Assert.Equal(ReservationState.Released, _book["order-1"].State);
    }

    [Fact]
    public void The_same_id_with_other_content_is_refused()
    {
        _book.Hold("order-1", Line("cup", 2));
        Assert.Equal("reservation-id-reused", _book.Hold("order-1", Line("cup", 1)));
        Assert.Equal("reservation-id-reused", _book.Hold("order-1", Line("cup", 2, "S002")));
        Assert.Equal("reservation-id-reused", _book.Hold("order-1", Duration.FromMinutes(16), Line("cup", 2)));
    }

    [Fact]
    public void A_hold_ends_at_its_instant_whether_or_not_it_is_recorded()
    {
        _book.Hold("order-1", Duration.FromSeconds(10), Line("plate", 2));
        _book.Pass(Duration.FromSeconds(10) - Duration.Epsilon);
        Assert.Equal("insufficient-stock", _book.Hold("order-2", Line("plate", 1)));
        _book.Pass(Duration.Epsilon);
        Assert.Equal(ReservationState.Expired, _book["order-1"].StateAt(_book.Now));
        Assert.Equal("done", _book.Hold("order-3", Line("plate", 2)));
        _book.Sweep();
        Assert.Equal(2, _book.At("plate", "S001").Reserved);
        _book.Sweep();
        Assert.Equal(2, _book.At("plate", "S001").Reserved);
    }
}

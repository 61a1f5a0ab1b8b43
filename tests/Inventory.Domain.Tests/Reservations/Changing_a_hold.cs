using static RetailSync.Inventory.Domain.Tests.Reservations.Basket;

namespace RetailSync.Inventory.Domain.Tests.Reservations;

public sealed class Changing_a_hold
{
    private readonly ReservationBook _book = new ReservationBook().Stock("cup", "S001", 3).Stock("cup", "S002", 2);

    public Changing_a_hold() => _book.Hold("order-1", Line("cup", 3));

    [Fact]
    public void More_units_need_only_the_difference()
    {
        _book.Hold("order-2", Line("cup", 1, "S002"));
        Assert.Equal("done", _book.Change("order-1", Line("cup", 4)));
        Assert.Equal(["cup S001 3", "cup S002 1"], _book.Allocations("order-1"));
        Assert.Equal("insufficient-stock", _book.Change("order-1", Line("cup", 5)));
        Assert.Equal(["cup anywhere 5 of 4"], _book.Shortages);
        Assert.Equal(3, _book.At("cup", "S001").Reserved);
    }

    [Fact]
    public void Fewer_units_release_the_rest()
    {
        _book.Stock("plate", "S001", 1);
        Assert.Equal("done", _book.Change("order-1", Line("plate", 1)));
        Assert.Equal((0, 1), (_book.At("cup", "S001").Reserved, _book.At("plate", "S001").Reserved));
    }

    [Fact]
    public void Held_units_stay_where_they_are_when_more_arrives()
    {
        _book.Change("order-1", Line("cup", 4));
        _book.Stock("cup", "S001", 9);
        Assert.Equal("as before", _book.Change("order-1", Line("cup", 4)));
        _book.Change("order-1", Line("cup", 5));
        Assert.Equal(["cup S001 4", "cup S002 1"], _book.Allocations("order-1"));
    }

    [Fact]
    public void Held_units_are_kept_although_stock_was_lost()
    {
        _book.Stock("cup", "S001", 1);
        Assert.Equal("as before", _book.Change("order-1", Line("cup", 3)));
        Assert.Equal("done", _book.Change("order-1", Line("cup", 2, "S001")));
        Assert.Equal("insufficient-stock", _book.Change("order-1", Line("cup", 4, "S001")));
    }

    [Fact]
    public void Units_move_to_where_a_line_now_wants_them()
    {
        Assert.Equal("done", _book.Change("order-1", Line("cup", 2, "S002")));
        Assert.Equal((0, 2), (_book.At("cup", "S001").Reserved, _book.At("cup", "S002").Reserved));
    }

    [Fact]
    public void Other_lines_for_the_same_units_are_recorded_and_move_nothing()
    {
        Assert.Equal("done", _book.Change("order-1", Line("cup", 1), Line("cup", 2, "S001")));
        Assert.Equal(["cup S001 1", "cup S001 2"], _book.Allocations("order-1"));
        Assert.Equal(3, _book.At("cup", "S001").Reserved);
    }

    [Fact]
    public void A_change_does_not_extend_the_hold()
    {
        var expiresAt = _book["order-1"].ExpiresAt;
        _book.Pass(Duration.FromMinutes(1));
        _book.Change("order-1", Line("cup", 1));
        Assert.Equal(expiresAt, _book["order-1"].ExpiresAt);
    }

    [Fact]
    public void The_same_change_twice_is_idempotent()
    {
        Assert.Equal("done", _book.Change("order-1", Line("cup", 5)));
        Assert.Equal("as before", _book.Change("order-1", Line("cup", 5)));
    }
}

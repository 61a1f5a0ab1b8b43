using RetailSync.Inventory.Domain.Stock;
using static RetailSync.Inventory.Domain.Tests.Stock.Shop;

namespace RetailSync.Inventory.Domain.Tests.Stock;

public sealed class Recording_facts
{
    private readonly PositionsInMemory _book = new();

    private StockPosition Position => _book[Shelf];

    private string[] Record(params Movement[] movements) => Array.ConvertAll(movements, _book.Record);

    [Fact]
    public void A_receipt_a_sale_a_return_and_an_adjustment_add_up()
    {
        Record(Receipt("1", 0, 10), Sale("2", 1, 4), Return("3", 2, 1), Adjustment("4", 3, -2));
        Assert.Equal(5, Position.OnHand);
        Assert.Equal(4, Position.Version);
    }

    [Fact]
    public void Selling_more_than_there_is_is_recorded_below_zero()
    {
        Record(Receipt("1", 0, 1), Sale("2", 1, 3));
        Assert.Equal(-2, Position.OnHand);
    }

    [Fact]
    public void A_kilo_and_a_quarter_of_apples_is_exact()
    {
        Record(Receipt("1", 0, 1.25m), Sale("2", 1, 0.375m), Sale("3", 2, 0.1m));
        Assert.Equal(0.775m, Position.OnHand);
    }

    [Fact]
    public void The_same_movement_twice_counts_once()
    {
        Assert.Equal(["accepted", "duplicate"], Record(Sale("1", 0, 2), Sale("1", 0, 2)));
        Assert.Equal(-2, Position.OnHand);
    }

    [Fact]
    public void The_same_id_with_another_quantity_is_refused()
    {
        Assert.Equal(["accepted", "movement-id-reused"], Record(Sale("1", 0, 2), Sale("1", 0, 3)));
        Assert.Equal(-2, Position.OnHand);
    }

    [Fact]
    public void A_damaged_return_is_on_hand_but_not_sellable()
    {
        Record(Return("1", 0, 2, "damaged"));
        Assert.Equal(2, Position.OnHand);
        Assert.Equal(2, Position.Unsellable["damaged"]);
    }

    [Fact]
    public void Damage_makes_units_unsellable_and_repair_sellable_again()
    {
        Record(Receipt("1", 0, 10), Status("2", 1, 3, null, "damaged"), Status("3", 2, 1, "damaged", null));
        Assert.Equal(10, Position.OnHand);
        Assert.Equal(2, Position.UnsellableTotal);
    }

    [Fact]
    public void Taking_off_more_damaged_units_than_there_are_takes_all()
    {
        Record(Status("1", 0, 3, null, "damaged"), Status("2", 1, 5, "damaged", "quality-hold"));
        Assert.False(Position.Unsellable.ContainsKey("damaged"));
        Assert.Equal(3, Position.Unsellable["quality-hold"]);
    }

    [Fact]
    public void A_late_status_takes_its_place_among_later_ones()
    {
        Record(Status("1", 0, 3, null, "damaged"), Status("2", 10, 5, "damaged", null), Status("3", 5, 2, null, "damaged"));
        Assert.Equal(0, Position.UnsellableTotal); // 3, then 5, of which the repair at minute 10 takes all
    }
}

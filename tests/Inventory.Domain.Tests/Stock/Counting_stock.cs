using RetailSync.Inventory.Domain.Stock;
using static RetailSync.Inventory.Domain.Tests.Stock.Shop;

namespace RetailSync.Inventory.Domain.Tests.Stock;

public sealed class Counting_stock
{
    private readonly PositionsInMemory _book = new();

    private StockPosition Position => _book[Shelf];

    private string[] Record(params Movement[] movements) => Array.ConvertAll(movements, _book.Record);

    [Fact]
    public void A_count_sets_on_hand_and_leaves_the_damaged_units()
    {
        Record(Receipt("1", 0, 10), Status("2", 1, 2, null, "damaged"), Count("3", 2, 7));
        Assert.Equal(7, Position.OnHand);
        Assert.Equal(2, Position.UnsellableTotal);
        Assert.Equal(At(2), Position.CountedAt);
    }

    [Fact]
    public void A_sale_before_a_count_that_arrives_after_it_is_absorbed()
    {
        Assert.Equal(["accepted", "accepted", "absorbed"], Record(Receipt("1", 0, 10), Count("2", 10, 8), Sale("3", 5, 2)));
        Assert.Equal(8, Position.OnHand);
    }

    [Fact]
    public void A_sale_after_a_count_that_arrives_before_it_is_applied()
    {
        Record(Receipt("1", 0, 10), Sale("2", 20, 3), Count("3", 10, 8));
        Assert.Equal(5, Position.OnHand);
    }

    [Fact]
    public void An_older_count_that_arrives_late_is_absorbed()
    {
        Assert.Equal(["accepted", "absorbed"], Record(Count("1", 10, 8), Count("2", 5, 3)));
        Assert.Equal(8, Position.OnHand);
        Assert.Equal(At(10), Position.CountedAt);
    }

    [Fact]
    public void At_the_same_instant_the_order_of_arrival_decides()
    {
        Record(Sale("1", 10, 1), Count("2", 10, 8), Sale("3", 10, 2));
        Assert.Equal(6, Position.OnHand);
    }

    [Fact]
    public void A_late_receipt_is_absorbed_but_settles_its_document()
    {
        Assert.Equal(["accepted", "accepted", "absorbed"], Record(Expected("1", 0, 10), Count("2", 10, 8), Receipt("3", 5, 4, "po-1")));
        Assert.Equal(8, Position.OnHand);
        Assert.Equal(6, Position.InTransitTotal);
    }

    [Fact]
    public void Zero_is_a_count()
    {
        Record(Receipt("1", 0, 10), Count("2", 1, 0));
        Assert.Equal(0, Position.OnHand);
    }
}

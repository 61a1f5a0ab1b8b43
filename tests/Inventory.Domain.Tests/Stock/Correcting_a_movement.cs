using RetailSync.Inventory.Domain.Stock;
using static RetailSync.Inventory.Domain.Tests.Stock.Shop;

namespace RetailSync.Inventory.Domain.Tests.Stock;

public sealed class Correcting_a_movement
{
    private readonly PositionsInMemory _book = new();

    private StockPosition Position => _book[Shelf];

    private string[] Record(params Movement[] movements) => Array.ConvertAll(movements, _book.Record);

    [Fact]
    public void A_movement_that_did_not_occur_is_undone_and_both_are_kept()
    {
        Record(Receipt("1", 0, 10), Sale("2", 1, 4), DidNotOccur("3", "2"));
        Assert.Equal(10, Position.OnHand);
        Assert.Equal(3, _book.Stream(Shelf).Count);
        Assert.Equal(4, ((StockFact)_book.Stream(Shelf)[2]).Change);
    }

    [Fact]
    public void A_right_quantity_applies_the_difference()
    {
        Record(Receipt("1", 0, 10), Sale("2", 1, 4), Incorrect("3", "2", 1));
        Assert.Equal(9, Position.OnHand);
    }

    [Fact]
    public void A_correction_of_an_unknown_movement_is_refused()
    {
        Assert.Equal(["unknown-movement"], Record(DidNotOccur("1", "never")));
        Assert.Empty(_book.Stream(Shelf));
    }

    [Fact]
    public void A_second_correction_is_refused()
    {
        Assert.Equal(["accepted", "accepted", "already-corrected"], Record(Sale("1", 0, 1), DidNotOccur("2", "1"), Incorrect("3", "1", 2)));
        Assert.Equal(0, Position.OnHand);
    }

    [Fact]
    public void A_wrong_correction_is_corrected_itself()
    {
        Assert.Equal(["accepted", "accepted", "accepted"], Record(Sale("1", 0, 1), DidNotOccur("2", "1"), DidNotOccur("3", "2")));
        Assert.Equal(-1, Position.OnHand);
        Assert.Equal(["accepted"], Record(Incorrect("4", "1", 5)));
        Assert.Equal(-5, Position.OnHand);
    }

    [Fact]
    public void An_undone_and_replaced_movement_does_not_count_twice()
    {
        Record(Sale("1", 0, 2), DidNotOccur("2", "1"), DidNotOccur("3", "2"), Incorrect("4", "1", 5));
        Assert.Equal(["already-corrected"], Record(DidNotOccur("5", "3")));
        Assert.Equal(["accepted"], Record(DidNotOccur("6", "4")));
        Assert.Equal(-2, Position.OnHand);
        Assert.Equal(["accepted"], Record(DidNotOccur("7", "3")));
        Assert.Equal(0, Position.OnHand);
    }

    [Fact]
    public void The_quantity_of_a_correction_can_be_corrected()
    {
        Record(Sale("1", 0, 1), Incorrect("2", "1", 3), Incorrect("3", "2", 4));
        Assert.Equal(-4, Position.OnHand);
    }

    [Fact]
    public void A_wrong_count_that_is_undone_restores_what_it_absorbed()
    {
        Record(Receipt("1", 0, 10), Count("2", 10, 3), Sale("3", 5, 2));
        Assert.Equal(3, Position.OnHand);
        Record(DidNotOccur("4", "2"));
        Assert.Equal(8, Position.OnHand);
        Assert.Null(Position.CountedAt);
    }

    [Fact]
    public void A_correction_from_before_a_count_changes_nothing_now()
    {
        Record(Sale("1", 0, 4), Count("2", 10, 7), DidNotOccur("3", "1"));
        Assert.Equal(7, Position.OnHand);
    }

    [Fact]
    public void A_transfer_is_undone_at_both_ends()
    {
        Record(Receipt("1", 0, 10), Transfer("2", 1, 4), Incorrect("3", "2", 1));
        Assert.Equal(9, Position.OnHand);
        Assert.Equal(1, _book[OtherShelf].InTransitTotal);
        Record(DidNotOccur("4", "3"), DidNotOccur("5", "2"));
        Assert.Equal(10, Position.OnHand);
        Assert.Empty(_book[OtherShelf].InTransit);
    }

    [Fact]
    public void An_undone_damaged_return_undoes_the_status_too()
    {
        Record(Return("1", 0, 2, "damaged"), DidNotOccur("2", "1"));
        Assert.Equal(0, Position.OnHand);
        Assert.Empty(Position.Unsellable);
    }

    [Theory]
    [InlineData("sale", 0)]
    [InlineData("sale", -1)]
    [InlineData("adjustment", 0)]
    [InlineData("count", -1)]
    public void A_corrected_quantity_must_be_possible_for_the_type(string type, int right)
    {
        Record(type switch { "sale" => Sale("1", 0, 1), "count" => Count("1", 0, 1), _ => Adjustment("1", 0, 1) });
        Assert.Equal(["invalid-line"], Record(Incorrect("2", "1", right)));
    }
}

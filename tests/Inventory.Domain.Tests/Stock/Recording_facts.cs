using RetailSync.Inventory.Domain.Stock;
using static RetailSync.Inventory.Domain.Tests.Stock.Shop;

namespace RetailSync.Inventory.Domain.Tests.Stock;

public sealed class Recording_facts
{
    private readonly StockBook _book = new();

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
    public void Damage_moves_units_out_of_sellable_and_repair_moves_them_back()
    {
        Record(Receipt("1", 0, 10), Status("2", 1, 3, null, "damaged"), Status("3", 2, 1, "damaged", null));
        Assert.Equal(10, Position.OnHand);
        Assert.Equal(2, Position.UnsellableTotal);
    }

    [Fact]
    public void Taking_more_damaged_units_off_than_there_are_takes_what_there_is()
    {
        Record(Status("1", 0, 3, null, "damaged"), Status("2", 1, 5, "damaged", "quality-hold"));
        Assert.False(Position.Unsellable.ContainsKey("damaged"));
        Assert.Equal(3, Position.Unsellable["quality-hold"]);
    }

    [Fact]
    public void A_late_status_finds_its_place_among_the_later_ones()
    {
        Record(Status("1", 0, 3, null, "damaged"), Status("2", 10, 5, "damaged", null), Status("3", 5, 2, null, "damaged"));
        Assert.Equal(0, Position.UnsellableTotal); // 3, then 5, of which the repair at minute 10 takes all
    }
}

public sealed class Counting
{
    private readonly StockBook _book = new();

    private StockPosition Position => _book[Shelf];

    private string[] Record(params Movement[] movements) => Array.ConvertAll(movements, _book.Record);

    [Fact]
    public void Sets_on_hand_and_leaves_the_damaged_alone()
    {
        Record(Receipt("1", 0, 10), Status("2", 1, 2, null, "damaged"), Count("3", 2, 7));
        Assert.Equal(7, Position.OnHand);
        Assert.Equal(2, Position.UnsellableTotal);
        Assert.Equal(At(2), Position.CountedAt);
    }

    [Fact]
    public void Absorbs_a_sale_that_came_before_it_and_is_told_after_it()
    {
        Assert.Equal(["accepted", "accepted", "absorbed"], Record(Receipt("1", 0, 10), Count("2", 10, 8), Sale("3", 5, 2)));
        Assert.Equal(8, Position.OnHand);
    }

    [Fact]
    public void Applies_what_occurred_after_it_and_was_told_before_it()
    {
        Record(Receipt("1", 0, 10), Sale("2", 20, 3), Count("3", 10, 8));
        Assert.Equal(5, Position.OnHand);
    }

    [Fact]
    public void An_older_count_that_comes_late_is_absorbed()
    {
        Assert.Equal(["accepted", "absorbed"], Record(Count("1", 10, 8), Count("2", 5, 3)));
        Assert.Equal(8, Position.OnHand);
        Assert.Equal(At(10), Position.CountedAt);
    }

    [Fact]
    public void At_the_very_same_instant_the_order_of_arrival_decides()
    {
        Record(Sale("1", 10, 1), Count("2", 10, 8), Sale("3", 10, 2));
        Assert.Equal(6, Position.OnHand);
    }

    [Fact]
    public void Absorbs_a_late_receipt_but_lets_it_settle_its_document()
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

public sealed class Expecting_stock
{
    private readonly StockBook _book = new();

    private StockPosition Position => _book[Shelf];

    private string[] Record(params Movement[] movements) => Array.ConvertAll(movements, _book.Record);

    [Fact]
    public void A_receipt_of_the_document_comes_off_it()
    {
        Record(Expected("1", 0, 10), Receipt("2", 1, 4, "po-1"), Receipt("3", 2, 1, "po-2"));
        Assert.Equal(6, Position.InTransit["po-1"].Quantity);
        Assert.Equal(5, Position.OnHand);
    }

    [Fact]
    public void More_than_expected_leaves_nothing_outstanding()
    {
        Record(Expected("1", 0, 10), Receipt("2", 1, 12, "po-1"));
        Assert.Empty(Position.InTransit);
        Assert.Equal(12, Position.OnHand);
    }

    [Fact]
    public void Zero_cancels()
    {
        Record(Expected("1", 0, 10), Expected("2", 1, 0));
        Assert.Empty(Position.InTransit);
    }

    [Fact]
    public void States_what_is_outstanding_so_an_earlier_receipt_is_already_in_it()
    {
        Record(Expected("1", 0, 10), Expected("2", 10, 6), Receipt("3", 5, 4, "po-1"));
        Assert.Equal(6, Position.InTransitTotal);
    }

    [Fact]
    public void A_receipt_that_occurred_later_comes_off_even_when_it_is_told_first()
    {
        Record(Receipt("1", 5, 4, "po-1"), Expected("2", 0, 10));
        Assert.Equal(6, Position.InTransitTotal);
    }

    [Fact]
    public void An_older_statement_that_comes_late_does_not_undo_the_newer()
    {
        Record(Expected("1", 10, 6), Expected("2", 5, 10));
        Assert.Equal(6, Position.InTransitTotal);
    }

    [Fact]
    public void A_transfer_leaves_here_and_is_on_its_way_there()
    {
        Record(Receipt("1", 0, 10), Transfer("2", 1, 4));
        Assert.Equal(6, Position.OnHand);
        Assert.Equal(0, _book[OtherShelf].OnHand);
        Assert.Equal(4, _book[OtherShelf].InTransit["t-1"].Quantity);
        Assert.Equal(SupplyKind.Transfer, _book[OtherShelf].InTransit["t-1"].Kind);
    }

    [Fact]
    public void A_transfer_arrives_with_the_receipt_of_its_document()
    {
        Record(Transfer("1", 0, 4), Receipt("2", 60, 4, "t-1") with { Position = OtherShelf });
        Assert.Empty(_book[OtherShelf].InTransit);
        Assert.Equal(4, _book[OtherShelf].OnHand);
    }

    [Fact]
    public void A_transfer_that_is_told_after_its_receipt_is_not_on_its_way_any_more()
    {
        Record(Receipt("1", 60, 4, "t-1") with { Position = OtherShelf }, Transfer("2", 0, 4));
        Assert.Empty(_book[OtherShelf].InTransit);
        Assert.Equal(4, _book[OtherShelf].OnHand);
    }
}

public sealed class Two_parts_of_one_transfer
{
    [Fact]
    public void A_late_receipt_of_more_than_was_sent_by_then_leaves_what_was_sent_afterwards()
    {
        var book = new StockBook();
        book.Record(Transfer("1", 0, 4));
        book.Record(Transfer("2", 60, 3));
        book.Record(Receipt("3", 30, 6, "t-1") with { Position = OtherShelf });
        Assert.Equal(3, book[OtherShelf].InTransitTotal);
    }
}

public sealed class Correcting_a_movement
{
    private readonly StockBook _book = new();

    private StockPosition Position => _book[Shelf];

    private string[] Record(params Movement[] movements) => Array.ConvertAll(movements, _book.Record);

    [Fact]
    public void That_did_not_occur_undoes_it_and_keeps_both_in_history()
    {
        Record(Receipt("1", 0, 10), Sale("2", 1, 4), DidNotOccur("3", "2"));
        Assert.Equal(10, Position.OnHand);
        Assert.Equal(3, _book.Stream(Shelf).Count);
        Assert.Equal(4, ((StockFact)_book.Stream(Shelf)[2]).Change);
    }

    [Fact]
    public void With_the_right_quantity_applies_the_difference()
    {
        Record(Receipt("1", 0, 10), Sale("2", 1, 4), Incorrect("3", "2", 1));
        Assert.Equal(9, Position.OnHand);
    }

    [Fact]
    public void Of_nothing_is_refused()
    {
        Assert.Equal(["unknown-movement"], Record(DidNotOccur("1", "never")));
        Assert.Empty(_book.Stream(Shelf));
    }

    [Fact]
    public void Twice_is_refused()
    {
        Assert.Equal(["accepted", "accepted", "already-corrected"], Record(Sale("1", 0, 1), DidNotOccur("2", "1"), Incorrect("3", "1", 2)));
        Assert.Equal(0, Position.OnHand);
    }

    [Fact]
    public void Wrongly_is_corrected_itself()
    {
        Assert.Equal(["accepted", "accepted", "accepted"], Record(Sale("1", 0, 1), DidNotOccur("2", "1"), DidNotOccur("3", "2")));
        Assert.Equal(-1, Position.OnHand);
        Assert.Equal(["accepted"], Record(Incorrect("4", "1", 5)));
        Assert.Equal(-5, Position.OnHand);
    }

    [Fact]
    public void Undone_and_replaced_does_not_come_back_beside_what_replaced_it()
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
    public void A_count_that_was_wrong_uncovers_what_it_had_absorbed()
    {
        Record(Receipt("1", 0, 10), Count("2", 10, 3), Sale("3", 5, 2));
        Assert.Equal(3, Position.OnHand);
        Record(DidNotOccur("4", "2"));
        Assert.Equal(8, Position.OnHand);
        Assert.Null(Position.CountedAt);
    }

    [Fact]
    public void From_before_a_count_changes_nothing_now()
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
    public void A_damaged_return_gives_the_status_back_too()
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
    public void Needs_a_quantity_that_the_corrected_type_can_have(string type, int right)
    {
        Record(type switch { "sale" => Sale("1", 0, 1), "count" => Count("1", 0, 1), _ => Adjustment("1", 0, 1) });
        Assert.Equal(["invalid-line"], Record(Incorrect("2", "1", right)));
    }
}

using RetailSync.Inventory.Domain.Stock;
using static RetailSync.Inventory.Domain.Tests.Stock.Shop;

namespace RetailSync.Inventory.Domain.Tests.Stock;

public sealed class Expecting_stock
{
    private readonly PositionsInMemory _book = new();

    private StockPosition Position => _book[Shelf];

    private string[] Record(params Movement[] movements) => Array.ConvertAll(movements, _book.Record);

    [Fact]
    public void A_receipt_of_the_document_reduces_what_is_expected()
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
    public void Zero_cancels_what_is_expected()
    {
        Record(Expected("1", 0, 10), Expected("2", 1, 0));
        Assert.Empty(Position.InTransit);
    }

    [Fact]
    public void A_statement_includes_receipts_that_occurred_before_it()
    {
        Record(Expected("1", 0, 10), Expected("2", 10, 6), Receipt("3", 5, 4, "po-1"));
        Assert.Equal(6, Position.InTransitTotal);
    }

    [Fact]
    public void A_receipt_after_a_statement_reduces_it_in_any_arrival_order()
    {
        Record(Receipt("1", 5, 4, "po-1"), Expected("2", 0, 10));
        Assert.Equal(6, Position.InTransitTotal);
    }

    [Fact]
    public void An_older_statement_that_arrives_late_changes_nothing()
    {
        Record(Expected("1", 10, 6), Expected("2", 5, 10));
        Assert.Equal(6, Position.InTransitTotal);
    }

    [Fact]
    public void A_transfer_leaves_here_and_is_in_transit_there()
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
    public void A_transfer_reported_after_its_receipt_is_not_in_transit()
    {
        Record(Receipt("1", 60, 4, "t-1") with { Position = OtherShelf }, Transfer("2", 0, 4));
        Assert.Empty(_book[OtherShelf].InTransit);
        Assert.Equal(4, _book[OtherShelf].OnHand);
    }
}

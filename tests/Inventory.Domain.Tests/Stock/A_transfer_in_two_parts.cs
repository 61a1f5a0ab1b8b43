using static RetailSync.Inventory.Domain.Tests.Stock.Shop;

namespace RetailSync.Inventory.Domain.Tests.Stock;

public sealed class A_transfer_in_two_parts
{
    [Fact]
    public void A_late_surplus_receipt_leaves_what_was_sent_afterwards()
    {
        var book = new PositionsInMemory();
        book.Record(Transfer("1", 0, 4));
        book.Record(Transfer("2", 60, 3));
        book.Record(Receipt("3", 30, 6, "t-1") with { Position = OtherShelf });
        Assert.Equal(3, book[OtherShelf].InTransitTotal);
    }
}

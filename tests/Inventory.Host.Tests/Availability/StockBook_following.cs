using RetailSync.Inventory.Host.Feed;
using Book = RetailSync.Inventory.Host.Availability.StockBook;

namespace RetailSync.Inventory.Host.Tests.Availability;

/// <summary>Reading one's own writes asks whether this very event is in memory.</summary>
public sealed class StockBook_following
{
    [Fact]
    public void A_newer_event_of_ones_own_says_nothing_of_others()
    {
        var book = new Book();
        book.Commit([], [], [], RunningHost.Now, [10, 12]);

        Assert.Equal([false, true, false, true, false], new long[] { 9, 10, 11, 12, 13 }.Select(book.HasSeen));
        Assert.Equal([10, 12], book.TakeCommitted());
        Assert.True(book.HasSeen(12) && !book.HasSeen(11));

        book.Follow(new LedgerWatermark(12, [new(1, 9)]));
        Assert.Equal([true, false, true, true, true, false], new long[] { 0, 9, 10, 11, 12, 13 }.Select(book.HasSeen));
    }

    [Fact]
    public void Nothing_to_wait_for_is_seen_at_once() => Assert.True(new Book().HasSeen(0));
}

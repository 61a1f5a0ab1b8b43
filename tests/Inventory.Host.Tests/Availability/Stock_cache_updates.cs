using RetailSync.Inventory.Host.EventLog;
using Book = RetailSync.Inventory.Host.Availability.StockCache;

namespace RetailSync.Inventory.Host.Tests.Availability;

/// <summary>Reading one's own writes asks whether these very events are in memory.</summary>
public sealed class Stock_cache_updates
{
    [Fact]
    public void A_hosts_own_newer_event_does_not_hide_those_of_others()
    {
        var book = new Book();
        book.Commit([], [], [], RunningHost.Now, [10, 12]);

        Assert.Equal([false, true, false, true, false], Seen(book, 9, 10, 11, 12, 13));
        book.BeginRound();
        Assert.Equal([10, 12], book.TakeCommitted());
        Assert.Equal([false, true, false, true, false], Seen(book, 9, 10, 11, 12, 13));

        book.Follow(new LedgerWatermark(12, [new(4, 9), new(11, 11)]));
        Assert.Equal([true, true, false, true, false, true, false], Seen(book, 0, 3, 9, 10, 11, 12, 13));
    }

    /// <summary>A request's events may be in several transactions, of which the one with the highest sequence was seen first.</summary>
    [Fact]
    public void An_event_above_a_gap_counts_one_round_later()
    {
        var book = new Book();
        book.BeginRound();
        book.Follow(new LedgerWatermark(12, [new(4, 9)]));
        var came = book.Round;

        Assert.Equal((true, false), (book.HasSeen(3, came), book.HasSeen(12, came)));
        book.BeginRound();
        Assert.False(book.HasSeen(12, came));
        book.Follow(new LedgerWatermark(12, [new(4, 9)]));

        Assert.Equal((true, false), (book.HasSeen(12, came), book.HasSeen(5, came)));
    }

    [Fact]
    public void Waiting_for_nothing_ends_at_once() => Assert.True(new Book().HasSeen(0, 0));

    private static IEnumerable<bool> Seen(Book book, params long[] sequences) => sequences.Select(sequence => book.HasSeen(sequence, since: 0));
}

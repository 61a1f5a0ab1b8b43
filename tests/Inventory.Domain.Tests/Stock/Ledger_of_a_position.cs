using CsCheck;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using static RetailSync.Inventory.Domain.Tests.Stock.Shop;

namespace RetailSync.Inventory.Domain.Tests.Stock;

/// <summary>Opening, changes and closing of a position. Events are recorded a minute apart.</summary>
public sealed class Ledger_of_a_position
{
    private static (StockBalance Opening, List<StockBalance> Changes, StockBalance Closing) Account(
        IEnumerable<RecordedEvent> events, Instant? from, Instant? to)
    {
        var account = new StockAccount(from, to);
        var changes = new List<StockBalance>();
        foreach (var recorded in events)
        {
            if (account.Add(recorded, out var change))
            {
                changes.Add(change);
            }
        }

        return (account.Opening, changes, account.Closing);
    }

    private static List<RecordedEvent> Recorded(IEnumerable<Movement> movements)
    {
        var book = new PositionsInMemory();
        foreach (var movement in movements)
        {
            book.Record(movement);
        }

        return [.. book.Stream(Shelf).Select((happened, index) => new RecordedEvent(At(index), happened))];
    }

    [Fact]
    public void Opening_and_changes_are_the_closing_whatever_the_period() =>
        Gen.Select(Stock_properties.Reordered, Gen.Int[-1, 25], Gen.Int[-1, 25], Gen.Int[0, 24]).Sample((pair, first, second, wrong) =>
        {
            var undo = DidNotOccur("undo", pair.InOrder[wrong % pair.InOrder.Length].Name.Id)
                with
            { Position = pair.InOrder[wrong % pair.InOrder.Length].Position };
            var events = Recorded([.. pair.Shuffled, undo]);
            var (from, to) = (At(Math.Min(first, second)), At(Math.Max(first, second)));
            var (opening, changes, closing) = Account(events, from, to);

            Assert.Equal(closing.OnHand, opening.OnHand + changes.Sum(change => change.OnHand));
            Assert.Equal(closing.Unsellable, opening.Unsellable + changes.Sum(change => change.Unsellable));
            Assert.Equal(closing.InTransit, opening.InTransit + changes.Sum(change => change.InTransit));
            Assert.Equal(PositionAsOf.Of(events, from, Knowledge.Then).OnHand, opening.OnHand);
            Assert.Equal(PositionAsOf.Of(events, to, Knowledge.Then).OnHand, closing.OnHand);
            Assert.Equal(events.Count(recorded => recorded.RecordedAt > from && recorded.RecordedAt <= to), changes.Count);
        });

    [Fact]
    public void An_absorbed_fact_is_zero_and_a_correction_its_difference()
    {
        var (opening, changes, closing) =
            Account(Recorded([Receipt("in", 0, 10), Sale("out", 10, 7), Incorrect("right", "out", 4), Count("count", 60, 5), Sale("late", 30, 1)]), null, null);

        Assert.Equal([10, -7, 3, -1, 0], changes.Select(change => change.OnHand));
        Assert.Equal((0, 5), (opening.OnHand, closing.OnHand));
    }

    [Fact]
    public void Adjacent_periods_join()
    {
        var events = Recorded([Receipt("in", 0, 10), Sale("a", 10, 1), Sale("b", 20, 2), Sale("c", 30, 3)]);

        Assert.Equal(Account(events, null, At(1)).Closing, Account(events, At(1), At(2)).Opening);
        Assert.Single(Account(events, At(1), At(2)).Changes);
    }

    [Fact]
    public void An_event_stamped_by_a_slow_clock_keeps_its_order()
    {
        RecordedEvent[] events =
            [new(At(5), StockDecider.Decide(StockPosition.Empty, StockDecider.Fact(Receipt("in", 0, 10), Shelf), []).Happened!),
                new(At(4), ReservationFulfilled.Of("order", At(4), 1) with { Change = -1, OnHandAfter = 9 })];

        Assert.Equal((0, 2), (Account(events, At(4), At(5)).Opening.OnHand, Account(events, At(4), At(5)).Changes.Count));
    }
}

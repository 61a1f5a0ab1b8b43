using CsCheck;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using static RetailSync.Inventory.Domain.Tests.Stock.Shop;

namespace RetailSync.Inventory.Domain.Tests.Stock;

/// <summary>A position at an instant, as it was known then and as it is known now. Facts are recorded a minute apart, from <see cref="Recorded"/> on.</summary>
public sealed class A_position_as_of_an_instant
{
    /// <summary>When the first event is recorded: after everything has occurred, but for what a test says.</summary>
    private const int Recorded = 1_000;

    private static Instant RecordedAt(int index) => At(Recorded + index);

    private static StockPosition AsOf(PositionsInMemory book, Instant at, Knowledge knowledge) =>
        PositionAsOf.Of(book.Stream(Shelf).Select((happened, index) => new RecordedEvent(RecordedAt(index), happened)), at, knowledge);

    private static PositionsInMemory Booked(IEnumerable<Movement> movements)
    {
        var book = new PositionsInMemory();
        foreach (var movement in movements)
        {
            Assert.Contains(book.Record(movement), new[] { "accepted", "absorbed" });
        }

        return book;
    }

    [Fact]
    public void What_was_known_at_the_end_is_the_current_position() => Stock_properties.Reordered.Sample(pair =>
    {
        var book = Booked(pair.Shuffled);
        Assert.Equal(Summary(book[Shelf]), Summary(AsOf(book, RecordedAt(pair.Shuffled.Length), Knowledge.Then)));
        Assert.Equal(book[Shelf].Version, AsOf(book, RecordedAt(pair.Shuffled.Length), Knowledge.Then).Version);
    });

    [Fact]
    public void What_is_known_now_of_the_end_is_the_current_position() => Stock_properties.Reordered.Sample(pair =>
    {
        var book = Booked(pair.Shuffled);
        Assert.Equal(Summary(book[Shelf]), Summary(AsOf(book, RecordedAt(pair.Shuffled.Length), Knowledge.Now)));
    });

    [Fact]
    public void What_was_known_at_an_instant_is_what_had_been_recorded() => Gen.Select(Stock_properties.Reordered, Gen.Int[0, 25]).Sample((pair, count) =>
    {
        var until = Booked(pair.Shuffled.Take(count));
        Assert.Equal(Summary(until[Shelf]), Summary(AsOf(Booked(pair.Shuffled), RecordedAt(until.Stream(Shelf).Count - 1), Knowledge.Then)));
    });

    [Fact]
    public void What_is_known_now_of_an_instant_has_every_fact_in_its_time() =>
    Gen.Select(Stock_properties.Reordered, Gen.Int[-1, 25]).Sample((pair, minute) =>
        Assert.Equal(
            Summary(Booked(pair.InOrder.Where(movement => movement.OccurredAt <= At(minute)))[Shelf]),
            Summary(AsOf(Booked(pair.Shuffled), At(minute), Knowledge.Now))));

    [Fact]
    public void A_reversed_fact_was_known_then_and_is_not_known_now() =>
    Gen.Select(Stock_properties.Reordered, Gen.Int[0, 24], Gen.Int[-1, 25]).Sample((pair, mistaken, minute) =>
    {
        var wrong = pair.InOrder[mistaken % pair.InOrder.Length];
        var undo = DidNotOccur("undo", wrong.Name.Id) with { Position = wrong.Position };
        var book = Booked([.. pair.Shuffled, undo]);
        Assert.Equal(
            Summary(Booked(pair.InOrder.Where(movement => movement != wrong && movement.OccurredAt <= At(minute)))[Shelf]),
            Summary(AsOf(book, At(minute), Knowledge.Now)));
        Assert.Equal(Summary(Booked(pair.Shuffled)[Shelf]), Summary(AsOf(book, RecordedAt(book.Stream(Shelf).Count - 2), Knowledge.Then)));
    });

    [Fact]
    public void A_late_sale_is_known_now_at_its_time_and_was_not_then()
    {
        var book = Booked([Receipt("in", 0, 10), Count("count", 60, 8), Sale("late", 30, 2)]);

        Assert.Equal((10, 8), (AsOf(book, At(29), Knowledge.Now).OnHand, AsOf(book, At(45), Knowledge.Now).OnHand));
        Assert.Equal((8, 8), (AsOf(book, At(60), Knowledge.Now).OnHand, AsOf(book, RecordedAt(1), Knowledge.Then).OnHand));
        Assert.Equal(10, AsOf(book, RecordedAt(0), Knowledge.Then).OnHand);
        Assert.Equal(StockPosition.Empty, AsOf(book, At(-1), Knowledge.Then));
    }

    [Fact]
    public void A_corrected_quantity_is_known_now_from_its_own_instant_on()
    {
        var book = Booked([Receipt("in", 0, 10), Sale("out", 30, 7), Incorrect("right", "out", 4)]);

        Assert.Equal(6, AsOf(book, At(30), Knowledge.Now).OnHand);
        Assert.Equal(10, AsOf(book, At(29), Knowledge.Now).OnHand);
        Assert.Equal(3, AsOf(book, RecordedAt(1), Knowledge.Then).OnHand);
        Assert.Equal(6, AsOf(book, RecordedAt(2), Knowledge.Then).OnHand);
    }

    [Theory]
    [InlineData(9, 5)]
    [InlineData(10, 0)]
    [InlineData(100, 0)]
    public void A_hold_is_free_from_the_instant_at_which_it_expired(int minute, decimal reserved)
    {
        StockEvent[] events = [new StockReserved("order", 5, "web", At(10)), new ReservationExpired("order", -5)];
        var recorded = new[] { new RecordedEvent(At(0), events[0]), new RecordedEvent(At(50), events[1]) };

        Assert.All([Knowledge.Then, Knowledge.Now], knowledge => Assert.Equal(reserved, PositionAsOf.Of(recorded, At(minute), knowledge).Reserved));
    }

    [Fact]
    public void A_confirmed_hold_does_not_expire()
    {
        StockEvent[] events = [new StockReserved("order", 5, "web", At(10)), new ReservationConfirmed("order", -1)];
        var recorded = events.Select((happened, index) => new RecordedEvent(At(index), happened)).ToArray();

        Assert.Equal(5, PositionAsOf.Of(recorded, At(0), Knowledge.Then).Reserved);
        Assert.Equal(4, PositionAsOf.Of(recorded, At(100), Knowledge.Now).Reserved);
    }

    [Fact]
    public void A_hold_that_was_moved_here_expires_with_its_reservation()
    {
        RecordedEvent[] moved = [new(At(0), new ReservationChanged("order", 5), HoldEnds: At(10))];

        Assert.Equal(5, PositionAsOf.Of(moved, At(9), Knowledge.Now).Reserved);
        Assert.Equal(0, PositionAsOf.Of(moved, At(10), Knowledge.Now).Reserved);
    }

    [Fact]
    public void What_shipped_is_no_longer_reserved()
    {
        StockEvent[] events =
        [
            new StockReserved("a", 5, "web", At(10)), ReservationFulfilled.Of("a", At(1), 2) with { Change = -2, OnHandAfter = -2 },
            new StockReserved("b", 3, "web", At(10)), new StockSold("pos", "1", At(3), 3) { Reservation = "b", Fulfilled = 3, Change = -3, OnHandAfter = -5 },
        ];
        var recorded = events.Select((happened, index) => new RecordedEvent(At(index), happened)).ToArray();

        Assert.Equal((3, -2), (PositionAsOf.Of(recorded, At(1), Knowledge.Now).Reserved, PositionAsOf.Of(recorded, At(1), Knowledge.Now).OnHand));
        Assert.Equal((3, -5), (PositionAsOf.Of(recorded, At(100), Knowledge.Then).Reserved, PositionAsOf.Of(recorded, At(100), Knowledge.Now).OnHand));
    }

    /// <summary>All that a caller can see of a position, but for its version.</summary>
    internal static string Summary(StockPosition position) =>
        $"on-hand {position.OnHand:0.####} counted {position.CountedAt} unsellable {string.Join(' ', position.Unsellable.Select(pair =>
            $"{pair.Key}={pair.Value:0.####}"))} "
        + $"reserved {position.Reserved:0.####} in-transit {string.Join(' ', position.InTransit.Select(pair =>
            $"{pair.Key}={pair.Value.Quantity:0.####} {pair.Value.Kind} {pair.Value.ExpectedOn}"))}";
}

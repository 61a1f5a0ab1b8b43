using CsCheck;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using static RetailSync.Inventory.Domain.Tests.Stock.Shop;

namespace RetailSync.Inventory.Domain.Tests.Stock;

/// <summary>
/// Whatever has happened at a position, in whatever order it was reported: who begins at a balance that may be used, and leaves out what
/// may be left out, answers what a fold of everything answers. Instants are few, so many facts are of the same one.
/// </summary>
public sealed class Position_checkpoints
{
    private const int LastMinute = 40;

    private static readonly string[] Orders = ["a", "b", "c", "d"];

    private sealed record Draw(int What, int Occurred, int Lag, int Units, int Which, bool Yes);

    /// <summary>A history as the deciders write it, with the versions after which a balance is taken.</summary>
    private static readonly Gen<(RecordedEvent[] Events, int[] Cuts)> Histories =
        from draws in Gen.Select(Gen.Int[0, 15], Gen.Int[0, LastMinute], Gen.Int[-3, 12], Gen.Int[1, 40], Gen.Int[0, 200], Gen.Bool)
        .Select((a, b, c, d, e, f) => new Draw(a, b, c, d, e, f)).Array[1, 60]
        from late in Gen.Int[0, 4]
        from cuts in Gen.Int[1, 60].Array[0, 8]
        select (Written(draws, late), cuts);

    [Fact]
    public void A_checkpoint_answers_what_all_events_answer() => Gen.Select(Histories, Gen.Int[-2, (2 * LastMinute) + 2], Gen.Enum<Knowledge>()).Sample(
        (history, half, knowledge) =>
        {
            var at = At(0) + Duration.FromSeconds(30 * half);
            var balances = Balances(history.Events, history.Cuts);
            var whole = Summary(PositionAsOf.Of(history.Events, at, knowledge));
            foreach (var recorded in balances.Where(balance => balance.RecordedUntil <= at))
            {
                foreach (var known in balances.Where(balance => balance.OccurredUntil <= at && !IsOvertaken(balance, history.Events)))
                {
                    Assert.Equal(whole, Summary(FromBalances(history.Events, balances, recorded, known, at, knowledge)));
                }
            }
        },
        iter: 3_000);

    /// <summary>Two ways to fold, which every balance rests on.</summary>
    [Fact]
    public void Folding_in_order_of_arrival_gives_what_is_known_of_all() => Histories.Sample(
        history => Assert.Equal(
            Summary(history.Events.Aggregate(StockPosition.Empty, (position, recorded) => StockPosition.Evolve(position, recorded.Happened))
                with
            { Reserved = 0 }),
            Summary(PositionAsOf.Of(history.Events, Instant.MaxValue, Knowledge.Now) with { Reserved = 0 })),
        iter: 3_000);

    [Fact]
    public void Chained_checkpoints_equal_those_folded_from_the_beginning() => Histories.Sample(history =>
    {
        var balances = Balances(history.Events, history.Cuts);
        foreach (var (last, index) in balances.Select((balance, index) => (balance, index)).SkipLast(1))
        {
            var fold = new BalanceFold(last);
            foreach (var recorded in history.Events[(int)last.Version..(int)balances[index + 1].Version])
            {
                fold.Add(recorded);
            }

            Assert.Equal(All(balances[index + 1]), All(fold.Take()));
        }
    });

    [Fact]
    public void A_checkpoint_is_due_every_16_events_or_as_many_as_open_holds()
    {
        var fold = new BalanceFold(PositionCheckpoint.Beginning);
        var due = new List<(long Version, int Holds)>();
        for (var number = 0; number < 100; number++)
        {
            fold.Add(new RecordedEvent(
                At(number), number < 40 ? new StockReserved($"order-{number}", 1, "web", At(500)) : new ReservationReleased($"order-{number - 40}", -1)));
            if (fold.IsDue)
            {
                var balance = fold.Take();
                due.Add((balance.Version, balance.Holds.Count));
            }
        }

        Assert.Equal([(16, 16), (32, 32), (64, 16), (80, 0), (96, 0)], due);
    }

    [Fact]
    public void A_hold_that_was_moved_elsewhere_is_not_kept()
    {
        var fold = new BalanceFold(PositionCheckpoint.Beginning);
        fold.Add(new RecordedEvent(At(1), new StockReserved("order", 5, "web", At(500))));
        fold.Add(new RecordedEvent(At(2), new ReservationChanged("order", -5, "web"), At(500)));

        Assert.Empty(fold.Take().Holds);

        fold.Add(new RecordedEvent(At(3), new ReservationChanged("order", 2, "web"), At(500)));

        Assert.Equal(new OpenHold(2, At(500)), fold.Take().Holds["web/order"]);
    }

    [Fact]
    public void Holds_of_two_channels_with_one_id_are_two()
    {
        var fold = new BalanceFold(PositionCheckpoint.Beginning);
        fold.Add(new RecordedEvent(At(1), new StockReserved("order", 5, "web", At(500))));
        fold.Add(new RecordedEvent(At(2), new StockReserved("order", 2, "app", At(300))));
        fold.Add(new RecordedEvent(At(3), new ReservationConfirmed("order", 0, "app")));

        Assert.Equal([KeyValuePair.Create("web/order", new OpenHold(5, At(500)))], fold.Take().Holds);
    }

    /// <summary>Events of an older build name no channel, and an id was of one channel only: theirs is the first that is named.</summary>
    [Fact]
    public void Events_of_an_older_build_mean_the_first_hold_of_that_id()
    {
        var fold = new BalanceFold(PositionCheckpoint.Beginning);
        fold.Add(new RecordedEvent(At(1), new StockReserved("order", 5, "web", At(500))));
        fold.Add(new RecordedEvent(At(2), new ReservationConfirmed("order", 0)));
        fold.Add(new RecordedEvent(At(3), new StockReserved("order", 2, "app", At(300))));
        fold.Add(new RecordedEvent(At(4), new ReservationReleased("order", -5)));

        Assert.Equal([KeyValuePair.Create("app/order", new OpenHold(2, At(300)))], fold.Take().Holds);
    }

    /// <summary>Sources say when to the nanosecond, and PostgreSQL keeps microseconds.</summary>
    [Fact]
    public void Instants_are_rounded_so_that_a_checkpoint_is_used_less()
    {
        var odd = At(1).PlusNanoseconds(1_500);
        var fold = new BalanceFold(PositionCheckpoint.Beginning);
        fold.Add(new RecordedEvent(At(2), new StockReceived("wms", "1", odd, 1) { Change = 1, OnHandAfter = 1 }));

        var balance = fold.Take();

        Assert.Equal((At(1).PlusNanoseconds(1_000), At(1).PlusNanoseconds(2_000)), (balance.CountsFrom, balance.OccurredUntil));
        Assert.Equal((At(2), At(2)), (balance.RecordedFrom, balance.RecordedUntil));
        Assert.False(balance.OccurredUntil <= odd);
        Assert.True(balance.CountsFrom <= odd);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")]
    [InlineData("1969-12-31T23:59:59.9999994Z", "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59.9999995Z", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999999Z")]
    public void Every_instant_of_the_contract_can_be_rounded(string occurred, string down, string up)
    {
        static Instant Parse(string text) => NodaTime.Text.InstantPattern.ExtendedIso.Parse(text).Value;
        var fold = new BalanceFold(PositionCheckpoint.Beginning);
        fold.Add(new RecordedEvent(At(2), new StockReceived("wms", "1", Parse(occurred), 1) { Change = 1, OnHandAfter = 1 }));

        var balance = fold.Take();

        Assert.Equal((Parse(down), Parse(up)), (balance.CountsFrom, balance.OccurredUntil));
    }

    [Fact]
    public void A_fact_before_the_checkpoints_instant_makes_it_unusable()
    {
        var fold = new BalanceFold(PositionCheckpoint.Beginning);
        fold.Add(new RecordedEvent(At(2), new StockCounted("wms", "1", At(2), 10) { Change = 10, OnHandAfter = 10 }));
        var balance = fold.Take();

        Assert.False(balance.IsOvertakenBy(new StockSold("wms", "2", At(2), 1), corrected: null));
        Assert.True(balance.IsOvertakenBy(new StockSold("wms", "2", At(1), 1), corrected: null));
        Assert.True(balance.IsOvertakenBy(new MovementCorrected("wms", "3", At(9), 1), corrected: 1));
        Assert.False(balance.IsOvertakenBy(new MovementCorrected("wms", "3", At(0), 1), corrected: 2));
    }

    /// <summary>The pieces that a reader reads and those that it leaves out, as its SQL chooses them.</summary>
    private static StockPosition FromBalances(
        RecordedEvent[] events, IReadOnlyList<PositionCheckpoint> balances, PositionCheckpoint recorded, PositionCheckpoint known, Instant at,
        Knowledge knowledge)
    {
        var position = new PositionAsOf(at, knowledge) { Version = events.Length };
        position.GoOnFromRecorded(recorded);
        position.GoOnFromKnown(known);
        foreach (var part in balances.Skip(1))
        {
            if ((part.Version > recorded.Version && part.RecordedFrom <= at)
                || (knowledge == Knowledge.Now && part.Version > known.Version && part.CountsFrom <= at))
            {
                Add(part.After, part.Version);
            }
        }

        Add(balances[^1].Version, events.Length);
        return position.Result();

        void Add(long after, long until)
        {
            for (var version = after + 1; version <= until; version++)
            {
                position.Add(events[version - 1], version);
            }
        }
    }

    private static bool IsOvertaken(PositionCheckpoint balance, RecordedEvent[] events) =>
        events.Skip((int)balance.Version).Select(recorded => recorded.Happened).OfType<StockFact>().Any(fact =>
        balance.IsOvertakenBy(fact, fact is MovementCorrected correction ? Version(events, correction) : null));

    private static long Version(RecordedEvent[] events, MovementCorrected correction) =>
        Array.FindIndex(events, recorded => recorded.Happened is StockFact fact && fact.Source == correction.Source && fact.Id == correction.Corrects) + 1;

    /// <summary>The beginning, and one at each cut.</summary>
    private static List<PositionCheckpoint> Balances(RecordedEvent[] events, int[] cuts)
    {
        var fold = new BalanceFold(PositionCheckpoint.Beginning);
        List<PositionCheckpoint> balances = [PositionCheckpoint.Beginning];
        foreach (var recorded in events)
        {
            fold.Add(recorded);
            if (cuts.Contains((int)fold.Position.Version))
            {
                balances.Add(fold.Take());
            }
        }

        return balances;
    }

    /// <param name="draws">One after the other is recorded, a minute apart or so; not every one can be.</param>
    /// <param name="late">How far behind the facts the recording is: much of a history may be imported.</param>
    private static RecordedEvent[] Written(Draw[] draws, int late)
    {
        var book = new PositionsInMemory();
        var open = new Dictionary<(string, string), decimal>();
        var recordedAt = new List<Instant>();
        var ids = new List<string>();
        foreach (var (draw, number) in draws.Select((draw, number) => (draw, number)))
        {
            var (id, units, minute) =
                ($"m{number}", draw.Units / 4m, Math.Clamp((number * LastMinute / draws.Length) - (draw.Yes ? draw.Occurred / 4 : 0), 0, LastMinute));
            var order = Orders[draw.Which % Orders.Length];
            if (draw.What < 9)
            {
                book.Record(Stock_properties.Fact(
                    draw.What, id, minute, units, draw.Which % 2 == 0 ? "damaged" : "quality-hold", new[] { "po-1", "po-2", "t-1" }[draw.Which % 3], draw.Yes));
                ids.Add(id);
            }
            else if (draw.What == 9 && ids.Count > 0)
            {
                var wrong = ids[draw.Which % ids.Count];
                var position = book.Stream(Shelf).OfType<StockFact>().Any(fact => fact.Id == wrong) ? Shelf : OtherShelf;
                book.Record((draw.Yes ? DidNotOccur(id, wrong) : Incorrect(id, wrong, units)) with { Position = position });
                ids.Add(id);
            }
            else
            {
                // In the first half of some histories, events say the channel only where those of older builds did, or where their readers add it.
                var isOld = late % 2 == 1 && number < draws.Length / 2;
                Hold(book, open, draw, (isOld || draw.Lag % 2 == 0 ? "web" : "app", order), isOld, units, minute, id);
            }

            // Clocks of several hosts differ a little.
            while (recordedAt.Count < book.Stream(Shelf).Count)
            {
                recordedAt.Add(At(Math.Max(0, (number * LastMinute / draws.Length) + (late * 10) + draw.Lag)));
            }
        }

        return [.. book.Stream(Shelf)
            .Select((happened, index) => new RecordedEvent(recordedAt[index], happened, happened is ReservationChanged ? At(draws[index].Occurred) : null))];
    }

    private static void Hold(
        PositionsInMemory book, Dictionary<(string, string), decimal> open, Draw draw, (string Channel, string Id) order, bool isOld, decimal units,
        int minute, string id)
    {
        var held = open.GetValueOrDefault(order);
        var channel = isOld ? null : order.Channel;
        switch (draw.What)
        {
            case 10 when held == 0:
                book.Append(Shelf, new StockReserved(order.Id, units, order.Channel, At(minute + draw.Lag)));
                open[order] = units;
                break;
            case 11:
                var change = draw.Yes ? units : -Math.Min(held, units);
                book.Append(Shelf, new ReservationChanged(order.Id, change, order.Channel));
                open[order] = held + change;
                break;
            case 12 when held > 0:
                book.Append(Shelf, new ReservationConfirmed(order.Id, 0, channel));
                break;
            case 13 when held > 0:
                book.Append(Shelf, draw.Yes ? new ReservationReleased(order.Id, -held, channel) : new ReservationExpired(order.Id, -held, channel));
                open[order] = 0;
                break;
            case 14 when held > 0:
                book.Ship(Shelf, ReservationFulfilled.Of(order.Id, At(minute), held, channel));
                open[order] = 0;
                break;
            case 15 when held > 0:
                var sold = isOld ? held : Math.Min(units, held);
                book.Ship(Shelf, new StockSold("till", id, At(minute), sold) { Reservation = order.Id, Fulfilled = sold, Channel = channel });
                open[order] = held - sold;
                break;
        }
    }

    /// <summary>Everything that an answer has.</summary>
    private static string Summary(StockPosition position) =>
        $"version {position.Version} on-hand {position.OnHand:0.####} counted {position.CountedAt} reserved {position.Reserved:0.####} "
        + $"unsellable {string.Join(' ', position.Unsellable.Select(pair => $"{pair.Key}={pair.Value:0.####}"))} "
        + $"in-transit {string.Join(' ', position.InTransit.Select(pair =>
            $"{pair.Key}={pair.Value.Quantity:0.####} {pair.Value.Kind} {pair.Value.ExpectedOn} {pair.Value.Confidence}"))}";

    private static string All(PositionCheckpoint balance) =>
        $"{Summary(balance.Position)} holds {string.Join(' ', balance.Holds.OrderBy(hold => hold.Key, StringComparer.Ordinal))} after {balance.After} until "
            + $"{balance.RecordedUntil} {balance.OccurredUntil} from {balance.RecordedFrom} {balance.CountsFrom}";
}

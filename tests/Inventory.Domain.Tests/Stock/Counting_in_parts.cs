using CsCheck;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;

namespace RetailSync.Inventory.Domain.Tests.Stock;

public sealed class Counting_in_parts
{
    private static readonly PositionKey Here = new(Sku.Parse("A"), LocationId.Parse("S001"));
    private static readonly Instant Noon = PositionsInMemory.Morning + Duration.FromHours(4);

    [Fact]
    public void Parts_of_one_instant_add_up()
    {
        var book = new PositionsInMemory();
        Assert.Equal(["accepted", "accepted", "accepted"], [book.Record(Receipt("r", 100, -60)), book.Record(Part("a", 4)), book.Record(Part("b", 7))]);
        Assert.Equal(11, book[Here].OnHand);
        Assert.Equal("duplicate", book.Record(Part("a", 4)));
        Assert.Equal(11, book[Here].OnHand);
    }

    [Fact]
    public void A_whole_count_replaces_parts_of_its_instant()
    {
        var book = new PositionsInMemory();
        book.Record(Part("a", 4));
        book.Record(Part("b", 7) with { Part = false });
        Assert.Equal(7, book[Here].OnHand);
    }

    [Fact]
    public void Parts_of_another_source_or_instant_do_not_add_up()
    {
        var book = new PositionsInMemory();
        book.Record(Part("a", 4));
        book.Record(Part("b", 7) with { Name = new MovementId("other", "b") });
        Assert.Equal(7, book[Here].OnHand);
        book.Record(Part("c", 5) with { OccurredAt = Noon + Duration.FromMinutes(1) });
        Assert.Equal(5, book[Here].OnHand);
    }

    [Fact]
    public void A_part_recorded_before_as_a_whole_is_a_duplicate()
    {
        var book = new PositionsInMemory();
        book.Record(Part("a", 4) with { Part = false });
        Assert.Equal("duplicate", book.Record(Part("a", 4)));
    }

    /// <summary>In any order of arrival, with sales around them, a correction of a part and a balance at every place.</summary>
    [Fact]
    public void The_order_of_arrival_changes_nothing() =>
        Gen.Select(Gen.Int[0, 9].Array[1, 4], Gen.Int[-3, 3].Array[0, 4], Gen.Bool, Gen.Int[0, 10_000]).Sample((parts, sales, corrects, seed) =>
        {
            // A sale at the very instant is ordered by arrival, so there is none.
            List<Movement> movements =
            [
                .. parts.Select((quantity, index) => Part($"p{index}", quantity)),
                .. sales.Where(minute => minute != 0)
                .Select((minute, index) => new Sale(new MovementId("wms", $"s{index}"), Here, Noon + Duration.FromMinutes(minute), null, 1, null)),
            ];
            var order = movements.OrderBy(movement => HashCode.Combine(movement.Name.Id, seed)).ToList();
            var book = new PositionsInMemory();
            order.ForEach(movement => book.Record(movement));
            if (corrects)
            {
                book.Record(new Correction(new MovementId("wms", "k"), Here, Noon + Duration.FromHours(1), null, "p0", null));
            }

            var standing = corrects ? parts.Skip(1).ToArray() : parts;
            var before = standing.Length == 0 ? -sales.Count(minute => minute < 0) : standing.Sum();
            var expected = before - sales.Count(minute => minute > 0);
            Assert.Equal(expected, book[Here].OnHand);

            var events = book.Stream(Here).Select((happened, index) => new RecordedEvent(Noon + Duration.FromHours(2 + index), happened)).ToList();
            var at = Noon + Duration.FromDays(1);
            Assert.Equal(expected, PositionAsOf.Of(events, at, Knowledge.Now).OnHand);
            for (var after = 1; after < events.Count; after++)
            {
                var fold = new BalanceFold(PositionCheckpoint.Beginning);
                events.Take(after).ToList().ForEach(fold.Add);
                var balance = fold.Take();
                var overtaken = events.Skip(after)
                    .Any(later => later.Happened is StockFact fact && balance.IsOvertakenBy(fact, fact is MovementCorrected ? 1 : null));
                if (!overtaken)
                {
                    var folding = new PositionAsOf(at, Knowledge.Now);
                    folding.GoOnFromKnown(balance);
                    for (var index = after; index < events.Count; index++)
                    {
                        folding.Add(events[index], index + 1);
                    }

                    Assert.Equal(expected, folding.Result().OnHand);
                }
            }
        });

    private static Count Part(string id, decimal quantity) => new(new MovementId("wms", id), Here, Noon, null, quantity) { Part = true };

    private static Receipt Receipt(string id, decimal quantity, int minute) =>
        new(new MovementId("wms", id), Here, Noon + Duration.FromMinutes(minute), null, quantity, null);
}

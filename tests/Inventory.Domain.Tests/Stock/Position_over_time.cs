using CsCheck;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using static RetailSync.Inventory.Domain.Tests.Stock.A_position_as_of_an_instant;
using static RetailSync.Inventory.Domain.Tests.Stock.Shop;

namespace RetailSync.Inventory.Domain.Tests.Stock;

/// <summary>A series is what the position was at each of its instants. Facts are recorded some minutes apart, among the minutes in which they occur.</summary>
public sealed class Position_over_time
{
    private static readonly Gen<(RecordedEvent[] Events, Knowledge Knowledge, int From, int[] Minutes)> Lives = Gen.Select(
        Stock_properties.Reordered, Gen.Int[0, 3], Gen.Bool, Gen.Int[-2, 20], Gen.Int[0, 40].Array[1, 12])
        .Select((pair, apart, isNow, from, minutes) =>
        {
            var book = new PositionsInMemory();
            foreach (var movement in pair.Shuffled)
            {
                book.Record(movement);
            }

            // Clocks of several hosts differ a little.
            var events = book.Stream(Shelf).Select((happened, index) => new RecordedEvent(At((index * apart) - (index % 3)), happened)).ToArray();
            return (events, isNow ? Knowledge.Now : Knowledge.Then, from, minutes.Where(minute => minute >= from).Order().ToArray());
        });

    private static List<PositionStretch> Series(RecordedEvent[] events, Knowledge knowledge, int from, int[] minutes)
    {
        var series = new PositionSeries(knowledge);
        for (var index = 0; index < events.Length; index++)
        {
            series.Add(events[index], index + 1);
        }

        return [.. series.Over(At(from), [.. minutes.Select(At)])];
    }

    [Fact]
    public void Each_stretch_ends_as_the_position_was_at_that_instant() => Lives.Sample(life =>
    {
        foreach (var stretch in Series(life.Events, life.Knowledge, life.From, life.Minutes))
        {
            Assert.Equal(Summary(PositionAsOf.Of(life.Events, stretch.End, life.Knowledge)), Summary(stretch.Position));
        }
    });

    [Fact]
    public void Least_and_most_are_those_of_all_instants_within() => Lives.Sample(life =>
    {
        var begin = At(life.From);
        foreach (var stretch in Series(life.Events, life.Knowledge, life.From, life.Minutes))
        {
            var within = life.Events.SelectMany(happened => happened.Happened is StockFact fact
                ? new[] { happened.RecordedAt, fact.OccurredAt } : [happened.RecordedAt]).Where(instant => instant >= begin && instant <= stretch.End);
            var onHand = within.Append(begin).Select(instant => PositionAsOf.Of(life.Events, instant, life.Knowledge).OnHand).ToList();
            Assert.Equal((onHand.Min(), onHand.Max()), (stretch.Least, stretch.Most));
            begin = stretch.End;
        }
    });
}

using CsCheck;
using RetailSync.Inventory.Domain.Stock;
using static RetailSync.Inventory.Domain.Tests.Stock.Shop;

namespace RetailSync.Inventory.Domain.Tests.Stock;

/// <summary>What holds for any facts. Instants are distinct, since facts of one instant go by arrival on purpose.</summary>
public sealed class Stock_properties
{
    private static readonly Gen<decimal> Units = Gen.Int[1, 40].Select(tenths => tenths / 4m);
    private static readonly Gen<string?> Status = Gen.Bool.Select(yes => yes ? (string?)"damaged" : "quality-hold");
    private static readonly Gen<string> Document = Gen.Int[0, 2].Select(which => new[] { "po-1", "po-2", "t-1" }[which]);

    /// <summary>Everything but corrections, an instant and an id each.</summary>
    private static readonly Gen<Movement[]> Facts = Gen.Int[1, 25].SelectMany(count =>
        Gen.Select(Gen.Int[0, 8], Units, Status, Document, Gen.Bool).Array[count].Select(drawn =>
            drawn.Select((draw, minute) => Fact(draw.Item1, $"m{minute}", minute, draw.Item2, draw.Item3, draw.Item4, draw.Item5)).ToArray()));

    internal static readonly Gen<(Movement[] InOrder, Movement[] Shuffled)> Reordered =
        Facts.SelectMany(facts => Gen.Shuffle(facts).Select(shuffled => (facts, shuffled)));

    internal static Movement Fact(int type, string id, int minute, decimal units, string? status, string document, bool yes) => type switch
    {
        0 => Receipt(id, minute, units, document, yes ? status : null),
        1 => Sale(id, minute, units),
        2 => Return(id, minute, units, yes ? status : null),
        3 => Adjustment(id, minute, yes ? units : -units),
        4 => Count(id, minute, units),
        5 => yes ? Shop.Status(id, minute, units, null, status) : Shop.Status(id, minute, units, status, null),
        6 => Expected(id, minute, yes ? units : 0, document),
        7 => Transfer(id, minute, units, document) with { Position = OtherShelf, To = Shelf.Location },
        _ => Shop.Status(id, minute, units, "damaged", "quality-hold"),
    };

    private static PositionsInMemory Booked(IEnumerable<Movement> movements)
    {
        var book = new PositionsInMemory();
        foreach (var movement in movements)
        {
            book.Record(movement);
        }

        return book;
    }

    [Fact]
    public void Any_order_of_the_same_facts_gives_the_same_position() => Reordered.Sample(pair =>
        Assert.Equal(Summary(Booked(pair.InOrder)[Shelf]), Summary(Booked(pair.Shuffled)[Shelf])));

    [Fact]
    public void Folding_at_once_or_in_pieces_is_the_same() => Gen.Select(Reordered, Gen.Int[0, 25]).Sample((pair, cut) =>
    {
        var stream = Booked(pair.Shuffled).Stream(Shelf);
        var piece = stream.Take(cut).Aggregate(StockPosition.Empty, StockPosition.Evolve);
        Assert.Equal(Summary(stream.Aggregate(StockPosition.Empty, StockPosition.Evolve)), Summary(stream.Skip(cut).Aggregate(piece, StockPosition.Evolve)));
    });

    [Fact]
    public void Every_fact_twice_is_the_same_as_once() => Reordered.Sample(pair =>
    {
        var twice = Booked([.. pair.Shuffled, .. pair.InOrder]);
        Assert.Equal(Summary(Booked(pair.Shuffled)[Shelf]), Summary(twice[Shelf]));
        Assert.Equal(twice[Shelf].Version, twice.Stream(Shelf).Count);
    });

    [Fact]
    public void No_status_and_no_document_goes_below_zero() => Reordered.Sample(pair =>
    {
        foreach (var happened in Booked(pair.Shuffled).Stream(Shelf).Cast<StockFact>())
        {
            Assert.All(happened.Unsellable?.Values ?? [], units => Assert.True(units >= 0));
            Assert.All(happened.InTransit?.Values ?? [], outstanding => Assert.True(outstanding.Quantity >= 0));
        }
    });

    [Fact]
    public void Changes_add_up_to_on_hand() => Reordered.Sample(pair =>
    {
        var book = Booked(pair.Shuffled);
        Assert.Equal(book[Shelf].OnHand, book.Stream(Shelf).Cast<StockFact>().Sum(fact => fact.Change));
        Assert.Equal(book[Shelf].OnHand, ((StockFact?)book.Stream(Shelf).LastOrDefault())?.OnHandAfter ?? 0);
    });

    [Fact]
    public void A_correction_leaves_what_there_would_be_without_the_mistake() =>
    Gen.Select(Reordered, Gen.Int[0, 24], Gen.Int[0, 24]).Sample((pair, mistaken, when) =>
    {
        var wrong = pair.InOrder[mistaken % pair.InOrder.Length];
        var summary = Array.IndexOf(pair.Shuffled, wrong) + 1;
        var corrected = pair.Shuffled.ToList();
        corrected.Insert(summary + (when % (corrected.Count - summary + 1)), DidNotOccur("undo", wrong.Name.Id) with { Position = wrong.Position });
        Assert.Equal(Summary(Booked(pair.Shuffled.Where(movement => movement != wrong))[Shelf]), Summary(Booked(corrected)[Shelf]));
    });

    /// <summary>All that a caller can see of a position, but for its version.</summary>
    private static string Summary(StockPosition position) =>
        $"on-hand {position.OnHand:0.####} counted {position.CountedAt} unsellable {string.Join(' ', position.Unsellable.Select(pair =>
            $"{pair.Key}={pair.Value:0.####}"))} "
        + $"in-transit {string.Join(' ', position.InTransit.Select(pair =>
            $"{pair.Key}={pair.Value.Quantity:0.####} {pair.Value.Kind} {pair.Value.ExpectedOn} {pair.Value.Confidence}"))}";
}

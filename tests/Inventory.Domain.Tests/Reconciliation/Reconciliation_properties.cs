using CsCheck;
using RetailSync.Inventory.Domain.Reconciliation;
using static RetailSync.Inventory.Domain.Tests.Stock.Shop;

namespace RetailSync.Inventory.Domain.Tests.Reconciliation;

/// <summary>What holds for any two books.</summary>
public sealed class Reconciliation_properties
{
    private static readonly Gen<decimal> Units = Gen.Int[1, 20].Select(quarters => quarters / 4m);

    private static readonly Gen<(int Type, int Minute, decimal Units, int Document, bool Yes)[]> Draws =
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 400], Units, Gen.Int[0, 6], Gen.Bool).Array[0, 15];

    private static TwoBooks Ours((int Type, int Minute, decimal Units, int Document, bool Yes)[] draws)
    {
        var books = new TwoBooks();
        foreach (var (type, minute, units, document, yes) in draws)
        {
            var at = yes ? Shelf : OtherShelf;
            var name = document == 0 ? null : $"D{document}";
            _ = type switch
            {
                0 => books.Ours(books.Receipt(minute, units, name, document > 3 ? "damaged" : null, at)),
                1 => books.Ours(books.Count(minute, units, at)),
                2 => books.Holds($"D{document}", minute, units, lastsTo: minute + 100),
                3 => books.Releases($"D{document}", minute, units),
                _ => books.Ours(books.Sale(minute, units, name, at)),
            };
        }

        return books;
    }

    private static TwoBooks Theirs(TwoBooks books, (int Type, int Minute, decimal Units, int Document, bool Yes)[] draws)
    {
        foreach (var (type, minute, units, document, yes) in draws)
        {
            books.Theirs($"D{document}", new[] { "receipt", "sale", "hold", "release", "adjustment", "transfer" }[type], minute, units, yes
                ? Shelf : OtherShelf);
        }

        return books;
    }

    [Fact]
    public void The_parts_add_up_to_the_difference() => Gen.Select(Draws, Draws, Units, Units, Gen.Bool).Sample((ours, theirs, first, second, graceful) =>
    {
        var books = Theirs(Ours(ours), theirs);
        books.Grace = Duration.FromMinutes(graceful ? 5 : 0);
        foreach (var drift in books.Counted(first, second, unsellable: [("damaged", first)]).Counted(second, first, OtherShelf).Compare())
        {
            Assert.NotEqual(0, drift.Difference);
            Assert.Equal(drift.Difference, drift.Attribution.Sum(part => part.Quantity));
            Assert.All(drift.Attribution, part => Assert.NotEqual(0, part.Quantity));
            Assert.All(drift.Attribution, part => Assert.Equal(part.Cause == DriftCause.Unexplained, part.Document is null));
            Assert.All(drift.Attribution, part => Assert.InRange(part.Confidence, part.Document is null ? 0 : 0.01m, 1));
        }
    });

    [Fact]
    public void Equal_numbers_are_no_drift_whatever_the_documents_say() => Gen.Select(Draws, Draws).Sample((ours, theirs) =>
    {
        var books = Ours(ours);
        var seen = Theirs(books.Counted(0, 0, unsellable: [("damaged", 0)]).Counted(0, 0, OtherShelf), []).Compare();
        var equal = Theirs(Ours(ours), theirs);
        foreach (var shelf in new[] { Shelf, OtherShelf })
        {
            decimal Value(DriftField field) => seen.FirstOrDefault(drift => drift.Position == shelf && drift.Field == field)?.Ours ?? 0;
            equal.Counted(Value(DriftField.OnHand), Value(DriftField.Reserved), shelf, shelf == Shelf
                ? [("damaged", Value(DriftField.Unsellable("damaged")))] : []);
        }

        Assert.Empty(equal.Compare());
    });

    /// <summary>The whole book against the same book, but for one thing: exactly that is named.</summary>
    [Fact]
    public void A_document_that_one_side_lacks_is_named_and_nothing_else() =>
    Gen.Select(Gen.Select(Gen.Int[0, 1], Units).Array[1, 12], Gen.Int[0, 11]).Sample((movements, which) =>
    {
        var lost = which % movements.Length;
        var books = new TwoBooks();
        var theirs = 100m;
        books.Ours(books.Receipt(1, 100, "opening")).Theirs("opening", "receipt", 1, 100);
        foreach (var ((type, units), index) in movements.Select((movement, index) => (movement, index)))
        {
            var (minute, document) = (10 + (20 * index), $"D{index}");
            books.Theirs(document, type == 0 ? "receipt" : "sale", minute, units);
            theirs += type == 0 ? units : -units;
            if (index != lost)
            {
                books.Ours(type == 0 ? books.Receipt(minute, units, document) : books.Sale(minute, units, document));
            }
        }

        var drift = Assert.Single(books.Counted(theirs).Compare());
        var part = Assert.Single(drift.Attribution);
        Assert.Equal((DriftCause.MissingMovement, $"D{lost}", drift.Difference, 1m), (part.Cause, part.Document, part.Quantity, part.Confidence));
    });
}

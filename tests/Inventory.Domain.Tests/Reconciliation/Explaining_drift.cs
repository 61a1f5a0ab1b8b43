using RetailSync.Inventory.Domain.Stock;
using static RetailSync.Inventory.Domain.Tests.Reconciliation.TwoBooks;
using static RetailSync.Inventory.Domain.Tests.Stock.Shop;

namespace RetailSync.Inventory.Domain.Tests.Reconciliation;

/// <summary>What goes wrong between systems, as their users reported it: one row each, and what is said of it. No host and no database.</summary>
public sealed class Explaining_drift
{
    private static readonly (string Story, Func<TwoBooks, TwoBooks> Books, string[] Summary)[] Rows =
    [
        // By document.
        ("a sale never reached us",
            b => b.Ours(b.Receipt(1, 10, "PO-1")).Counted(8).Theirs("S-1", "sale", 60, 2),
            ["S001 onHand +2: missing-movement S-1 +2"]),
        ("a delivery never reached us, and part of it is damaged",
            b => b.Ours(b.Receipt(1, 10, "PO-1")).Counted(14, unsellable: [("damaged", 1)]).Theirs("PO-2", "receipt", 60, 3)
            .Theirs("PO-2", "receipt", 60, 1, status: "damaged"),
            ["S001 onHand -4: missing-movement PO-2 -4", "S001 unsellable.damaged -1: missing-movement PO-2 -1"]),
        ("our sale never reached them, and their documents go back far enough",
            b => b.Ours(b.Receipt(1, 10, "PO-1"), b.Sale(60, 3, "R-7")).Counted(10).Theirs("PO-1", "receipt", 1, 10),
            ["S001 onHand -3: missing-movement R-7 -3"]),
        ("a receipt booked twice",
            b => b.Ours(b.Receipt(1, 10, "PO-1"), b.Receipt(5, 10, "PO-1")).Counted(10).Theirs("PO-1", "receipt", 1, 10),
            ["S001 onHand +10: duplicate-movement PO-1 +10"]),
        ("a receipt booked three times",
            b => b.Ours(b.Receipt(1, 4, "PO-1"), b.Receipt(5, 4, "PO-1"), b.Receipt(9, 4, "PO-1")).Counted(4).Theirs("PO-1", "receipt", 1, 4),
            ["S001 onHand +8: duplicate-movement PO-1 +8"]),
        ("they booked a sale twice",
            b => b.Ours(b.Receipt(1, 10), b.Sale(60, 2, "S-1")).Counted(6).Theirs("S-1", "sale", 60, 2).Theirs("S-1", "sale", 61, 2),
            ["S001 onHand +2: duplicate-movement S-1 +2"]),
        ("a receipt booked twice, and nobody sent documents",
            b => b.Ours(b.Receipt(1, 10, "PO-1"), b.Receipt(5, 10, "PO-1")).Counted(10),
            ["S001 onHand +10: duplicate-movement PO-1 +10"]),
        ("a quantity mistyped",
            b => b.Ours(b.Receipt(1, 12, "PO-1")).Counted(21).Theirs("PO-1", "receipt", 1, 21),
            ["S001 onHand -9: wrong-quantity PO-1 -9"]),
        ("a document of two lines, of which we have one",
            b => b.Ours(b.Receipt(1, 5, "PO-1")).Counted(12).Theirs("PO-1", "receipt", 1, 5).Theirs("PO-1", "receipt", 1, 7),
            ["S001 onHand -7: wrong-quantity PO-1 -7"]),
        ("a sale booked after the instant here and before it there",
            b => b.Ours(b.Receipt(1, 10), b.Sale(Taken + 30, 2, "S-1")).Counted(8).Theirs("S-1", "sale", Taken - 1, 2),
            ["S001 onHand +2: mis-timed-movement S-1 +2"]),
        ("a sale booked before the count here and after it there: summer time",
            b => b.Ours(b.Receipt(1, 10), b.Sale(90, 2, "S-1"), b.Count(120, 10)).Counted(8).Theirs("S-1", "sale", 150, 2),
            ["S001 onHand +2: mis-timed-movement S-1 +2"]),
        ("a sale at the wrong location",
            b => b.Ours(b.Receipt(1, 10), b.Receipt(1, 10, at: OtherShelf), b.Sale(60, 2, "S-1", OtherShelf)).Counted(8)
            .Counted(10, at: OtherShelf).Theirs("S-1", "sale", 60, 2),
            ["S001 onHand +2: wrong-location S-1 +2", "S002 onHand -2: wrong-location S-1 -2"]),
        ("a sale at a location that they did not count",
            b => Elsewhere(b.Ours(b.Receipt(1, 10)), "S-1").Counted(8).Theirs("S-1", "sale", 60, 2),
            ["S001 onHand +2: wrong-location S-1 +2"]),
        ("a sale at the wrong location, and nobody sent documents",
            b => b.Ours(b.Receipt(1, 10), b.Receipt(1, 20, at: OtherShelf), b.Sale(60, 3, "S-1", OtherShelf)).Counted(7).Counted(20, at: OtherShelf),
            ["S001 onHand +3: wrong-location S-1 +3", "S002 onHand -3: wrong-location S-1 -3"]),
        ("they name the movement's id where it has no document",
            b => b.Ours(new Receipt(new MovementId("wms", "dock-7"), Shelf, At(1), null, 5, null)).Counted(8).Theirs("dock-7", "receipt", 1, 8),
            ["S001 onHand -3: wrong-quantity dock-7 -3"]),

        // Orders.
        ("an order whose hold was lost",
            b => b.Ours(b.Receipt(1, 10)).Counted(10, reserved: 2).Theirs("order-1", "reservation", 60, 2),
            ["S001 reserved -2: missing-movement order-1 -2"]),
        ("a cancelled order released twice: another order's units are free",
            b => b.Ours(b.Receipt(1, 10)).Holds("order-1", 10, 2).Holds("order-2", 11, 2).Releases("order-1", 20, 2)
            .Releases("order-1", 21, 2).Counted(10, reserved: 2),
            ["S001 reserved -2: duplicate-movement order-1 -2"]),
        ("they released a cancelled order twice",
            b => b.Ours(b.Receipt(1, 10)).Holds("order-1", 10, 2).Holds("order-2", 11, 3).Releases("order-1", 20, 2).Counted(10, reserved: 1)
                .Theirs("order-1", "reservation", 10, 2).Theirs("order-1", "cancellation", 20, 2)
                .Theirs("order-1", "cancellation", 21, 2).Theirs("order-2", "reservation", 11, 3),
            ["S001 reserved +2: duplicate-movement order-1 +2"]),
        ("a shipped order never released",
            b => b.Ours(b.Receipt(1, 10)).Holds("order-1", 10, 2).Ours(b.Sale(60, 2, "order-1")).Counted(8, reserved: 0),
            ["S001 reserved +2: lost-release order-1 +2"]),
        ("a shipped order never released, says their document",
            b => b.Ours(b.Receipt(1, 10)).Holds("order-1", 10, 2).Ours(b.Sale(60, 2, "order-1")).Counted(8, reserved: 0).Theirs("order-1", "shipment", 60, 2),
            ["S001 reserved +2: lost-release order-1 +2"]),
        ("a cancelled order never released",
            b => b.Ours(b.Receipt(1, 10)).Holds("order-1", 10, 2).Holds("order-2", 11, 2).Counted(10, reserved: 2)
            .Theirs("order-1", "cancellation", 60, 2).Theirs("order-2", "reservation", 11, 2),
            ["S001 reserved +2: lost-release order-1 +2"]),
        ("a hold that they still keep, and that has expired here",
            b => b.Ours(b.Receipt(1, 10)).Holds("order-1", 10, 2, lastsTo: 25).Counted(10, reserved: 2).Theirs("order-1", "hold", 10, 2),
            ["S001 reserved -2: lost-release order-1 -2"]),
        ("an order that was changed on one side",
            b => b.Ours(b.Receipt(1, 10)).Holds("order-1", 10, 2).Counted(10, reserved: 5).Theirs("order-1", "reservation", 10, 5),
            ["S001 reserved -3: wrong-quantity order-1 -3"]),
        ("one of several orders that they do not know",
            b => b.Ours(b.Receipt(1, 10)).Holds("order-1", 10, 2).Holds("order-2", 11, 3).Counted(10, reserved: 2),
            ["S001 reserved +3: lost-release order-2 +3"]),

        ("one of two channels' orders of one id",
            b => b.Ours(b.Receipt(1, 10)).Holds("order-1", 10, 2)
            .Ours(11, new StockReserved("order-1", 3, "app", RetailSync.Inventory.Domain.Tests.Stock.Shop.At(10_000))).Counted(10, reserved: 2),
            ["S001 reserved +3: lost-release app/order-1 +3"]),
        ("a cancelled order of one of two channels, by the channel's name",
            b => b.Ours(b.Receipt(1, 10)).Holds("order-1", 10, 2)
            .Ours(11, new StockReserved("order-1", 3, "app", RetailSync.Inventory.Domain.Tests.Stock.Shop.At(10_000))).Counted(10, reserved: 2)
                .Theirs("app/order-1", "cancellation", 60, 3),
            ["S001 reserved +3: lost-release app/order-1 +3"]),

        // By quantity and time.
        ("their number for a movement is not ours, and it is the same movement",
            b => b.Ours(b.Receipt(1, 10), b.Sale(60, 2, "till-1")).Counted(7).Theirs("S-1", "sale", 62, 2),
            ["S001 onHand +1: unexplained - +1"]),
        ("two documents are missing, and one movement is known under another number",
            b => b.Ours(b.Receipt(1, 10), b.Sale(60, 2, "till-1")).Counted(5).Theirs("S-1", "sale", 62, 2).Theirs("S-2", "sale", 90, 3),
            ["S001 onHand +3: missing-movement S-2 +3"]),
        ("two of five sales never reached them",
            b => b.Ours(b.Receipt(1, 50, "PO-1"), b.Sale(60, 1, "R-1"), b.Sale(61, 2, "R-2"), b.Sale(62, 4, "R-3"), b.Sale(63, 8, "R-4"), b.Sale(64, 16, "R-5"))
            .Counted(29).Theirs("PO-1", "receipt", 1, 50),
            ["S001 onHand -10: missing-movement R-4 -8, missing-movement R-2 -2"]),
        ("a till sent a line again under a new id",
            b => b.Ours(b.Receipt(1, 10), b.Sale(60, 2), b.Sale(61, 2)).Counted(8),
            ["S001 onHand -2: duplicate-movement m3 -2"]),
        ("a delivery recorded by hand beside its document",
            b => b.Ours(b.Receipt(1, 10, "PO-1"), b.Receipt(4, 10)).Counted(10).Theirs("PO-1", "receipt", 1, 10),
            ["S001 onHand +10: duplicate-movement m2 +10"]),
        ("part of it is known",
            b => b.Ours(b.Receipt(1, 10)).Counted(5).Theirs("S-1", "sale", 60, 2),
            ["S001 onHand +5: missing-movement S-1 +2, unexplained - +3"]),
        ("a receipt without a counterpart", b => b.Ours(b.Receipt(1, 10)).Counted(7), ["S001 onHand +3: unexplained - +3"]),

        // Like with like.
        ("equal numbers", b => b.Ours(b.Receipt(1, 10), b.Sale(60, 2)).Counted(8, reserved: 0), []),
        ("equal numbers, whatever the documents say", b => b.Ours(b.Receipt(1, 10)).Counted(10).Theirs("S-1", "sale", 60, 2), []),
        ("a sale after the instant", b => b.Ours(b.Receipt(1, 10), b.Sale(Taken + 1, 2)).Counted(10), []),
        ("a count after the instant", b => b.Ours(b.Receipt(1, 10), b.Count(Taken + 1, 3)).Counted(10), []),
        ("a late sale from before the instant", b => b.Ours(b.Receipt(1, 10), b.Sale(Taken + 5, 1), b.Sale(60, 2)).Counted(8), []),
        ("a hold that had expired by the clock", b => b.Ours(b.Receipt(1, 10)).Holds("order-1", 10, 2, lastsTo: Taken).Counted(10, reserved: 0), []),
        ("a hold that came later", b => b.Ours(b.Receipt(1, 10)).Holds("order-1", Taken + 1, 2).Counted(10, reserved: 0), []),
        ("what is left out is not compared", b => b.Ours(b.Receipt(1, 10, status: "damaged")).Holds("order-1", 10, 2).Counted(10), []),
        ("goods on the road are not on hand",
            b => b.Ours(b.Receipt(1, 10), Transfer("t", 60, 4)).Counted(6).Counted(0, at: OtherShelf), []),
        ("their sale is on its way to us", b => Graceful(b.Ours(b.Receipt(1, 10))).Counted(8).Theirs("S-1", "sale", Taken - 1, 2), []),
        ("our sale is on its way to them", b => Graceful(b.Ours(b.Receipt(1, 10), b.Sale(Taken - 1, 2))).Counted(10), []),
        ("their clock is ahead", b => Graceful(b.Ours(b.Receipt(1, 10), b.Sale(Taken + 1, 2))).Counted(8), []),
        ("our hold is on its way to them", b => Graceful(b.Ours(b.Receipt(1, 10))).Holds("order-1", Taken - 1, 2).Counted(10, reserved: 0), []),
        ("more is missing than is on its way",
            b => Graceful(b.Ours(b.Receipt(1, 10))).Counted(5).Theirs("S-1", "sale", Taken - 1, 2),
            ["S001 onHand +5: missing-movement S-1 +2, unexplained - +3"]),
    ];

    public static TheoryData<string> Stories => [.. Rows.Select(row => row.Story)];

    [Theory]
    [MemberData(nameof(Stories))]
    public void The_document_that_one_side_lacks_is_named(string story)
    {
        var (_, books, summary) = Rows.Single(row => row.Story == story);

        Assert.Equal(summary, books(new TwoBooks()).Summary());
    }

    [Fact]
    public void Only_a_document_makes_an_explanation_certain()
    {
        var by = new TwoBooks();
        Assert.Equal(1, by.Ours(by.Receipt(1, 10)).Counted(8).Theirs("S-1", "sale", 60, 2).Compare()[0].Attribution[0].Confidence);

        var hint = new TwoBooks();
        Assert.Equal(0.65m, hint.Ours(hint.Receipt(1, 10), hint.Sale(60, 2), hint.Sale(61, 2)).Counted(8).Compare()[0].Attribution[0].Confidence);
    }

    /// <summary>Five sales of one unit and one of them is too many: any of them would do, so none is named.</summary>
    [Fact]
    public void Nothing_is_named_where_anything_would_fit()
    {
        var books = new TwoBooks();
        books.Ours(books.Receipt(1, 10, "PO-1")).Ours(Enumerable.Range(1, 5).Select(number => books.Sale(60 + (20 * number), 1, $"R-{number}")));

        Assert.Equal(["S001 onHand -1: unexplained - -1"], books.Counted(6).Theirs("PO-1", "receipt", 1, 10).Summary());
    }

    private static TwoBooks Elsewhere(TwoBooks books, string document)
    {
        books.Elsewhere.Add((document, OtherShelf.Location));
        return books;
    }

    private static TwoBooks Graceful(TwoBooks books)
    {
        books.Grace = Duration.FromMinutes(2);
        return books;
    }
}

using CsCheck;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;
using static RetailSync.Inventory.Domain.Tests.Reservations.Basket;

namespace RetailSync.Inventory.Domain.Tests.Reservations;

/// <summary>What holds of supply after any holds, steps, announcements, receipts and days.</summary>
public sealed class Supply_properties
{
    private static readonly Gen<string> Id = OneOf("a", "b", "c", "d");
    private static readonly Gen<string> Document = OneOf("po-1", "po-2", "po-3");
    private static readonly Gen<string> Location = OneOf("S001", "W1");

    private static readonly Gen<RequestedLine> AnyLine = Gen.Select(Gen.Int[1, 5], OneOf<string?>(null, "S001", "W1"), Gen.Int[22, 27])
        .Select((units, location, day) => day == 22 ? Line("cup", units, location) : Line("cup", units, location).By(day));

    private static readonly Gen<Action<ReservationBook>> Event = Gen.Frequency<Action<ReservationBook>>(
        (5, Gen.Select(Id, AnyLine.Array[1, 2], Gen.Int[0, 1], Gen.Int[1, 80]).Select<string, RequestedLine[], int, int, Action<ReservationBook>>(
            (id, lines, priority, hours) => book => book.Hold(id, Duration.FromHours(hours), priority, lines))),
        (1, Gen.Select(Id, AnyLine).Select<string, RequestedLine, Action<ReservationBook>>((id, line) => book => book.Change(id, line))),
        (1, Id.Select<string, Action<ReservationBook>>(id => book => book.Confirm(id))),
        (1, Gen.Select(Id, AnyLine).Select<string, RequestedLine, Action<ReservationBook>>((id, line) => book => book.Confirm(id, null, line))),
        (1, Gen.Select(Id, AnyLine).Select<string, RequestedLine, Action<ReservationBook>>((id, line) => book => book.Fulfil(id, null, line))),
        (1, Id.Select<string, Action<ReservationBook>>(id => book => book.Release(id))),
        (6, Gen.Select(Document, Location, Gen.Int[0, 6], Gen.Int[22, 27]).Select<string, string, int, int, Action<ReservationBook>>(
            (document, location, units, day) => book => book.Expect(document, location, units, day == 22 ? null : new LocalDate(2026, 11, day)))),
        (4, Gen.Select(Document, Location, Gen.Int[1, 4], Gen.Int[0, 5]).Select<string, string, int, int, Action<ReservationBook>>(
            (document, location, units, damaged) => book => book.Receive(document, location, units, damaged == 0 ? "damaged" : null))),
        (1, Gen.Select(Location, Gen.Int[0, 3]).Select<string, int, Action<ReservationBook>>((location, units) => book => book.Stock("cup", location, units))),
        (2, Gen.Int[1, 30].Select<int, Action<ReservationBook>>(hours => book => book.Pass(Duration.FromHours(hours)))),
        (1, Gen.Const<Action<ReservationBook>>(book => book.Sweep())));

    private static readonly Gen<Action<ReservationBook>[]> Walk = Event.Array[1, 40];

    [Fact]
    public void No_expected_unit_is_in_two_holds() => Walk.Sample(walk =>
    {
        var book = new ReservationBook().Stock("cup", "S001", 2);
        foreach (var happens in walk)
        {
            happens(book);
            foreach (var (key, position) in book.Positions)
            {
                Assert.Equal(Held(book.Reservations, key), position.SupplyHeld);
                Assert.Equal(
                    book.Reservations.SelectMany(reservation => reservation.Open).Where(units => units.Key == key).Sum(units => units.Quantity),
                    position.Reserved);
                foreach (var (document, units) in Held(
                    book.Reservations.Where(reservation => reservation.StateAt(book.Now) != ReservationState.Expired), key))
                {
                    Assert.True(units <= position.InTransit[document].Quantity, $"{units} of {document} are held");
                }
            }
        }
    });

    [Fact]
    public void Who_is_not_at_risk_has_supply_that_is_in_time() => Walk.Sample(walk =>
    {
        var book = new ReservationBook().Stock("cup", "S001", 2);
        foreach (var happens in walk)
        {
            happens(book);
        }

        book.Replan("cup");
        var today = book.Now.InUtc().Date;
        foreach (var line in book.Reservations.Where(one => one.AwaitsSupply && one.StateAt(book.Now) != ReservationState.Expired).SelectMany(one => one.Lines))
        {
            Assert.All(line.Supply ?? [], units => Assert.Equal(
                units.Risk is null,
                !units.IsLost && units.ExpectedOn >= today && units.ExpectedOn <= units.PromisedOn));
            Assert.All(line.Supply ?? [], units => Assert.True(units.Quantity > 0));
        }

        // Nothing else changes by doing it again.
        var appended = book.Appended.Count;
        book.Replan("cup");
        Assert.Equal(appended, book.Appended.Count);
    });

    [Fact]
    public void Receipts_in_any_order_end_the_same() =>
        Gen.Select(Gen.Select(Document, Gen.Int[1, 4]).Array[1, 8], Gen.Int[1, 5].Array[1, 4], Gen.Int[0, int.MaxValue]).Sample((receipts, holds, seed) =>
        {
            var shuffled = receipts.ToArray();
            new Random(seed).Shuffle(shuffled);
            Assert.Equal(Ends(receipts), Ends(shuffled));

            string Ends((string Document, int Units)[] receipts)
            {
                var book = new ReservationBook().Stock("cup", "S001", 1);
                for (var number = 1; number <= 3; number++)
                {
                    book.Expect($"po-{number}", "S001", 40, new LocalDate(2026, 11, 23 + number));
                }

                for (var index = 0; index < holds.Length; index++)
                {
                    book.Hold($"{index}", Duration.FromDays(20), index % 2, Line("cup", holds[index]).By(27));
                    book.Pass(Duration.FromSeconds(1));
                }

                foreach (var (document, units) in receipts)
                {
                    book.Receive(document, "S001", units);
                }

                return string.Join('|', Enumerable.Range(0, holds.Length).Select(
                    index => string.Join(',', book.Allocations($"{index}").Order().Concat(book.Awaited($"{index}").Order()))));
            }
        });

    private static SortedDictionary<string, decimal> Held(IEnumerable<Reservation> reservations, PositionKey key) => new(reservations
        .SelectMany(reservation => reservation.OpenSupply).Where(units => units.Key == key).GroupBy(units => units.Document, units => units.Quantity)
        .ToDictionary(units => units.Key, units => units.Sum()), StringComparer.Ordinal);

    private static Gen<T> OneOf<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(choice => choices[choice]);
}

using CsCheck;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;
using static RetailSync.Inventory.Domain.Tests.Reservations.Basket;

namespace RetailSync.Inventory.Domain.Tests.Reservations;

/// <summary>What holds after any requests, steps, sales, counts and times.</summary>
public sealed class Reservation_properties
{
    private static readonly Gen<RequestedLine> AnyLine = Gen.Frequency(
        (3, Gen.Select(OneOf("cup", "plate"), Gen.Int[1, 12], OneOf<string?>(null, "S001", "S002", "S003"))
            .Select((sku, quarters, location) => Line(sku, quarters / 4m, location))),
        (1, Gen.Select(Gen.Int[1, 3], OneOf<string?>(null, "S001", "S002"), OneOf(KitAssembly.Any, KitAssembly.OneLocation))
            .Select((kits, location, from) => Kit("set", kits, location, from, "0.5 cup", "0.25 plate"))),
        (1, Gen.Select(Gen.Int[1, 2], OneOf<string?>(null, "S001")).Select((kits, location) => Kit("box", kits, location, KitAssembly.Any, "1 cup"))));

    private static readonly Gen<RequestedLine[]> Lines = AnyLine.Array[1, 3];
    private static readonly Gen<string> Id = OneOf("a", "b", "c");
    private static readonly Gen<string?> StepId = OneOf<string?>(null, "s1", "s2");

    /// <summary>Something that somebody asks, and what it is called when it fails.</summary>
    private static readonly Gen<(string Summary, Func<ReservationBook, string> Ask)> Request = Gen.Frequency(
        (4, Gen.Select(Id, Lines, Gen.Int[1, 3]).Select((id, lines, minutes) =>
            Summary($"hold {id} {Of(lines)} for {minutes}", book => book.Hold(id, Duration.FromMinutes(minutes), lines)))),
        (2, Gen.Select(Id, Lines).Select((id, lines) => Summary($"change {id} {Of(lines)}", book => book.Change(id, lines)))),
        (1, Gen.Select(Id, StepId).Select((id, step) => Summary($"confirm {id} {step}", book => book.Confirm(id, step)))),
        (1, Gen.Select(Id, StepId, Lines).Select((id, step, lines) => Summary($"confirm {id} {step} {Of(lines)}", book => book.Confirm(id, step, lines)))),
        (1, Gen.Select(Id, StepId).Select((id, step) => Summary($"fulfil {id} {step}", book => book.Fulfil(id, step)))),
        (2, Gen.Select(Id, StepId, AnyLine).Select((id, step, line) => Summary($"fulfil {id} {step} {Of([line])}", book => book.Fulfil(id, step, line)))),
        (1, Gen.Select(Id, StepId).Select((id, step) => Summary($"release {id} {step}", book => book.Release(id, step)))));

    private static readonly Gen<(string Summary, Func<ReservationBook, string> Ask)> Event = Gen.Frequency(
        (12, Request),
        (1, Gen.Select(AnyLine, OneOf("S001", "S002")).Select((line, location) =>
            Summary($"count {Of([line])}", book => Done(() => book.Stock(line.Sku.Value, location, line.Quantity * 2))))),
        (1, Gen.Select(Id, AnyLine).Select((id, line) => Summary($"sell {id} {Of([line])}", book =>
            Done(() => Sell(book, id, line))))),
        (2, Gen.Int[0, 2].Select(minutes => Summary($"pass {minutes}", book => Done(() => book.Pass(Duration.FromMinutes(minutes)))))),
        (1, Gen.Const(Summary("sweep", book => Done(book.Sweep)))));

    private static readonly Gen<(string Summary, Func<ReservationBook, string> Ask)[]> Walk = Event.Array[1, 40];

    [Fact]
    public void Reserved_is_the_sum_of_open_holds_and_never_below_zero() => Sample(Walk, (book, _) =>
    {
        foreach (var (key, position) in book.Positions)
        {
            Assert.Equal(book.Reservations.SelectMany(reservation => reservation.Open).Where(units => units.Key == key)
                .Sum(units => units.Quantity), position.Reserved);
            Assert.True(position.Reserved >= 0);
        }

        Assert.All(book.Reservations.SelectMany(reservation => reservation.Lines).SelectMany(line => line.Allocations),
            units => Assert.InRange(units.Fulfilled, 0, units.Quantity));
    });

    [Fact]
    public void Nothing_is_held_that_is_not_there() => Sample(Walk, (book, answer) =>
    {
        // Facts may take away what was promised; a promise never goes beyond what there was when it was made.
        if (answer.Before is { } before && answer.Answer == "done")
        {
            foreach (var (key, position) in book.Positions.Where(position => position.Value.Reserved > before.GetValueOrDefault(position.Key)))
            {
                var live = book.Reservations.Where(reservation => reservation.StateAt(book.Now) != ReservationState.Expired)
                    .SelectMany(reservation => reservation.Open);
                Assert.True(live.Where(units => units.Key == key).Sum(units => units.Quantity) <= position.OnHand, answer.Summary);
            }
        }
    });

    [Fact]
    public void All_lines_are_held_or_none() => Gen.Select(Walk, Lines).Sample((walk, lines) =>
    {
        var book = After(walk, null);
        var before = book.Positions.ToDictionary(position => position.Key, position => position.Value.Reserved);
        var answer = book.Hold("new", lines);
        var held = book.Positions.GroupBy(position => position.Key.Sku.Value, position => position.Value.Reserved - before[position.Key])
            .ToDictionary(units => units.Key, units => units.Sum());

        // Every line in full, a kit either prepacked or by all of its components.
        foreach (var component in (string[])["cup", "plate"])
        {
            var wanted = lines.Sum(line => line.Kit is null ? line.Sku.Value == component ? line.Quantity : 0 : Per(line, component) * line.Quantity);
            var prepacked = lines.Where(line => line.Kit is not null).DistinctBy(line => line.Sku)
                .Sum(line => held.GetValueOrDefault(line.Sku.Value) * Per(line, component));
            Assert.Equal(answer == "done" ? wanted - prepacked : 0, held.GetValueOrDefault(component));
        }

        Assert.Equal(answer == "insufficient-stock", book.Shortages.Length > 0);
    });

    [Fact]
    public void The_same_command_twice_is_idempotent() => Gen.Select(Walk, Request).Sample((walk, request) =>
    {
        var book = After(walk, null);
        if (request.Ask(book) is "done" or "as before")
        {
            var appended = book.Appended.Count;
            Assert.Equal("as before", request.Ask(book));
            Assert.Equal(appended, book.Appended.Count);
        }
    });

    private static decimal Per(RequestedLine kit, string component) =>
        kit.Kit!.Components.FirstOrDefault(one => one.Sku.Value == component)?.Quantity ?? 0;

    private static Gen<T> OneOf<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(choice => choices[choice]);

    private static void Sample(
        Gen<(string Summary, Func<ReservationBook, string> Ask)[]> walks, Action<ReservationBook,
        (string Summary, string Answer, Dictionary<PositionKey, decimal>? Before)> check) =>
        walks.Sample(walk => After(walk, check));

    private static ReservationBook After(
        (string Summary, Func<ReservationBook, string> Ask)[] walk, Action<ReservationBook,
        (string Summary, string Answer, Dictionary<PositionKey, decimal>? Before)>? check)
    {
        var book = new ReservationBook().Stock("cup", "S001", 3).Stock("cup", "S002", 5).Stock("plate", "S001", 2.5m).Stock("plate", "S003", 1)
            .Stock("set", "S001", 1).Stock("set", "S002", 1).Stock("box", "S001", 1);
        foreach (var (summary, ask) in walk)
        {
            var before = book.Positions.ToDictionary(position => position.Key, position => position.Value.Reserved);
            var answer = ask(book);
            check?.Invoke(book, (summary, answer, before));
        }

        return book;
    }

    private static void Sell(ReservationBook book, string id, RequestedLine line)
    {
        if (book.Reservations.Any(reservation => reservation.Id == id))
        {
            book.Sell(id, line.Sku.Value, line.Location?.Value ?? "S001", line.Quantity);
        }
    }

    private static string Done(Action action)
    {
        action();
        return "";
    }

    private static (string Summary, Func<ReservationBook, string> Ask) Summary(string summary, Func<ReservationBook, string> ask) => (summary, ask);

    private static string Of(RequestedLine[] lines) =>
        string.Join('+', lines.Select(line => FormattableString.Invariant($"{line.Quantity} {line.Sku}@{line.Location}")));
}

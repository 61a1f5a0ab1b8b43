using System.Collections.Immutable;
using NodaTime;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reservations;

/// <summary>
/// What follows from a request: the reservation as it is then, and an event for each position that it touches. No event when nothing changes.
/// </summary>
/// <param name="Reservation">Null when there is none, or when it was refused and stays as it is.</param>
/// <param name="Events">In the order in which they are appended; a fact among them has still to meet its position (<see cref="StockDecider.Decide"/>).</param>
/// <param name="Refusal">Why not; null when the answer is yes.</param>
public sealed record ReservationDecision(Reservation? Reservation, IReadOnlyList<(PositionKey Key, StockEvent Happened)> Events, ReservationRefusal? Refusal)
{
    internal static ReservationDecision Refused(ReservationRefusal refusal) => new(null, [], refusal);

    internal static ReservationDecision AsBefore(Reservation reservation) => new(reservation, [], null);
}

/// <summary>Every rule about reservations, decided by the clock. Pure.</summary>
public static class ReservationDecider
{
    /// <param name="request">What is to be kept.</param>
    /// <param name="existing">What is known under this id; null when nothing is.</param>
    /// <param name="stock">What the channel may hold of each SKU. It is used up.</param>
    /// <param name="now">The instant of the decision.</param>
    public static ReservationDecision Hold(HoldStock request, Reservation? existing, IReadOnlyDictionary<Sku, ChannelStock> stock, Instant now)
    {
        if (existing is not null)
        {
            // Answered as the first time: nothing is held twice.
            return existing.Request == request.Content ? ReservationDecision.AsBefore(existing) : ReservationDecision.Refused(ReservationRefusal.IdReused);
        }

        if (request.Lines.Any(IsFractionalKit))
        {
            return ReservationDecision.Refused(ReservationRefusal.FractionalKit);
        }

        if (RefusalOfDays(request.Lines, request.Zone, now) is { } refusal)
        {
            return ReservationDecision.Refused(refusal);
        }

        var (lines, shortages) = Sourcing.Place(request.Lines, stock, held: []);
        if (shortages.Count > 0)
        {
            return ReservationDecision.Refused(ReservationRefusal.Insufficient(shortages));
        }

        var reservation = new Reservation
        {
            Id = request.Id,
            Channel = request.Channel,
            State = ReservationState.Held,
            ExpiresAt = now + request.HoldFor,
            HeldAt = now,
            Lines = lines,
            Priority = request.Priority,
            Zone = request.Zone,
            Request = request.Content,
            Version = 1,
        };
        return new ReservationDecision(
            reservation,
            [
                .. EachOf(reservation.Open, units => new StockReserved(reservation.Id, units, reservation.Channel.Value, reservation.ExpiresAt)),
                .. SupplyChanges(null, reservation),
            ],
            null);
    }

    /// <summary>Why a line's day is none that can be promised; null when all are.</summary>
    private static ReservationRefusal? RefusalOfDays(IReadOnlyList<RequestedLine> lines, DateTimeZone? zone, Instant now)
    {
        for (var index = 0; index < lines.Count; index++)
        {
            if (lines[index] is { By: not null, Location: null, Kit.From: KitAssembly.OneLocation })
            {
                return ReservationRefusal.InvalidDay(index, "must be left out for a kit of one location, unless the line names the location");
            }

            if (lines[index].By is { } by)
            {
                var today = now.InZone(zone ?? DateTimeZone.Utc).Date;
                if (by < today || Period.DaysBetween(today, by) > PromiseAhead.DaysAtMost)
                {
                    return ReservationRefusal.InvalidDay(
                        index, FormattableString.Invariant($"must be from today ({today:uuuu-MM-dd}) to {PromiseAhead.DaysAtMost} days ahead"));
                }
            }
        }

        return null;
    }

    /// <param name="step">What is to be done.</param>
    /// <param name="existing">The reservation; null when there is none.</param>
    /// <param name="stock">What the channel may hold of each SKU, for a change, with what it holds already as free; empty for every other step.</param>
    /// <param name="now">The instant of the decision.</param>
    public static ReservationDecision Step(ReservationStep step, Reservation? existing, IReadOnlyDictionary<Sku, ChannelStock> stock, Instant now)
    {
        if (existing is null)
        {
            return ReservationDecision.Refused(ReservationRefusal.Unknown);
        }

        if (step.Step is { } id && existing.Steps.TryGetValue(id, out var taken))
        {
            return taken == step.Content ? ReservationDecision.AsBefore(existing) : ReservationDecision.Refused(ReservationRefusal.StepReused);
        }

        var state = existing.StateAt(now);
        return IsDone(step, existing, state) ? ReservationDecision.AsBefore(existing)
            : RefusalOf(step, existing, state) is { } refusal ? ReservationDecision.Refused(refusal)
            : Take(step, existing, stock, now);
    }

    /// <summary>Whether the step asks for what is done already: it is answered as the first time.</summary>
    private static bool IsDone(ReservationStep step, Reservation existing, ReservationState state) => (step, state) switch
    {
        (ReleaseReservation, ReservationState.Released) => true,
        (_, ReservationState.Expired or ReservationState.Released) => false,
        (FulfilReservation { Lines: null }, ReservationState.Fulfilled) => true,
        (FulfilReservation { Step: null }, _) => WasTaken(step, existing),
        (ConfirmReservation { Lines: null }, ReservationState.Confirmed) => true,
        (ConfirmReservation, ReservationState.Confirmed) => WasTaken(step, existing),
        _ => false,
    };

    /// <summary>Why the reservation's state does not allow the step; null where it does.</summary>
    private static ReservationRefusal? RefusalOf(ReservationStep step, Reservation existing, ReservationState state) => (step, state) switch
    {
        (_, ReservationState.Expired) => ReservationRefusal.Expired,
        (_, ReservationState.Released) => ReservationRefusal.AlreadyReleased,
        (_, ReservationState.Fulfilled) => ReservationRefusal.AlreadyFulfilled,
        (ConfirmReservation or ChangeReservation, ReservationState.Confirmed) => ReservationRefusal.AlreadyConfirmed,
        (ChangeReservation, _) when existing.Lines.Exists(line => line.Fulfilled > 0) => ReservationRefusal.PartlyShipped,
        _ => null,
    };

    private static ReservationDecision Take(ReservationStep step, Reservation existing, IReadOnlyDictionary<Sku, ChannelStock> stock, Instant now)
    {
        return step switch
        {
            ChangeReservation change => Change(change, existing, stock, now),
            ConfirmReservation confirm => Confirm(confirm, existing),
            FulfilReservation fulfil => Fulfil(fulfil, existing, now),
            ReleaseReservation => Release(step, existing),
            GiveBackUnits units => GiveBack(units, existing),
            _ => throw new ArgumentOutOfRangeException(nameof(step), step.GetType().Name, "An unknown step."),
        };
    }

    /// <summary>
    /// A hold has expired: its units, free already by the clock, are deducted from reserved. Nothing when it is not held or not yet due.
    /// </summary>
    public static ReservationDecision Expire(Reservation existing, Instant now) =>
        existing.State == ReservationState.Held && existing.ExpiresAt <= now
            ? new ReservationDecision(
                existing with { State = ReservationState.Expired, Version = existing.Version + 1 },
                [
                    .. EachOf(existing.Open, units => new ReservationExpired(existing.Id, -units, existing.Channel.Value)),
                    .. SupplyChanges(existing, existing with { State = ReservationState.Expired }),
                ],
                null)
            : ReservationDecision.AsBefore(existing);

    /// <summary>
    /// A sale that names a reservation ships what is held for it at the sale's own position, and nothing of what is held elsewhere. The sale is a
    /// fact, so nothing is refused: what is not held there is an ordinary sale. Where several channels hold units there under the id, nothing
    /// says whose they were, and none is shipped from.
    /// </summary>
    /// <param name="named">Every channel's reservation of that id.</param>
    /// <param name="at">Where the sale was.</param>
    /// <param name="quantity">Units sold, above 0.</param>
    /// <param name="now">The instant of the decision.</param>
    public static SaleFromHold Sell(IEnumerable<Reservation> named, PositionKey at, decimal quantity, Instant now)
    {
        var holding = named
            .Where(reservation => reservation.StateAt(now) is ReservationState.Held or ReservationState.Confirmed
                && reservation.Open.Any(units => units.Key == at))
            .ToList();
        if (holding is not [var existing])
        {
            return new SaleFromHold(null, 0, [], [.. holding.Select(reservation => reservation.Channel)]);
        }

        var shipped = Math.Min(quantity, existing.Open.Single(units => units.Key == at).Quantity);
        var taken = TakenUnits.Of(existing.Lines, [new RequestedLine(at.Sku, shipped, at.Location, AllowBackorder: false)], out _)!;
        var after = AfterShipping(existing, taken, existing.Steps);
        var staysHeld = existing.State == ReservationState.Held
            && (after.Open.Any(units => units.Key.Location != at.Location) || after.Lines.Exists(line => line.Awaited > 0));

        // A sale has no say about other locations, nor about what is still to come: what they hold for the order expires at its instant.
        return staysHeld
            ? new SaleFromHold(after with { State = ReservationState.Held }, shipped, [], [existing.Channel])
            : new SaleFromHold(after, shipped, [.. ConfirmedFirst(existing, after)], [existing.Channel]);
    }

    private static ReservationDecision Change(
        ChangeReservation change, Reservation existing, IReadOnlyDictionary<Sku, ChannelStock> stock, Instant now)
    {
        if (change.Lines.Any(IsFractionalKit))
        {
            return ReservationDecision.Refused(ReservationRefusal.FractionalKit);
        }

        var zone = change.Zones?.GetValueOrDefault(existing.Channel) ?? existing.Zone;
        if (RefusalOfDays(change.Lines, zone, now) is { } refusal)
        {
            return ReservationDecision.Refused(refusal);
        }

        var held = existing.Open.ToList();
        var (lines, shortages) = Sourcing.Place(change.Lines, stock, existing.Lines);
        if (shortages.Count > 0)
        {
            return ReservationDecision.Refused(ReservationRefusal.Insufficient(shortages));
        }

        var after = existing with { Lines = lines, Zone = zone, Version = existing.Version + 1 };
        var differences = held.Select(units => (units.Key, Quantity: -units.Quantity)).Concat(after.Open)
            .GroupBy(units => units.Key, units => units.Quantity)
            .Select(units => (units.Key, Change: units.Sum()))
            .ToList();
        if (differences.TrueForAll(units => units.Change == 0) && lines.Select(Asked).SequenceEqual(existing.Lines.Select(Asked)))
        {
            return ReservationDecision.AsBefore(existing);
        }

        // Lines that ask for the same units in another way are a change too: its event is recorded at one position, where it changes nothing.
        var supply = SupplyChanges(existing, after);
        var recorded = differences.Exists(units => units.Change != 0) ? differences.FindAll(units => units.Change != 0)
            : supply.Count > 0 ? [] : differences.Take(1).ToList();
        return new ReservationDecision(
            after, [.. EachOf(recorded, change => new ReservationChanged(existing.Id, change, existing.Channel.Value)), .. supply], null);
    }

    private static bool IsFractionalKit(RequestedLine line) => line.Kit is not null && decimal.Truncate(line.Quantity) != line.Quantity;

    /// <summary>What a line asks for and what it waits for, wherever its units in stock are.</summary>
    private static string Asked(ReservedLine line) => string.Join(
        '\t', (line.Supply ?? []).Select(
            units => FormattableString.Invariant($"{units.Location} {units.Document} {units.PromisedOn:uuuu-MM-dd} {units.IsLost} {units.Quantity:0.####}"))
        .Prepend(FormattableString.Invariant($"{line.Sku}\t{line.Location}\t{line.By:uuuu-MM-dd}\t{line.Kit?.Sku}\t{line.Quantity:0.####}")));

    private static ReservationDecision Confirm(ConfirmReservation confirm, Reservation existing)
    {
        var kept = existing.Lines;
        if (confirm.Lines is not null)
        {
            if (TakenUnits.Of(existing.Lines, confirm.Lines, out var tooMuch, ofSupply: true) is not { } taken)
            {
                return ReservationDecision.Refused(ReservationRefusal.MoreThanHeld(tooMuch));
            }

            kept = taken.Alone;
        }

        var after = existing with { State = ReservationState.Confirmed, Lines = kept, Steps = WithStep(existing, confirm), Version = existing.Version + 1 };
        var open = after.Open.ToDictionary(units => units.Key, units => units.Quantity);
        var givenBack = existing.Open.Select(units => (units.Key, Change: open.GetValueOrDefault(units.Key) - units.Quantity));
        return new ReservationDecision(
            after,
            [.. EachOf(givenBack, change => new ReservationConfirmed(existing.Id, change, existing.Channel.Value)), .. SupplyChanges(existing, after)],
            null);
    }

    private static ReservationDecision Fulfil(FulfilReservation fulfil, Reservation existing, Instant now)
    {
        if (fulfil.Lines is null && existing.Lines.Exists(line => line.Awaited > 0))
        {
            return ReservationDecision.Refused(ReservationRefusal.SupplyNotReceived);
        }

        var wanted = fulfil.Lines
            ?? [.. existing.Lines.Where(line => Unshipped(line) > 0).GroupBy(line => line.Sku)
                .Select(lines => new RequestedLine(lines.Key, lines.Sum(Unshipped), null, false))];
        if (TakenUnits.Of(existing.Lines, wanted, out var tooMuch) is not { } taken)
        {
            return ReservationDecision.Refused(TakenUnits.Of(existing.Lines, wanted, out tooMuch, ofSupply: true) is null
                ? ReservationRefusal.MoreThanHeld(tooMuch) : ReservationRefusal.SupplyNotReceived);
        }

        var after = AfterShipping(existing, taken, WithStep(existing, fulfil));
        var shipped = EachOf(taken.ByPosition, units => ReservationFulfilled.Of(existing.Id, now, units, existing.Channel.Value));
        return new ReservationDecision(after, [.. ConfirmedFirst(existing, after), .. SupplyChanges(existing, after), .. shipped], null);
    }

    private static ReservationDecision Release(ReservationStep release, Reservation existing)
    {
        var after = existing with { State = ReservationState.Released, Steps = WithStep(existing, release), Version = existing.Version + 1 };
        return new ReservationDecision(
            after,
            [
                .. EachOf(existing.Open, units => new ReservationReleased(existing.Id, -units, existing.Channel.Value)),
                .. SupplyChanges(existing, after),
            ],
            null);
    }

    /// <summary>
    /// What a step does to supply that is kept (<see cref="KeptSupplyChanges"/>). Units that have lost their supply keep nothing; where they are all that there
    /// is, the step is recorded at their position, where it changes nothing.
    /// </summary>
    internal static IReadOnlyList<(PositionKey Key, StockEvent Happened)> SupplyChanges(Reservation? before, Reservation after)
    {
        var changes = KeptSupplyChanges(before, after);
        if (changes.Count == 0 && before is not null && !before.Open.Any()
            && before.Lines.FirstOrDefault(line => line.Supply is not null) is { Supply: [var units, ..] } line)
        {
            return [(new PositionKey(line.Sku, units.Location), new SupplyReleased(after.Id, after.Channel.Value, units.Document, 0))];
        }

        return changes;
    }

    /// <summary>An event for each position and document of which more or fewer units are kept than before, or which no longer expire.</summary>
    internal static IReadOnlyList<(PositionKey Key, StockEvent Happened)> KeptSupplyChanges(Reservation? before, Reservation after)
    {
        if (before?.Lines.Exists(line => line.Supply is not null) != true && !after.Lines.Exists(line => line.Supply is not null))
        {
            return [];
        }

        var was = before?.OpenSupply.ToDictionary(units => (units.Key, units.Document), units => units.Quantity) ?? [];
        var now = after.OpenSupply.ToDictionary(units => (units.Key, units.Document), units => units.Quantity);
        var isConfirmed = before?.State == ReservationState.Held && after.State == ReservationState.Confirmed;
        Instant? expiresAt = after.State == ReservationState.Held ? after.ExpiresAt : null;
        List<(PositionKey Key, StockEvent Happened)> changes = [];
        foreach (var (key, document) in was.Keys.Union(now.Keys))
        {
            var change = now.GetValueOrDefault((key, document)) - was.GetValueOrDefault((key, document));
            if (change < 0)
            {
                changes.Add((key, new SupplyReleased(after.Id, after.Channel.Value, document, change)));
            }

            if (change > 0 || (isConfirmed && now.ContainsKey((key, document))))
            {
                changes.Add((key, new SupplyReserved(after.Id, after.Channel.Value, document, Math.Max(0, change), expiresAt)));
            }
        }

        return changes;
    }

    private static ReservationDecision GiveBack(GiveBackUnits units, Reservation existing)
    {
        if (TakenUnits.Of(existing.Lines, [units.Line], out _) is not { } taken)
        {
            return ReservationDecision.Refused(ReservationRefusal.MoreThanHeld(units.At.Sku));
        }

        if (taken.Shipped.All(line => Unshipped(line) == 0 && line.Awaited == 0))
        {
            return Release(units, existing);
        }

        // Units that still expire have changed and not ended.
        StockEvent happened = existing.State == ReservationState.Held
            ? new ReservationChanged(existing.Id, -units.Quantity, existing.Channel.Value)
            : new ReservationReleased(existing.Id, -units.Quantity, existing.Channel.Value);
        return new ReservationDecision(
            existing with { Lines = taken.Rest, Steps = WithStep(existing, units), Version = existing.Version + 1 }, [(units.At, happened)], null);
    }

    private static IReadOnlyList<(PositionKey Key, StockEvent Happened)> EachOf(
        IEnumerable<(PositionKey Key, decimal Quantity)> units, Func<decimal, StockEvent> happened) =>
        [.. units.Select(position => (position.Key, happened(position.Quantity)))];

    private static Reservation AfterShipping(Reservation existing, TakenUnits shipped, ImmutableSortedDictionary<string, string> steps) =>
        existing with
        {
            State = shipped.Shipped.All(line => Unshipped(line) == 0 && line.Awaited == 0) ? ReservationState.Fulfilled : ReservationState.Confirmed,
            Lines = shipped.Shipped,
            Steps = steps,
            Version = existing.Version + 1,
        };

    /// <summary>What ships in part is confirmed by that: units that are still held no longer expire, and events are recorded at their positions.</summary>
    private static IEnumerable<(PositionKey Key, StockEvent Happened)> ConfirmedFirst(Reservation existing, Reservation after) =>
        existing.State == ReservationState.Held
            ? EachOf(after.Open, _ => new ReservationConfirmed(existing.Id, 0, existing.Channel.Value))
            : [];

    private static decimal Unshipped(ReservedLine line) => line.Allocations.Sum(allocation => allocation.Open);

    private static bool WasTaken(ReservationStep step, Reservation existing) => existing.Steps.ContainsKey(Anonymous(step));

    private static ImmutableSortedDictionary<string, string> WithStep(Reservation existing, ReservationStep step) =>
        existing.Steps.SetItem(step.Step ?? Anonymous(step), step.Content);

    /// <summary>A step without an id is known by what it asks. A caller's id has no control characters, so the two never meet.</summary>
    private static string Anonymous(ReservationStep step) => $"\n{step.Content}";
}

using System.Globalization;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Tests.Reservations;

/// <summary>
/// Positions and reservations in memory, written as the lane writes them: read what may be held, decide, append, evolve. No host, no
/// database. A hold that has expired by the clock counts as free although its expiry is not recorded yet.
/// </summary>
internal sealed class ReservationBook
{
    private readonly Dictionary<PositionKey, StockPosition> _positions = [];
    private readonly Dictionary<string, Reservation> _reservations = [];

    public Instant Now { get; private set; } = Instant.FromUtc(2026, 11, 23, 9, 0);

    public List<(PositionKey Key, StockEvent Happened)> Appended { get; } = [];

    public IEnumerable<KeyValuePair<PositionKey, StockPosition>> Positions => _positions;

    public IEnumerable<Reservation> Reservations => _reservations.Values;

    /// <summary>The shortages of the last refusal, as SKU, location, requested and available.</summary>
    public string[] Shortages { get; private set; } = [];

    public Reservation this[string id] => _reservations[id];

    public StockPosition At(string sku, string location) => _positions.GetValueOrDefault(Key(sku, location), StockPosition.Empty);

    public static PositionKey Key(string sku, string location) => new(Sku.Parse(sku), LocationId.Parse(location));

    public void Pass(Duration time) => Now += time;

    public ReservationBook Stock(string sku, string location, decimal quantity)
    {
        var counted = new StockCounted("wms", $"{Appended.Count}", Now, quantity);
        Append(Key(sku, location), StockDecider.Decide(At(sku, location), counted, []).Happened!);
        return this;
    }

    /// <summary>Records a movement as a lane does: what it does to supply that is kept follows in the same transaction.</summary>
    public void Record(StockFact fact, PositionKey at)
    {
        var position = _positions.GetValueOrDefault(at, StockPosition.Empty);
        var history = Appended.Where(one => one.Key == at).Select(one => one.Happened).OfType<StockFact>().ToList();
        var happened = StockDecider.Decide(position, fact, StockDecider.Need(position, fact).IsNothing ? [] : history).Happened!;
        Append(at, happened);
        Replan(at.Sku, happened, at.Location);
    }

    public void Expect(string document, string location, decimal quantity, LocalDate? on, string sku = "cup") => Record(
        new StockExpected("erp", $"{Appended.Count}", Now, quantity) { Document = document, ExpectedOn = on, Confidence = 1 }, Key(sku, location));

    public void Receive(string document, string location, decimal quantity, string? status = null, string sku = "cup") =>
        Record(new StockReceived("wms", $"{Appended.Count}", Now, quantity) { Document = document, Status = status }, Key(sku, location));

    /// <summary>What the clock, and supply that was announced since, make of promises.</summary>
    public void Replan(string sku) => Replan(Sku.Parse(sku), null, default);

    private void Replan(Sku sku, StockFact? fact, LocationId at)
    {
        var plan = new SupplyPlan(
            sku, _positions.Where(position => position.Key.Sku == sku).Select(position => KeyValuePair.Create(position.Key.Location, position.Value)),
            _reservations.Values.Where(reservation => reservation.AwaitsSupply), SkuStock.NoUse, Plan.None, _ => RulesInForce.None, Now);
        if (fact is null)
        {
            plan.Replan();
        }
        else
        {
            plan.Follow(fact, at);
        }

        foreach (var decision in plan.Decisions().ToList())
        {
            // A lane has read and locked no others.
            Assert.All(decision.Events, one => Assert.Equal(sku, one.Key.Sku));
            Settle(decision);
        }
    }

    /// <summary>Units of a reservation that are still to come, as text: po-1 S001 2 on 2026-11-26; why they are at risk at the end.</summary>
    public string[] Awaited(string id) =>
    [
        .. from line in this[id].Lines
           from units in line.Supply ?? []
           select FormattableString.Invariant($"{units.Document} {units.Location} {units.Quantity:0.####} on {units.PromisedOn:uuuu-MM-dd}")
               + (units.Risk is null ? "" : FormattableString.Invariant($" {units.Risk.Reason} of {units.Risk.Document}"))
               + (units.IsLost ? " lost" : units.ExpectedOn == units.PromisedOn ? "" : FormattableString.Invariant($" comes {units.ExpectedOn:uuuu-MM-dd}")),
    ];

    public string Hold(string id, params RequestedLine[] lines) => Hold(id, HoldStock.DefaultHold, lines);

    public string Hold(string id, Duration holdFor, params RequestedLine[] lines) => Hold(id, holdFor, priority: 0, lines);

    public string Hold(string id, Duration holdFor, int priority, params RequestedLine[] lines)
    {
        var request = new HoldStock(id, ChannelId.Parse("web"), holdFor, lines) { Priority = priority };
        return Settle(ReservationDecider.Hold(request, _reservations.GetValueOrDefault(id), Free(lines), Now));
    }

    public string Take(ReservationStep step) =>
        Settle(ReservationDecider.Step(
            step, _reservations.GetValueOrDefault(step.Id), Free((step as ChangeReservation)?.Lines ?? [], _reservations.GetValueOrDefault(step.Id)), Now));

    public string Change(string id, params RequestedLine[] lines) => Take(new ChangeReservation(id, lines));

    public string Confirm(string id, string? step = null, params RequestedLine[] lines) => Take(new ConfirmReservation(id, step, OrAll(lines)));

    public string Fulfil(string id, string? step = null, params RequestedLine[] lines) => Take(new FulfilReservation(id, step, OrAll(lines)));

    public string Release(string id, string? step = null) => Take(new ReleaseReservation(id, step));

    /// <summary>What the sweep does.</summary>
    public void Sweep()
    {
        foreach (var reservation in _reservations.Values.ToList())
        {
            Settle(ReservationDecider.Expire(reservation, Now));
        }
    }

    public void Sell(string id, string sku, string location, decimal quantity)
    {
        var at = Key(sku, location);
        var shipped = ReservationDecider.Sell([_reservations[id]], at, quantity, Now);
        _reservations[id] = shipped.After ?? _reservations[id];
        foreach (var (key, followed) in shipped.Beside)
        {
            Assert.Equal(at.Location, key.Location);
            Append(key, followed);
        }

        var sold = (StockSold)StockDecider.Decide(At(sku, location), new StockSold("pos", $"{Appended.Count}", Now, quantity), []).Happened!;
        Append(at, shipped.After is null ? sold : sold with { Reservation = id, Fulfilled = shipped.Shipped, Channel = "web" });
    }

    /// <summary>Where the units of a reservation are, as text: 85123A S001 2; what has shipped after a slash.</summary>
    public string[] Allocations(string id) =>
    [
        .. from line in this[id].Lines
           from units in line.Allocations
           select string.Create(CultureInfo.InvariantCulture, $"{line.Sku} {units.Location} {units.Quantity:0.####}")
               + (units.Fulfilled == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"/{units.Fulfilled:0.####}")),
    ];

    private string Settle(ReservationDecision decision)
    {
        Shortages =
        [
            .. from shortage in decision.Refusal?.Shortages ?? []
               select string.Create(CultureInfo.InvariantCulture,
                   $"{shortage.Sku} {shortage.Location?.Value ?? "anywhere"} {shortage.Requested:0.####} of {shortage.Available:0.####}{(
                       shortage.Component is { } limiting ? $" for {limiting}" : "")}"),
        ];
        if (decision.Refusal is { } refusal)
        {
            Assert.Empty(decision.Events);
            return refusal.Code;
        }

        var known = _reservations.GetValueOrDefault(decision.Reservation!.Id);
        Assert.Equal((known?.Version ?? 0) + (decision.Events.Count > 0 ? 1 : 0), decision.Reservation.Version);
        _reservations[decision.Reservation.Id] = decision.Reservation;
        foreach (var (key, happened) in decision.Events)
        {
            Append(key, happened is StockFact fact ? StockDecider.Decide(_positions[key], fact, []).Happened! : happened);
        }

        return decision.Events.Count > 0 ? "done" : "as before";
    }

    private void Append(PositionKey key, StockEvent happened)
    {
        _positions[key] = StockPosition.Evolve(_positions.GetValueOrDefault(key, StockPosition.Empty), happened);
        Appended.Add((key, happened));
    }

    /// <summary>What may be held of each SKU, what <paramref name="changed"/> holds included.</summary>
    private Dictionary<Sku, ChannelStock> Free(IReadOnlyList<RequestedLine> lines, Reservation? changed = null) => _positions
        .Where(position => lines.Any(line => line.Skus.Contains(position.Key.Sku)))
        .GroupBy(position => position.Key.Sku)
        .ToDictionary(
            positions => positions.Key,
            positions =>
            {
                var (web, stock) = (ChannelId.Parse("web"), new SkuStock(
                    positions.Key, [.. positions.Select(position => Located(position.Key, position.Value, changed))], SkuStock.NoUse));
                return ChannelStock.Of(
                    web, stock, RulesInForce.None, AheadStock.Of(web, stock, _ => RulesInForce.None, Now, DateTimeZone.Utc));
            });

    private LocationStock Located(PositionKey key, StockPosition position, Reservation? changed)
    {
        var over = Units(_reservations.Values.Where(reservation => reservation.State == ReservationState.Held && reservation.ExpiresAt <= Now), key);
        var kept = changed is null || changed.StateAt(Now) == ReservationState.Expired ? 0 : Units([changed], key);
        var supply = position.Supply.Select(document => document with
        {
            Held = document.Held - Supply(_reservations.Values.Where(one => one.StateAt(Now) == ReservationState.Expired), key, document.Document),
            Own = changed is null || changed.StateAt(Now) == ReservationState.Expired ? 0 : Supply([changed], key, document.Document),
        }).ToList();
        return new LocationStock(
            LocationProfile.Unregistered(key.Location), position.OnHand, position.UnsellableTotal, position.Reserved - over, supply, kept);
    }

    private static decimal Supply(IEnumerable<Reservation> reservations, PositionKey key, string document) => reservations
        .SelectMany(reservation => reservation.OpenSupply).Where(units => units.Key == key && units.Document == document).Sum(units => units.Quantity);

    private static decimal Units(IEnumerable<Reservation> reservations, PositionKey key) =>
        reservations.SelectMany(reservation => reservation.Open).Where(units => units.Key == key).Sum(units => units.Quantity);

    private static RequestedLine[]? OrAll(RequestedLine[] lines) => lines.Length == 0 ? null : lines;
}

/// <summary>How a shopper says it.</summary>
internal static class Basket
{
    public static RequestedLine By(this RequestedLine line, int day) => line with { By = new LocalDate(2026, 11, day) };

    public static RequestedLine Line(string sku, decimal quantity, string? location = null) =>
        new(Sku.Parse(sku), quantity, location is null ? null : LocationId.Parse(location), AllowBackorder: false);

    /// <summary>A line of a kit.</summary>
    /// <param name="components">As <c>2 cup</c>.</param>
    public static RequestedLine Kit(string sku, decimal quantity, string? location, KitAssembly from, params string[] components) =>
        Line(sku, quantity, location) with
        {
            Kit = new Kit(
                Sku.Parse(sku),
                [
                    .. components.Select(one => one.Split(' '))
                        .Select(one => new KitComponent(Sku.Parse(one[1]), decimal.Parse(one[0], CultureInfo.InvariantCulture))),
                ],
                from),
        };
}

using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reservations;

/// <summary>The life of a reservation: held, confirmed, and then one end.</summary>
public enum ReservationState
{
    /// <summary>Units are kept until the hold expires.</summary>
    Held,

    /// <summary>Units are kept until they ship or are released.</summary>
    Confirmed,

    /// <summary>Everything has shipped.</summary>
    Fulfilled,

    /// <summary>What had not shipped was given back.</summary>
    Released,

    /// <summary>The hold has expired; its units were free from that instant on.</summary>
    Expired,
}

/// <summary>Units kept for one order, over as many positions as its lines need.</summary>
public sealed record Reservation
{
    /// <summary>
    /// What one who may see some locations sees of it: lines that were asked for there or have units there, each with those units only. Null when
    /// there are none.
    /// </summary>
    public Reservation? At(Func<LocationId, bool> isSeen)
    {
        ImmutableList<ReservedLine> lines =
        [
            .. from line in Lines
               let allocations = line.Allocations.RemoveAll(units => !isSeen(units.Location))
               let supply = line.Supply?.RemoveAll(units => !isSeen(units.Location))
               where allocations.Count > 0 || supply?.Count > 0 || (line.Location is { } location && isSeen(location))
               select line with { Allocations = allocations, Supply = supply?.Count > 0 ? supply : null },
        ];
        return lines.Count == 0 ? null : this with { Lines = lines };
    }

    /// <summary>The channel's own id: another channel may have a reservation of the same one.</summary>
    public required string Id { get; init; }

    public required ChannelId Channel { get; init; }

    public ReservationKey Key => new(Channel, Id);

    public ReservationState State { get; init; }

    /// <summary>The hold expires at this very instant, whether or not that has been recorded. Without meaning once it is confirmed.</summary>
    public Instant ExpiresAt { get; init; }

    public ImmutableList<ReservedLine> Lines { get; init; } = [];

    /// <summary>What was asked for when it was made, in one form for equal requests: the same id with other content is another request.</summary>
    public required string Request { get; init; }

    /// <summary>The steps that were taken, by the caller's id (or by their content where it gave none), with what they asked for.</summary>
    public ImmutableSortedDictionary<string, string> Steps { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Changes so far, from 1.</summary>
    public long Version { get; init; }

    /// <summary>When it was made; the beginning of time for those that were stored without it.</summary>
    public Instant HeldAt { get; init; }

    /// <summary>The higher keeps its supply longer where there is too little, then the older.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Priority { get; init; }

    /// <summary>The channel's time zone, in which its days are; null for a reservation that was never to wait for supply.</summary>
    public DateTimeZone? Zone { get; init; }

    /// <summary>What was recorded for the order of a channel whose hold it is; null when it is no order's.</summary>
    public OrderLedger? Ledger { get; init; }

    /// <summary>The state by the clock.</summary>
    public ReservationState StateAt(Instant now) => State == ReservationState.Held && ExpiresAt <= now ? ReservationState.Expired : State;

    /// <summary>Units that are still kept, by position; none once it has ended. An expired hold keeps its units here until the expiry is recorded.</summary>
    [JsonIgnore] // like all that follows from the lines: that a property is read-only leaves lists in what is stored
    public IEnumerable<(PositionKey Key, decimal Quantity)> Open =>
        from line in State is ReservationState.Held or ReservationState.Confirmed ? Lines : []
        from allocation in line.Allocations
        where allocation.Open > 0
        group allocation.Open by new PositionKey(line.Sku, allocation.Location) into units
        select (units.Key, units.Sum());

    /// <summary>Whether units of a line are still to come, or have lost the supply that they were to come by.</summary>
    [JsonIgnore]
    public bool AwaitsSupply => State is ReservationState.Held or ReservationState.Confirmed && Lines.Exists(line => line.Awaited > 0);

    /// <summary>SKUs of which units are still to come, each once.</summary>
    [JsonIgnore]
    public IEnumerable<Sku> AwaitedSkus => Lines.Where(line => line.Awaited > 0).Select(line => line.Sku).Distinct();

    /// <summary>Units of a SKU that are kept, those that are still to come included.</summary>
    public decimal Kept(Sku sku) => State is ReservationState.Held or ReservationState.Confirmed
        ? Lines.Where(line => line.Sku == sku).Sum(line => line.Quantity - line.Fulfilled) : 0;

    /// <summary>Whether units that are still to come will not come when they were promised, as things are.</summary>
    [JsonIgnore]
    public bool IsAtRisk => Lines.Exists(line => line.Supply?.Exists(units => units.Risk is not null) == true);

    /// <summary>Units that are kept of expected supply; none once it has ended.</summary>
    [JsonIgnore]
    public IEnumerable<(PositionKey Key, string Document, decimal Quantity)> OpenSupply =>
        from line in State is ReservationState.Held or ReservationState.Confirmed ? Lines : []
        from units in line.Supply ?? []
        where !units.IsLost
        group units.Quantity by (Key: new PositionKey(line.Sku, units.Location), units.Document) into held
        select (held.Key.Key, held.Key.Document, held.Sum());

    /// <summary>Where units that are still to come are, or were, expected.</summary>
    [JsonIgnore]
    public IEnumerable<PositionKey> SupplyPositions =>
        Lines.SelectMany(line => line.Supply ?? [], (line, units) => new PositionKey(line.Sku, units.Location)).Distinct();

    /// <summary>What it uses up of fixed ring-fences: what is kept, and what has shipped.</summary>
    [JsonIgnore]
    public IEnumerable<(Sku Sku, string Rule, decimal Units)> FencedUse =>
        from line in Lines
        where line.CountedIn is not null
        group line by (line.Sku, Rule: line.CountedIn!) into lines
        select (lines.Key.Sku, lines.Key.Rule,
            lines.Sum(line => State is ReservationState.Held or ReservationState.Confirmed ? line.Quantity : line.Fulfilled));
}

/// <param name="Location">Where the caller wanted it; null when it left that to us.</param>
/// <param name="Allocations">Where it is kept.</param>
/// <param name="CountedIn">The version of the fixed ring-fence that it uses up; null when its channel has none.</param>
public sealed record ReservedLine(Sku Sku, LocationId? Location, ImmutableList<SourcedUnits> Allocations, string? CountedIn = null)
{
    /// <summary>The kit that it is a part of; null for units that were asked for by their own SKU.</summary>
    public KitPart? Kit { get; init; }

    /// <summary>The last day on which it may come, in the channel's time zone; null for a line that wants stock.</summary>
    public LocalDate? By { get; init; }

    /// <summary>Units that are still to come; null when there are none.</summary>
    public ImmutableList<SupplyUnits>? Supply { get; init; }

    public decimal Quantity => Allocations.Sum(allocation => allocation.Quantity) + Awaited;

    /// <summary>The latest day for which a part of it was promised; null when nothing is still to come.</summary>
    public LocalDate? PromisedOn => Supply?.Max(units => (LocalDate?)units.PromisedOn);

    /// <summary>Units that are still to come, those that have lost their supply included.</summary>
    public decimal Awaited => Supply?.Sum(units => units.Quantity) ?? 0;

    public decimal Fulfilled => Allocations.Sum(allocation => allocation.Fulfilled);
}

/// <summary>What a line of a reservation is to the kit that was asked for.</summary>
/// <param name="Sku">The kit's own SKU.</param>
/// <param name="Line">The same for all parts of one requested line, and for no other's of the kit.</param>
/// <param name="PerKit">Units of the line's SKU that one kit needs; 1 where these are prepacked kits, whose SKU is the kit's.</param>
/// <param name="Components">How many components a whole kit has.</param>
public sealed record KitPart(Sku Sku, int Line, decimal PerKit, int Components);

/// <param name="Location">Where the units are.</param>
/// <param name="Quantity">Units kept, those that have shipped included.</param>
/// <param name="Fulfilled">Units that have shipped, never more than were kept.</param>
public sealed record SourcedUnits(LocationId Location, decimal Quantity, decimal Fulfilled)
{
    public decimal Open => Quantity - Fulfilled;
}

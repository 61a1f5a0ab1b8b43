using System.Collections.Immutable;
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

    /// <summary>What was recorded for the order of a channel whose hold it is; null when it is no order's.</summary>
    public OrderLedger? Ledger { get; init; }

    /// <summary>The state by the clock.</summary>
    public ReservationState StateAt(Instant now) => State == ReservationState.Held && ExpiresAt <= now ? ReservationState.Expired : State;

    /// <summary>Units that are still kept, by position; none once it has ended. An expired hold keeps its units here until the expiry is recorded.</summary>
    public IEnumerable<(PositionKey Key, decimal Quantity)> Open =>
        from line in State is ReservationState.Held or ReservationState.Confirmed ? Lines : []
        from allocation in line.Allocations
        where allocation.Open > 0
        group allocation.Open by new PositionKey(line.Sku, allocation.Location) into units
        select (units.Key, units.Sum());

    /// <summary>What it uses up of fixed ring-fences: what is kept, and what has shipped.</summary>
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
    public decimal Quantity => Allocations.Sum(allocation => allocation.Quantity);

    public decimal Fulfilled => Allocations.Sum(allocation => allocation.Fulfilled);
}

/// <param name="Location">Where the units are.</param>
/// <param name="Quantity">Units kept, those that have shipped included.</param>
/// <param name="Fulfilled">Units that have shipped, never more than were kept.</param>
public sealed record SourcedUnits(LocationId Location, decimal Quantity, decimal Fulfilled)
{
    public decimal Open => Quantity - Fulfilled;
}

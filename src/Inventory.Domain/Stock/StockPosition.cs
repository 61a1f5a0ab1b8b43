using System.Collections.Immutable;
using NodaTime;

namespace RetailSync.Inventory.Domain.Stock;

/// <summary>
/// One SKU at one location: what a fold of its events says. It holds totals only, never a list that grows with history,
/// so ten years of events make it no slower to write.
/// </summary>
public sealed record StockPosition
{
    // Before Empty: static fields are set in the order of the text.
    private static readonly ImmutableSortedDictionary<string, decimal> NoUnits = ImmutableSortedDictionary.Create<string, decimal>(StringComparer.Ordinal);
    private static readonly ImmutableSortedDictionary<string, InTransit> NoDocuments = ImmutableSortedDictionary.Create<string,
        InTransit>(StringComparer.Ordinal);

    public static readonly StockPosition Empty = new();

    /// <summary>The number of events folded; the position's version in the contract.</summary>
    public long Version { get; init; }

    /// <summary>Physical units here, sellable or not. Below zero when facts say so: that is recorded, and an alert.</summary>
    public decimal OnHand { get; init; }

    /// <summary>Units by unsellable status, each above 0.</summary>
    public ImmutableSortedDictionary<string, decimal> Unsellable { get; init; } = NoUnits;

    /// <summary>Units held or committed for orders and not shipped, never below 0.</summary>
    public decimal Reserved { get; init; }

    /// <summary>What is outstanding, by document, each above 0.</summary>
    public ImmutableSortedDictionary<string, InTransit> InTransit { get; init; } = NoDocuments;

    /// <summary>Of what is outstanding, units that reservations keep, by document, each above 0.</summary>
    public ImmutableSortedDictionary<string, decimal> SupplyHeld { get; init; } = NoUnits;

    /// <summary>The instant of the count that on-hand rests on. Facts from before it are absorbed.</summary>
    public Instant? CountedAt { get; init; }

    /// <summary>The newest instant of a fact about on-hand: a count before it arrives late, and what came after it must be read again.</summary>
    public Instant? NewestMovementAt { get; init; }

    /// <summary>The same for facts about statuses.</summary>
    public Instant? NewestStatusAt { get; init; }

    /// <summary>The same for facts about documents in transit.</summary>
    public Instant? NewestDocumentAt { get; init; }

    public decimal UnsellableTotal => Unsellable.IsEmpty ? 0 : Unsellable.Values.Sum();

    public decimal InTransitTotal => InTransit.IsEmpty ? 0 : InTransit.Values.Sum(outstanding => outstanding.Quantity);

    /// <summary>What is outstanding, with what is kept of it.</summary>
    public IReadOnlyList<ExpectedSupply> Supply => InTransit.IsEmpty
        ? [] : [.. InTransit.Select(document => new ExpectedSupply(document.Key, document.Value, SupplyHeld.GetValueOrDefault(document.Key)))];

    /// <summary>Takes over what the event says it did. Total: any event folds onto any position.</summary>
    public static StockPosition Evolve(StockPosition position, StockEvent happened) => happened switch
    {
        MovementCorrected corrected => TakeOver(position, corrected) with { CountedAt = corrected.CountedAt },
        StockSold { Fulfilled: { } fulfilled } sold => TakeOver(position, sold) with { Reserved = position.Reserved - fulfilled },
        ReservationFulfilled fulfilled => TakeOver(position, fulfilled) with { Reserved = position.Reserved - fulfilled.Quantity },
        StockFact fact => TakeOver(position, fact),
        ReservationEvent reservation => Reserve(position, reservation),
        SupplyEvent supply => position.WithSupplyHeld(supply.Document, supply.Units) with { Version = position.Version + 1 },
        _ => position with { Version = position.Version + 1 },
    };

    /// <param name="change">Added to the units that are kept of the document.</param>
    internal StockPosition WithSupplyHeld(string document, decimal change) => (SupplyHeld.GetValueOrDefault(document) + change) switch
    {
        0 => this with { SupplyHeld = SupplyHeld.Remove(document) },
        var units => this with { SupplyHeld = SupplyHeld.SetItem(document, units) },
    };

    private static StockPosition Reserve(StockPosition position, ReservationEvent happened) =>
        position with { Version = position.Version + 1, Reserved = position.Reserved + happened.Change };

    private static StockPosition TakeOver(StockPosition position, StockFact fact) => position with
    {
        Version = position.Version + 1,
        OnHand = position.OnHand + fact.Change,
        Unsellable = fact.Unsellable is null ? position.Unsellable : SetUnits(position.Unsellable, fact.Unsellable),
        InTransit = fact.InTransit is null ? position.InTransit : SetDocuments(position.InTransit, fact.InTransit),
        CountedAt = fact is StockCounted && !fact.Absorbed ? fact.OccurredAt : position.CountedAt,
        NewestMovementAt = fact.MovesOnHand() ? Later(position.NewestMovementAt, fact.OccurredAt) : position.NewestMovementAt,
        NewestStatusAt = fact.MovesStatuses() ? Later(position.NewestStatusAt, fact.OccurredAt) : position.NewestStatusAt,
        NewestDocumentAt = fact.MovesDocuments() ? Later(position.NewestDocumentAt, fact.OccurredAt) : position.NewestDocumentAt,
    };

    private static ImmutableSortedDictionary<string, decimal> SetUnits(
        ImmutableSortedDictionary<string, decimal> units, ImmutableSortedDictionary<string, decimal> after)
    {
        foreach (var (status, quantity) in after)
        {
            units = quantity == 0 ? units.Remove(status) : units.SetItem(status, quantity);
        }

        return units;
    }

    private static ImmutableSortedDictionary<string, InTransit> SetDocuments(
        ImmutableSortedDictionary<string, InTransit> documents, ImmutableSortedDictionary<string, InTransit> after)
    {
        foreach (var (document, outstanding) in after)
        {
            documents = outstanding.Quantity == 0 ? documents.Remove(document) : documents.SetItem(document, outstanding);
        }

        return documents;
    }

    private static Instant Later(Instant? known, Instant instant) => known is { } newest && newest > instant ? newest : instant;
}

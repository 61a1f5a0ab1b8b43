using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Host.Lanes;

/// <summary>What the commands of one batch have to read, each thing once.</summary>
internal sealed class ReadSet
{
    public HashSet<PositionKey> Positions { get; } = [];

    /// <summary>SKUs of which every location is wanted.</summary>
    public HashSet<Sku> Skus { get; } = [];

    /// <summary>SKUs whose ring-fences' use is wanted.</summary>
    public HashSet<Sku> FencedUse { get; } = [];

    /// <summary>Movements, and where each is said to have been: an archived one is found by its position.</summary>
    public HashSet<(MovementId Name, PositionKey At)> Movements { get; } = [];

    /// <summary>Ids of reservations, whosever they are.</summary>
    public HashSet<string> Reservations { get; } = [];

    /// <summary>Reservations that are to be opened; they exist already only when a request is repeated.</summary>
    public HashSet<ReservationKey> NewReservations { get; } = [];

    /// <summary>Every SKU of the declared reads.</summary>
    public IEnumerable<Sku> AllSkus => Positions.Select(key => key.Sku).Concat(Skus).Concat(FencedUse);

    /// <summary>Adds positions and SKUs of another read set.</summary>
    public void AddStock(ReadSet other)
    {
        Positions.UnionWith(other.Positions);
        Skus.UnionWith(other.Skus);
        FencedUse.UnionWith(other.FencedUse);
    }

    /// <summary>Whether this one has all positions and SKUs that the other will read, as far as is known before it is decided.</summary>
    public bool HasStockOf(ReadSet other) =>
        other.Reservations.Count == 0 && other.Positions.IsSubsetOf(Positions) && other.Skus.IsSubsetOf(Skus) && other.FencedUse.IsSubsetOf(FencedUse);
}

/// <summary>A movement that was recorded before.</summary>
/// <param name="EventId">Shows whether this command itself recorded it in an earlier attempt.</param>
/// <param name="At">Its position; null when it is archived, and was not where it was asked for.</param>
/// <param name="Fact">The event; null where <paramref name="At"/> is.</param>
/// <param name="Sequence">The event's place in the store; 0 while its commit is not made.</param>
internal readonly record struct KnownMovement(Guid EventId, PositionKey? At, StockFact? Fact, long Sequence);

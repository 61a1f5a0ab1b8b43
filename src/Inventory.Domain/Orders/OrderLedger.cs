using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace RetailSync.Inventory.Domain.Orders;

/// <summary>
/// What was recorded of stock for one order. It is kept with the order's hold and written in the same transaction, so nothing is moved twice and nothing is
/// lost.
/// </summary>
/// <param name="Order">The channel's id of the order.</param>
/// <param name="UpTo">The number of messages that were known when it was last settled: what was worked out from fewer does nothing.</param>
/// <param name="Recorded">By <see cref="OrderEffect.Key"/>.</param>
public sealed record OrderLedger(string Order, long UpTo, ImmutableSortedDictionary<string, RecordedEffect> Recorded)
{
    /// <summary>What is held for kits, by kit; null where there are none.</summary>
    public ImmutableSortedDictionary<string, HeldKits>? Kits { get; init; }

    /// <summary>Whether any units are set aside.</summary>
    [JsonIgnore]
    public bool HasSetAside => Recorded.Values.Any(recorded => recorded.Pieces.Exists(piece => piece.Kind == OrderEffectKind.SetAside));

    /// <summary>Units of a SKU that are set aside.</summary>
    public IEnumerable<RecordedPiece> SetAside(Sku sku) =>
        Recorded.Values.SelectMany(recorded => recorded.Pieces).Where(piece => piece.Kind == OrderEffectKind.SetAside && piece.Sku == sku);

    /// <summary>Nothing was recorded yet.</summary>
    public static OrderLedger Of(string order) => new(order, 0, ImmutableSortedDictionary.Create<string, RecordedEffect>(StringComparer.Ordinal));
}

/// <summary>Whole kits that an order's hold keeps.</summary>
/// <param name="Kits">Prepacked ones and those of components; above 0.</param>
/// <param name="Units">Units of their components, by SKU: of those that are not prepacked.</param>
public sealed record HeldKits(decimal Kits, ImmutableSortedDictionary<string, decimal> Units);

/// <summary>What was recorded of one effect.</summary>
/// <param name="Movements">How many movements it took, corrections included: it numbers the next one.</param>
/// <param name="Pieces">What is in force of them.</param>
public sealed record RecordedEffect(int Movements, ImmutableList<RecordedPiece> Pieces)
{
    public static readonly RecordedEffect Nothing = new(0, []);
}

/// <param name="Kind">Whether it shipped, came back or is set aside.</param>
/// <param name="Movement">The id of the movement within the channel's source.</param>
/// <param name="Quantity">Units, above 0.</param>
public sealed record RecordedPiece(OrderEffectKind Kind, string Movement, Sku Sku, LocationId Location, decimal Quantity)
{
    /// <summary>Units of it that the order's hold kept there; null where an older build recorded it, and then taken as all.</summary>
    public decimal? Held { get; init; }
}

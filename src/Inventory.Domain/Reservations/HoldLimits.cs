using NodaTime;

namespace RetailSync.Inventory.Domain.Reservations;

/// <summary>What a channel keeps in holds that still expire: those that are confirmed are orders.</summary>
/// <param name="Open">Open holds, 0 or more.</param>
/// <param name="Long">How many of them last longer than <see cref="HoldLimits.LongHold"/>.</param>
public readonly record struct HeldByChannel(int Open, int Long)
{
    public static HeldByChannel operator +(HeldByChannel one, HeldByChannel other) => new(one.Open + other.Open, one.Long + other.Long);
}

/// <summary>Limits of a channel's unconfirmed holds, so that no channel blocks stock for all others without selling it. Pure.</summary>
/// <param name="Open">Holds; 0 is no limit.</param>
/// <param name="LongOpen">Holds longer than <see cref="LongHold"/>; 0 is no limit.</param>
/// <param name="HoldFor">The longest duration of a hold, above 0.</param>
/// <param name="SkuUnits">Units of one SKU; 0 is no limit.</param>
/// <param name="SkuShare">Percent of a SKU's sellable units, all locations together; 100 is no limit.</param>
public sealed record HoldLimits(int Open, int LongOpen, Duration HoldFor, decimal SkuUnits, decimal SkuShare)
{
    /// <summary>A basket is held for minutes; what is held longer than this is counted apart.</summary>
    public static readonly Duration LongHold = Duration.FromDays(1);

    /// <summary>Whether anything has to be known of SKUs.</summary>
    public bool ConcernSkus => SkuUnits > 0 || SkuShare < 100;

    /// <param name="holdFor">How long it is to last.</param>
    /// <param name="held">What the channel keeps without it.</param>
    /// <returns>Why a hold may not be made; null when it may.</returns>
    public ReservationRefusal? OfHold(Duration holdFor, HeldByChannel held) =>
        holdFor > HoldFor ? ReservationRefusal.HoldLimit(
            nameof(HoldFor), $"A hold of this channel lasts at most {NodaTime.Text.DurationPattern.Roundtrip.Format(HoldFor)} (days:hours:minutes:seconds).")
        : Open > 0 && held.Open >= Open ? ReservationRefusal.HoldLimit(
            nameof(Open), FormattableString.Invariant($"The channel has {held.Open} holds that are not confirmed, and may have {Open}."))
        : LongOpen > 0 && holdFor > LongHold && held.Long >= LongOpen
            ? ReservationRefusal.HoldLimit(
                nameof(LongOpen), FormattableString.Invariant(
                    $"The channel has {held.Long} holds of more than a day that are not confirmed, and may have {LongOpen}."))
        : null;

    /// <param name="units">That the channel would keep.</param>
    /// <param name="sellable">Units that are there and may be sold.</param>
    /// <returns>Why so much may not be kept; null when it may.</returns>
    public ReservationRefusal? OfSku(Sku sku, decimal units, decimal sellable) =>
        SkuUnits > 0 && units > SkuUnits
        ? ReservationRefusal.HoldLimit(
            nameof(SkuUnits), FormattableString.Invariant(
                $"The channel would keep {units:0.####} of {sku} in holds that are not confirmed, and may keep {SkuUnits:0.####}."))
        : SkuShare < 100 && units * 100 > Math.Max(0, sellable) * SkuShare
            ? ReservationRefusal.HoldLimit(
                nameof(SkuShare), FormattableString.Invariant(
                    $"The channel would keep {units:0.####} of {sellable:0.####} of {sku} in holds that are not confirmed, and may keep {SkuShare:0.####} percent."))
        : null;
}

using NodaTime;

namespace RetailSync.Inventory.Domain.Stock;

/// <summary>What an event did to the units that a reservation keeps at a position.</summary>
public enum HoldEffect
{
    /// <summary>Units are kept, until <see cref="HoldEvent.ExpiresAt"/> at the latest.</summary>
    Held,

    /// <summary>More units are kept than before, or fewer.</summary>
    Changed,

    /// <summary>What is kept no longer expires.</summary>
    Confirmed,

    /// <summary>Units that were kept have left.</summary>
    Shipped,

    /// <summary>Units that were kept are free again.</summary>
    Released,

    /// <summary>The hold expired, whenever that was recorded.</summary>
    Expired,
}

/// <summary>An event of a position as what it means for a hold: the one place where the life of a hold is read from events.</summary>
/// <param name="Effect">What happened to the hold.</param>
/// <param name="Channel">Whose reservation it is; null where an older build stored the event (<see cref="HoldNames"/>).</param>
/// <param name="Reservation">The channel's id for it.</param>
/// <param name="Units">What the event added to the units that are kept here; below 0 for fewer.</param>
/// <param name="ExpiresAt">When a new hold expires; null for every other effect.</param>
public readonly record struct HoldEvent(HoldEffect Effect, string? Channel, string Reservation, decimal Units, Instant? ExpiresAt)
{
    /// <summary>Whether what the event leaves of the hold here no longer expires.</summary>
    public bool EndsExpiry => EndsExpiryOf(Effect, Channel is not null);

    /// <summary>
    /// What a shipment leaves goes on to expire, unless another event confirms it. An older build, which did not store channels, confirmed it by the shipment
    /// itself.
    /// </summary>
    internal static bool EndsExpiryOf(HoldEffect effect, bool saysChannel) => effect switch
    {
        HoldEffect.Held or HoldEffect.Changed => false,
        HoldEffect.Shipped => !saysChannel,
        _ => true,
    };

    /// <returns>Null when the event is about no hold.</returns>
    public static HoldEvent? Of(StockEvent happened) => happened switch
    {
        StockReserved reserved => About(HoldEffect.Held, reserved) with { ExpiresAt = reserved.ExpiresAt },
        ReservationChanged changed => About(HoldEffect.Changed, changed),
        ReservationConfirmed confirmed => About(HoldEffect.Confirmed, confirmed),
        ReservationExpired expired => About(HoldEffect.Expired, expired),
        ReservationEvent released => About(HoldEffect.Released, released),
        ReservationFulfilled fulfilled => new HoldEvent(HoldEffect.Shipped, fulfilled.Channel, fulfilled.Id, -fulfilled.Quantity, null),
        StockSold { Fulfilled: { } units, Reservation: { } reservation } sold => new HoldEvent(HoldEffect.Shipped, sold.Channel, reservation, -units, null),
        _ => null,
    };

    private static HoldEvent About(HoldEffect effect, ReservationEvent happened) =>
        new(effect, happened.Channel, happened.Reservation, happened.Change, null);
}

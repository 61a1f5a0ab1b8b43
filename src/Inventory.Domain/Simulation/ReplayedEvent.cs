using NodaTime;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Simulation;

/// <summary>What an event did, as far as a promise has to know.</summary>
public enum Effect
{
    /// <summary>Units came, went, or changed between sellable and not, for no order of a channel.</summary>
    Moved,

    /// <summary>An order keeps units.</summary>
    Held,

    /// <summary>An order keeps more units than before, or fewer.</summary>
    Changed,

    /// <summary>An order's hold no longer ends by the clock.</summary>
    Confirmed,

    /// <summary>Units that an order kept have left.</summary>
    Shipped,

    /// <summary>Units that an order kept are free again.</summary>
    Released,
}

/// <summary>An event of a position, reduced to what it did to the units that may be promised; why it happened is left unread.</summary>
/// <param name="RecordedAt">When it took effect here: a replay orders by when things became known.</param>
/// <param name="OnHand">What it added to on-hand.</param>
/// <param name="Unsellable">The statuses whose units it changed, as they are afterwards; null when it touched none.</param>
/// <param name="Order">The reservation that it is about; null when it is about none.</param>
/// <param name="Units">What it added to the units that the order keeps here.</param>
/// <param name="Channel">Whose order; null where an older build stored the event: then an earlier event of the order says it.</param>
/// <param name="HoldEnds">When the hold ends by the clock; null where an earlier event of the order says it.</param>
public readonly record struct ReplayedEvent(
    LocationId Location, Instant RecordedAt, Effect Effect, decimal OnHand, IReadOnlyCollection<KeyValuePair<string, decimal>>? Unsellable,
    string? Order, decimal Units, ChannelId? Channel, Instant? HoldEnds)
{
    public static ReplayedEvent Of(LocationId location, Instant recordedAt, StockEvent happened)
    {
        return happened switch
        {
            StockReserved reserved => About(Effect.Held, reserved) with { HoldEnds = reserved.ExpiresAt },
            ReservationChanged changed => About(Effect.Changed, changed),
            ReservationConfirmed confirmed => About(Effect.Confirmed, confirmed),
            ReservationEvent ended => About(Effect.Released, ended),
            ReservationFulfilled fulfilled =>
                Fact(Effect.Shipped, fulfilled) with { Order = fulfilled.Id, Channel = Whose(fulfilled.Channel), Units = -fulfilled.Quantity },
            StockSold { Fulfilled: { } units } sold =>
                Fact(Effect.Shipped, sold) with { Order = sold.Reservation, Channel = Whose(sold.Channel), Units = -units },
            StockFact fact => Fact(Effect.Moved, fact),
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened.GetType().Name, "An unknown event of a position."),
        };

        ReplayedEvent About(Effect effect, ReservationEvent about) =>
            new(location, recordedAt, effect, 0, null, about.Reservation, about.Change, Whose(about.Channel), null);

        ChannelId? Whose(string? channel) => channel is null ? null : ChannelId.Parse(channel);

        ReplayedEvent Fact(Effect effect, StockFact fact) => new(location, recordedAt, effect, fact.Change, fact.Unsellable, null, 0, null, null);
    }
}

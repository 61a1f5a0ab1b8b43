using NodaTime;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Simulation;

/// <summary>An event of a position, reduced to what it did to the units that may be promised; why it happened is left unread.</summary>
/// <param name="RecordedAt">When it took effect here: a replay orders by when things became known.</param>
/// <param name="Effect">What it did to the units that an order keeps; null when it is about no order.</param>
/// <param name="OnHand">What it added to on-hand.</param>
/// <param name="Unsellable">The statuses whose units it changed, as they are afterwards; null when it touched none.</param>
/// <param name="Order">The reservation that it is about; null when it is about none.</param>
/// <param name="Units">What it added to the units that the order keeps here.</param>
/// <param name="Channel">Whose order; null where an older build stored the event: then an earlier event of the order says it.</param>
/// <param name="HoldEnds">When the hold ends by the clock; null where an earlier event of the order says it.</param>
public readonly record struct ReplayedEvent(
    LocationId Location, Instant RecordedAt, HoldEffect? Effect, decimal OnHand, IReadOnlyCollection<KeyValuePair<string, decimal>>? Unsellable,
    string? Order, decimal Units, ChannelId? Channel, Instant? HoldEnds)
{
    /// <inheritdoc cref="HoldEvent.EndsExpiry"/>
    internal bool EndsExpiry => Effect is { } effect && HoldEvent.EndsExpiryOf(effect, Channel is not null);

    public static ReplayedEvent Of(LocationId location, Instant recordedAt, StockEvent happened)
    {
        var (onHand, unsellable) = happened is StockFact fact ? (fact.Change, fact.Unsellable) : (0, null);
        return HoldEvent.Of(happened) is { } hold
            ? new(
                location, recordedAt, hold.Effect, onHand, unsellable, hold.Reservation, hold.Units,
                hold.Channel is { } channel ? ChannelId.Parse(channel) : null, hold.ExpiresAt)
            : new(location, recordedAt, null, onHand, unsellable, null, 0, null, null);
    }
}

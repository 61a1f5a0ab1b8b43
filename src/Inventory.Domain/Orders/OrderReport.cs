using NodaTime;

namespace RetailSync.Inventory.Domain.Orders;

/// <summary>What has happened to an order of a channel. Stored by these names.</summary>
public enum OrderMessageType
{
    /// <summary>It was placed: its lines are what is wanted.</summary>
    Order,

    /// <summary>Its lines are all that is wanted now, shipped units included and cancelled ones left out.</summary>
    Change,

    /// <summary>Lines that are known by the channel's own name of them are wanted in other quantities; the other lines stay.</summary>
    Edit,

    /// <summary>Units that have not shipped are not wanted any more: those of its lines, or all.</summary>
    Cancellation,

    /// <summary>Units have left for the customer.</summary>
    Shipment,

    /// <summary>A shipment did not happen.</summary>
    ShipmentCancelled,

    /// <summary>Units have come back from the customer.</summary>
    Return,

    /// <summary>
    /// Money was given back. Units that had not shipped are cancelled by it; only what is beyond them can have come back, and has where the line says so.
    /// </summary>
    Refund,

    /// <summary>Of an order that is picked up: units are set aside in the store, and wait for the customer.</summary>
    Ready,

    /// <summary>Units of such an order were handed to the customer.</summary>
    Collected,

    /// <summary>Units of such an order were not collected and go back: those of its lines, or all that are open.</summary>
    NotCollected,
}

/// <summary>A line of a message.</summary>
/// <param name="Quantity">Units, in the SKU's base unit, exact to four fraction digits; 0 or more.</param>
public sealed record OrderLine(Sku Sku, decimal Quantity)
{
    /// <summary>What the channel stated, where that is not in the SKU's own name and unit; null where it is.</summary>
    public AsStated? AsStated { get; init; }

    /// <summary>A further quantity in the unit in which this line was stated, in the SKU's base unit.</summary>
    public decimal InBase(decimal quantity) => AsStated is { Quantity: { } stated and not 0 }
        ? Domain.Quantity.Canonical(decimal.Round(quantity * Quantity / stated, Domain.Quantity.MaxFractionDigits)) : quantity;

    /// <summary>Where it is wanted, ships from or comes back to; null when the channel does not say.</summary>
    public LocationId? Location { get; init; }

    /// <summary>Of a return: the status in which it came back (<c>damaged</c>, ...); null when it can be sold again.</summary>
    public string? Status { get; init; }

    /// <summary>The channel's own name of the line, by which <see cref="OrderMessageType.Edit"/> knows it; null when it has none.</summary>
    public string? Reference { get; init; }

    /// <summary>Of a refund: whether the goods are back.</summary>
    public bool ComesBack { get; init; }
}

/// <summary>A line whose quantity was edited.</summary>
/// <param name="Reference">The channel's own name of the line.</param>
/// <param name="Change">What is added, in the unit in which the line was stated; below 0 it is taken off.</param>
public sealed record LineEdit(string Reference, decimal Change);

/// <summary>
/// One message about an order, as far as stock is concerned. Messages are idempotent: the caller of the fold has removed repeats by <paramref name="Id"/>.
/// </summary>
/// <param name="Id">The channel's id of the message, unique within the order.</param>
/// <param name="OccurredAt">When, by the channel's clock; when it was received, where the channel does not say.</param>
/// <param name="Arrival">Its number in the order of arrival, which parts messages of one instant.</param>
public sealed record OrderReport(string Id, OrderMessageType Type, Instant OccurredAt, long Arrival)
{
    /// <summary>
    /// Orders the messages that say what is wanted: an older one than is known does nothing. Null when the channel counts none; then its instant does.
    /// </summary>
    public long? Revision { get; init; }

    /// <summary>Null for everything: of a cancellation the rest of the order, of a shipment all that is open then.</summary>
    public IReadOnlyList<OrderLine>? Lines { get; init; }

    /// <summary>Of an edit.</summary>
    public IReadOnlyList<LineEdit>? Edits { get; init; }

    /// <summary>Where a shipment without lines ships from; null when the channel does not say.</summary>
    public LocationId? Location { get; init; }

    /// <summary>
    /// Of a message that says what is wanted: whether it is picked up, at the location of its lines; null leaves both as they were.
    /// </summary>
    public bool? IsPickup { get; init; }

    /// <summary>Of a cancelled shipment: the id of the message that reported it.</summary>
    public string? Shipment { get; init; }

    /// <summary>
    /// Its lines are all that has shipped, come back or been refunded so far, not what is new. A total never falls: an older one that arrives late says
    /// nothing.
    /// </summary>
    public bool IsTotal { get; init; }

    /// <summary>What it moves was recorded by a build that did not keep track of it: it counts in the order's numbers and moves nothing again.</summary>
    public bool IsDone { get; init; }
}

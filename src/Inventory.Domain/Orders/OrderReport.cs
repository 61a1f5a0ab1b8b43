using NodaTime;
using RetailSync.Inventory.Domain.Kits;

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
        ? Domain.Quantity.Canonical(decimal.Round(quantity * Quantity / stated, Domain.Quantity.MaxFractionDigits)) : quantity * (Part?.PerKit ?? 1);

    /// <summary>The kit that the SKU was when the message was taken; null where it was none.</summary>
    public Kit? Kit { get; init; }

    /// <summary>What a line of a kit needs of one component (<see cref="OrderKits"/>); null for a line as the channel stated it.</summary>
    public OrderKitPart? Part { get; init; }

    /// <summary>Its number in the message as stated, from 0, where lines of kits have become several; null where it has that place.</summary>
    internal int? Number { get; init; }

    internal OrderItem Item => new(Sku, Part?.Kit);

    /// <summary>Where it is wanted, ships from or comes back to; null when the channel does not say.</summary>
    public LocationId? Location { get; init; }

    /// <summary>Of a return: the status in which it came back (<c>damaged</c>, ...); null when it can be sold again.</summary>
    public string? Status { get; init; }

    /// <summary>The channel's own name of the line, by which <see cref="OrderMessageType.Edit"/> knows it; null when it has none.</summary>
    public string? Reference { get; init; }

    /// <summary>Of a refund: whether the goods are back.</summary>
    public bool ComesBack { get; init; }
}

/// <summary>Of a line that a message states: what it needs of one component of a kit.</summary>
/// <param name="PerKit">Units of the component that one kit needs.</param>
public sealed record OrderKitPart(Sku Kit, decimal PerKit);

/// <summary>What an order's numbers are of: units that are wanted by their own SKU, or as components of a kit.</summary>
/// <param name="Kit">Null for units that are wanted by their own SKU.</param>
internal readonly record struct OrderItem(Sku Sku, Sku? Kit)
{
    /// <summary>Unique within the order: no SKU has control characters.</summary>
    public string Name => Kit is { } kit ? $"{kit}\n{Sku}" : Sku.Value;
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

    /// <summary>By the instant at which it happened, then by arrival. An order is placed before anything happens to it, whenever its message comes.</summary>
    internal static IEnumerable<OrderReport> InOrder(IEnumerable<OrderReport> reports)
    {
        var inOrder = reports.OrderBy(report => report.OccurredAt).ThenBy(report => report.Arrival).ToList();
        var first = inOrder.FindIndex(report => report.Type == OrderMessageType.Order);
        first = first < 0 ? inOrder.FindIndex(report => report.Type == OrderMessageType.Change) : first;
        return first < 0 ? inOrder : inOrder.Where((_, index) => index != first).Prepend(inOrder[first]);
    }
}

using NodaTime;

namespace RetailSync.Channels;

/// <summary>What a channel reports of one of its orders, translated: the host takes it as a message about that order.</summary>
/// <param name="Type">order, change, edit, cancellation, shipment, shipment-cancelled, return or refund.</param>
/// <param name="Order">The channel's id of the order.</param>
/// <param name="Id">The channel's id of this message: the same one again is a repeat.</param>
/// <param name="OccurredAt">When; null when the channel does not say.</param>
/// <param name="Lines">Of what, by the channel's SKU; null for everything.</param>
public sealed record ReportedOrder(string Type, string Order, string Id, Instant? OccurredAt, IReadOnlyList<ReportedLine>? Lines)
{
    /// <summary>
    /// Of what is wanted (order, change, edit) or no longer is (cancellation): what is older than is known does nothing. Null when the channel counts none.
    /// </summary>
    public long? Revision { get; init; }

    /// <summary>Of a shipment-cancelled: the id of the message that reported the shipment.</summary>
    public string? Shipment { get; init; }

    /// <summary>The channel's name of the place of all lines that name none; null when it does not say.</summary>
    public string? Location { get; init; }

    /// <summary>The lines are all that has shipped, come back or been refunded so far, not what is new.</summary>
    public bool IsTotal { get; init; }

    /// <summary>Of an edit: units added to lines by the channel's own name of the line.</summary>
    public IReadOnlyList<ReportedEdit>? Edits { get; init; }

    /// <summary>As it came, where it may be about stock and cannot be understood: it is quarantined. Null otherwise.</summary>
    public string? Unread { get; init; }

    /// <summary>Why it could not be understood; null when there is no more to say than that.</summary>
    public string? Why { get; init; }

    /// <param name="asItCame">What could not be understood.</param>
    /// <param name="why">Why, as a sentence.</param>
    public static ReportedOrder NotUnderstood(string asItCame, string? why = null) => new("", "", "", null, null) { Unread = asItCame, Why = why };
}

/// <param name="Quantity">Units, 0 or more.</param>
public sealed record ReportedLine(string Sku, decimal Quantity)
{
    /// <summary>The channel's name of the place; null when it does not say.</summary>
    public string? Location { get; init; }

    /// <summary>The channel's own name of the line; null when it has none.</summary>
    public string? Reference { get; init; }

    /// <summary>Of a refund: whether the goods are back.</summary>
    public bool ComesBack { get; init; }
}

/// <param name="Reference">The channel's own name of the line.</param>
/// <param name="Change">Units that are added to it; below 0 where they are taken away.</param>
public sealed record ReportedEdit(string Reference, decimal Change);

using NodaTime;

namespace RetailSync.Channels;

/// <summary>What a channel reports of one of its orders, translated: the host turns it into a reservation.</summary>
/// <param name="Type">order, cancellation, shipment or return.</param>
/// <param name="Order">The channel's id of the order.</param>
/// <param name="Id">The channel's id of this message: the same one again is a repeat.</param>
/// <param name="OccurredAt">When; null when the channel does not say.</param>
/// <param name="Lines">Of what, by the channel's SKU; null for everything.</param>
public sealed record ReportedOrder(string Type, string Order, string Id, Instant? OccurredAt, IReadOnlyList<(string Sku, decimal Quantity)>? Lines)
{
    /// <summary>
    /// The channel says how the order stands instead of what has happened: an order that is known stays as it was taken, a shipment's lines are all that has
    /// shipped so far, and nothing comes back before it has shipped.
    /// </summary>
    public bool IsStanding { get; init; }

    /// <summary>As it came, where it should be about an order and cannot be understood: it is for a person. Null otherwise.</summary>
    public string? Unread { get; init; }

    /// <param name="asItCame">What could not be understood.</param>
    public static ReportedOrder NotUnderstood(string asItCame) => new("", "", "", null, null) { Unread = asItCame };
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.Door;
using RetailSync.Inventory.Host.Reservations;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <summary>What has happened to an order, by the word that the contract has for it.</summary>
public enum OrderMessageType
{
    /// <summary>It was placed: units are held and confirmed.</summary>
    Order,

    /// <summary>What has not shipped is given back.</summary>
    Cancellation,

    /// <summary>Units ship.</summary>
    Shipment,

    /// <summary>Units come back.</summary>
    Return,
}

/// <summary>Something that a channel reports of one of its orders. It has happened there: it is taken, never refused for what it says about stock.</summary>
/// <param name="Channel">Whose order.</param>
/// <param name="Order">The channel's id of the order.</param>
/// <param name="Id">The channel's id of this message, unique within the order; made from the content where it gave none.</param>
/// <param name="Type">What has happened.</param>
/// <param name="OccurredAt">When; null for now.</param>
/// <param name="Reservation">A reservation that was made for it before; null when none was.</param>
/// <param name="Lines">Of what; null for everything.</param>
public sealed record OrderMessage(
    ChannelId Channel, string Order, string Id, OrderMessageType Type, Instant? OccurredAt, string? Reservation, IReadOnlyList<RequestedLine>? Lines)
{
    /// <summary>
    /// It says how the order stands instead of what has happened: an order that is known stays as it was taken, a shipment's lines are all that has shipped so far,
    /// and nothing comes back before it has shipped.
    /// </summary>
    public bool IsStanding { get; init; }

    /// <summary>Equal for equal messages.</summary>
    public string Content => ContentOf(Type, OccurredAt, Reservation, Lines);

    /// <summary>The reservation that keeps the order's units: named after it where its id makes a name.</summary>
    public string ReservationId => Reservation ?? ReservationIdOf(Channel, Order);

    /// <summary>
    /// The id of the movement that one line follows to, different for each order, message and line: <c>order/id/line</c>, or a hash where that is too long or where a <c>/</c> in the channel's
    /// ids would make two of them alike.
    /// </summary>
    public string PartId(int line) =>
        FormattableString.Invariant($"{Order}/{Id}/{line}") is { Length: <= Identifier.MaxLength } plain && !Order.Contains('/') && !Id.Contains('/')
            ? plain
            : FormattableString.Invariant($"order:{Hash($"{Order}\n{Id}\n{line}")}");

    public static string ReservationIdOf(ChannelId channel, string order) =>
        Identifier.TryParseName($"{channel}:{order}", out var name) ? name : $"order:{Hash($"{channel}\n{order}")}";

    /// <summary>What <see cref="Read"/> looks for.</summary>
    public static Fields NewFields() => new("type", "order", "id", "occurredAt", "reservation", ReservationLines.Name);

    /// <exception cref="RequestRefused">400 <c>invalid-request</c>.</exception>
    public static OrderMessage Read(ChannelId channel, Fields fields)
    {
        var type = fields.Choice("type", required: true, "order", "cancellation", "shipment", "return");
        var order = fields.Identifier("order");
        if (Identifier.IsDotSegment(order))
        {
            fields.Refuse("order", "must not be . or .., which drop out of a path");
        }

        var id = fields.OptionalIdentifier("id");
        var occurredAt = fields.Instant("occurredAt");
        var reservation = fields.OptionalName("reservation");
        var lines = ReservationLines.Read(fields, required: type is "order" or "return", mayBackorder: false);
        if (type == "cancellation" && lines is not null)
        {
            fields.Refuse(ReservationLines.Name, "is not a field of a cancellation: it gives back all that has not shipped");
        }

        if (type is not "order" && reservation is not null)
        {
            fields.Refuse("reservation", "is a field of an order only");
        }

        fields.ThrowIfRefused();
        var kind = Enum.Parse<OrderMessageType>(type!, ignoreCase: true);
        return new OrderMessage(channel, order, id ?? $"{type}-{Hash(ContentOf(kind, occurredAt, reservation, lines))}", kind, occurredAt, reservation, lines);
    }

    private static string ContentOf(OrderMessageType type, Instant? occurredAt, string? reservation, IReadOnlyList<RequestedLine>? lines) => string.Join(
        '\n',
        (lines ?? []).Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Sku.Value}\t{line.Quantity}\t{line.Location?.Value}"))
            .Prepend($"{type}\t{occurredAt}\t{reservation}"));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}

/// <summary>What the channel had been told of a SKU when an order took more of it than there was.</summary>
/// <param name="Sequence">The place in its sequence; null when it had been told nothing.</param>
/// <param name="Quantity">The number.</param>
/// <param name="DesiredAt">Since when it was to be told.</param>
/// <param name="SentAt">When it was sent.</param>
/// <param name="AcknowledgedAt">Since when the channel believed it; null when it never said so.</param>
public sealed record ToldBefore(long? Sequence, decimal? Quantity, Instant? DesiredAt, Instant? SentAt, Instant? AcknowledgedAt)
{
    /// <summary>Why a newer number was not with the channel; null when there was no reason but time.</summary>
    public string? Error { get; init; }
}

/// <summary>Units of an order that are not there.</summary>
/// <param name="Sku">Of what.</param>
/// <param name="Requested">By the order.</param>
/// <param name="Held">Of that; the rest is missing.</param>
/// <param name="Told">What the channel believed when the order was placed.</param>
/// <param name="TakenBy">The event that took the units: the newest that left fewer. Null when nothing ever was there.</param>
/// <param name="TakenAt">When that was recorded.</param>
public sealed record Oversold(string Sku, decimal Requested, decimal Held, ToldBefore Told, Guid? TakenBy, Instant? TakenAt)
{
    /// <summary>Units that were free where the order may take them from, and still not for it: rules keep them.</summary>
    public decimal Free { get; init; }
}

/// <summary>What became of a message.</summary>
/// <param name="Channel">Whose.</param>
/// <param name="Order">Of which order.</param>
/// <param name="Id">Which message.</param>
/// <param name="Type">order, cancellation, shipment or return.</param>
/// <param name="State">confirmed, oversold, released, fulfilled, returned, waiting (its order has not come yet) or quarantined (a SKU that nobody knows).</param>
/// <param name="Reservation">What keeps its units; null when nothing is kept.</param>
/// <param name="Oversold">Units that are not there, with what explains it.</param>
/// <param name="Sequence">Of the last event that followed; null when none did.</param>
public sealed record OrderAnswer(
    string Channel, string Order, string Id, string Type, string State, string? Reservation, IReadOnlyList<Oversold> Oversold, long? Sequence);

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <summary>A channel's message about one of its orders. It is a fact: it is accepted, whatever it says about stock.</summary>
/// <param name="Order">The channel's id of the order.</param>
/// <param name="Id">The channel's id of this message, unique within the order; made from the content where it gave none.</param>
/// <param name="OccurredAt">When; null for now.</param>
/// <param name="Reservation">A reservation that was made for it before; null when none was.</param>
/// <param name="Lines">Of what; null for everything.</param>
public sealed record OrderMessage(
    ChannelId Channel, string Order, string Id, OrderMessageType Type, Instant? OccurredAt, string? Reservation, IReadOnlyList<OrderLine>? Lines)
{
    /// <inheritdoc cref="OrderMore"/>
    public OrderMore More { get; init; } = OrderMore.Nothing;

    /// <summary>Why a quantity cannot be turned into the SKU's unit; null when all can. Such a message is quarantined.</summary>
    public StockRefusal? UnitRefusal { get; init; }

    /// <summary>Whether the vendor reports the same in other documents too: under one id the first document's content stays.</summary>
    public bool MayVary { get; init; }

    /// <summary>The contract's word for the type.</summary>
    public string Word => WordOf(Type);

    /// <summary>Equal for equal messages.</summary>
    public string Content => ContentOf(Type, OccurredAt, Reservation, Lines, More);

    /// <summary>The reservation that held the order's units in versions before orders had holds of their own.</summary>
    public string OldReservationId => Reservation
        ?? (Identifier.TryParseName($"{Channel}:{Order}", out var name) ? name : $"order:{Hash($"{Channel}\n{Order}")}");

    /// <summary>What <see cref="Read"/> looks for.</summary>
    public static Fields NewFields() => new(
        "type", "order", "id", "occurredAt", "reservation", "revision", "fulfilment", "collectBy", "priority", "shipment", "location", "status", "unit",
        OrderLines.Name);

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static OrderMessage Read(ChannelId channel, Fields fields)
    {
        var word = fields.Choice(
            "type", required: true, "order", "change", "cancellation", "shipment", "shipment-cancelled", "return", "ready", "collected", "not-collected");
        var order = fields.Identifier("order");
        if (Identifier.IsDotSegment(order))
        {
            fields.Refuse("order", "must not be . or .., which drop out of a path");
        }

        var id = fields.OptionalIdentifier("id");
        var occurredAt = fields.Instant("occurredAt");
        var reservation = fields.OptionalName("reservation");
        var location = fields.OptionalName("location");
        var lines = OrderLines.Read(
            fields, required: word is "order" or "change" or "return", mayBeNothing: word == "change", location is null ? null : LocationId.Parse(location));
        var more = new OrderMore
        {
            Revision = Whole(fields, "revision"),
            Priority = (int?)Whole(fields, "priority", int.MinValue, int.MaxValue) ?? 0,
            Shipment = fields.OptionalIdentifier("shipment", required: word == "shipment-cancelled"),
            Location = lines is null ? location : null,
            IsPickup = fields.Choice("fulfilment", required: false, "ship", "pickup") is { } fulfilment ? fulfilment == "pickup" : null,
            CollectBy = fields.Instant("collectBy"),
        };
        RefusePickup(fields, word, more, lines);
        foreach (var (name, types) in (ReadOnlySpan<(string, string[])>)[
            ("reservation", ["order"]), ("shipment", ["shipment-cancelled"]), ("status", ["return"]), ("priority", ["order", "change"]),
            ("fulfilment", ["order", "change"]), ("collectBy", ["order", "change"])])
        {
            if (word is not null && fields.Has(name) && !types.Contains(word))
            {
                fields.Refuse(name, $"is not a field of a {word}");
            }
        }

        if (word == "shipment-cancelled" && lines is not null)
        {
            fields.Refuse(OrderLines.Name, "is not a field of a shipment-cancelled: all of the shipment is");
        }

        fields.ThrowIfRefused();
        var type = TypeOf(word!);
        return new OrderMessage(channel, order, id ?? $"{word}-{Hash(ContentOf(type, occurredAt, reservation, lines, more))}",
            type, occurredAt, reservation, lines)
        {
            More = more,
        };
    }

    /// <summary>What is picked up has one location, the store; what happens to it there needs none.</summary>
    private static void RefusePickup(Fields fields, string? word, OrderMore more, IReadOnlyList<OrderLine>? lines)
    {
        if (more.IsPickup == true && lines is { Count: > 0 } && (lines[0].Location is null || lines.Any(line => line.Location != lines[0].Location)))
        {
            fields.Refuse("location", "must be the store where it is picked up, the same for all lines");
        }

        if (more.CollectBy is not null && (more.IsPickup == false || (more.IsPickup is null && word == "order")))
        {
            fields.Refuse("collectBy", "is a field of an order with fulfilment pickup");
        }

        if (word is "ready" or "collected" or "not-collected" && (fields.Has("location") || lines?.Any(line => line.Location is not null) == true))
        {
            fields.Refuse("location", "is that of the order, and no field of this message");
        }
    }

    /// <summary>The message as a body that <see cref="Read"/> reads, for people who correct and replay it.</summary>
    public string ToBody() => JsonSerializer.Serialize(new
    {
        id = Id,
        type = Word,
        order = Order,
        occurredAt = OccurredAt is { } at ? NodaTime.Text.InstantPattern.ExtendedIso.Format(at) : null,
        reservation = Reservation,
        revision = More.Revision,
        priority = More.Priority == 0 ? (int?)null : More.Priority,
        shipment = More.Shipment,
        location = More.Location,
        fulfilment = More.IsPickup is { } pickup ? pickup ? "pickup" : "ship" : null,
        collectBy = More.CollectBy is { } by ? NodaTime.Text.InstantPattern.ExtendedIso.Format(by) : null,
        lines = Lines?.Select(line =>
            new
            {
                sku = line.AsStated?.Sku ?? line.Sku.Value,
                quantity = line.AsStated?.Quantity ?? line.Quantity,
                location = line.Location?.Value,
                status = line.Status,
                unit = line.AsStated?.Unit
            }),
    });

    /// <param name="arrival">Its number in the order of arrival.</param>
    /// <param name="isDone">Whether an older version has processed it completely.</param>
    public OrderReport Report(Instant recordedAt, long arrival, bool isDone) => new(Id, Type, OccurredAt ?? recordedAt, arrival)
    {
        Revision = More.Revision,
        Lines = Lines,
        Edits = More.Edits,
        Location = More.Location is { } location ? LocationId.Parse(location) : null,
        Shipment = More.Shipment,
        IsPickup = More.IsPickup,
        IsTotal = More.IsTotal,
        IsDone = isDone,
    };

    internal static string WordOf(OrderMessageType type) => JsonNamingPolicy.KebabCaseLower.ConvertName(type.ToString());

    internal static OrderMessageType TypeOf(string word) => Enum.GetValues<OrderMessageType>().First(type => WordOf(type) == word);

    private static long? Whole(Fields fields, string name, long least = 0, long most = long.MaxValue)
    {
        var number = fields.Number(name);
        if (number is { } given && (given.Scale > 0 || given < least || given > most))
        {
            fields.Refuse(name, $"must be a whole number of {least} or more");
            return null;
        }

        return (long?)number;
    }

    /// <summary>In the form of older versions, where it has no newer fields, so that it equals what they stored.</summary>
    private static string ContentOf(OrderMessageType type, Instant? occurredAt, string? reservation, IReadOnlyList<OrderLine>? lines, OrderMore more)
    {
        var rows = (lines ?? []).Select(line => string.Create(
            CultureInfo.InvariantCulture, $"{Said(line)}\t{line.Location?.Value}{(line.Status is null ? "" : $"\t{line.Status}")}"));
        var first = string.Create(CultureInfo.InvariantCulture, $"{type}\t{occurredAt}\t{reservation}");
        return string.Join('\n', rows.Prepend(more == OrderMore.Nothing ? first : $"{first}\t{more.Content}"));
    }

    /// <summary>Pieces are what older versions took units for, without a word about it in the content.</summary>
    private static string Said(OrderLine line) => line.AsStated is { } stated
        ? string.Create(
            CultureInfo.InvariantCulture, $"{stated.Sku}\t{stated.Quantity}{(stated.Unit is null or "EA" or "C62" or "H87" ? "" : $" {stated.Unit}")}")
        : string.Create(CultureInfo.InvariantCulture, $"{line.Sku.Value}\t{line.Quantity}");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}

/// <summary>Fields of only few messages. Stored as JSON.</summary>
public sealed record OrderMore
{
    public static readonly OrderMore Nothing = new();

    /// <inheritdoc cref="OrderReport.Revision"/>
    public long? Revision { get; init; }

    /// <summary>Orders of a higher priority get arriving stock first; 0 when left out.</summary>
    public int Priority { get; init; }

    /// <inheritdoc cref="OrderReport.Shipment"/>
    public string? Shipment { get; init; }

    /// <inheritdoc cref="OrderReport.Location"/>
    public string? Location { get; init; }

    /// <inheritdoc cref="OrderReport.IsTotal"/>
    public bool IsTotal { get; init; }

    /// <inheritdoc cref="OrderReport.IsPickup"/>
    public bool? IsPickup { get; init; }

    /// <summary>Until when an order is to be picked up; null when the message does not say.</summary>
    public Instant? CollectBy { get; init; }

    /// <inheritdoc cref="OrderReport.Edits"/>
    public IReadOnlyList<LineEdit>? Edits { get; init; }

    /// <summary>SKUs of the lines that are the channel's own ids, without a mapping when the message came. Null when there are none.</summary>
    public IReadOnlyList<string>? Unmapped { get; init; }

    internal string Content => string.Create(
        CultureInfo.InvariantCulture,
        $"{Revision}\t{Priority}\t{Shipment}\t{Location}\t{IsTotal}\t{string.Join(
            ',', (Edits ?? []).Select(edit => $"{edit.Reference}:{edit.Change}"))}{Pickup}");

    /// <summary>Empty for messages that say nothing of it, whose content stays as older versions stored it.</summary>
    private string Pickup => IsPickup is null && CollectBy is null ? "" : string.Create(CultureInfo.InvariantCulture, $"\t{IsPickup}\t{CollectBy}");
}

/// <summary>The last publication of a SKU that the channel had acknowledged when it was oversold.</summary>
/// <param name="Sequence">Its number in the channel's sequence; null when nothing had been acknowledged.</param>
/// <param name="Quantity">The acknowledged quantity in units.</param>
/// <param name="DesiredAt">Since when it was the quantity to publish.</param>
/// <param name="SentAt">When it was sent; null where something newer is on its way since.</param>
/// <param name="AcknowledgedAt">When the channel acknowledged it; null when it never did.</param>
public sealed record LastAcknowledged(long? Sequence, decimal? Quantity, Instant? DesiredAt, Instant? SentAt, Instant? AcknowledgedAt)
{
    /// <summary>The error that kept a newer quantity from the channel; null when there was none.</summary>
    public string? Error { get; init; }
}

/// <summary>An oversell: units of an order that are missing.</summary>
/// <param name="Sku">The SKU that is missing.</param>
/// <param name="Requested">Units ordered.</param>
/// <param name="Held">Of that; the rest is missing.</param>
/// <param name="Acknowledged">The publication that the channel had acknowledged last when the order was placed.</param>
/// <param name="TakenBy">The event that took the units: the newest that lowered the stock. Null when there never was any.</param>
/// <param name="TakenAt">When that was recorded.</param>
public sealed record Oversold(
    string Sku, decimal Requested, decimal Held, [property: JsonPropertyName("told")] LastAcknowledged Acknowledged, Guid? TakenBy, Instant? TakenAt)
{
    /// <summary>Units that were free at the order's locations, but that rules keep from it.</summary>
    public decimal Free { get; init; }

    /// <summary>Of a kit: the component that there are the fewest kits of. Left out where the SKU is no kit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Component { get; init; }
}

/// <summary>The outcome of a message.</summary>
/// <param name="Channel">The channel of the order.</param>
/// <param name="Order">The channel's id of the order.</param>
/// <param name="Id">The id of the message.</param>
/// <param name="Type">
/// order, change, cancellation, shipment, shipment-cancelled, return, ready, collected or not-collected; of a vendor also edit and refund.
/// </param>
/// <param name="State">
/// confirmed, oversold, ready (all that is open is set aside), released, fulfilled, cancelled (a shipment that did not happen), returned, outdated (a newer
/// revision is known), waiting (for another message) or quarantined (an unknown SKU or unit).
/// </param>
/// <param name="Reservation">The reservation that holds its units; null when there is none.</param>
/// <param name="Oversold">Units that are missing, with the evidence.</param>
/// <param name="Sequence">Of the last event that followed; null when none did.</param>
public sealed record OrderAnswer(
    string Channel, string Order, string Id, string Type, string State, string? Reservation, IReadOnlyList<Oversold> Oversold, long? Sequence);

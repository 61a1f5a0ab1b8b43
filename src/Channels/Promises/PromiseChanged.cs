using System.Globalization;
using System.Text.Json.Serialization;
using NodaTime;

namespace RetailSync.Channels.Promises;

/// <summary>What has changed of what a reservation, or an order, was promised of supply that is on its way.</summary>
/// <param name="Sequence">Rises with every change of the channel: of one reservation the one with the highest says how it is.</param>
/// <param name="Reservation">The channel's id of it; of an order's units the id of the order's hold.</param>
/// <param name="Order">The channel's id of the order; null where it is no order's.</param>
/// <param name="At">Since when it is so.</param>
/// <param name="AtRisk">Every promise that cannot be kept as things are; empty where all can be kept again, or the units are in stock.</param>
public sealed record PromiseChange(long Sequence, string Reservation, string? Order, Instant At, IReadOnlyList<BrokenPromise> AtRisk);

/// <param name="Quantity">Units.</param>
/// <param name="PromisedOn">The day for which they were promised.</param>
/// <param name="ExpectedOn">The later day on which they are expected instead; null when there is none.</param>
/// <param name="Document">By what they were promised.</param>
/// <param name="Reason"><c>late</c>, <c>short</c> or <c>cancelled</c>.</param>
public sealed record BrokenPromise(
    [property: JsonPropertyName("sku")] string Sku,
    [property: JsonPropertyName("quantity")] decimal Quantity,
    [property: JsonPropertyName("promisedOn")] string PromisedOn,
    [property: JsonPropertyName("expectedOn")] string? ExpectedOn,
    [property: JsonPropertyName("document")] string Document,
    [property: JsonPropertyName("reason")] string Reason);

/// <summary>Promises of a reservation have changed, as a message.</summary>
public static class PromiseChanged
{
    public const string EventType = "retailsync.promise.changed";

    public static byte[] Body(string channel, PromiseChange change) => CloudEvent.Body(CloudEvent.Of(
        channel, string.Create(CultureInfo.InvariantCulture, $"promise-{change.Sequence}"), EventType, change.Reservation, change.At,
        new PromiseData(channel, change.Reservation, change.Order, change.Sequence, change.AtRisk)));
}

/// <param name="AtRisk">Replaces what was sent of the reservation before.</param>
public sealed record PromiseData(
    [property: JsonPropertyName("channel")] string Channel,
    [property: JsonPropertyName("reservation")] string Reservation,
    [property: JsonPropertyName("order"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Order,
    [property: JsonPropertyName("sequence")] long Sequence,
    [property: JsonPropertyName("atRisk")] IReadOnlyList<BrokenPromise> AtRisk);

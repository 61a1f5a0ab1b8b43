using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace RetailSync.Channels;

/// <summary>A quantity has changed, as a message; the same quantity published again has the same id, the channel's sequence.</summary>
public static class AvailabilityChanged
{
    public const string EventType = "retailsync.availability.changed";

    /// <summary>One event, or a batch of them.</summary>
    public static byte[] Body(string channel, IReadOnlyList<Publication> publications, bool single) =>
        single ? CloudEvent.Body(Of(channel, publications[0])) : CloudEvent.Body(publications.Select(publication => Of(channel, publication)));

    private static CloudEvent<AvailabilityData> Of(string channel, Publication publication) => CloudEvent.Of(
        channel, publication.Sequence.ToString(CultureInfo.InvariantCulture), EventType, publication.Sku.Value, publication.DesiredAt,
        new AvailabilityData(channel, publication.Sku.Value, publication.Quantity, publication.Level, publication.Sequence));
}

/// <param name="Channel">The channel that it is published to.</param>
/// <param name="Quantity">What the channel may promise.</param>
/// <param name="Level">The name of its level; left out where rules define none.</param>
/// <param name="Sequence">Rises: what comes with a lower one than was seen for the SKU is older and to be ignored.</param>
public sealed record AvailabilityData(
    [property: JsonPropertyName("channel")] string Channel,
    [property: JsonPropertyName("sku")] string Sku,
    [property: JsonPropertyName("quantity")] decimal Quantity,
    [property: JsonPropertyName("level"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Level,
    [property: JsonPropertyName("sequence")] long Sequence);

/// <summary>A CloudEvent 1.0 that a channel gets.</summary>
/// <param name="Id">The same for the same message, however often it is sent.</param>
/// <param name="Source">The channel, as a path of this service.</param>
/// <param name="Time">Since when it is so.</param>
public sealed record CloudEvent<T>(
    [property: JsonPropertyName("specversion")] string SpecVersion,
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("time")] string Time,
    [property: JsonPropertyName("datacontenttype")] string DataContentType,
    [property: JsonPropertyName("data")] T Data);

/// <summary>How such messages are made and written.</summary>
public static class CloudEvent
{
    public const string ContentType = "application/cloudevents+json";
    public const string BatchContentType = "application/cloudevents-batch+json";

    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static CloudEvent<T> Of<T>(string channel, string id, string type, string subject, Instant since, T data) =>
        new("1.0", id, $"/v1/channels/{channel}", type, subject, InstantPattern.ExtendedIso.Format(since), "application/json", data);

    /// <param name="message">One, or a batch of them.</param>
    public static byte[] Body<T>(T message) => JsonSerializer.SerializeToUtf8Bytes(message, Options);
}

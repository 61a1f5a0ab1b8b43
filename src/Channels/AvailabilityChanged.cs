using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime.Text;

namespace RetailSync.Channels;

/// <summary>A CloudEvent 1.0: a number has changed.</summary>
/// <param name="SpecVersion">1.0</param>
/// <param name="Id">The channel's sequence: the same quantity published again has the same one.</param>
/// <param name="Source">The channel, as a path of this service.</param>
/// <param name="Type">What it is about.</param>
/// <param name="Time">Since when it is so.</param>
/// <param name="DataContentType"><c>application/json</c></param>
public sealed record AvailabilityChanged(
    [property: JsonPropertyName("specversion")] string SpecVersion,
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("time")] string Time,
    [property: JsonPropertyName("datacontenttype")] string DataContentType,
    [property: JsonPropertyName("data")] AvailabilityData Data)
{
    public const string EventType = "retailsync.availability.changed";
    public const string ContentType = "application/cloudevents+json";
    public const string BatchContentType = "application/cloudevents-batch+json";

    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static AvailabilityChanged Of(string channel, Publication publication) => new(
        "1.0",
        publication.Sequence.ToString(CultureInfo.InvariantCulture),
        $"/v1/channels/{channel}",
        EventType,
        publication.Sku.Value,
        InstantPattern.ExtendedIso.Format(publication.DesiredAt),
        "application/json",
        new AvailabilityData(channel, publication.Sku.Value, publication.Quantity, publication.Level, publication.Sequence));

    /// <summary>One event, or a batch of them.</summary>
    public static byte[] Body(string channel, IReadOnlyList<Publication> publications, bool single) => single
        ? JsonSerializer.SerializeToUtf8Bytes(Of(channel, publications[0]), Options)
        : JsonSerializer.SerializeToUtf8Bytes(publications.Select(publication => Of(channel, publication)), Options);
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

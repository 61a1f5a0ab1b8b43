using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Movements;

namespace RetailSync.Inventory.Host.RabbitMq;

/// <summary>What an event says of itself (CloudEvents 1.0). Attributes beside these are extensions, which mean nothing here.</summary>
/// <param name="Type"><c>retailsync.movement.{type}</c> for one movement, <c>retailsync.movements</c> for an array of lines.</param>
/// <param name="Time">When it occurred; null where the line says it.</param>
internal sealed record EventAttributes(string Id, string Source, string Type, string? Time);

/// <summary>
/// CloudEvents about movements. An event of type <c>retailsync.movement.sale</c> is a sale: <c>id</c>, <c>source</c> and <c>time</c> of the event are the
/// movement's, and <c>data</c> has its other fields. One of type <c>retailsync.movements</c> has an array of whole lines as data. All events of a message have
/// one source.
/// </summary>
internal static class MovementEvents
{
    public const string Structured = "application/cloudevents+json";
    public const string Batched = "application/cloudevents-batch+json";

    private const string OneMovement = "retailsync.movement.";
    private const string ManyMovements = "retailsync.movements";
    private const string Version = "1.0";

    /// <summary>How the AMQP binding names attributes in headers, and how those write them whose library has no room for a colon.</summary>
    private static readonly string[] HeaderPrefixes = ["cloudEvents:", "cloudEvents_"];

    /// <exception cref="ApiProblemException">400 <c>invalid-event</c>; those of <see cref="MovementBatch.OfNdjson"/>.</exception>
    public static MovementBatch ReadOne(ReadOnlyMemory<byte> body) => Parsed(body, root => Lines([root]));

    /// <inheritdoc cref="ReadOne"/>
    public static MovementBatch ReadMany(ReadOnlyMemory<byte> body) =>
        Parsed(body, root => root.ValueKind == JsonValueKind.Array ? Lines(root.EnumerateArray()) : throw Invalid("A batch is an array of events."));

    /// <inheritdoc cref="ReadOne"/>
    public static MovementBatch ReadBinary(EventAttributes attributes, ReadOnlyMemory<byte> body) => Parsed(body, data => Lines([(attributes, data)]));

    /// <summary>Of an event in binary mode; null where the headers speak of none.</summary>
    /// <param name="header">The text of a header; null where there is none.</param>
    /// <exception cref="ApiProblemException">400 <c>invalid-event</c>.</exception>
    public static EventAttributes? AttributesIn(Func<string, string?> header) =>
        Array.Find(HeaderPrefixes, prefix => header($"{prefix}specversion") is not null) is { } spelling
            ? Attributes(name => header($"{spelling}{name}"))
            : null;

    private static MovementBatch Parsed(ReadOnlyMemory<byte> body, Func<JsonElement, MovementBatch> read)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return read(document.RootElement);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // The second is half of a surrogate pair, which is grammatical JSON and no text.
            throw Invalid("The message is not well-formed JSON in UTF-8.");
        }
    }

    private static MovementBatch Lines(IEnumerable<JsonElement> events) => Lines(events.Select(Parts));

    /// <summary>As lines of NDJSON, so that each is judged, kept in quarantine and replayed like any other.</summary>
    private static MovementBatch Lines(IEnumerable<(EventAttributes Attributes, JsonElement Data)> events)
    {
        string? source = null;
        var lines = new ArrayBufferWriter<byte>();
        foreach (var (attributes, data) in events)
        {
            source ??= attributes.Source;
            if (attributes.Source != source)
            {
                throw Invalid("All events of a message have one 'source': send the others in messages of their own.");
            }

            if (attributes.Type == ManyMovements)
            {
                if (data.ValueKind != JsonValueKind.Array)
                {
                    throw Invalid($"'data' of type '{ManyMovements}' must be an array of lines.");
                }

                foreach (var line in data.EnumerateArray())
                {
                    WriteLine(lines, JsonMarshal.GetRawUtf8Value(line));
                }
            }
            else if (attributes.Type.StartsWith(OneMovement, StringComparison.Ordinal))
            {
                WriteMovement(lines, attributes, data);
            }
            else
            {
                throw Invalid($"'type' must be {OneMovement} and the type of the movement, or {ManyMovements}.");
            }
        }

        return MovementBatch.OfNdjson(source, lines.WrittenMemory);
    }

    /// <summary>Its data with the event's attributes in front. What both say is in the line twice, which the line is refused for.</summary>
    private static void WriteMovement(ArrayBufferWriter<byte> lines, EventAttributes attributes, JsonElement data)
    {
        var raw = JsonMarshal.GetRawUtf8Value(data);
        if (data.ValueKind == JsonValueKind.Object)
        {
            var before = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(before))
            {
                writer.WriteStartObject();
                writer.WriteString("id", attributes.Id);
                writer.WriteString("type", attributes.Type[OneMovement.Length..]);
                if (attributes.Time is { } time)
                {
                    writer.WriteString("occurredAt", time);
                }
            }

            lines.Write(before.WrittenSpan);
            lines.Write(data.EnumerateObject().Any() ? ","u8 : ""u8);
            raw = raw[1..];
        }

        WriteLine(lines, raw);
    }

    /// <summary>Exactly as it was sent, so that the reader of lines says what is wrong with it; between the words of JSON a line break is a space.</summary>
    private static void WriteLine(ArrayBufferWriter<byte> lines, ReadOnlySpan<byte> raw)
    {
        raw.Replace(lines.GetSpan(raw.Length), (byte)'\n', (byte)' ');
        lines.Advance(raw.Length);
        lines.Write("\n"u8);
    }

    private static (EventAttributes, JsonElement) Parts(JsonElement one)
    {
        if (one.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("An event is an object.");
        }

        var parts = new Dictionary<string, JsonElement>();
        foreach (var part in one.EnumerateObject())
        {
            if (!parts.TryAdd(part.Name, part.Value))
            {
                throw Invalid($"'{part.Name}' appears twice.");
            }
        }

        var attributes = Attributes(name => parts.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value.ValueKind == JsonValueKind.String ? value.GetString() : throw Invalid($"'{name}' must be text.")
            : null);
        return parts.TryGetValue("data", out var data) ? (attributes, data) : throw Invalid("'data' is missing, as JSON.");
    }

    private static EventAttributes Attributes(Func<string, string?> named)
    {
        if (named("specversion") is var version && version != Version)
        {
            throw Invalid($"'specversion' must be {Version}.");
        }

        return new EventAttributes(Required("id"), Required("source"), Required("type"), named("time"));

        string Required(string name) => named(name) is { Length: > 0 } text ? text : throw Invalid($"'{name}' is missing.");
    }

    private static ApiProblemException Invalid(string detail) => new(StatusCodes.Status400BadRequest, "invalid-event", detail);
}

using System.Security.Cryptography;
using System.Text.Json;
using RetailSync.Inventory.Domain;

namespace RetailSync.Channels.Epcis;

/// <summary>
/// By what an event is known: its <c>eventID</c>; without one, a hash of what it says. The hash leaves out what does not
/// belong to what happened: when a repository recorded it, and that it was declared an error (so that the declaration,
/// which repeats the event, finds it).
/// </summary>
internal static class EventIdentity
{
    /// <summary>Longer ids are hashed, to leave room for the line number and the mark of a correction.</summary>
    private const int MaxLength = 100;

    private static readonly string[] NotOfTheEvent = ["recordTime", "errorDeclaration", "@context"];

    public static string Of(JsonElement epcisEvent)
    {
        if (epcisEvent.TryGetProperty("eventID", out var id) && id.ValueKind == JsonValueKind.String
            && Identifier.TryParse(id.GetString(), out var known) && known.Length <= MaxLength)
        {
            return known;
        }

        using var canonical = new MemoryStream();
        using (var writer = new Utf8JsonWriter(canonical))
        {
            WriteObject(writer, epcisEvent, NotOfTheEvent);
        }

        return "sha-256:" + Convert.ToHexStringLower(SHA256.HashData(canonical.GetBuffer().AsSpan(0, (int)canonical.Length)));
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonElement element, string[] without)
    {
        writer.WriteStartObject();
        foreach (var property in element.EnumerateObject().Where(property => !without.Contains(property.Name))
            .OrderBy(property => property.Name, StringComparer.Ordinal))
        {
            writer.WritePropertyName(property.Name);
            Write(writer, property.Value);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(writer, element, []);
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}

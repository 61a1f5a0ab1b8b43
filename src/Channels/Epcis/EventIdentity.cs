using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NodaTime.Text;
using RetailSync.Inventory.Domain;

namespace RetailSync.Channels.Epcis;

/// <summary>
/// By what an event is known: its <c>eventID</c>; without one, a hash of what it says, the same in JSON and in XML and in each spelling of a time, a quantity
/// or a word of the vocabulary. The hash leaves out what does not belong to what happened: when a repository recorded it, what sensors read, and that it was
/// declared an error (so that the declaration, which repeats the event, finds it).
/// </summary>
internal static class EventIdentity
{
    /// <summary>Longer ids are hashed, to leave room for the line number and the mark of a correction.</summary>
    private const int MaxLength = 100;

    private static readonly string[] NotOfTheEvent =
        ["eventID", "recordTime", "errorDeclaration", "@context", "eventTimeZoneOffset", "sensorElementList"];

    private static readonly Vocabulary[] Vocabularies =
        [Vocabulary.BizStep, Vocabulary.Disposition, Vocabulary.BizTransaction, Vocabulary.SourceDestination];

    public static string Of(JsonElement epcisEvent)
    {
        if (epcisEvent.TryGetProperty("eventID", out var id) && id.ValueKind == JsonValueKind.String
            && Identifier.TryParse(id.GetString(), out var known) && known.Length <= MaxLength)
        {
            return known;
        }

        var content = OfObject(epcisEvent.EnumerateObject().Where(property => !NotOfTheEvent.Contains(property.Name)));
        return "sha-256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
    }

    /// <summary>By the local names of the properties, in their order. What is empty is not there.</summary>
    private static string OfObject(IEnumerable<JsonProperty> properties) => string.Concat(
        properties.GroupBy(property => property.Name[(property.Name.LastIndexOf(':') + 1)..], property => property.Value)
            .OrderBy(property => property.Key, StringComparer.Ordinal)
            .Select(property => (Name: property.Key, Value: OfList(property.Key, property.SelectMany(Values))))
            .Where(property => property.Value.Length > 0).Select(property => Bracketed(Bracketed(property.Name) + property.Value)));

    private static string OfList(string name, IEnumerable<JsonElement> values) =>
        string.Concat(values.Select(value => OfValue(name, value)).Where(value => value.Length > 0).Order(StringComparer.Ordinal).Select(Bracketed));

    private static IEnumerable<JsonElement> Values(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().SelectMany(Values) : [value];

    private static string OfValue(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => OfObject(value.EnumerateObject()),
        JsonValueKind.String => OfText(name, value.GetString()!.Trim()),
        JsonValueKind.Null => "",
        _ => OfText(name, value.GetRawText()),
    };

    /// <summary>Only a quantity is a number: orders 0100 and 100 are two.</summary>
    private static string OfText(string name, string text)
    {
        if (text is [(>= '0' and <= '9') or '-' or '+' or '.', ..])
        {
            return OffsetDateTimePattern.Rfc3339.Parse(text).TryGetValue(default, out var time) && InstantRange.Of(time) is { } instant
                ? InstantPattern.ExtendedIso.Format(instant)
                : name == "quantity" && text.Length <= 28 && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    ? Quantity.Canonical(number).ToString(CultureInfo.InvariantCulture) : text;
        }

        return Vocabularies.Aggregate(text, (word, vocabulary) => vocabulary.Word(word));
    }

    /// <summary>With its length in front, so that nothing in a text can be taken for structure.</summary>
    private static string Bracketed(string text) => string.Create(CultureInfo.InvariantCulture, $"{text.Length}:{text}");
}

using System.Text.Json;
using NodaTime.Text;
using RetailSync.Channels.Documents.Syntax;

namespace RetailSync.Channels.Documents.Json;

/// <summary>The fields of an object whose sender writes numbers as text and texts as numbers.</summary>
public static class JsonFields
{
    /// <summary>A text or a number as text, trimmed; null where it is absent, null, empty or something else.</summary>
    public static string? Text(this JsonElement element, string name) => Value(element, name) switch
    {
        { ValueKind: JsonValueKind.String } text when text.GetString()?.Trim() is { Length: > 0 } value => value,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    /// <summary>Null where it is absent or no object.</summary>
    public static JsonElement? Object(this JsonElement element, string name) =>
        Value(element, name) is { ValueKind: JsonValueKind.Object } found ? found : null;

    /// <summary>The objects of an array; none where it is absent or no array.</summary>
    public static IEnumerable<JsonElement> Objects(this JsonElement element, string name) =>
        Value(element, name) is { ValueKind: JsonValueKind.Array } found ? found.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object) : [];

    public static bool Has(this JsonElement element, string name) => Value(element, name) is not null;

    public static bool IsTrue(this JsonElement element, string name) => Value(element, name) is { ValueKind: JsonValueKind.True };

    /// <summary>Null where it is no number of at most 4 decimals.</summary>
    public static decimal? Quantity(this JsonElement element, string name) => QuantityText.TryRead(element.Text(name), out var quantity) ? quantity : null;

    /// <summary>An instant with an offset, or a time without one; null where it is neither.</summary>
    public static DocumentTime? Time(this JsonElement element, string name) =>
        element.Text(name) is not { Length: <= 64 } text ? null
        : OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } exact ? ExactTime.Of(exact.Value)
        : LocalDateTimePattern.ExtendedIso.Parse(text.Replace(' ', 'T')) is { Success: true } local ? new TimeWithoutZone(local.Value) : null;

    private static JsonElement? Value(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;
}

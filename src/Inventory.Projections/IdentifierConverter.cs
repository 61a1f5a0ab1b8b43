using System.Text.Json;
using System.Text.Json.Serialization;

namespace RetailSync.Inventory.Projections;

/// <summary>Writes the domain's identifiers as the strings that they are.</summary>
internal sealed class IdentifierConverter<T>(Func<string, T> parse) : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => parse(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value!.ToString());
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;
using RetailSync.Inventory.Domain;

namespace RetailSync.Inventory.Host.Http.Pipeline;

/// <summary>How answers are written: camelCase, instants in RFC 3339, decimals without trailing zeros, letters of any script as themselves.</summary>
public static class Json
{
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // answers are JSON by their Content-Type, never part of a page
        options.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb);
        options.Converters.Add(new CanonicalDecimal());
    }

    /// <summary>PostgreSQL answers 2.50 where 2.5 was meant; callers see one form.</summary>
    private sealed class CanonicalDecimal : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.GetDecimal();

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value == 0 ? 0 : Quantity.Canonical(value));
    }
}

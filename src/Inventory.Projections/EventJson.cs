using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;
using RetailSync.Inventory.Domain;

namespace RetailSync.Inventory.Projections;

/// <summary>How events and documents are written: camelCase, NodaTime as RFC 3339, nothing for what is null or false.</summary>
public static class EventJson
{
    public static readonly JsonSerializerOptions Options = Configure(new JsonSerializerOptions());

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.IgnoreReadOnlyProperties = true;
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // stored, never put into a page
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower));
        options.Converters.Add(new IdentifierConverter<Sku>(Sku.Parse));
        options.Converters.Add(new IdentifierConverter<LocationId>(LocationId.Parse));
        options.Converters.Add(new IdentifierConverter<ChannelId>(ChannelId.Parse));
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver().WithAddedModifier(LeaveOutFalse);
        return options.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb);
    }

    private static void LeaveOutFalse(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => property.PropertyType == typeof(bool)))
        {
            property.ShouldSerialize = (_, value) => value is true;
        }
    }
}

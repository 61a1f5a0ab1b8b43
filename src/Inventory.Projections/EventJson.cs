using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Rules;

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
        options.Converters.Add(new IdentifierConverter<RuleId>(RuleId.Parse));
        options.AllowOutOfOrderMetadataProperties = true; // jsonb sorts the names
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver().WithAddedModifier(LeaveOutFalse).WithAddedModifier(NameKinds);
        return options.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb);
    }

    /// <summary>The kinds of rules, by the contract's words for them.</summary>
    private static void NameKinds(JsonTypeInfo type)
    {
        if (type.Type.IsAssignableTo(typeof(Rule)) && type.Properties.FirstOrDefault(property => property.Name == "kind") is { } kind)
        {
            type.Properties.Remove(kind); // the discriminator says it
        }

        if (type.Type == typeof(Rule))
        {
            type.PolymorphismOptions = new JsonPolymorphismOptions
            {
                TypeDiscriminatorPropertyName = "kind",
                DerivedTypes =
                {
                    new JsonDerivedType(typeof(SafetyStockRule), "safety-stock"),
                    new JsonDerivedType(typeof(EligibilityRule), "eligibility"),
                    new JsonDerivedType(typeof(BufferRule), "buffer"),
                    new JsonDerivedType(typeof(AllocationRule), "allocation"),
                    new JsonDerivedType(typeof(PublishRule), "publish"),
                    new JsonDerivedType(typeof(BackorderRule), "backorder"),
                    new JsonDerivedType(typeof(SupplyRule), "supply"),
                    new JsonDerivedType(typeof(KitRule), "kit"),
                },
            };
        }
    }

    private static void LeaveOutFalse(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => property.PropertyType == typeof(bool)))
        {
            property.ShouldSerialize = (_, value) => value is true;
        }
    }
}

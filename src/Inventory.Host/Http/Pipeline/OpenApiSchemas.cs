using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using NodaTime;

namespace RetailSync.Inventory.Host.Http.Pipeline;

/// <summary>Shapes as generators of clients need them: each with a name, each property with a type, and only what is required as required.</summary>
internal static class OpenApiSchemas
{
    /// <summary>ASP.NET's keys for what it knows of a shape and does not write.</summary>
    private const string SchemaId = "x-schema-id", NullableProperty = "x-is-nullable-property";

    /// <summary>JSON as a caller sent it, or as it is stored.</summary>
    private const JsonSchemaType Anything = JsonSchemaType.Object | JsonSchemaType.Array | JsonSchemaType.String | JsonSchemaType.Number
        | JsonSchemaType.Boolean | JsonSchemaType.Null;

    /// <summary>Types that are written by converters, of whose output nothing else knows.</summary>
    private static readonly Dictionary<Type, (JsonSchemaType Type, string? Format)> Converted = new()
    {
        [typeof(decimal)] = (JsonSchemaType.Number, null),
        [typeof(Instant)] = (JsonSchemaType.String, "date-time"),
        [typeof(LocalDate)] = (JsonSchemaType.String, "date"),
        [typeof(LocalDateTime)] = (JsonSchemaType.String, null),
        [typeof(Duration)] = (JsonSchemaType.String, "duration"),
        [typeof(JsonElement)] = (Anything, null),
    };

    /// <summary>The name of a shape with properties; null where it is described in place.</summary>
    public static string? NameOf(JsonTypeInfo type) =>
        type.Kind == JsonTypeInfoKind.Object && type.Properties.Count > 0 ? OpenApiOptions.CreateDefaultSchemaReferenceId(type) : null;

    public static Task SetType(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        var type = context.JsonTypeInfo.Type;
        var value = Nullable.GetUnderlyingType(type);
        if (Converted.TryGetValue(value ?? type, out var written))
        {
            schema.Type = value is null ? written.Type : written.Type | JsonSchemaType.Null;
            schema.Format = written.Format;
        }

        if (context.JsonTypeInfo.ElementType is { } element && schema.Type?.HasFlag(JsonSchemaType.Object) == true
            && Converted.TryGetValue(element, out var each))
        {
            schema.AdditionalProperties = new OpenApiSchema { Type = each.Type, Format = each.Format };
        }

        return Task.CompletedTask;
    }

    /// <summary>The shape of an answer, and each that it contains, by the name of its type.</summary>
    public static IOpenApiSchema Named(IOpenApiSchema shape, OpenApiDocument document)
    {
        if (shape is not OpenApiSchema schema)
        {
            return shape;
        }

        ReplaceParts(schema, part => Named(part, document));
        if (Known(schema, SchemaId) is not string { Length: > 0 } id)
        {
            return schema;
        }

        document.AddComponent(id, schema);
        IOpenApiSchema reference = new OpenApiSchemaReference(id, document);
        return Known(schema, NullableProperty) is true
            ? new OpenApiSchema { OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, reference] }
            : reference;
    }

    /// <summary>The shape of a body: what may be null may be left out.</summary>
    public static IOpenApiSchema OfBody(IOpenApiSchema shape)
    {
        if (shape is OpenApiSchema schema)
        {
            ReplaceParts(schema, OfBody);
            schema.Required?.ExceptWith([.. schema.Required.Where(name => MayBeNull(schema.Properties![name]))]);
        }

        return shape;
    }

    private static bool MayBeNull(IOpenApiSchema property) =>
        property.Type?.HasFlag(JsonSchemaType.Null) == true || (property is OpenApiSchema schema && Known(schema, NullableProperty) is true);

    private static object? Known(OpenApiSchema schema, string key) =>
        schema.Metadata is { } known && known.TryGetValue(key, out var value) ? value : null;

    private static void ReplaceParts(OpenApiSchema schema, Func<IOpenApiSchema, IOpenApiSchema> replacement)
    {
        foreach (var (name, property) in schema.Properties?.ToList() ?? [])
        {
            schema.Properties![name] = replacement(property);
        }

        schema.Items = schema.Items is { } items ? replacement(items) : null;
        schema.AdditionalProperties = schema.AdditionalProperties is { } values ? replacement(values) : null;
    }
}

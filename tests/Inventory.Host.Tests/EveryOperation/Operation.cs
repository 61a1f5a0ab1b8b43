using System.Text.Json;
using System.Text.Json.Nodes;

namespace RetailSync.Inventory.Host.Tests.EveryOperation;

/// <summary>One operation of <c>/openapi/v1.json</c>: what a caller can send, and where.</summary>
/// <param name="Method">In upper case.</param>
/// <param name="Path">With its parameters in braces.</param>
/// <param name="PathParameters">Their names.</param>
/// <param name="QueryParameters">Their names.</param>
/// <param name="BodyTypes">Media types; none where no body is described.</param>
/// <param name="Sample">A JSON body with every field that is described; null where there is none.</param>
public sealed record Operation(
    string Method, string Path, IReadOnlyList<string> PathParameters, IReadOnlyList<string> QueryParameters, IReadOnlyList<string> BodyTypes, JsonNode? Sample)
{
    public const string Json = "application/json";

    public override string ToString() => $"{Method} {Path}";

    public static async Task<IReadOnlyList<Operation>> All(RunningHost host)
    {
        var document = (await host.Get("/openapi/v1.json")).Ok();
        return
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from method in path.Value.EnumerateObject()
               select Read(document, path.Name, method.Name.ToUpperInvariant(), method.Value),
        ];
    }

    private static Operation Read(JsonElement document, string path, string method, JsonElement described)
    {
        var parameters = described.TryGetProperty("parameters", out var listed) ? listed.EnumerateArray().ToList() : [];
        var bodies = described.TryGetProperty("requestBody", out var body) ? body.GetProperty("content").EnumerateObject().ToList() : [];
        var json = bodies.Find(content => content.Name == Json);
        return new Operation(
            method, path, In("path"), In("query"), [.. bodies.Select(content => content.Name)],
            json.Value.ValueKind == JsonValueKind.Object ? SampleOf(document, json.Value.GetProperty("schema"), "", depth: 0) : null);

        List<string> In(string place) => [.. parameters.Where(parameter => parameter.Text("in") == place).Select(parameter => parameter.Text("name")!)];
    }

    /// <summary>An instance of the schema, with values that are likely to be understood where a name is known.</summary>
    private static JsonNode? SampleOf(JsonElement document, JsonElement schema, string name, int depth)
    {
        const int deepest = 6;
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return SampleOf(document, reference.GetString()!.Split('/').Skip(1).Aggregate(document, (at, part) => at.GetProperty(part)), name, depth);
        }

        if (schema.TryGetProperty("properties", out var properties) && depth < deepest)
        {
            return new JsonObject(properties.EnumerateObject()
                .Select(field => KeyValuePair.Create(field.Name, SampleOf(document, field.Value, field.Name, depth + 1))));
        }

        if (schema.TryGetProperty("items", out var items) && depth < deepest)
        {
            return new JsonArray(SampleOf(document, items, name, depth + 1));
        }

        var types = schema.TryGetProperty("type", out var type) ? type.ToString() : "";
        return Samples.Values.TryGetValue(name, out var known) ? JsonNode.Parse(known)
            : types.Contains("boolean", StringComparison.Ordinal) ? true
            : types.Contains("integer", StringComparison.Ordinal) || types.Contains("number", StringComparison.Ordinal) ? 1
            : types.Contains("object", StringComparison.Ordinal) ? new JsonObject()
            : types.Contains("array", StringComparison.Ordinal) ? new JsonArray()
            : "x";
    }
}

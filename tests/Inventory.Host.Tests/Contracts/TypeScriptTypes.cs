using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace RetailSync.Inventory.Host.Tests.Contracts;

/// <summary>The API's description as TypeScript: its shapes, and for each operation path, query, body and answer. The console is compiled against it.</summary>
internal static partial class TypeScriptTypes
{
    public static string Of(JsonObject document)
    {
        var text = new StringBuilder("// Made from /openapi/v1.json by the test The_console_is_compiled_against_the_API, and approved like it: never edited by hand.\n");
        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject())
        {
            text.Append($"\nexport type {name} = {Type(schema!)};\n");
        }

        text.Append("\n/** Every operation, by method and path. */\nexport interface Operations {\n");
        foreach (var (path, operations) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject().Where(operation => operation.Value is JsonObject parts && parts.ContainsKey("responses")))
            {
                text.Append($"  \"{method.ToUpperInvariant()} {path}\": {{\n");
                text.Append($"    path: {Names(operation!, "path")};\n    query: {Names(operation!, "query")};\n");
                text.Append($"    body: {Type(operation!["requestBody"]?["content"]?["application/json"]?["schema"], "    ")};\n");
                text.Append($"    answer: {Type(Answer(operation!), "    ")};\n  }};\n");
            }
        }

        return text.Append("}\n").ToString();
    }

    /// <summary>The shape of success; <c>undefined</c> where it has none.</summary>
    private static JsonNode? Answer(JsonNode operation) => (
        from response in operation["responses"]!.AsObject()
        where response.Key[0] == '2'
        select response.Value!["content"]?["application/json"]?["schema"]).FirstOrDefault(shape => shape is not null);

    private static string Names(JsonNode operation, string place)
    {
        var names = (
            from parameter in operation["parameters"]?.AsArray() ?? []
            where parameter!["in"]!.GetValue<string>() == place
            select $"\"{parameter["name"]!.GetValue<string>()}\"").ToList();
        return names.Count == 0 ? "never" : string.Join(" | ", names);
    }

    private static string Type(JsonNode? schema, string indent = "")
    {
        if (schema is null)
        {
            return "undefined";
        }

        if (schema["$ref"]?.GetValue<string>() is { } reference)
        {
            return reference[(reference.LastIndexOf('/') + 1)..];
        }

        if (schema["oneOf"] is JsonArray choices)
        {
            return string.Join(" | ", choices.Select(choice => Type(choice, indent)));
        }

        var types = schema["type"] switch
        {
            JsonArray several => several.Select(type => type!.GetValue<string>()).ToList(),
            JsonValue one => [one.GetValue<string>()],
            _ => [],
        };
        return types.Count is 0 or > 4 ? "unknown" : string.Join(" | ", types.Order(StringComparer.Ordinal).Select(type => Single(type, schema, indent)).Distinct());
    }

    private static string Single(string type, JsonNode schema, string indent) => type switch
    {
        "integer" or "number" => "number",
        "array" => schema["items"] is { } items ? $"readonly ({Type(items, indent)})[]" : "readonly unknown[]",
        "object" when schema["properties"] is JsonObject properties => Members(properties, [.. schema["required"]?.AsArray().Select(name => name!.GetValue<string>()) ?? []], indent),
        "object" => $"{{ readonly [name: string]: {(schema["additionalProperties"] is JsonObject values ? Type(values, indent) : "unknown")} }}",
        _ => type,
    };

    private static string Members(JsonObject properties, HashSet<string> required, string indent)
    {
        var text = new StringBuilder("{\n");
        foreach (var (name, shape) in properties)
        {
            var shown = Plain().IsMatch(name) ? name : $"\"{name}\"";
            text.Append($"{indent}  readonly {shown}{(required.Contains(name) ? "" : "?")}: {Type(shape, indent + "  ")};\n");
        }

        return text.Append($"{indent}}}").ToString();
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex Plain();
}

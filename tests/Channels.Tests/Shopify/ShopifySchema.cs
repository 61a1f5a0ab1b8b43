using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using GraphQLParser;
using GraphQLParser.AST;

namespace RetailSync.Channels.Tests.Shopify;

/// <summary>Shopify's own schema, as its introspection returns it: reports what is wrong with a document and its variables.</summary>
internal sealed class ShopifySchema
{
    private readonly Dictionary<string, JsonElement> _types;

    private ShopifySchema(JsonElement schema) => _types = schema.GetProperty("types").EnumerateArray()
        .ToDictionary(type => type.GetProperty("name").GetString()!);

    public static ShopifySchema Read(string path)
    {
        using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        var root = JsonDocument.Parse(file).RootElement.Clone();
        return new ShopifySchema((root.TryGetProperty("data", out var data) ? data : root).GetProperty("__schema"));
    }

    /// <summary>
    /// What 2026-04 changed of it (https://shopify.dev/changelog/finalizing-compare-and-swap-redesign-for-inventory-set-quantities): the newer schema itself is
    /// not at hand.
    /// </summary>
    public ShopifySchema WithChangeFromQuantity()
    {
        var quantity = JsonNode.Parse(_types["InventoryQuantityInput"].GetRawText())!;
        var fields = quantity["inputFields"]!.AsArray();
        fields.Single(field => field!["name"]!.GetValue<string>() == "compareQuantity")!["name"] = "changeFromQuantity";
        _types["InventoryQuantityInput"] = JsonSerializer.SerializeToElement(quantity);
        var input = JsonNode.Parse(_types["InventorySetQuantitiesInput"].GetRawText())!;
        input["inputFields"]!.AsArray().RemoveAll(field => field!["name"]!.GetValue<string>() == "ignoreCompareQuantity");
        _types["InventorySetQuantitiesInput"] = JsonSerializer.SerializeToElement(input);
        return this;
    }

    public IReadOnlyList<string> Mistakes(string document, JsonElement variables)
    {
        var operation = Parser.Parse(document).Definitions.OfType<GraphQLOperationDefinition>().Single();
        var mistakes = new List<string>();
        Look(operation.SelectionSet, operation.Operation == OperationType.Mutation ? "Mutation" : "QueryRoot", mistakes);
        foreach (var variable in operation.Variables ?? Enumerable.Empty<GraphQLVariableDefinition>())
        {
            var name = variable.Variable.Name.StringValue;
            LookAt(variables.TryGetProperty(name, out var value) ? value : null, variable.Type, name, mistakes);
        }

        return mistakes;
    }

    private void Look(GraphQLSelectionSet? selection, string typeName, List<string> mistakes)
    {
        foreach (var node in selection?.Selections ?? [])
        {
            switch (node)
            {
                case GraphQLInlineFragment fragment:
                    Look(fragment.SelectionSet, fragment.TypeCondition!.Type.Name.StringValue, mistakes);
                    break;
                case GraphQLField field:
                    var name = field.Name.StringValue;
                    if (Find(typeName, "fields", name) is not { } known)
                    {
                        mistakes.Add($"{typeName} has no field {name}");
                        break;
                    }

                    var arguments = known.GetProperty("args").EnumerateArray().ToDictionary(argument => argument.GetProperty("name").GetString()!);
                    var given = field.Arguments?.Select(argument => argument.Name.StringValue).ToList() ?? [];
                    mistakes.AddRange(given.Where(argument => !arguments.ContainsKey(argument)).Select(argument => $"{name} has no argument {argument}"));
                    mistakes.AddRange(arguments.Where(argument => IsRequired(argument.Value) && !given.Contains(argument.Key))
                        .Select(argument => $"{name} needs {argument.Key}"));
                    Look(field.SelectionSet, NameOf(known.GetProperty("type")), mistakes);
                    break;
            }
        }
    }

    private void LookAt(JsonElement? value, GraphQLType type, string path, List<string> mistakes)
    {
        switch (type)
        {
            case GraphQLNonNullType required when value is null or { ValueKind: JsonValueKind.Null }:
                mistakes.Add($"{path} is missing");
                break;
            case GraphQLNonNullType required:
                LookAt(value, required.Type, path, mistakes);
                break;
            case GraphQLListType list when value is { ValueKind: JsonValueKind.Array } array:
                foreach (var element in array.EnumerateArray())
                {
                    LookAt(element, list.Type, $"{path}[]", mistakes);
                }

                break;
            case GraphQLNamedType named when value is { ValueKind: not JsonValueKind.Null } given:
                LookAt(given, named.Name.StringValue, path, mistakes);
                break;
        }
    }

    private void LookAt(JsonElement value, string typeName, string path, List<string> mistakes)
    {
        if (!_types.TryGetValue(typeName, out var type) || type.GetProperty("kind").GetString() != "INPUT_OBJECT")
        {
            if (typeName == "Int" && (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out _)))
            {
                mistakes.Add($"{path} is no Int");
            }

            return;
        }

        var fields = type.GetProperty("inputFields").EnumerateArray().ToDictionary(field => field.GetProperty("name").GetString()!);
        mistakes.AddRange(value.EnumerateObject().Where(field => !fields.ContainsKey(field.Name)).Select(field => $"{typeName} has no {field.Name}"));
        mistakes.AddRange(fields.Where(field => IsRequired(field.Value) && !value.TryGetProperty(field.Key, out _))
            .Select(field => $"{typeName} needs {field.Key}"));
        foreach (var field in value.EnumerateObject().Where(field => fields.ContainsKey(field.Name)))
        {
            foreach (var element in field.Value.ValueKind == JsonValueKind.Array ? field.Value.EnumerateArray().ToArray() : [field.Value])
            {
                LookAt(element, NameOf(fields[field.Name].GetProperty("type")), $"{path}.{field.Name}", mistakes);
            }
        }
    }

    private JsonElement? Find(string typeName, string list, string name) =>
        _types.TryGetValue(typeName, out var type) && type.GetProperty(list) is { ValueKind: JsonValueKind.Array } fields
            ? fields.EnumerateArray().Where(field => field.GetProperty("name").GetString() == name).Select(field => (JsonElement?)field).FirstOrDefault()
            : null;

    private static bool IsRequired(JsonElement field) =>
        field.GetProperty("type").GetProperty("kind").GetString() == "NON_NULL" && field.GetProperty("defaultValue").ValueKind == JsonValueKind.Null;

    private static string NameOf(JsonElement type) => type.GetProperty("ofType") is { ValueKind: JsonValueKind.Object } inner
        ? NameOf(inner) : type.GetProperty("name").GetString()!;
}

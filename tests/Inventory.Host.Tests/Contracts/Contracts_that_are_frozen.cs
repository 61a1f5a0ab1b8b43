using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Storage.Migration;
using RetailSync.Testing;

namespace RetailSync.Inventory.Host.Tests.Contracts;

/// <summary>What others rely on. A change here is one that somebody has to have wanted: docs/contracts/README.md says which changes are harmless.</summary>
public sealed partial class Contracts_that_are_frozen(RunningHost host) : IClassFixture<RunningHost>
{
    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Without its texts, which may be worded anew whenever somebody finds better words, and without the address of this host.</summary>
    [Fact]
    public async Task The_API_is_as_approved()
    {
        var document = await Description();

        Approve.Text(document.ToJsonString(Readable) + "\n", "docs/contracts/openapi.json");
    }

    [Fact]
    public async Task The_console_is_compiled_against_the_API() => Approve.Text(TypeScriptTypes.Of(await Description()), "src/Console/api/types.ts");

    [Fact]
    public async Task The_guide_has_every_error_code_and_no_other()
    {
        var document = (await host.Get("/openapi/v1.json")).Ok();
        var described = from path in document.GetProperty("paths").EnumerateObject()
                        from operation in path.Value.EnumerateObject()
                        where operation.Value.ValueKind == JsonValueKind.Object && operation.Value.TryGetProperty("responses", out _)
                        from answer in operation.Value.GetProperty("responses").EnumerateObject()
                        where answer.Name[0] is '4' or '5'
                        from Match code in Code().Matches(answer.Value.Text("description")!)
                        select code.Groups[1].Value;
        var guide = (await File.ReadAllTextAsync(Path.GetFullPath("../../../docs/api.md", Path.GetDirectoryName(ThisFile())!))).Split("\n## Errors")[1];

        Assert.Equal(described.Distinct().Order(StringComparer.Ordinal), Row().Matches(guide).Select(row => row.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_tables_are_as_approved()
    {
        await using var database = await PostgresForTests.CreateDatabase();
        await using var application = Server.Build(["--environment", "Development"], database.ConnectionString);
        await application.Services.GetRequiredService<DatabaseSchema>().Migrate(CancellationToken.None);

        Approve.Text(await SchemaText.Read(database.ConnectionString), "docs/contracts/schema.sql");
    }

    private async Task<JsonObject> Description()
    {
        var document = Plain(JsonNode.Parse((await host.Get("/openapi/v1.json")).Ok().GetRawText()))!.AsObject();
        document.Remove("servers");
        return document;
    }

    /// <param name="node">A part of the document.</param>
    /// <param name="isNamed">Its parts are paths or schemas, which come in the order of classes.</param>
    private static JsonNode? Plain(JsonNode? node, bool isNamed = false) => node switch
    {
        JsonObject parts => new JsonObject(
            from part in parts.OrderBy(part => isNamed ? part.Key : "", StringComparer.Ordinal)
            where !(part.Key is "description" or "summary" && part.Value is JsonValue)
            select KeyValuePair.Create(part.Key, Plain(part.Value, part.Key is "paths" or "schemas"))),
        JsonArray items => new JsonArray([.. items.Select(item => Plain(item))]),
        _ => node?.DeepClone(),
    };

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex("`([a-z-]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("^\\| `([a-z-]+)` \\| [45]", RegexOptions.Multiline)]
    private static partial Regex Row();
}

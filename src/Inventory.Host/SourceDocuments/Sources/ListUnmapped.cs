using System.Data;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.SourceDocuments.Sources;

/// <param name="Kind"><c>location</c> or <c>sku</c>.</param>
/// <param name="ExternalId">What the source writes.</param>
/// <param name="Lines">How many lines wait for it.</param>
public sealed record UnmappedName(string Kind, [property: JsonPropertyName("theirs")] string ExternalId, long Lines);

public static class ListUnmapped
{
    [WolverineGet("/v1/sources/{source}/unmapped")]
    [Authorize(Roles = $"{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("Names that a source's lines wait for", "Each location and article that is neither mapped nor known here, once, with how many lines wait for "
        + "it.",
        Query = ["limit: 1 to 1,000, default 100", "after: `next` of the page before"],
        Problems = ["400 invalid-request"])]
    public static async Task<Ok<Page<UnmappedName>>> Get(HttpContext http, [NotBody] NpgsqlDataSource database)
    {
        var source = PutSource.SourceOf(http);
        var query = new QueryText(http.Request, "limit", "after");
        var limit = query.Limit();
        await using var command = database.CreateCommand(
            $"""
             select waits_for, count(*) as lines from {OperationsTables.Quarantine}
             where source = $1 and state = '{QuarantineStore.Open}' and waits_for is not null and waits_for > $2
             group by waits_for order by waits_for limit $3
             """);
        command.Parameters.AddWithValue(source);
        command.Parameters.AddWithValue(query.Text("after") ?? "");
        command.Parameters.AddWithValue(limit + 1);
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        List<UnmappedName> rows = [];
        while (await reader.ReadAsync(http.RequestAborted))
        {
            var parts = reader.GetString("waits_for").Split(':', 2);
            rows.Add(new UnmappedName(parts[0], parts[1], reader.GetInt64("lines")));
        }

        return TypedResults.Ok(Page<UnmappedName>.Of(rows, limit, row => $"{row.Kind}:{row.ExternalId}"));
    }
}

using System.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Quarantine;

/// <param name="Lines">How many there are.</param>
/// <param name="Oldest">When the first of them was rejected.</param>
/// <param name="Newest">When the last of them was rejected.</param>
public sealed record QuarantineGroup(string Code, string Source, long Lines, Instant Oldest, Instant Newest);

/// <param name="Lines">All of them, also those of groups beyond the first 1,000.</param>
/// <param name="Groups">By code and source, the largest first.</param>
public sealed record QuarantineSummary(long Lines, IReadOnlyList<QuarantineGroup> Groups);

public static class SummariseQuarantine
{
    private const int MostGroups = 1_000;

    [WolverineGet("/v1/quarantine/summary")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Rejected lines by code and source", "How many of each wait, and since when.",
        Query = ["state: `open` (default), `replayed` or `dismissed`"], Problems = ["400 invalid-request"])]
    public static async Task<Ok<QuarantineSummary>> Get(HttpContext http, [NotBody] NpgsqlDataSource database)
    {
        var query = new QueryText(http.Request, "state");
        var state = query.Choice("state", QuarantineStore.Open, QuarantineStore.Replayed, QuarantineStore.Dismissed) ?? QuarantineStore.Open;
        await using var command = database.CreateCommand(
            $"""
             select code, source, count(*) as lines, min(at) as oldest, max(at) as newest, sum(count(*)) over ()::bigint as lines_of_all
             from {OperationsTables.Quarantine} where state = '{state}' group by code, source order by lines desc, code, source limit {MostGroups}
             """);
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        var (lines, groups) = (0L, new List<QuarantineGroup>());
        while (await reader.ReadAsync(http.RequestAborted))
        {
            lines = reader.GetInt64("lines_of_all");
            groups.Add(new QuarantineGroup(
                reader.GetString("code"), reader.GetString("source"), reader.GetInt64("lines"), reader.GetFieldValue<Instant>("oldest"),
                reader.GetFieldValue<Instant>("newest")));
        }

        return TypedResults.Ok(new QuarantineSummary(lines, groups));
    }
}

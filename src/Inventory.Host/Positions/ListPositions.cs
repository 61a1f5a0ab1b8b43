using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Positions.Search;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Positions;

public static class ListPositions
{
    [WolverineGet("/v1/positions")]
    [Authorize(Roles = $"{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("List positions",
        "By SKU, then location. A store sees its own. With `q`, `group`, `state`, `sort` or `count` it is a search in memory, by SKU without regard to case.",
        Query =
        [
            "sku: of this SKU only", "location: at this location only", PositionFilter.DescribesQ, PositionFilter.DescribesGroup, PositionFilter.DescribesState,
            PositionSort.Describes, "limit: 1 to 1,000, default 100", "count: the same as `limit`, of a search", "after: `next` of the page before",
        ],
        Problems = ["400 invalid-request", "429 too-many-scans", "503 not-in-memory", "503 not-yet-seen"])]
    public static async Task<Ok<Page<PositionAnswer>>> Get(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] PlanCache planning, [NotBody] ShowAllocations allocations, [NotBody] SkuNames names,
        [NotBody] SearchPositions search, [NotBody] IClock clock)
    {
        if (SearchRequest.Own.Any(http.Request.Query.ContainsKey))
        {
            var found = await search.Page(http, SearchRequest.Of(http.Request.Query, Caller.Of(http)));
            return TypedResults.Ok(found with { Items = await allocations.Of(found.Items, http.RequestAborted) });
        }

        var (selection, limit) = Request(http.Request.Query, Caller.Of(http));
        selection = selection with { Sku = selection.Sku is { } named ? await names.Meant(named, http.RequestAborted) : null };
        var asOf = clock.GetCurrentInstant();
        await using var command = database.CreateCommand();
        command.Parameters.AddWithValue(asOf);
        command.CommandText = $"select {PositionAnswer.Columns} from {PositionAnswer.Source} {selection.Clauses(command.Parameters)}";
        List<PositionAnswer> rows = [];
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        while (await reader.ReadAsync(http.RequestAborted))
        {
            rows.Add(PositionAnswer.Read(reader, asOf, planning.At(asOf)));
        }

        var page = Page<PositionAnswer>.Of(rows, limit, PositionAnswer.KeyOf);
        return TypedResults.Ok(page with { Items = await allocations.Of(page.Items, http.RequestAborted) });
    }

    /// <returns>Which rows are read, one more than a page has.</returns>
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>; 403: a location that the caller may not see.</exception>
    internal static (PositionSelection Selection, int Limit) Request(IQueryCollection parameters, Caller caller)
    {
        var query = new QueryText(parameters, "sku", "location", "limit", "after");
        var limit = query.Limit();
        var selection = new PositionSelection(query.Sku("sku"), query.Location("location"), PositionSelection.ReadAfter(query), limit + 1);
        if (selection.Location is { } location)
        {
            caller.RequireToSee(location);
            return (selection, limit);
        }

        return (caller.SeesAll ? selection : selection with { AmongLocations = [.. caller.Locations] }, limit);
    }
}

using Microsoft.AspNetCore.Authorization;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Positions;

public static class ListPositions
{
    [WolverineGet("/v1/positions")]
    [Authorize(Roles = $"{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("List positions", "By SKU, then location. A store sees its own.", Answer = typeof(Page<PositionAnswer>),
        Query = ["sku: of this SKU only", "location: at this location only", "limit: 1 to 1,000, default 100", "after: `next` of the page before"],
        Problems = ["400 invalid-request", "503 not-yet-seen"])]
    public static async Task<IResult> Get(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] PlanCache planning, [NotBody] ShowAllocations allocations, [NotBody] IClock clock)
    {
        var caller = Caller.Of(http);
        var query = new QueryText(http.Request, "sku", "location", "limit", "after");
        var (sku, location, limit, after) = (query.Sku("sku"), query.Location("location"), query.Limit(), After(query.Text("after")));
        if (location is { } asked)
        {
            caller.RequireToSee(asked);
        }

        await using var command = database.CreateCommand();
        var asOf = clock.GetCurrentInstant();
        command.Parameters.AddWithValue(asOf);
        List<string> conditions = ["true"];
        if (sku is { } wanted)
        {
            Where("position.sku = ", wanted.Value);
        }

        if (location is { } there)
        {
            Where("position.location = ", there.Value);
        }
        else if (!caller.SeesAll)
        {
            conditions.Add($"position.location = any({Parameter(caller.Locations.ToArray())})");
        }

        if (after is { } last)
        {
            conditions.Add($"(position.sku, position.location) > ({Parameter(last.Sku.Value)}, {Parameter(last.Location.Value)})");
        }

        command.CommandText = $"""
            select {PositionAnswer.Columns} from {PositionAnswer.Source}
            where {string.Join(" and ", conditions)} order by position.sku, position.location limit {Parameter(limit + 1)}
            """;
        List<PositionAnswer> rows = [];
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        while (await reader.ReadAsync(http.RequestAborted))
        {
            rows.Add(PositionAnswer.Read(reader, asOf, planning.At(asOf)));
        }

        var page = Page<PositionAnswer>.Of(rows, limit, PositionAnswer.KeyOf);
        return Results.Json(page with { Items = await allocations.Of(page.Items, http.RequestAborted) });

        void Where(string condition, string value) => conditions.Add(condition + Parameter(value));

        string Parameter(object value)
        {
            command.Parameters.AddWithValue(value);
            return FormattableString.Invariant($"${command.Parameters.Count}");
        }
    }

    private static PositionKey? After(string? after)
    {
        try
        {
            return after is null ? null : PositionKey.Parse(after);
        }
        catch (FormatException)
        {
            throw ApiProblemException.Invalid(new FieldRefusal("after", "must be 'next' of the page before"));
        }
    }
}

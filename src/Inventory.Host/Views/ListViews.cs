using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Views;

public static class ListViews
{
    [WolverineGet("/v1/views")]
    [Authorize(Roles = $"{Role.Channel},{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("List saved views", "Your own, and shared ones for roles that see everything, by id.",
        Query = ["page: of this page only", "limit: 1 to 1,000, default 100", "after: `next` of the page before"], Problems = ["400 invalid-request"])]
    public static async Task<Ok<Page<SavedView>>> Get(HttpContext http, [NotBody] NpgsqlDataSource database)
    {
        var query = new QueryText(http.Request, "page", "limit", "after");
        var (caller, limit) = (Caller.Of(http), query.Limit());
        await using var command = database.CreateCommand(
            $"""
             select {SavedView.Columns} from {OperationsTables.Views} where {SavedView.Seen} and ($3 = '' or page = $3) and id > $4 order by id limit $5
             """);
        command.Parameters.AddWithValue(caller.Name);
        command.Parameters.AddWithValue(caller.SeesAll);
        command.Parameters.AddWithValue(query.Text("page") ?? "");
        command.Parameters.AddWithValue(query.Text("after") ?? "");
        command.Parameters.AddWithValue(limit + 1);
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        List<SavedView> views = [];
        while (await reader.ReadAsync(http.RequestAborted))
        {
            views.Add(SavedView.Read(reader));
        }

        return TypedResults.Ok(Page<SavedView>.Of(views, limit, view => view.Id));
    }
}

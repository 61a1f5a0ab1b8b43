using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Views;

public static class GetView
{
    [WolverineGet("/v1/views/{id}")]
    [Authorize(Roles = $"{Role.Channel},{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A saved view", "Your own, or a shared one for roles that see everything.", Problems = ["304", "400 invalid-request", "404 unknown-view"])]
    public static async Task<Results<Ok<SavedView>, StatusCodeHttpResult>> Get(HttpContext http, [NotBody] NpgsqlDataSource database)
    {
        _ = new QueryText(http.Request);
        var view = await SavedView.Find(database, http);
        return EntityTag.IsKnown(http, view.Version.ToString(CultureInfo.InvariantCulture))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(view);
    }
}

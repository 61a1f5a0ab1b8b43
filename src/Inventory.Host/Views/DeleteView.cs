using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Views;

public static class DeleteView
{
    [WolverineDelete("/v1/views/{id}")]
    [Authorize(Roles = $"{Role.Channel},{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("Delete a saved view", "Your own. `If-Match` guards against deleting what has changed.",
        Problems = ["400 invalid-request", "404 unknown-view", "412 precondition-failed"])]
    public static async Task<NoContent> Delete(HttpContext http, [NotBody] NpgsqlDataSource database)
    {
        _ = new QueryText(http.Request);
        var view = await SavedView.Find(database, http);
        if (view.Owner != Caller.Of(http).Name)
        {
            throw ApiProblemException.Forbidden();
        }

        EntityTag.RequireMatch(http, view.Version.ToString(CultureInfo.InvariantCulture));
        await using var command = database.CreateCommand($"delete from {OperationsTables.Views} where id = $1 and owner = $2 and version = $3");
        command.Parameters.AddWithValue(view.Id);
        command.Parameters.AddWithValue(view.Owner);
        command.Parameters.AddWithValue(view.Version);
        return await command.ExecuteNonQueryAsync(http.RequestAborted) == 1 ? TypedResults.NoContent() : throw ApiProblemException.PreconditionFailed();
    }
}

using System.Data;
using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Views;

/// <param name="Page">The path of the page: `/console`, or below it.</param>
/// <param name="Query">Its query without the question mark; none when left out.</param>
/// <param name="Title">What people call it: 1 to 200 characters.</param>
/// <param name="Shared">Whether others see it too; false when left out.</param>
public sealed record ViewBody(string Page, string? Query, string Title, bool? Shared);

public static class PutView
{
    private const string Console = "/console";
    private const int LongestPage = 500;
    private const int LongestQuery = 4_000;
    private const int LongestTitle = 200;

    /// <summary>The owner's, or a new one. No row is affected where the view is somebody else's.</summary>
    private const string Upsert =
        $"""
         insert into {OperationsTables.Views} as known (id, page, query, title, owner, shared, version, updated_at)
         values ($1, $2, $3, $4, $5, $6, 1, $7)
         on conflict (id) do update set page = excluded.page, query = excluded.query, title = excluded.title, shared = excluded.shared,
           version = known.version + 1, updated_at = excluded.updated_at
         where known.owner = excluded.owner
         returning {SavedView.Columns}
         """;

    private const string Update =
        $"""
         update {OperationsTables.Views} set page = $2, query = $3, title = $4, shared = $6, version = version + 1, updated_at = $7
         where id = $1 and owner = $5 and version = $8
         returning {SavedView.Columns}
         """;

    [WolverinePut("/v1/views/{id}")]
    [Authorize(Roles = $"{Role.Channel},{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("Save a view", "Creates or replaces your own; `If-Match` guards against a lost update. You may have 200.",
        Body = typeof(ViewBody),
        Problems = ["400 invalid-request", "409 too-many-views", "412 precondition-failed", "415 unsupported-media-type"])]
    public static async Task<Ok<SavedView>> Put(HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] IClock clock)
    {
        var id = SavedView.IdOf(http);
        _ = new QueryText(http.Request);
        var fields = new Fields("page", "query", "title", "shared");
        await RequestBody.ReadInto(fields, http.Request);
        var view = Read(fields, id, Caller.Of(http).Name);

        var (owner, version, views) = await State(database, id, view.Owner, http.RequestAborted);
        if (owner is not null && owner != view.Owner)
        {
            throw ApiProblemException.Forbidden();
        }

        EntityTag.RequireMatch(http, version?.ToString(CultureInfo.InvariantCulture));
        if (version is null && views >= SavedView.MostOfOwner)
        {
            throw ApiProblemException.Conflict("too-many-views", $"You have {SavedView.MostOfOwner} views: delete one first.");
        }

        var isConditional = http.Request.Headers.IfMatch.Count > 0;
        await using var command = database.CreateCommand(isConditional ? Update : Upsert);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(view.Page);
        command.Parameters.AddWithValue(view.Query);
        command.Parameters.AddWithValue(view.Title);
        command.Parameters.AddWithValue(view.Owner);
        command.Parameters.AddWithValue(view.Shared);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        if (isConditional)
        {
            command.Parameters.AddWithValue(version!.Value);
        }

        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        if (!await reader.ReadAsync(http.RequestAborted))
        {
            // Somebody else was quicker: with another version, or with a view of this id.
            throw isConditional ? ApiProblemException.PreconditionFailed() : ApiProblemException.Forbidden();
        }

        var saved = SavedView.Read(reader);
        http.Response.Headers.ETag = $"\"{saved.Version}\"";
        return TypedResults.Ok(saved);
    }

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    internal static SavedView Read(Fields fields, string id, string owner)
    {
        var (page, query, title) = (fields.Text("page", required: true) ?? "", fields.Text("query") ?? "", fields.Words("title", required: true) ?? "");
        if (page.Length > LongestPage || page.AsSpan().IndexOfAny('?', '#', '\\') >= 0
            || !(page == Console || page.StartsWith($"{Console}/", StringComparison.Ordinal)))
        {
            fields.Refuse("page", $"must be the path of a page of the console, such as {Console}/stock, of at most {LongestPage} characters");
        }

        if (query.Length > LongestQuery)
        {
            fields.Refuse("query", $"must be at most {LongestQuery} characters");
        }

        if (title.Length > LongestTitle)
        {
            fields.Refuse("title", $"must be at most {LongestTitle} characters");
        }

        var shared = fields.Boolean("shared") ?? false;
        fields.ThrowIfRefused();
        return new SavedView(id, page, query, title, owner, shared, 0, Instant.MinValue);
    }

    private static async Task<(string? Owner, long? Version, long Views)> State(
        NpgsqlDataSource database, string id, string owner, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select view.owner, view.version, (select count(*) from {OperationsTables.Views} where owner = $2) as views
             from (select 1) as one left join {OperationsTables.Views} as view on view.id = $1
             """);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(owner);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.TextOrNull("owner"), reader.ValueOrNull<long>("version"), reader.GetInt64("views"));
    }
}

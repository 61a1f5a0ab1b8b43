using System.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Operations;

/// <summary>Something that a person or a key did beside what events record themselves.</summary>
/// <param name="Id">Its id; those of later ones are larger.</param>
/// <param name="At">When it was asked for.</param>
/// <param name="By">Who: the key's name or the token's <c>sub</c>.</param>
/// <param name="Method">POST, PUT or DELETE.</param>
/// <param name="Path">Of the request, with its query, as it was sent; at most 2,000 characters.</param>
/// <param name="Status">The HTTP status of the answer; null when there was none, because the host stopped meanwhile.</param>
public sealed record Activity(Guid Id, Instant At, string By, string Role, string Method, string Path, string CorrelationId, int? Status);

/// <summary>
/// Who changed settings, approved, paused, replayed, mapped or repaired something. A row is written before anything is done, so that nothing can be done
/// without one; bodies are not kept, since they may have secrets. What records events (movements, holds, orders) has its <see cref="Provenance"/> there and is
/// marked <see cref="DescribesAttribute.RecordsEvents"/>.
/// </summary>
public sealed class ActivityLog(NpgsqlDataSource database, IClock clock)
{
    private const int MaxPathLength = 2_000;

    /// <summary>Whether a request is to be logged.</summary>
    public static bool Covers(HttpContext http) =>
        !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method)
        && http.User.Identity?.IsAuthenticated == true && http.GetEndpoint()?.Metadata.GetMetadata<DescribesAttribute>() is { RecordsEvents: false };

    /// <summary>
    /// Writes what is about to be done. Without the database nothing can be done either, and a request that is wrong can still be answered as such.
    /// </summary>
    public async Task Begin(Guid id, HttpContext http)
    {
        try
        {
            await Put(id, http, status: null, http.RequestAborted);
        }
        catch (NpgsqlException)
        {
            // End writes the row, should the database be back by then.
        }
    }

    public Task End(Guid id, HttpContext http) => Put(id, http, http.Response.StatusCode, CancellationToken.None);

    private async Task Put(Guid id, HttpContext http, int? status, CancellationToken cancellation)
    {
        var path = $"{http.Request.Path.ToUriComponent()}{http.Request.QueryString.ToUriComponent()}";
        await using var command = database.CreateCommand(
            $"""
             insert into {OperationsTables.Activities} (id, at, by, method, path, correlation_id, status) values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (id) do update set status = excluded.status
             """);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        command.Parameters.AddWithValue(Caller.Of(http).Actor.ToString());
        command.Parameters.AddWithValue(http.Request.Method);
        command.Parameters.AddWithValue(path.Length > MaxPathLength ? path[..MaxPathLength] : path);
        command.Parameters.AddWithValue(http.CorrelationId());
        command.Parameters.Add(SqlValue.OrNull(status));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Newest first.</summary>
    /// <param name="by">Of this key or subject only; null for all.</param>
    /// <param name="before">Older than this one; null for the newest.</param>
    /// <param name="limit">At most so many.</param>
    public async Task<List<Activity>> List(string? by, Guid? before, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select id, at, by, method, path, correlation_id, status from {OperationsTables.Activities}
             where ($1::text is null or substring(by from position(':' in by) + 1) = $1) and ($2::uuid is null or id < $2) order by id desc limit $3
             """);
        command.Parameters.Add(SqlValue.OrNull(by));
        command.Parameters.Add(SqlValue.OrNull(before));
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<Activity> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            var actor = Actor.Parse(reader.GetString("by"))!;
            rows.Add(new Activity(
                reader.GetGuid("id"), reader.GetFieldValue<Instant>("at"), actor.Name, actor.Role, reader.GetString("method"),
                reader.GetString("path"), reader.GetString("correlation_id"),
                reader.ValueOrNull<int>("status")));
        }

        return rows;
    }
}

public static class ActivityEndpoint
{
    /// <summary>After authorization: what is refused there has done nothing.</summary>
    public static IApplicationBuilder UseActivityLog(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (ActivityLog.Covers(http))
        {
            var activities = http.RequestServices.GetRequiredService<ActivityLog>();
            var id = Guid.CreateVersion7();
            await activities.Begin(id, http);
            http.Response.OnCompleted(() => activities.End(id, http)); // also of a problem, which is written further out
        }

        await next(http);
    });

    [WolverineGet("/v1/audit/activity")]
    [Authorize(Roles = $"{Role.Finance},{Role.Ops}")]
    [Describes("Who did what", "Settings, approvals, pauses, replays, mappings and repairs, newest first; an action that records events has its actor in these.",
        Query = ["by: of this key or subject only", "limit: 1 to 1,000, default 100", "after: `next` of the page before"], Problems = ["400 invalid-request"])]
    public static async Task<Ok<Page<Activity>>> Get(HttpContext http, [NotBody] ActivityLog activities)
    {
        var query = new QueryText(http.Request, "by", "limit", "after");
        var limit = query.Limit();
        string? by = query.Text("by") is not { } name ? null
            : Identifier.TryParse(name, out var trimmed) ? trimmed
            : throw ApiProblemException.Invalid(new FieldRefusal("by", "must be 1 to 128 printable characters"));
        Guid? after = query.Text("after") is not { } text ? null
            : Guid.TryParse(text, out var id) ? id
            : throw ApiProblemException.Invalid(new FieldRefusal("after", "must be `next` of the page before"));
        var rows = await activities.List(by, after, limit + 1, http.RequestAborted);
        return TypedResults.Ok(Page<Activity>.Of(rows, limit, row => row.Id.ToString()));
    }
}

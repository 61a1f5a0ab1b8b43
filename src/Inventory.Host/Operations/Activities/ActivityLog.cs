using System.Data;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Operations.Activities;

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
/// without one, and completed before the answer ends; bodies are not kept, since they may have secrets, but what an operation notes
/// (<see cref="ActionNote"/>) is. What records events (movements, holds, orders) has its <see cref="Provenance"/> there and is
/// marked <see cref="DescribesAttribute.RecordsEvents"/>.
/// </summary>
public sealed class ActivityLog(NpgsqlDataSource database, IClock clock, IOptions<JsonOptions> json)
{
    private const int MaxPathLength = 2_000;

    /// <summary>Characters of JSON that are kept of what was there before, and of what is there since.</summary>
    private const int MaxNoteLength = 16_384;

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
            await Put(id, http, Caller.Of(http).Actor, PathOf(http), status: null, http.RequestAborted);
        }
        catch (NpgsqlException)
        {
            // End writes the row, should the database be back by then.
        }
    }

    /// <summary>Completes the row. What was done is done: should the database be away by now, the row stays as it was begun.</summary>
    public async Task End(Guid id, HttpContext http)
    {
        try
        {
            await Put(id, http, Caller.Of(http).Actor, PathOf(http), http.Response.StatusCode, CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // Its status stays null, as of a host that has stopped meanwhile.
        }
    }

    /// <summary>Writes that somebody has signed in, whom the request itself does not name. Its query may have secrets of an identity provider.</summary>
    public Task SignedIn(HttpContext http, Caller caller) =>
        Put(Guid.CreateVersion7(), http, caller.Actor, http.Request.Path.ToUriComponent(), StatusCodes.Status200OK, http.RequestAborted, "console-sign-in");

    private static string PathOf(HttpContext http) => $"{http.Request.Path.ToUriComponent()}{http.Request.QueryString.ToUriComponent()}";

    private async Task Put(Guid id, HttpContext http, Actor by, string path, int? status, CancellationToken cancellation, string? kind = null)
    {
        var address = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern;
        var note = status < StatusCodes.Status400BadRequest ? http.Features.Get<ActionNote>() : null;
        await using var command = database.CreateCommand(
            $"""
             insert into {OperationsTables.Activities} (id, at, by, method, path, correlation_id, status, kind, subject, reason, before, after)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             on conflict (id) do update set status = excluded.status, reason = excluded.reason, before = excluded.before, after = excluded.after
             """);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        command.Parameters.AddWithValue(by.ToString());
        command.Parameters.AddWithValue(http.Request.Method);
        command.Parameters.AddWithValue(path.Length > MaxPathLength ? path[..MaxPathLength] : path);
        command.Parameters.AddWithValue(http.CorrelationId());
        command.Parameters.Add(SqlValue.OrNull(status));
        command.Parameters.Add(SqlValue.OrNull(kind ?? (address is null ? null : ActionKind.Of(http.Request.Method, address))));
        command.Parameters.Add(SqlValue.OrNull(address is null || kind is not null ? null : ActionKind.Subject(http, address)));
        command.Parameters.Add(SqlValue.OrNull(note?.Reason));
        command.Parameters.Add(Bounded(note?.Before));
        command.Parameters.Add(Bounded(note?.After));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private NpgsqlParameter Bounded(object? shown)
    {
        var text = shown is null ? null : JsonSerializer.Serialize(shown, shown.GetType(), json.Value.SerializerOptions);
        return new NpgsqlParameter
        {
            NpgsqlDbType = NpgsqlDbType.Jsonb,
            Value = text is null ? DBNull.Value : text.Length <= MaxNoteLength ? text : $$"""{"omitted":"more than {{MaxNoteLength}} characters"}""",
        };
    }

    /// <summary>What was done, newest first, one more than the limit.</summary>
    internal async Task<List<ActionAnswer>> Actions(ActionsRequest request, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select id, at, by, kind, subject, reason, before, after, correlation_id, status from {OperationsTables.Activities}
             where (status is null or status < {StatusCodes.Status400BadRequest})
               and ($1::text is null or substring(by from position(':' in by) + 1) = $1) and ($2::text is null or kind = $2 or starts_with(kind, $2 || '-'))
               and at >= $3 and at < $4 and (at, id) < ($5, $6)
             order by at desc, id desc limit $7
             """);
        command.Parameters.Add(SqlValue.OrNull(request.By));
        command.Parameters.Add(SqlValue.OrNull(request.Kind));
        command.Parameters.AddWithValue(request.From ?? Instant.FromUtc(1, 1, 1, 0, 0));
        command.Parameters.AddWithValue(request.To ?? Instant.FromUtc(9999, 12, 31, 0, 0));
        command.Parameters.AddWithValue(request.After?.At ?? Instant.FromUtc(9999, 12, 31, 0, 0));
        command.Parameters.AddWithValue(request.After?.Id ?? Guid.Empty);
        command.Parameters.AddWithValue(request.Limit + 1);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<ActionAnswer> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            var actor = Actor.Parse(reader.GetString("by"))!;
            rows.Add(new ActionAnswer(
                reader.GetGuid("id"), reader.GetFieldValue<Instant>("at"), actor.Name, actor.Role, reader.TextOrNull("kind"), reader.TextOrNull("subject"),
                reader.TextOrNull("reason"), Shown(reader.TextOrNull("before")), Shown(reader.TextOrNull("after")), reader.GetString("correlation_id"),
                reader.ValueOrNull<int>("status")));
        }

        return rows;
    }

    private static JsonElement? Shown(string? text)
    {
        if (text is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
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
        if (!ActivityLog.Covers(http))
        {
            await next(http);
            return;
        }

        var (activities, id) = (http.RequestServices.GetRequiredService<ActivityLog>(), Guid.CreateVersion7());
        await activities.Begin(id, http);
        try
        {
            await next(http);
        }
        catch
        {
            http.Response.OnCompleted(() => activities.End(id, http)); // the problem is written further out
            throw;
        }

        // The answer ends after this, so whoever has it finds the row.
        await activities.End(id, http);
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

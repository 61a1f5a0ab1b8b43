using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Npgsql;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.EventLog;

/// <summary>
/// <c>?minSequence=N</c> on any request, some of which read by POST: it is answered only once this host's reads include event N, which another host may have
/// committed a moment ago. Waits up to a second.
/// </summary>
public sealed class ReadYourWrites(NpgsqlDataSource database, DatabaseWatch watch, TimeProvider time)
{
    public const string Parameter = QueryText.MinSequence;

    private static readonly TimeSpan SeenTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <exception cref="ApiProblemException">503 <c>not-yet-seen</c>, or 400 when it is not a sequence.</exception>
    public async Task Wait(HttpContext http)
    {
        if (!http.Request.Query.TryGetValue(Parameter, out var text))
        {
            return;
        }

        if (!long.TryParse(text.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted))
        {
            throw ApiProblemException.Invalid(new FieldRefusal(Parameter, "must be a sequence: a whole number, 0 or more"));
        }

        var wait = new SeenWait(time, SeenTimeout, Pause);
        while (await watch.WhileAnswering(NewestSequence(http.RequestAborted)) < wanted)
        {
            if (!await wait.Pause(http.RequestAborted))
            {
                throw NotYetSeen($"Event {wanted} is not visible on this host yet.");
            }
        }
    }

    public static ApiProblemException NotYetSeen(string detail) =>
        new(StatusCodes.Status503ServiceUnavailable, "not-yet-seen", detail) { RetryAfterSeconds = 1 };

    /// <summary>The newest event in the store; 0 when there is none.</summary>
    public async Task<long> NewestSequence(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select coalesce(max(seq_id), 0) from {Projections.InventorySchema.Name}.mt_events");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}

public static class ReadYourWritesPipeline
{
    /// <summary>
    /// After authorization, and for those only who may read what they ask for: nobody without a role, and nobody who asks about another's channel or location,
    /// can make the host wait. Whose a reservation is, is known only once it is read.
    /// </summary>
    public static IApplicationBuilder UseReadYourWrites(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (http.GetEndpoint()?.Metadata is { } endpoint && http.Request.Query.ContainsKey(ReadYourWrites.Parameter))
        {
            if (endpoint.GetMetadata<IAllowAnonymous>() is not null || endpoint.GetMetadata<IAuthorizeData>()?.Roles is not { } roles)
            {
                throw ApiProblemException.Invalid(new FieldRefusal(ReadYourWrites.Parameter, "is not a known parameter"));
            }

            if (!IsAnothers(http, Caller.Of(http), roles))
            {
                await http.RequestServices.GetRequiredService<ReadYourWrites>().Wait(http);
            }
        }

        await next(http);
    });

    /// <summary>
    /// Whether the address names a channel or a location that is not the caller's, where the endpoint is for channels or stores; it then says so itself.
    /// </summary>
    private static bool IsAnothers(HttpContext http, Caller caller, string roles)
    {
        return !caller.SeesAll
            && ((roles.Contains(Role.Channel, StringComparison.Ordinal) && Named("channel", "/v1/channels") is { } channel
                && !caller.Channels.Contains(channel))
                || (roles.Contains(Role.Store, StringComparison.Ordinal) && Named("location", "/v1/locations") is { } location
                    && !caller.Locations.Contains(location)));

        string? Named(string parameter, string path) =>
            http.GetRouteValue(parameter) as string
            ?? (http.Request.Path.StartsWithSegments(path, StringComparison.Ordinal) ? http.GetRouteValue("id") as string : null)
            ?? (http.Request.Query.TryGetValue(parameter, out var sent) ? sent.ToString() : null);
    }
}

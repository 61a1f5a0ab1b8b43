using System.Globalization;
using Npgsql;
using RetailSync.Inventory.Host.Operations;

namespace RetailSync.Inventory.Host.Door;

/// <summary>
/// <c>?minSequence=N</c> on any request, some of which read by POST: it is answered only once this host can see event N, which another host may have
/// committed a moment ago. Waits up to a second.
/// </summary>
public sealed class ReadYourWrites(NpgsqlDataSource database, DatabaseWatch watch, TimeProvider time)
{
    public const string Parameter = "minSequence";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <exception cref="RequestRefused">503 <c>not-yet-seen</c>, or 400 when it is not a sequence.</exception>
    public async Task Wait(HttpContext http)
    {
        if (!http.Request.Query.TryGetValue(Parameter, out var text))
        {
            return;
        }

        if (!long.TryParse(text.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted))
        {
            throw RequestRefused.Invalid(new FieldRefusal(Parameter, "must be a sequence: a whole number, 0 or more"));
        }

        var started = time.GetTimestamp();
        while (await watch.WhileAnswering(NewestSequence(http.RequestAborted)) < wanted)
        {
            if (time.GetElapsedTime(started) > Patience)
            {
                throw new RequestRefused(StatusCodes.Status503ServiceUnavailable, "not-yet-seen", $"Event {wanted} has not been seen here yet.") { RetryAfterSeconds = 1 };
            }

            await Task.Delay(Pause, time, http.RequestAborted);
        }
    }

    /// <summary>The newest event in the store; 0 when there is none.</summary>
    public async Task<long> NewestSequence(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select coalesce(max(seq_id), 0) from {Projections.Projections.Schema}.mt_events");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}

public static class ReadYourWritesPipeline
{
    /// <summary>After authorization, so that only who may read can make the host wait.</summary>
    public static IApplicationBuilder UseReadYourWrites(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (http.GetEndpoint() is not null)
        {
            await http.RequestServices.GetRequiredService<ReadYourWrites>().Wait(http);
        }

        await next(http);
    });
}

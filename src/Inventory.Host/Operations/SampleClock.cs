using Microsoft.AspNetCore.Authorization;
using NodaTime;
using NodaTime.Text;
using Npgsql;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Operations;

/// <summary>The sample that <c>./run</c> loads; section <c>Sample</c> of the configuration.</summary>
[Section("Sample")]
public sealed class SampleOptions
{
    /// <summary>
    /// The instant in the past at which the host's clock begins, so that the sample is recorded over several days: see decision 232. Development only; without
    /// effect on a database that has an event.
    /// </summary>
    public string? ClockFrom { get; init; }
}

/// <summary>
/// A clock that is behind while the first sample is loaded, so that history has times of recording of its own. It only moves forward, never beyond the present,
/// and is the present for good once it has arrived there, after <see cref="LongestLoad"/>, or after a restart. For many threads.
/// </summary>
/// <param name="present">The clock that it ends at.</param>
/// <param name="time">Measures how long the load takes.</param>
public sealed class SampleClock(IClock present, TimeProvider time, Instant from) : IClock
{
    /// <summary>The request header of the loader: the instant to which the clock moves before the request is handled.</summary>
    public const string Header = "X-RetailSync-Sample-Clock";

    /// <summary>Then the clock is that of the present, whatever was loaded by then.</summary>
    public static readonly TimeSpan LongestLoad = TimeSpan.FromMinutes(5);

    private readonly long _started = time.GetTimestamp();
    private long _behind = Math.Max(0, (present.GetCurrentInstant() - from).BclCompatibleTicks);

    /// <summary>Whether the clock is behind the present.</summary>
    public bool IsBehind => Interlocked.Read(ref _behind) > 0 && time.GetElapsedTime(_started) < LongestLoad;

    public Instant GetCurrentInstant() =>
        present.GetCurrentInstant() - (IsBehind ? Duration.FromTicks(Interlocked.Read(ref _behind)) : Duration.Zero);

    /// <summary>Moves the clock forward to that instant; an earlier one changes nothing, and one that is not in the past ends the load.</summary>
    public void MoveTo(Instant to)
    {
        var behind = Math.Max(0, (present.GetCurrentInstant() - to).BclCompatibleTicks);
        for (var current = Interlocked.Read(ref _behind); behind < current;)
        {
            var seen = Interlocked.CompareExchange(ref _behind, behind, current);
            current = seen == current ? behind : seen;
        }
    }

    /// <summary>Where the clock of this host begins; null for the present, as in every host but the one that loads the sample.</summary>
    /// <exception cref="SettingsException">It is configured outside Development, or is no instant.</exception>
    internal static Instant? Start(WebApplicationBuilder builder, string connectionString)
    {
        if (builder.Configuration.Read<SampleOptions>().ClockFrom is not { Length: > 0 } text)
        {
            return null;
        }

        if (!builder.Environment.IsDevelopment())
        {
            throw new SettingsException("Sample:ClockFrom is for Development only: elsewhere a clock is never set back.");
        }

        return InstantPattern.ExtendedIso.Parse(text) is { Success: true, Value: var from }
            ? HasEvents(connectionString) ? null : from
            : throw new SettingsException($"Sample:ClockFrom is '{text}' and must be an instant such as 2026-11-23T00:00:00Z.");
    }

    /// <summary>Asked before anything of the host reads the clock, which would go back otherwise; there may be no table yet.</summary>
    private static bool HasEvents(string connectionString)
    {
        using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        using var connection = database.OpenConnection();
        using var table = new NpgsqlCommand($"select to_regclass('{Projections.InventorySchema.Name}.mt_events') is not null", connection);
        if (!(bool)table.ExecuteScalar()!)
        {
            return false;
        }

        using var events = new NpgsqlCommand($"select exists (select from {Projections.InventorySchema.Name}.mt_events)", connection);
        return (bool)events.ExecuteScalar()!;
    }
}

public static class SampleClockPipeline
{
    /// <summary>
    /// After authorization. While the clock is behind, requests of role ops move it with <see cref="SampleClock.Header"/>, which the answer carries too; a
    /// request that could write and does not carry the header is refused, since it would be recorded in the past.
    /// </summary>
    public static IApplicationBuilder UseSampleClock(this WebApplication app) => app.Services.GetService<SampleClock>() is not { } clock
        ? app
        : app.Use((http, next) =>
        {
            if (!clock.IsBehind)
            {
                return next(http);
            }

            var isOpen = http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            if (http.Request.Headers.TryGetValue(SampleClock.Header, out var sent))
            {
                if (http.User.IsInRole(Role.Ops))
                {
                    var parsed = InstantPattern.ExtendedIso.Parse(sent.ToString());
                    clock.MoveTo(parsed.Success ? parsed.Value : throw ApiProblemException.Malformed($"The header {SampleClock.Header} must be an instant."));
                }

                http.Response.Headers[SampleClock.Header] = InstantPattern.ExtendedIso.Format(clock.GetCurrentInstant());
            }
            else if (!isOpen && !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
            {
                throw new ApiProblemException(
                    StatusCodes.Status503ServiceUnavailable, "unavailable", "The sample is being loaded: only its loader may write until it is complete.")
                { RetryAfterSeconds = 1 };
            }

            return next(http);
        });
}

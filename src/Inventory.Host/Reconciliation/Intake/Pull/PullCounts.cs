using NodaTime;
using NodaTime.Text;
using Npgsql;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using Wolverine.Attributes;
using Wolverine.ErrorHandling;
using Wolverine.Runtime.Handlers;

namespace RetailSync.Inventory.Host.Reconciliation.Intake.Pull;

/// <summary>Ask a configured system for its counts of an hour. They become a run, once for each system and hour.</summary>
/// <param name="Hour">When the hour of its comparison began, as <see cref="CountSource.HourOf"/> says.</param>
[MessageIdentity("pull-counts")]
public sealed record PullCounts(string System, Instant Hour);

/// <summary>
/// What comes late, because no host was there, it was tried again, or it is replayed, is the comparison of the newest hour that is due: counts of an
/// earlier one can no longer be had. So an outage of several hours is caught up once.
/// </summary>
public static class PullCountsHandler
{
    private const int AnHour = 3_600;

    private static readonly LocalDateTimePattern HourPattern = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH");

    /// <summary>A system that does not answer is asked again within its hour, at most eight times; what cannot be compared would not be better then.</summary>
    public static void Configure(HandlerChain chain)
    {
        chain.WaitForWhatIsAway();
        chain.OnException<UnusableCountsException>().MoveToErrorQueue();
        chain.OnAnyException().ScheduleRetry([.. new[] { 0.5, 1, 2, 5, 10, 15, 20 }.Select(TimeSpan.FromMinutes)]).Then.MoveToErrorQueue();
    }

    [MessageTimeout(AnHour)]
    [Deduplicated(Required = false)]
    public static Task Handle(
        PullCounts message, IConfiguration configuration, NpgsqlDataSource database, CountPages pages, ReceiveCounts receive, IHostApplicationLifetime lifetime,
        IClock clock, ILogger log, CancellationToken cancellation)
    {
        return CountSource.Read(configuration).GetValueOrDefault(message.System) is { Url: not null } source
            ? lifetime.UntilStopping(Pull, cancellation)
            : Task.CompletedTask;

        async Task Pull(CancellationToken stopping)
        {
            var hour = Instant.Max(message.Hour, source.HourOf(clock.GetCurrentInstant()));
            var origin = $"pull/{message.System}/{HourPattern.Format(hour.InUtc().LocalDateTime)}";
            await using var connection = await database.OpenConnectionAsync(stopping);
            await SessionLock.Take(connection, $"pull/{message.System}", stopping);
            try
            {
                if (!await IsDone(connection, origin, stopping))
                {
                    await Receive(connection, origin, await pages.FetchAll(connection, origin, message.System, source, stopping), stopping);
                }
            }
            finally
            {
                await SessionLock.GiveBack(connection, $"pull/{message.System}");
            }
        }

        async Task Receive(NpgsqlConnection connection, string origin, PulledPages sheet, CancellationToken stopping)
        {
            try
            {
                var by = new Provenance($"reconciliation/{origin}", Actor.OfProduct($"pull/{message.System}"));
                log.LogInformation("Pulled the counts of {System} as run {Run}", message.System, await receive.Receive(sheet, origin, by, stopping));
            }
            catch (ApiProblemException refused) when (refused.Status is >= 400 and < 500)
            {
                throw new UnusableCountsException(message.System, refused.Message);
            }
            finally
            {
                // Also where they were refused: a retry would be refused again, and pages that are fetched again may be correct.
                await CountPages.Delete(connection, origin);
            }
        }
    }

    private static async Task<bool> IsDone(NpgsqlConnection connection, string origin, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select exists (select 1 from {ReconciliationTables.Runs} where origin = $1)", connection);
        command.Parameters.AddWithValue(origin);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }
}

/// <summary>A system answered, and what it sent cannot be compared: it has to be corrected there.</summary>
public sealed class UnusableCountsException(string system, string reason) : Exception($"{system} sent what cannot be compared: {reason}");

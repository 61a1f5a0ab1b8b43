using System.Diagnostics.Metrics;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Reconciliation.Compare;
using RetailSync.Inventory.Host.Reconciliation.Settle;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.Retention;

/// <summary>
/// Takes away, each hour (<see cref="ApplyRetention"/>), what the <see cref="RetentionPolicy"/> no longer keeps: in small batches with pauses in between, so
/// that writers do not wait for it, and only what needs no decision any more. Events of closed years go into the archive. The counter
/// <c>retailsync.retention.removed</c> says how many rows of each class went, and so does the log.
/// </summary>
public sealed class RetentionJob : IDisposable
{
    /// <summary>Rows of one statement.</summary>
    public const int AtOnce = 1_000;

    /// <summary>The class of events that are archived.</summary>
    public const string ArchivedEvents = "archived-events";

    /// <summary>Of one class in one hour; what is left goes in the next.</summary>
    private const int MostBatches = 500;

    private const int DaysOfNotes = 7;
    private const int DaysOfPromiseChanges = 30;
    private const int DaysOfMinutes = 14;
    private const int DaysOfHours = 400;

    private const string SettledRuns =
        $"""
         select id from {ReconciliationTables.Runs} as r where r.state <> '{ReconciliationRun.Running}' and r.finished_at < $1
           and not exists (select from {ReconciliationTables.Drifts} as d where d.run = r.id
             and (d.action = '{DriftTable.NeedsApproval}' or d.settled_at >= $1))
         """;

    private const string SettledEntries = $"state <> '{QuarantineStore.Open}' and at < $1 and coalesce(settled_at, at) < $1";

    /// <summary>Their ids begin with the time of their making, in milliseconds: the primary keys are in its order.</summary>
    private const string IdOfThen = "(lpad(to_hex((extract(epoch from $1) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid";

    /// <summary>Which state of a document is the newest is kept as long as one of its number is; so is the claim of one that is being read.</summary>
    private const string DocumentsWithTheirRevisions =
        $"""
         with old as materialized (
           select ctid, source, kind, number from {DocumentTables.Documents} where file < {IdOfThen} limit $2 for update skip locked),
         revisions as (
           delete from {DocumentTables.Revisions} r using (select distinct source, kind, number from old) o
           where r.source = o.source and r.kind = o.kind and r.number = o.number and not exists (
             select from {DocumentTables.Documents} d where d.source = o.source and d.kind = o.kind and d.number = o.number and d.file >= {IdOfThen}))
         delete from {DocumentTables.Documents} where ctid = any(array(select ctid from old))
         """;

    /// <summary>Samples of whole hours become their mean, also where an hour's samples go in two batches.</summary>
    private const string MinutesIntoHours =
        $"""
         with old as (
           delete from {OperationsTables.Samples} where ctid = any(array(
             select ctid from {OperationsTables.Samples} where seconds = {OperationsTables.Minute} and at < date_trunc('hour', $1, 'UTC')
             order by at limit $2 for update skip locked))
           returning name, labels, at, value, highest)
         insert into {OperationsTables.Samples} as hour (name, labels, seconds, at, value, highest, minutes)
         select name, labels, {OperationsTables.Hour}, date_trunc('hour', at, 'UTC'), round(avg(value), 6), max(highest), count(*)
         from old group by name, labels, date_trunc('hour', at, 'UTC')
         on conflict (name, labels, seconds, at) do update set
           value = round((hour.value * hour.minutes + excluded.value * excluded.minutes) / (hour.minutes + excluded.minutes), 6),
           highest = greatest(hour.highest, excluded.highest), minutes = hour.minutes + excluded.minutes
         """;

    /// <summary>Then the rest is left to the next hour's.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(50);

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    private readonly Meter _meter = new("RetailSync.Retention");
    private readonly Counter<long> _removed;
    private readonly NpgsqlDataSource _database;
    private readonly FeedCompaction _feeds;
    private readonly ArchiveYears _years;
    private readonly IClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger<RetentionJob> _log;
    private readonly RetentionPolicy _policy;
    private readonly (string Class, int Days, string Sql)[] _deletions;

    public RetentionJob(
        NpgsqlDataSource database, FeedCompaction feeds, ArchiveYears years, RetentionPolicy policy, IClock clock, TimeProvider time, ILogger<RetentionJob> log)
    {
        (_database, _feeds, _years, _policy, _clock, _time, _log) = (database, feeds, years, policy, clock, time, log);
        _removed = _meter.CreateCounter<long>("retailsync.retention.removed", description: "Rows that were kept long enough, by class");

        // Parameters: what is older than this instant, and at most how many.
        _deletions =
        [
            // An entry goes after the document that is kept for it.
            ("held-documents", policy.QuarantineDays,
                Delete(DocumentTables.Held, $"entry in (select id from {OperationsTables.Quarantine} where {SettledEntries})")),
            ("quarantine", policy.QuarantineDays, Delete(OperationsTables.Quarantine,
                $"{SettledEntries} and not exists (select from {DocumentTables.Held} as h where h.entry = {OperationsTables.Quarantine}.id)")),
            // A file goes after its documents.
            ("documents", policy.DocumentDays, DocumentsWithTheirRevisions),
            ("document-files", policy.DocumentDays, Delete(DocumentTables.Files,
                $"id < {IdOfThen} and not exists (select from {DocumentTables.Documents} as d where d.file = {DocumentTables.Files}.id)")),
            ("channel-drifts", policy.ChannelDriftDays, Delete(ChannelTables.Drifts, "at < $1")),
            ("alerts", policy.AlertDays, Delete(OperationsTables.Alerts, "resolved_at < $1")),
            ("past-alerts", policy.AlertDays, Delete(OperationsTables.PastAlerts, "resolved_at < $1")),

            // Hosts read them within a second; the newest stays, since numbers go on from it.
            ("rebuilt-positions", DaysOfNotes, Delete(RepairLogTable.Name, $"at < $1 and n < (select max(n) from {RepairLogTable.Name})")),

            ("minute-samples", DaysOfMinutes, MinutesIntoHours),
            ("hour-samples", DaysOfHours, Delete(OperationsTables.Samples, $"seconds = {OperationsTables.Hour} and at < $1")),

            ("sessions", DaysOfNotes, Delete(OperationsTables.Sessions, "coalesce(ended_at, expires_at) < $1")),

            // The newest of a reservation stays as long as it is at risk, and the newest of all, since sequences go on from it.
            ("promise-changes", DaysOfPromiseChanges, Delete(PublicationTables.PromiseChange,
                $"not is_open and acknowledged_at < $1 and sequence < (select max(sequence) from {PublicationTables.PromiseChange})")),

            ("discarded-messages", policy.DeadLetterDays, Delete(OperationsTables.DiscardedMessages, "at < $1")),

            // A run goes after all that belongs to it.
            ("reconciliation-drifts", policy.ReconciliationDays, Delete(ReconciliationTables.Drifts, $"run in ({SettledRuns})")),
            ("reconciliation-places", policy.ReconciliationDays, Delete(ReconciliationTables.Locations, $"run in ({SettledRuns})")),
            ("reconciliations", policy.ReconciliationDays, Delete(ReconciliationTables.Runs, $"""
                id in ({SettledRuns} and not exists (select from {ReconciliationTables.Drifts} as d where d.run = r.id)
                  and not exists (select from {ReconciliationTables.Locations} as p where p.run = r.id))
                """)),
        ];
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>Takes away now what has been kept long enough.</summary>
    /// <returns>How many rows of each class went.</returns>
    public async Task<IReadOnlyDictionary<string, long>> Run(CancellationToken cancellation)
    {
        var (now, started) = (_clock.GetCurrentInstant(), _time.GetTimestamp());
        var removed = new Dictionary<string, long>();
        foreach (var (name, days, sql) in _deletions.Where(deletion => deletion.Days > 0))
        {
            removed[name] = await InBatches(() => DeleteSome(sql, now - Duration.FromDays(days), cancellation), started, cancellation);
        }

        if (_policy.PublicationDays > 0)
        {
            var until = now - Duration.FromDays(_policy.PublicationDays);
            foreach (var channel in await _feeds.Channels(cancellation))
            {
                removed["publications"] = removed.GetValueOrDefault("publications") + await InBatches(
                    () => _feeds.Shorten(channel, until, AtOnce, cancellation), started, cancellation);
            }
        }

        if (_policy.ArchivedBefore(now) is { } before)
        {
            removed[ArchivedEvents] = await InBatches(() => _years.Go(before, cancellation), started, cancellation);
        }

        await DropAbandoned.Run(_database, _policy.DeadLettersSince(now), _log, cancellation);
        foreach (var (name, rows) in removed.Where(of => of.Value > 0))
        {
            _removed.Add(rows, KeyValuePair.Create("class", (object?)name));
            _log.LogInformation("Took away {Rows} rows of {Class} that were kept long enough", rows, name);
        }

        return removed;
    }

    /// <summary>Rows that are locked are in use, and skipped until the next run.</summary>
    private static string Delete(string table, string which) =>
        $"delete from {table} where ctid = any(array(select ctid from {table} where {which} limit $2 for update skip locked))";

    /// <param name="some">Removes some; null when there are no more.</param>
    /// <param name="started">When all of it was begun.</param>
    /// <param name="cancellation">Stops it between two batches.</param>
    private async Task<long> InBatches(Func<Task<int?>> some, long started, CancellationToken cancellation)
    {
        var total = 0L;
        for (var batch = 0; batch < MostBatches && _time.GetElapsedTime(started) < Longest && await some() is { } rows; batch++)
        {
            total += rows;
            await Task.Delay(Breath, _time, cancellation);
        }

        return total;
    }

    private async Task<int?> DeleteSome(string sql, Instant before, CancellationToken cancellation)
    {
        await using var command = _database.CreateCommand(sql);
        command.Parameters.AddWithValue(before);
        command.Parameters.AddWithValue(AtOnce);
        return await command.ExecuteNonQueryAsync(cancellation) is > 0 and var rows ? rows : null;
    }
}

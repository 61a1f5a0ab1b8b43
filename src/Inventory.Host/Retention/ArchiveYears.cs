using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Audit;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Retention;

/// <summary>
/// Moves the events of closed years from Marten's table into the archive, a few streams of positions in each transaction, in the order of their keys: what is taken out of the one is what is put into the other, by one
/// statement. How far it has come is committed with it, so it goes on there after it was killed, and the row that says so is locked, so two hosts do not do it twice. Only what the chains have linked is moved, of
/// each stream only what comes before the first event that stays, and never its newest. Those who write have nothing to do with old events and do not notice.
/// </summary>
public sealed class ArchiveYears(NpgsqlDataSource database, ILogger<ArchiveYears> log)
{
    /// <summary>Streams of one transaction.</summary>
    public const int StreamsAtOnce = 300;

    /// <summary>Events of one transaction, beyond which it takes no further stream, and no more of one stream.</summary>
    public const int EventsAtOnce = 10_000;

    private const string Schema = Projections.Projections.Schema;

    /// <summary>Rows of the archive are cut where the version is a multiple of this.</summary>
    private const int EventsOfRow = 1_000;

    private const int Patience = 600;

    private const string Begin = $"insert into {EventHistory.Progress} (id, recorded_before, stream) values (1, $1, '') on conflict (id) do nothing";

    private const string Take = $"select recorded_before, stream from {EventHistory.Progress} where id = 1 for update skip locked";

    /// <summary>How far everything is linked, and whether something is not that is old enough. Parameter: recorded before.</summary>
    private const string Linked =
        $"""
         select settled, exists (select from {Schema}.mt_events where seq_id > settled and timestamp < $1)
         from (select coalesce((select settled from {ChainTables.Progress} where id = 1), 0) as settled) as chain
         """;

    /// <summary>The quicker compression, where this server has it.</summary>
    private const string Compress = "select set_config('default_toast_compression', 'lz4', true) from pg_settings where name = 'default_toast_compression' and 'lz4' = any(enumvals)";

    /// <summary>
    /// Parameters: the stream to go on after, how many streams, how many events, recorded before, linked until. <c>until</c> is the first version of a stream that stays; a stream <c>goes_on</c> when it has more than is
    /// moved at once. Versions are counted from the first of a row, so a row ends where one is missing: then it is missing in the archive, too.
    /// </summary>
    private static readonly string Move =
        $"""
         with streams as materialized (
           select s.id, s.version as newest, coalesce(oldest.version, s.version) as first
           from (select id, version from {Schema}.mt_streams where id > $1 and id like '%@%' order by id limit $2) as s
           left join lateral (select version from {Schema}.mt_events where stream_id = s.id order by version limit 1) as oldest on true),
         bounds as materialized (
           select id, newest, first, least(newest, coalesce(
             (select version from {Schema}.mt_events where stream_id = s.id and version < first + $3 and (timestamp >= $4 or seq_id > $5) order by version limit 1), first + $3)) as until
           from streams as s),
         page as materialized (
           select id, until, until = first + $3 and until < newest as goes_on
           from (select *, sum(until - first) over (order by id) - (until - first) as before from bounds) as counted where before < $3),
         moved as (
           delete from {Schema}.mt_events where ctid = any(array(
             select old.ctid from page cross join lateral (select ctid from {Schema}.mt_events where stream_id = page.id and version < page.until offset 0) as old))
           returning *),
         numbered as (
           select *, version - row_number() over (partition by stream_id, year order by version) as run
           from (select *, extract(year from timestamp at time zone 'UTC') as year from moved) as dated),
         archived as (
           insert into {EventHistory.Archive} (stream, version, sequences, ids, types, timestamps, correlations, users, data)
           select stream_id, min(version), array_agg(seq_id order by version), array_agg(id order by version), array_agg(type order by version), array_agg(timestamp order by version),
             array_agg(correlation_id order by version), array_agg(user_name order by version), array_agg(data order by version)
           from numbered group by stream_id, year, run, version / {EventsOfRow})
         select (select count(*) from moved), coalesce(max(id) filter (where not goes_on), $1),
           coalesce(bool_or(goes_on), false) or count(*) < (select count(*) from streams) or (select count(*) from streams) = $2
         from page
         """;

    /// <inheritdoc cref="Go(Instant, int, int, CancellationToken)"/>
    public Task<int?> Go(Instant before, CancellationToken cancellation) => Go(before, StreamsAtOnce, EventsAtOnce, cancellation);

    /// <summary>Archives of the next streams what was recorded before an instant.</summary>
    /// <returns>How many events; null when there are none left, another host is at it, or the chains are not that far.</returns>
    internal async Task<int?> Go(Instant before, int streams, int events, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await Turn(connection, before, cancellation) is not var (recordedBefore, after) || await LinkedUntil(connection, recordedBefore, cancellation) is not { } linked)
        {
            return null;
        }

        await Execute(connection, Compress, cancellation);
        var (moved, last) = (0, (string?)null);
        await using (var move = Command(connection, Move, after, streams, events, recordedBefore, linked))
        await using (var reader = await move.ExecuteReaderAsync(cancellation))
        {
            await reader.ReadAsync(cancellation);
            (moved, last) = (checked((int)reader.GetInt64(0)), reader.GetBoolean(2) ? reader.GetString(1) : null);
        }

        await Execute(connection, $"update {EventHistory.Progress} set recorded_before = $1, stream = $2 where id = 1", cancellation, recordedBefore, (object?)last ?? DBNull.Value);
        await transaction.CommitAsync(cancellation);
        if (last is null)
        {
            log.LogInformation("Events recorded before {Before} are archived", recordedBefore);
        }
        else
        {
            log.LogDebug("Archived {Events} events of streams up to {Stream}", moved, last);
        }

        return moved;
    }

    /// <returns>What is to be archived now: first what was begun, then what is old enough since. Null when it is nothing, or another host's turn.</returns>
    private static async Task<(Instant RecordedBefore, string After)?> Turn(NpgsqlConnection connection, Instant before, CancellationToken cancellation)
    {
        await Execute(connection, Begin, cancellation, before);
        await using var take = Command(connection, Take);
        await using var reader = await take.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            return null;
        }

        var done = reader.GetFieldValue<Instant>(0);
        return !reader.IsDBNull(1) ? (done, reader.GetString(1)) : done < before ? (before, "") : null;
    }

    private static async Task<long?> LinkedUntil(NpgsqlConnection connection, Instant recordedBefore, CancellationToken cancellation)
    {
        await using var command = Command(connection, Linked, recordedBefore);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return reader.GetBoolean(1) ? null : reader.GetInt64(0);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = Patience };
        foreach (var value in values)
        {
            command.Parameters.AddWithValue(value);
        }

        return command;
    }
}

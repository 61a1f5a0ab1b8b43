using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Availability;
using RetailSync.Inventory.Projections.Positions;
using RetailSync.Inventory.Projections.RecordedMovements;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Lanes;

/// <summary>
/// Writes what a batch decided, in one round trip. It fills Marten's own tables set-wise (one call for every stream is what makes a Marten
/// session slow here), so this file and the Marten version are pinned to each other: <c>Marten_reads_what_the_lane_wrote</c> proves that
/// Marten's own API reads, folds, rebuilds and continues these streams.
/// </summary>
internal static class LaneCommit
{
    /// <summary>Our own SQLSTATE: a stream or a row is not at the version that the decision is based on.</summary>
    public const string VersionConflict = "RS001";

    private const string Schema = Projections.InventorySchema.Name;

    private const string InsertStreams =
        $"""
         insert into {Schema}.mt_streams (id, version, timestamp, created, tenant_id, is_archived)
         select id, version, $3, $3, '*DEFAULT*', false from unnest($1, $2) as s(id, version)
         """;

    /// <summary>Counts the streams that were at the expected version, and fails when one was not: before any event takes a sequence number.</summary>
    private const string UpdateStreams =
        $"""
         with advanced as (
           update {Schema}.mt_streams s set version = wanted.version, timestamp = $4
           from unnest($1, $2, $3) as wanted(id, expected, version)
           where s.id = wanted.id and s.version = wanted.expected
           returning 1)
         select {Schema}.{LaneFunctions.RequireName}(count(*), $5) from advanced
         """;

    private const string InsertEvents =
        $"""
         with pending as materialized (
           select nextval('{Schema}.mt_events_sequence') as sequence, p.*
           from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) as p(event_id, stream_id, version, data, type, correlation_id, user_name, source, movement_id)),
         events as (
           insert into {Schema}.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, correlation_id, user_name, is_archived)
           select sequence, event_id, stream_id, version, data, type, $10, '*DEFAULT*', correlation_id, user_name, false from pending),
         movements as (
           insert into {Schema}.{RecordedMovementTable.Name} (source, id, sequence)
           select source, movement_id, sequence from pending where source is not null order by source, movement_id)
         select sequence from pending
         """;

    /// <summary>The same for rehearsals, which are rolled back: it takes no sequence, which followers would see as missing.</summary>
    private static readonly string RehearseEvents =
        InsertEvents.Replace($"nextval('{Schema}.mt_events_sequence')", "(-9e18 * random())::bigint", StringComparison.Ordinal);

    /// <summary>
    /// After the positions are written, so that a concurrent repair either is visible here or finds another version. A lane may have cached a row from before
    /// the repair.
    /// </summary>
    private const string RequireSameRepairEpoch = $"select {Schema}.{LaneFunctions.RequireName}((select coalesce(max(n), 0) from {RepairLogTable.Name}), $1)";

    /// <summary>
    /// Appends the events, increments the streams' versions, writes the positions and the idempotency keys: one round trip, one transaction, all or nothing.
    /// </summary>
    /// <param name="batch">Empty, of the connection that is to write.</param>
    /// <param name="endsTransaction">
    /// Whether the connection is in a transaction that has locked what it decided on, and ends with this; otherwise the batch is one of its own.
    /// </param>
    /// <param name="isRehearsal">Whether all of it is rolled back afterwards.</param>
    /// <param name="repairEpoch">The repair epoch when the first of the rows that the decisions are based on was read.</param>
    /// <returns>The sequence of each event, in their order.</returns>
    /// <exception cref="PostgresException">With <see cref="VersionConflict"/> or a unique violation when another host was first, or a rebuild.</exception>
    public static async Task<long[]> Run(NpgsqlBatch batch, bool endsTransaction, bool isRehearsal, LaneBatch changes, long repairEpoch, Instant recordedAt)
    {
        var positions = changes.Changed.ToList();
        positions.Sort((left, right) => PositionTable.Order(left.Key, right.Key));

        // Without an explicit transaction the server runs a whole batch as one: no further round trips to begin and to commit.
        if (!endsTransaction)
        {
            LaneStore.Add(batch, SkuPartition.Share, new NpgsqlParameter<int[]> { TypedValue = SkuPartition.Of(positions.Select(changed => changed.Key.Sku)) });
        }

        var existing = positions.FindAll(changed => changed.VersionBefore > 0);
        UpdateExisting(batch, existing, recordedAt);
        Create(batch, positions.FindAll(changed => changed.VersionBefore == 0), recordedAt);
        AddEvents(batch, isRehearsal ? RehearseEvents : InsertEvents, changes.Events, recordedAt);
        var upsert = new NpgsqlBatchCommand(PositionTable.Upsert);
        PositionTable.AddRows(upsert.Parameters, positions.ConvertAll(changed => (changed.Key, changed.Position)), recordedAt);
        batch.BatchCommands.Add(upsert);
        LaneStore.Add(batch, RequireSameRepairEpoch, new NpgsqlParameter<long> { TypedValue = repairEpoch });
        AddReservations(batch, changes.ChangedReservations);
        AddFencedUse(batch, changes.ChangedUse);
        if (changes.Findings.Count > 0)
        {
            // The last alert about a subject is kept, since a statement updates each row once.
            batch.BatchCommands.Add(AlertTable.RaiseWith(
                [.. changes.Findings.GroupBy(finding => (finding.Kind, finding.Subject)).Select(findings => findings.Last())], recordedAt));
        }

        if (endsTransaction)
        {
            LaneStore.Add(batch, "commit");
        }

        // Only these statements return rows before the events do: the shared lock, the count of the streams and the guard.
        var resultsBefore = (endsTransaction ? 0 : 1) + (existing.Count > 0 ? 1 : 0) + (existing.Count < positions.Count ? 1 : 0);
        await using var reader = await batch.ExecuteReaderAsync();
        for (var result = 0; result < resultsBefore; result++)
        {
            await reader.NextResultAsync();
        }

        var sequences = await ReadSequences(reader, changes.Events.Count);
        while (await reader.NextResultAsync())
        {
            // A statement that fails is reported when its result is reached.
        }

        return sequences;
    }

    /// <summary>The sequences of the events, of the result that the reader stands at.</summary>
    /// <exception cref="InvalidOperationException">The result has fewer rows than there are events: it is another statement's.</exception>
    internal static async Task<long[]> ReadSequences(NpgsqlDataReader reader, int events)
    {
        var sequences = new long[events];
        for (var index = 0; index < events; index++)
        {
            sequences[index] = await reader.ReadAsync()
                ? reader.GetInt64(0)
                : throw new InvalidOperationException($"{events} events were to be written, and the statement returned {index} sequences.");
        }

        return sequences;
    }

    private static void UpdateExisting(NpgsqlBatch batch, List<ChangedPosition> existing, Instant recordedAt)
    {
        if (existing.Count > 0)
        {
            LaneStore.Add(
                batch,
                UpdateStreams,
                SqlArray.Of(NpgsqlDbType.Text, existing, changed => changed.Stream),
                SqlArray.Of(NpgsqlDbType.Bigint, existing, changed => changed.VersionBefore),
                SqlArray.Of(NpgsqlDbType.Bigint, existing, changed => changed.Position.Version),
                new NpgsqlParameter<Instant> { TypedValue = recordedAt },
                new NpgsqlParameter<long> { TypedValue = existing.Count });
        }
    }

    private static void Create(NpgsqlBatch batch, List<ChangedPosition> created, Instant recordedAt)
    {
        if (created.Count > 0)
        {
            LaneStore.Add(
                batch,
                InsertStreams,
                SqlArray.Of(NpgsqlDbType.Text, created, changed => changed.Stream),
                SqlArray.Of(NpgsqlDbType.Bigint, created, changed => changed.Position.Version),
                new NpgsqlParameter<Instant> { TypedValue = recordedAt });

            // Before an event takes a sequence. The row that it returns comes before those of the events.
            var names = AliasGuard.NamesOf(created.Select(changed => changed.Key.Sku));
            LaneStore.Add(
                batch, AliasGuard.Sql, SqlArray.Of(NpgsqlDbType.Text, names, name => name.Name), SqlArray.Of(NpgsqlDbType.Text, names, name => name.Sku));
        }
    }

    private static void AddEvents(NpgsqlBatch batch, string sql, List<PendingEvent> events, Instant recordedAt) => LaneStore.Add(
        batch,
        sql,
        SqlArray.Of(NpgsqlDbType.Uuid, events, pending => pending.EventId),
        SqlArray.Of(NpgsqlDbType.Text, events, pending => pending.At.Stream),
        SqlArray.Of(NpgsqlDbType.Bigint, events, pending => pending.Version),
        SqlArray.Of(NpgsqlDbType.Jsonb, events, pending => JsonSerializer.SerializeToUtf8Bytes(
            pending.Happened, pending.Happened.GetType(), EventJson.Options)),
        SqlArray.Of(NpgsqlDbType.Text, events, pending => Projections.InventorySchema.EventNames[pending.Happened.GetType()]),
        SqlArray.Of(NpgsqlDbType.Text, events, pending => pending.Cause.Provenance.CorrelationId),
        SqlArray.Of(NpgsqlDbType.Text, events, pending => pending.Cause.Provenance.By.ToString()),
        SqlArray.Of(NpgsqlDbType.Text, events, pending => pending.Movement?.Source),
        SqlArray.Of(NpgsqlDbType.Text, events, pending => pending.Movement?.Id),
        new NpgsqlParameter<Instant> { TypedValue = recordedAt });

    private static void AddReservations(NpgsqlBatch batch, IEnumerable<(Reservation After, long VersionBefore)> reservations)
    {
        foreach (var rows in reservations
            .OrderBy(row => row.After.Id, StringComparer.Ordinal).ThenBy(row => row.After.Channel.Value, StringComparer.Ordinal)
            .GroupBy(row => row.VersionBefore == 0).OrderBy(rows => rows.Key))
        {
            var isNew = rows.Key;
            var all = rows.ToList();
            var withSupply = !isNew || all.Exists(row => row.After.AwaitsSupply);
            var command = new NpgsqlBatchCommand(
                !isNew ? ReservationTable.Update : withSupply ? ReservationTable.InsertAwaiting : ReservationTable.Insert);
            ReservationTable.AddRows(command.Parameters, all.ConvertAll(row => row.After), withSupply);
            if (!isNew)
            {
                command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, all, row => row.VersionBefore));
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = all.Count });
            }

            batch.BatchCommands.Add(command);
        }
    }

    private static void AddFencedUse(NpgsqlBatch batch, IEnumerable<(Sku Sku, FencedUse After, long VersionBefore)> changes)
    {
        foreach (var rows in changes.OrderBy(row => row.Sku.Value, StringComparer.Ordinal).GroupBy(row => row.VersionBefore == 0).OrderBy(rows => rows.Key))
        {
            var isNew = rows.Key;
            var command = new NpgsqlBatchCommand(isNew ? FencedUseTable.Insert : FencedUseTable.Update);
            var all = rows.ToList();
            FencedUseTable.AddRows(command.Parameters, all.ConvertAll(row => (row.Sku, row.After)));
            if (!isNew)
            {
                command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, all, row => row.VersionBefore));
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = all.Count });
            }

            batch.BatchCommands.Add(command);
        }
    }
}

using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Positions;
using RetailSync.Inventory.Projections.RecordedMovements;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Lanes;

/// <summary>
/// Reads what a batch has to know and writes what it decided, each in one round trip. The write fills Marten's own tables set-wise
/// (one call for every stream is what makes a Marten session slow here), so this file and the Marten version are pinned to each other:
/// <c>Marten_reads_what_the_lane_wrote</c> proves that Marten's own API reads, folds, rebuilds and continues these streams.
/// </summary>
internal sealed class LaneStore(NpgsqlDataSource dataSource, IClock clock)
{
    /// <summary>Holds that are over and that one batch looks at. More than this wait for the next sweep.</summary>
    public const int DueAtMost = 5_000;

    /// <summary>Our own SQLSTATE: a stream is not at the version that the decision was made on.</summary>
    public const string VersionConflict = "RS001";

    private const string Schema = Projections.Projections.Schema;

    private const string SelectKnownMovements =
        $"""
         select m.source, m.id, m.sequence, e.id, e.stream_id, e.type, e.data
         from unnest($1, $2) as wanted(source, id)
         cross join lateral (select * from {Schema}.{RecordedMovementTable.Name} r where r.source = wanted.source and r.id = wanted.id offset 0) m
         cross join lateral (select * from {Schema}.mt_events x where x.seq_id = m.sequence offset 0) e
         """;

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
           from unnest($1, $2, $3, $4, $5, $6, $7, $8) as p(event_id, stream_id, version, data, type, correlation_id, source, movement_id)),
         events as (
           insert into {Schema}.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, correlation_id, is_archived)
           select sequence, event_id, stream_id, version, data, type, $9, '*DEFAULT*', correlation_id, false from pending),
         movements as (
           insert into {Schema}.{RecordedMovementTable.Name} (source, id, sequence)
           select source, movement_id, sequence from pending where source is not null order by source, movement_id)
         select sequence from pending
         """;

    private const string SelectHistory =
        $"""
         select version, type, data, timestamp from {Schema}.mt_events
         where stream_id = $1 and version < $2 order by version desc limit $3
         """;

    /// <summary>A fact is refused that lies more than 5 minutes ahead, and hosts' clocks may differ by a minute: earlier recordings cannot have occurred after.</summary>
    private static readonly Duration AheadAtMost = Duration.FromMinutes(6);

    private static readonly Dictionary<string, Type> EventTypes = Projections.Projections.EventNames.ToDictionary(name => name.Value, name => name.Key);

    /// <summary>Reads the positions that the cache lacks, and the movements and reservations that are known: one round trip.</summary>
    public async Task Read(
        LaneQuestion question, PositionCache cache, Dictionary<MovementId, KnownMovement> movements, Dictionary<string, Reservation?> reservations)
    {
        var keys = question.Positions.Where(key => !cache.Has(key)).ToList();
        var skus = question.Skus.Where(sku => !cache.HasAll(sku)).ToList();
        var ids = question.Reservations.Where(id => !reservations.ContainsKey(id)).ToList();
        await using var batch = dataSource.CreateBatch();
        AddPositions(batch, keys, skus);
        if (question.Movements.Count > 0)
        {
            Add(batch, SelectKnownMovements, Texts(question.Movements.Select(name => name.Source)), Texts(question.Movements.Select(name => name.Id)));
        }

        if (ids.Count > 0)
        {
            Add(batch, ReservationTable.SelectByIds, Texts(ids));
        }

        if (batch.BatchCommands.Count == 0)
        {
            return;
        }

        await using var reader = await batch.ExecuteReaderAsync();
        await ReadPositions(reader, keys, skus, cache);
        if (question.Movements.Count > 0)
        {
            while (await reader.ReadAsync())
            {
                movements[new MovementId(reader.GetString(0), reader.GetString(1))] =
                    new KnownMovement(reader.GetGuid(3), PositionKey.Parse(reader.GetString(4)), (StockFact)ReadEvent(reader.GetString(5), reader.GetString(6)), reader.GetInt64(2));
            }

            await reader.NextResultAsync();
        }

        if (ids.Count > 0)
        {
            ids.ForEach(id => reservations.Add(id, null));
            while (await reader.ReadAsync())
            {
                var reservation = ReservationTable.Read(reader);
                reservations[reservation.Id] = reservation;
            }
        }
    }

    /// <summary>Reads positions although the cache has them.</summary>
    /// <param name="question">Which.</param>
    /// <param name="cache">Takes what was read.</param>
    /// <param name="except">Positions whose working state is not the cache's: the commit checks those.</param>
    public async Task ReadAgain(LaneQuestion question, PositionCache cache, IEnumerable<PositionKey> except)
    {
        var keys = question.Positions.ToList();
        var skus = question.Skus.ToList();
        await using var batch = dataSource.CreateBatch();
        AddPositions(batch, keys, skus);
        if (batch.BatchCommands.Count > 0)
        {
            var kept = except.Where(cache.Has).Select(key => (key, cache[key])).ToList();
            await using var reader = await batch.ExecuteReaderAsync();
            await ReadPositions(reader, keys, skus, cache);
            kept.ForEach(position => cache.Put(position.key, position.Item2));
        }
    }

    /// <summary>Holds that are over by the clock and not yet recorded as such, the longest over first.</summary>
    public async Task<IReadOnlyList<Reservation>> ReadDue(int atMost)
    {
        await using var command = dataSource.CreateCommand(ReservationTable.SelectDue);
        command.Parameters.Add(new NpgsqlParameter<Instant> { TypedValue = clock.GetCurrentInstant() });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = atMost });
        await using var reader = await command.ExecuteReaderAsync();
        var due = new List<Reservation>();
        while (await reader.ReadAsync())
        {
            due.Add(ReservationTable.Read(reader));
        }

        return due;
    }

    /// <returns>The facts in the order of recording, and the version of the stream.</returns>
    public async Task<(IReadOnlyList<StockFact> Facts, long Version)> ReadHistory(PositionKey key, HistoryNeed need)
    {
        const int page = 1_000;
        var facts = new List<StockFact>();
        long version = 0;
        var before = long.MaxValue;
        while (true)
        {
            await using var command = dataSource.CreateCommand(SelectHistory);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.ToString() });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = before });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = page });
            await using var reader = await command.ExecuteReaderAsync();
            var rows = 0;
            var reachedStart = false;
            while (await reader.ReadAsync())
            {
                rows++;
                before = reader.GetInt64(0);
                version = Math.Max(version, before);
                reachedStart |= need.Since is { } since && reader.GetFieldValue<Instant>(3) < since - AheadAtMost;
                if (ReadEvent(reader.GetString(1), reader.GetString(2)) is StockFact fact)
                {
                    facts.Add(fact);
                }
            }

            if (rows < page || reachedStart)
            {
                facts.Reverse();
                return (facts, version);
            }
        }
    }

    /// <summary>Appends the events, moves the streams on, writes the positions and remembers the movements: one round trip, one transaction, all or nothing.</summary>
    /// <returns>The sequence of each event, in their order.</returns>
    /// <exception cref="PostgresException">With <see cref="VersionConflict"/> or a unique violation when another host was first.</exception>
    public async Task<long[]> Commit(LaneBatch changes, Instant recordedAt)
    {
        var rows = changes.Changed
            .Select(changed => (changed.Key, Stream: changed.Key.ToString(), Position: changed.Value))
            .OrderBy(row => row.Key, Comparer<PositionKey>.Create(PositionTable.Order))
            .ToList();
        var appended = changes.Events.CountBy(pending => pending.Key).ToDictionary();

        // Without an explicit transaction the server runs a whole batch as one: no further round trips to begin and to commit.
        await using var batch = dataSource.CreateBatch();
        AddStreams(batch, rows, appended, recordedAt);
        AddEvents(batch, changes.Events, recordedAt);
        var upsert = new NpgsqlBatchCommand(PositionTable.Upsert);
        PositionTable.AddRows(upsert.Parameters, rows.ConvertAll(row => (row.Key, row.Position)), recordedAt);
        batch.BatchCommands.Add(upsert);
        AddReservations(batch, changes.ChangedReservations.Values);

        var sequences = new long[changes.Events.Count];
        await using var reader = await batch.ExecuteReaderAsync();
        do
        {
            for (var index = 0; reader.FieldCount == 1 && reader.GetName(0) == "sequence" && await reader.ReadAsync(); index++)
            {
                sequences[index] = reader.GetInt64(0);
            }
        }
        while (await reader.NextResultAsync());
        return sequences;
    }

    private static void AddStreams(
        NpgsqlBatch batch, List<(PositionKey Key, string Stream, StockPosition Position)> rows, Dictionary<PositionKey, int> appended, Instant recordedAt)
    {
        var existing = rows.FindAll(row => row.Position.Version > appended[row.Key]);
        if (existing.Count > 0)
        {
            var update = new NpgsqlBatchCommand(UpdateStreams);
            update.Parameters.Add(Texts(existing.Select(row => row.Stream)));
            update.Parameters.Add(Longs(existing.Select(row => row.Position.Version - appended[row.Key])));
            update.Parameters.Add(Longs(existing.Select(row => row.Position.Version)));
            update.Parameters.Add(new NpgsqlParameter<Instant> { TypedValue = recordedAt });
            update.Parameters.Add(new NpgsqlParameter<long> { TypedValue = existing.Count });
            batch.BatchCommands.Add(update);
        }

        var created = rows.FindAll(row => row.Position.Version == appended[row.Key]);
        if (created.Count > 0)
        {
            var insert = new NpgsqlBatchCommand(InsertStreams);
            insert.Parameters.Add(Texts(created.Select(row => row.Stream)));
            insert.Parameters.Add(Longs(created.Select(row => row.Position.Version)));
            insert.Parameters.Add(new NpgsqlParameter<Instant> { TypedValue = recordedAt });
            batch.BatchCommands.Add(insert);
        }
    }

    private static void AddEvents(NpgsqlBatch batch, List<PendingEvent> events, Instant recordedAt)
    {
        var insert = new NpgsqlBatchCommand(InsertEvents);
        insert.Parameters.Add(Array(NpgsqlDbType.Uuid, events.Select(pending => pending.EventId)));
        insert.Parameters.Add(Texts(events.Select(pending => pending.Key.ToString())));
        insert.Parameters.Add(Longs(events.Select(pending => pending.Version)));
        insert.Parameters.Add(Array(NpgsqlDbType.Jsonb, events.Select(pending => JsonSerializer.SerializeToUtf8Bytes(pending.Happened, pending.Happened.GetType(), EventJson.Options))));
        insert.Parameters.Add(Texts(events.Select(pending => Projections.Projections.EventNames[pending.Happened.GetType()])));
        insert.Parameters.Add(Texts(events.Select(pending => pending.Cause.CorrelationId)));
        insert.Parameters.Add(Texts(events.Select(pending => pending.Movement?.Source)));
        insert.Parameters.Add(Texts(events.Select(pending => pending.Movement?.Id)));
        insert.Parameters.Add(new NpgsqlParameter<Instant> { TypedValue = recordedAt });
        batch.BatchCommands.Add(insert);
    }

    private static void AddReservations(NpgsqlBatch batch, IEnumerable<Reservation> reservations)
    {
        foreach (var rows in reservations.OrderBy(row => row.Id, StringComparer.Ordinal).GroupBy(row => row.Version == 1))
        {
            var isNew = rows.Key;
            var command = new NpgsqlBatchCommand(isNew ? ReservationTable.Insert : ReservationTable.Update);
            List<Reservation> all = [.. rows];
            ReservationTable.AddRows(command.Parameters, all);
            if (!isNew)
            {
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = all.Count });
            }

            batch.BatchCommands.Add(command);
        }
    }

    private static void AddPositions(NpgsqlBatch batch, IReadOnlyList<PositionKey> keys, IReadOnlyList<Sku> skus)
    {
        if (keys.Count > 0)
        {
            var command = new NpgsqlBatchCommand(PositionTable.SelectByKeys);
            PositionTable.AddKeys(command.Parameters, keys);
            batch.BatchCommands.Add(command);
        }

        if (skus.Count > 0)
        {
            Add(batch, PositionTable.SelectBySkus, Texts(skus.Select(sku => sku.Value)));
        }
    }

    /// <summary>Leaves the reader at the result after the positions.</summary>
    private static async Task ReadPositions(NpgsqlDataReader reader, IReadOnlyList<PositionKey> keys, IReadOnlyList<Sku> skus, PositionCache cache)
    {
        if (keys.Count > 0)
        {
            foreach (var key in keys)
            {
                cache.Put(key, StockPosition.Empty);
            }

            while (await reader.ReadAsync())
            {
                var (key, position) = PositionTable.Read(reader);
                cache.Put(key, position);
            }

            await reader.NextResultAsync();
        }

        if (skus.Count > 0)
        {
            var found = skus.ToDictionary(sku => sku, _ => new List<LocationId>());
            while (await reader.ReadAsync())
            {
                var (key, position) = PositionTable.Read(reader);
                cache.Put(key, position);
                found[key.Sku].Add(key.Location);
            }

            foreach (var (sku, locations) in found)
            {
                cache.Complete(sku, locations);
            }

            await reader.NextResultAsync();
        }
    }

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        batch.BatchCommands.Add(command);
    }

    private static StockEvent ReadEvent(string type, string data) => (StockEvent)JsonSerializer.Deserialize(data, EventTypes[type], EventJson.Options)!;

    private static NpgsqlParameter Texts(IEnumerable<string?> values) => Array(NpgsqlDbType.Text, values);

    private static NpgsqlParameter Longs(IEnumerable<long> values) => Array(NpgsqlDbType.Bigint, values);

    private static NpgsqlParameter<T[]> Array<T>(NpgsqlDbType type, IEnumerable<T> values) =>
        new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | type };
}

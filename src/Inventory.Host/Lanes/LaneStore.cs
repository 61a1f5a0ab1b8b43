using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Lanes.Commands;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Availability;
using RetailSync.Inventory.Projections.Positions;
using RetailSync.Inventory.Projections.RecordedMovements;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Lanes;

/// <summary>
/// Reads what a batch declared, in one round trip, and passes its decisions to <see cref="LaneCommit"/>. Usually every call is a
/// transaction of its own and the commit checks the versions that were decided on (optimistic). After a lost race a batch runs in one
/// transaction instead, which has the locks of its SKUs' partitions before it reads them (<see cref="Begin"/>, <see cref="Lock"/>): whoever
/// else writes one of them waits until it has ended, so it cannot lose again. The version check stays, so a SKU that was not locked costs a
/// retry and nothing else.
/// </summary>
internal sealed class LaneStore : IAsyncDisposable
{
    /// <summary>The most expired holds that one batch processes. Further ones wait for the next sweep.</summary>
    public const int DueAtMost = 5_000;

    private const string Schema = Projections.InventorySchema.Name;

    /// <summary>
    /// The movement table has a movement's event. Of one that is archived, only the archive of the stream that it should be in is looked through: it counts
    /// as another movement where it is not there.
    /// </summary>
    private const string SelectKnownMovements =
        $"""
         select m.source, m.id, m.sequence, coalesce(recent.id, old.id), coalesce(recent.stream_id, old.stream_id),
           coalesce(recent.type, old.type), coalesce(recent.data, old.data)
         from unnest($1, $2, $3) as wanted(source, id, stream)
         cross join lateral (select * from {Schema}.{RecordedMovementTable.Name} r where r.source = wanted.source and r.id = wanted.id offset 0) m
         left join lateral (select * from {Schema}.mt_events x where x.seq_id = m.sequence offset 0) recent on true
         left join lateral (
           select e.id, a.stream as stream_id, e.type, e.data from {EventHistory.Archive} a cross join lateral {EventHistory.Unpacked}
           where recent.id is null and a.stream = wanted.stream and m.sequence = any(a.sequences) and e.seq_id = m.sequence offset 0) old on true
         """;

    /// <summary>The places of the columns of <see cref="SelectKnownMovements"/>.</summary>
    private static class Column
    {
        public const int Source = 0, Id = 1, Sequence = 2, EventId = 3, Stream = 4, Type = 5, Data = 6;
    }

    private static readonly Dictionary<string, Type> EventTypes = Projections.InventorySchema.EventNames.ToDictionary(name => name.Value, name => name.Key);

    private readonly NpgsqlDataSource _dataSource;
    private readonly IClock _clock;
    private readonly NpgsqlConnection? _connection;
    private readonly NpgsqlTransaction? _transaction;
    private readonly bool _isRehearsal;

    public LaneStore(NpgsqlDataSource dataSource, IClock clock) => (_dataSource, _clock) = (dataSource, clock);

    private LaneStore(NpgsqlDataSource dataSource, IClock clock, NpgsqlConnection connection, NpgsqlTransaction transaction, bool isRehearsal)
        : this(dataSource, clock) => (_connection, _transaction, _isRehearsal) = (connection, transaction, isRehearsal);

    /// <summary>Whether its calls are parts of one transaction.</summary>
    public bool IsTransaction => _transaction is not null;

    /// <summary>The same store in one transaction, which is rolled back when it is disposed of before <see cref="Commit"/>.</summary>
    /// <param name="isRehearsal">
    /// It is rolled back in any case, as what a rehearsal begins always is: <see cref="Commit"/> writes everything and does not end it.
    /// </param>
    public async Task<LaneStore> Begin(bool isRehearsal = false)
    {
        var connection = await _dataSource.OpenConnectionAsync();
        return new LaneStore(_dataSource, _clock, connection, await connection.BeginTransactionAsync(), isRehearsal || _isRehearsal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_transaction is not null)
        {
            await _transaction.DisposeAsync();
            await _connection!.DisposeAsync();
        }
    }

    /// <summary>Waits for the locks of these partitions, and refreshes what has changed since it was cached.</summary>
    /// <param name="partitions">Ascending.</param>
    /// <param name="stock">Positions and SKUs of these partitions, all of them in the cache.</param>
    /// <param name="cache">The positions that all lanes have in memory.</param>
    /// <returns>How many positions had changed.</returns>
    public async Task<int> Lock(int[] partitions, ReadSet stock, PositionCache cache)
    {
        await using var batch = NewBatch();
        Add(batch, SkuPartition.Lock, new NpgsqlParameter<int[]> { TypedValue = partitions });
        return await Refresh(batch, stock, cache);
    }

    /// <summary>As <see cref="Lock"/>, of partitions that are locked.</summary>
    public async Task<int> Refresh(ReadSet stock, PositionCache cache)
    {
        await using var batch = NewBatch();
        return await Refresh(batch, stock, cache);
    }

    private static async Task<int> Refresh(NpgsqlBatch batch, ReadSet stock, PositionCache cache)
    {
        var keys = stock.Positions.Union(stock.Skus.SelectMany(sku => cache.Locations(sku).Select(location => new PositionKey(sku, location)))).ToList();
        var fenced = stock.FencedUse.ToList();
        var locks = batch.BatchCommands.Count;
        var changed = new NpgsqlBatchCommand(PositionTable.SelectChanged);
        PositionTable.AddKeys(changed.Parameters, keys);
        changed.Parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, keys, key => cache[key].Version));
        batch.BatchCommands.Add(changed);
        AddFencedUse(batch, fenced);
        await using var reader = await batch.ExecuteReaderAsync();
        for (var result = 0; result < locks; result++)
        {
            await reader.NextResultAsync();
        }

        var count = 0;
        for (; await reader.ReadAsync(); count++)
        {
            var (key, position) = PositionTable.Read(reader);
            cache.Put(key, position);
            cache.Recorded(PositionTable.ReadRecordedAt(reader));
        }

        await reader.NextResultAsync();
        await ReadFencedUse(reader, fenced, cache);
        return count;
    }

    private NpgsqlBatch NewBatch() => _connection?.CreateBatch() ?? _dataSource.CreateBatch();

    /// <summary>Reads the positions that the cache lacks, and the movements and reservations that are known: one round trip.</summary>
    public async Task Read(
        ReadSet reads, PositionCache cache, Dictionary<MovementId, KnownMovement> movements, KnownReservations reservations)
    {
        var keys = reads.Positions.Where(key => !cache.Has(key)).ToList();
        var skus = reads.Skus.Where(sku => !cache.HasAll(sku)).ToList();
        var fenced = reads.FencedUse.Where(sku => !cache.HasFencedUse(sku)).ToList();
        var ids = reads.Reservations.Where(id => !reservations.IsRead(id)).ToList();
        await using var batch = NewBatch();
        AddPositions(batch, keys, skus);
        AddFencedUse(batch, fenced);
        if (reads.Movements.Count > 0)
        {
            Add(batch, SelectKnownMovements, Texts(reads.Movements.Select(wanted => wanted.Name.Source)),
                Texts(reads.Movements.Select(wanted => wanted.Name.Id)),
                Texts(reads.Movements.Select(wanted => wanted.At.ToString())));
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
        await ReadFencedUse(reader, fenced, cache);
        if (reads.Movements.Count > 0)
        {
            while (await reader.ReadAsync())
            {
                var name = new MovementId(reader.GetString(Column.Source), reader.GetString(Column.Id));
                if (!reader.IsDBNull(Column.EventId))
                {
                    movements[name] = new KnownMovement(
                        reader.GetGuid(Column.EventId), PositionKey.Parse(reader.GetString(Column.Stream)),
                        (StockFact)ReadEvent(reader.GetString(Column.Type), reader.GetString(Column.Data)),
                        reader.GetInt64(Column.Sequence));
                }
                else
                {
                    // Asked for at two positions, it may be at the other.
                    movements.TryAdd(name, new KnownMovement(Guid.Empty, null, null, reader.GetInt64(Column.Sequence)));
                }
            }

            await reader.NextResultAsync();
        }

        if (ids.Count > 0)
        {
            reservations.Read(ids, await ReadReservations(reader));
        }
    }

    /// <summary>
    /// Reads positions although the cache has them, and the expired holds: in one snapshot, so that no unit is counted as free twice,
    /// and none is missed because another host records the expiry of its hold at the same time. In a transaction the locks ensure that: no expiry can be
    /// recorded at a locked position.
    /// </summary>
    /// <param name="reads">Positions, SKUs and ring-fences' use.</param>
    /// <param name="cache">Takes what was read.</param>
    /// <param name="except">Positions whose working state is not the cache's: the commit checks those.</param>
    /// <param name="now">The instant of the decision.</param>
    /// <returns>Holds that have expired by then without a recorded expiry, the longest expired first.</returns>
    public async Task<IReadOnlyList<Reservation>> Reread(ReadSet reads, PositionCache cache, IEnumerable<PositionKey> except, Instant now)
    {
        var keys = reads.Positions.ToList();
        var skus = reads.Skus.ToList();
        var fenced = reads.FencedUse.ToList();
        var kept = except.Where(cache.Has).Select(key => (key, cache[key])).ToList();
        await using var batch = NewBatch();
        if (!IsTransaction)
        {
            Add(batch, "begin isolation level repeatable read read only");
        }

        AddPositions(batch, keys, skus);
        AddFencedUse(batch, fenced);
        AddDue(batch, now, DueAtMost);
        if (!IsTransaction)
        {
            Add(batch, "commit");
        }

        await using var reader = await batch.ExecuteReaderAsync();
        await ReadPositions(reader, keys, skus, cache);
        await ReadFencedUse(reader, fenced, cache);
        kept.ForEach(position => cache.Put(position.key, position.Item2));
        return await ReadReservations(reader);
    }

    /// <summary>Holds that have expired by the clock without a recorded expiry, the longest expired first.</summary>
    public async Task<IReadOnlyList<Reservation>> ReadDue(int atMost)
    {
        await using var batch = NewBatch();
        AddDue(batch, _clock.GetCurrentInstant(), atMost);
        await using var reader = await batch.ExecuteReaderAsync();
        return await ReadReservations(reader);
    }

    /// <summary>Every open reservation that awaits supply of a SKU.</summary>
    public async Task<IReadOnlyList<Reservation>> ReadAwaiting(Sku sku)
    {
        await using var batch = NewBatch();
        Add(batch, ReservationTable.SelectAwaiting, new NpgsqlParameter<string> { TypedValue = sku.Value });
        await using var reader = await batch.ExecuteReaderAsync();
        return await ReadReservations(reader);
    }

    private static void AddDue(NpgsqlBatch batch, Instant now, int atMost) =>
        Add(batch, ReservationTable.SelectDue, new NpgsqlParameter<Instant> { TypedValue = now }, new NpgsqlParameter<int> { TypedValue = atMost });

    private static async Task<IReadOnlyList<Reservation>> ReadReservations(NpgsqlDataReader reader)
    {
        var found = new List<Reservation>();
        while (await reader.ReadAsync())
        {
            found.Add(ReservationTable.Read(reader));
        }

        return found;
    }

    /// <inheritdoc cref="LaneHistory.Read" path="/returns"/>
    public Task<(IReadOnlyList<StockFact> Facts, long Version)> ReadHistory(PositionKey key, HistoryNeed need) => LaneHistory.Read(NewBatch, key, need);

    /// <inheritdoc cref="LaneCommit.Run"/>
    public async Task<long[]> Commit(LaneBatch changes, long repairEpoch, Instant recordedAt)
    {
        await using var batch = NewBatch();
        return await LaneCommit.Run(batch, endsTransaction: IsTransaction && !_isRehearsal, _isRehearsal, changes, repairEpoch, recordedAt);
    }

    /// <summary>The repair epoch: how many rows of positions have been repaired so far.</summary>
    public Task<long> ReadRepairEpoch() => RepairLogTable.Newest(_dataSource, CancellationToken.None);

    private static void AddFencedUse(NpgsqlBatch batch, IReadOnlyList<Sku> skus)
    {
        if (skus.Count > 0)
        {
            Add(batch, FencedUseTable.SelectBySkus, Texts(skus.Select(sku => sku.Value)));
        }
    }

    private static async Task ReadFencedUse(NpgsqlDataReader reader, IReadOnlyList<Sku> skus, PositionCache cache)
    {
        if (skus.Count > 0)
        {
            foreach (var sku in skus)
            {
                cache.Put(sku, FencedUse.None);
            }

            while (await reader.ReadAsync())
            {
                var (sku, use) = FencedUseTable.Read(reader);
                cache.Put(sku, use);
            }

            await reader.NextResultAsync();
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
                cache.Recorded(PositionTable.ReadRecordedAt(reader));
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
                cache.Recorded(PositionTable.ReadRecordedAt(reader));
                found[key.Sku].Add(key.Location);
            }

            foreach (var (sku, locations) in found)
            {
                cache.Complete(sku, locations);
            }

            await reader.NextResultAsync();
        }
    }

    internal static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        batch.BatchCommands.Add(command);
    }

    /// <summary>An event as it is stored.</summary>
    internal static StockEvent ReadEvent(string type, string data) => (StockEvent)JsonSerializer.Deserialize(data, EventTypes[type], EventJson.Options)!;

    private static NpgsqlParameter Texts(IEnumerable<string> values) => SqlArray.Of(NpgsqlDbType.Text, values.ToList(), value => value);
}

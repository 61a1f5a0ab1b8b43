using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Availability;
using RetailSync.Inventory.Projections.Positions;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Availability;

/// <summary>Reads positions, open reservations and the use of ring-fences from their tables, of one snapshot.</summary>
public static class StockRows
{
    private const string Schema = Projections.InventorySchema.Name;

    public static async Task<long> Count(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select count(*) from {Schema}.{PositionTable.Name}");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    public static async Task ReadAll(NpgsqlDataSource database, StockCache book, CancellationToken cancellation)
    {
        await using var batch = Snapshot(database, [new(ReservationTable.SelectOpen), new(FencedUseTable.SelectAll), new(PositionTable.SelectAll)]);
        await Read(batch, book, isWhole: true, cancellation);
    }

    /// <summary>Reads the current rows of these positions and reservations into the cache.</summary>
    public static async Task Read(
        NpgsqlDataSource database, StockCache book, IReadOnlyList<PositionKey> positions, IReadOnlyList<string> reservations, CancellationToken cancellation)
    {
        if (positions.Count + reservations.Count == 0)
        {
            return;
        }

        var byId = Texts(ReservationTable.SelectByIds, reservations);
        var use = Texts(FencedUseTable.SelectBySkus, [.. positions.Select(key => key.Sku.Value).Distinct()]);
        var byKey = new NpgsqlBatchCommand(PositionTable.SelectByKeys);
        PositionTable.AddKeys(byKey.Parameters, positions);
        await using var batch = Snapshot(database, [byId, use, byKey]);
        await Read(batch, book, isWhole: false, cancellation);
    }

    /// <summary>Some SKUs everywhere, straight from the database: for a host whose memory is not current, or whose stock does not fit into it.</summary>
    public static Task<StockCache> ReadSkus(NpgsqlDataSource database, IReadOnlyCollection<Sku> skus, Instant now, CancellationToken cancellation) =>
        ReadSkus(database, skus, [], now, cancellation);

    /// <summary>The same with the confirmed reservations of some channels.</summary>
    public static async Task<StockCache> ReadSkus(
        NpgsqlDataSource database, IReadOnlyCollection<Sku> skus, IReadOnlyCollection<ChannelId> confirmedOf, Instant now, CancellationToken cancellation)
    {
        var due = new NpgsqlBatchCommand(ReservationTable.SelectDue);
        due.Parameters.Add(new NpgsqlParameter<Instant> { TypedValue = now });
        due.Parameters.Add(new NpgsqlParameter<int> { TypedValue = DueAtMost });
        string[] names = [.. skus.Select(sku => sku.Value)];
        if (confirmedOf.Count > 0)
        {
            due.CommandText = ReservationTable.SelectDueAndConfirmed;
            due.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, [.. confirmedOf], channel => channel.Value));
            due.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, names, name => name));
        }

        await using var batch = Snapshot(database, [due, Texts(FencedUseTable.SelectBySkus, names), Texts(PositionTable.SelectBySkus, names)]);
        var book = new StockCache();
        await Read(batch, book, isWhole: true, cancellation);
        return book;
    }

    /// <summary>Expired holds without a recorded expiry: a second's worth of them.</summary>
    private const int DueAtMost = 5_000;

    /// <summary>Reservations before positions, as the cache requires: see <see cref="StockCache.Commit"/>.</summary>
    /// <param name="batch">Of <see cref="Snapshot"/>.</param>
    /// <param name="book">The cache to fill.</param>
    /// <param name="isWhole">Whether the cache serves these SKUs only. A partial read must not advance the newest event of a whole cache.</param>
    private static async Task Read(NpgsqlBatch batch, StockCache book, bool isWhole, CancellationToken cancellation)
    {
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        if (isWhole)
        {
            book.Seen(reader.GetInt64(0));
        }

        await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            book.Put(ReservationTable.Read(reader));
        }

        await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var (sku, use) = FencedUseTable.Read(reader);
            book.Put(sku, use);
        }

        await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var (key, position) = PositionTable.Read(reader);
            book.Put(key, position, PositionTable.ReadRecordedAt(reader));
        }
    }

    private static NpgsqlBatch Snapshot(NpgsqlDataSource database, IEnumerable<NpgsqlBatchCommand> commands)
    {
        var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("begin isolation level repeatable read read only"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"select coalesce(max(seq_id), 0) from {Schema}.mt_events"));
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command);
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        return batch;
    }

    private static NpgsqlBatchCommand Texts(string sql, IReadOnlyList<string> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, values, value => value));
        return command;
    }
}

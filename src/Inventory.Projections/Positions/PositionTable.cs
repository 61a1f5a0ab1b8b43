using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Projections.Positions;

/// <summary>
/// One row for every position: totals as columns, to be summed and listed; statuses and documents, which most positions have none of,
/// in <c>detail</c>. The row is written in the transaction of the events that it folds.
/// </summary>
public static class PositionTable
{
    public const string Name = "position";

    /// <summary>Those that <see cref="Read"/> wants, in their order.</summary>
    public const string Columns =
        "sku, location, version, on_hand, unsellable, reserved, in_transit, counted_at, newest_movement_at, newest_status_at, newest_document_at, "
            + "recorded_at, detail";

    /// <summary>The places of the columns of <see cref="Columns"/>.</summary>
    private static class Column
    {
        public const int Sku = 0, Location = 1, Version = 2, OnHand = 3, Unsellable = 4, Reserved = 5, InTransit = 6, CountedAt = 7,
            NewestMovementAt = 8, NewestStatusAt = 9, NewestDocumentAt = 10, RecordedAt = 11, Detail = 12;
    }

    public static Table Definition()
    {
        var table = new Table($"{InventorySchema.Name}.{Name}");
        table.AddColumn("sku", "text").AsPrimaryKey();
        table.AddColumn("location", "text").AsPrimaryKey();
        table.AddColumn("version", "bigint").NotNull();
        table.AddColumn("on_hand", "numeric").NotNull();
        table.AddColumn("unsellable", "numeric").NotNull();
        table.AddColumn("reserved", "numeric").NotNull();
        table.AddColumn("in_transit", "numeric").NotNull();
        table.AddColumn("counted_at", "timestamptz");
        table.AddColumn("newest_movement_at", "timestamptz");
        table.AddColumn("newest_status_at", "timestamptz");
        table.AddColumn("newest_document_at", "timestamptz");
        table.AddColumn("recorded_at", "timestamptz").NotNull();
        table.AddColumn("detail", "jsonb");
        table.Indexes.Add(new IndexDefinition("position_by_location") { Columns = ["location", "sku"] });

        // None on quantities, not even a partial one: a row whose indexed columns stay the same is updated in place (HOT), and that is most of what is cheap
        // here.
        return table;
    }

    /// <summary>Reads rows by key, in any order; keys without a row are left out. Parameters: <c>text[]</c> SKUs, <c>text[]</c> locations.</summary>
    public const string SelectByKeys =
        $"""
         select {Columns} from unnest($1, $2) as wanted(wanted_sku, wanted_location)
         cross join lateral (select * from {InventorySchema.Name}.{Name} p where p.sku = wanted.wanted_sku
           and p.location = wanted.wanted_location offset 0) as found
         """;

    /// <summary>
    /// Reads those rows that are at another version than is known. Parameters: those of <see cref="SelectByKeys"/>, and <c>bigint[]</c> known versions, 0 for
    /// none.
    /// </summary>
    public const string SelectChanged =
        $"""
         select {Columns} from unnest($1, $2, $3) as wanted(wanted_sku, wanted_location, known)
         cross join lateral (select * from {InventorySchema.Name}.{Name} p where p.sku = wanted.wanted_sku
           and p.location = wanted.wanted_location and p.version <> wanted.known offset 0) as found
         """;

    /// <summary>Reads every location of these SKUs. Parameter: <c>text[]</c> SKUs.</summary>
    public const string SelectBySkus =
        $"""
         select {Columns} from unnest($1) as wanted(wanted_sku)
         cross join lateral (select * from {InventorySchema.Name}.{Name} p where p.sku = wanted.wanted_sku offset 0) as found
         """;

    public const string SelectAll = $"select {Columns} from {InventorySchema.Name}.{Name}";

    /// <summary>Writes rows, sorted by key so that two writers cannot deadlock. Parameters: those of <see cref="AddRows"/>.</summary>
    public const string Upsert =
        $"""
         insert into {InventorySchema.Name}.{Name} ({Columns})
         select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (sku, location) do update set
           version = excluded.version, on_hand = excluded.on_hand, unsellable = excluded.unsellable, reserved = excluded.reserved,
             in_transit = excluded.in_transit,
           counted_at = excluded.counted_at, newest_movement_at = excluded.newest_movement_at, newest_status_at = excluded.newest_status_at,
           newest_document_at = excluded.newest_document_at, recorded_at = excluded.recorded_at, detail = excluded.detail
         """;

    public static void AddKeys(NpgsqlParameterCollection parameters, IReadOnlyList<PositionKey> keys)
    {
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, keys, key => key.Sku.Value));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, keys, key => key.Location.Value));
    }

    /// <param name="parameters">Of a command with the text of <see cref="Upsert"/>.</param>
    /// <param name="rows">Sorted by <see cref="Order"/>, each key once.</param>
    /// <param name="recordedAt">When the newest event of all of these was recorded.</param>
    public static void AddRows(NpgsqlParameterCollection parameters, IReadOnlyList<(PositionKey Key, StockPosition Position)> rows, Instant recordedAt) =>
        AddColumns(parameters, rows, _ => recordedAt);

    /// <param name="parameters">Takes an array for each of <see cref="Columns"/>.</param>
    /// <param name="rows">Sorted by <see cref="Order"/>, each key once.</param>
    /// <param name="recordedAt">When the newest event of a row was recorded.</param>
    public static void AddColumns(
        NpgsqlParameterCollection parameters, IReadOnlyList<(PositionKey Key, StockPosition Position)> rows, Func<(PositionKey Key, StockPosition Position),
        Instant> recordedAt)
    {
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Key.Sku.Value));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Key.Location.Value));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, rows, row => row.Position.Version));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, rows, row => row.Position.OnHand));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, rows, row => row.Position.UnsellableTotal));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, rows, row => row.Position.Reserved));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, rows, row => row.Position.InTransitTotal));
        parameters.Add(SqlArray.Of(NpgsqlDbType.TimestampTz, rows, row => row.Position.CountedAt));
        parameters.Add(SqlArray.Of(NpgsqlDbType.TimestampTz, rows, row => row.Position.NewestMovementAt));
        parameters.Add(SqlArray.Of(NpgsqlDbType.TimestampTz, rows, row => row.Position.NewestStatusAt));
        parameters.Add(SqlArray.Of(NpgsqlDbType.TimestampTz, rows, row => row.Position.NewestDocumentAt));
        parameters.Add(SqlArray.Of(NpgsqlDbType.TimestampTz, rows, recordedAt));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Jsonb, rows, row => Detail(row.Position)));
    }

    /// <summary>The order of rows in the index: ordinal, as the database's collation is C.</summary>
    public static int Order(PositionKey left, PositionKey right)
    {
        var bySku = string.CompareOrdinal(left.Sku.Value, right.Sku.Value);
        return bySku != 0 ? bySku : string.CompareOrdinal(left.Location.Value, right.Location.Value);
    }

    /// <summary>The row that <see cref="SelectByKeys"/> returned.</summary>
    public static (PositionKey Key, StockPosition Position) Read(DbDataReader reader)
    {
        var key = new PositionKey(Sku.Parse(reader.GetString(Column.Sku)), LocationId.Parse(reader.GetString(Column.Location)));
        var detail = reader.IsDBNull(Column.Detail) ? null : JsonSerializer.Deserialize<PositionDetail>(reader.GetString(Column.Detail), EventJson.Options);
        return (key, new StockPosition
        {
            Version = reader.GetInt64(Column.Version),
            OnHand = reader.GetDecimal(Column.OnHand),
            Reserved = reader.GetDecimal(Column.Reserved),
            CountedAt = GetInstant(reader, Column.CountedAt),
            NewestMovementAt = GetInstant(reader, Column.NewestMovementAt),
            NewestStatusAt = GetInstant(reader, Column.NewestStatusAt),
            NewestDocumentAt = GetInstant(reader, Column.NewestDocumentAt),
            Unsellable = detail?.Unsellable ?? StockPosition.Empty.Unsellable,
            InTransit = detail?.InTransit ?? StockPosition.Empty.InTransit,
            SupplyHeld = detail?.SupplyHeld ?? StockPosition.Empty.SupplyHeld,
        });
    }

    /// <summary>When the newest event of the row that was returned was recorded.</summary>
    public static Instant ReadRecordedAt(DbDataReader reader) => reader.GetFieldValue<Instant>(Column.RecordedAt);

    private static string? Detail(StockPosition position) => position.Unsellable.IsEmpty && position.InTransit.IsEmpty && position.SupplyHeld.IsEmpty
        ? null
        : JsonSerializer.Serialize(
            new PositionDetail(
                position.Unsellable.IsEmpty ? null : position.Unsellable,
                position.InTransit.IsEmpty ? null : position.InTransit,
                position.SupplyHeld.IsEmpty ? null : position.SupplyHeld),
            EventJson.Options);

    private static Instant? GetInstant(DbDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : reader.GetFieldValue<Instant>(ordinal);
}

/// <summary>What most positions have none of.</summary>
public sealed record PositionDetail(
    ImmutableSortedDictionary<string, decimal>? Unsellable, ImmutableSortedDictionary<string, InTransit>? InTransit,
    ImmutableSortedDictionary<string, decimal>? SupplyHeld = null);

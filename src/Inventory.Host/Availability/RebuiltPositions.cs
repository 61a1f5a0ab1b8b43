using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.Availability;

/// <summary>Refreshes this host's caches of positions whose rows were repaired.</summary>
public static class RebuiltPositions
{
    private const string Schema = Projections.InventorySchema.Name;
    private const int AtOnce = 1_000;

    /// <summary>Reads the rows repaired after a repair epoch into the stock cache.</summary>
    /// <returns>The newest repair epoch.</returns>
    public static async Task<long> Learn(NpgsqlDataSource database, long after, StockCache book, CancellationToken cancellation)
    {
        int read;
        do
        {
            read = 0;
            await using var command = database.CreateCommand($"""
                select p.*, r.n, r.sku as repaired_sku, r.location as repaired_location, r.seen
                from (select * from {RepairLogTable.Name} where n > $1 order by n limit {AtOnce}) as r
                left join lateral (select {PositionTable.Columns} from {Schema}.{PositionTable.Name} as t where t.sku = r.sku
                  and t.location = r.location offset 0) as p on true
                order by r.n
                """);
            command.Parameters.AddWithValue(after);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            for (; await reader.ReadAsync(cancellation); read++)
            {
                after = reader.GetInt64("n");
                var key = new PositionKey(Sku.Parse(reader.GetString("repaired_sku")), LocationId.Parse(reader.GetString("repaired_location")));
                var (position, recordedAt) = reader.IsDBNull("sku") ? (StockPosition.Empty, Instant.MinValue)
                    : (PositionTable.Read(reader).Position, PositionTable.ReadRecordedAt(reader));
                book.Replace(key, reader.GetInt64("seen"), position, recordedAt);
            }
        }
        while (read == AtOnce);
        return after;
    }
}

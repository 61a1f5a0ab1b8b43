using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections.Positions;
using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Host.Availability;

/// <summary>
/// Positions whose rows were put right: no event says so, so every host looks here whether it remembers one as it was, and every lane when it commits. Numbered by one writer after the other, in the transaction of the rows.
/// </summary>
public static class RebuiltPositions
{
    public const string Name = $"{Schema}.rebuilt_position";

    /// <summary>One writer at a time, so that who has seen a number has seen all below it. Goes before <see cref="Insert"/> in a statement of its own.</summary>
    public const string Lock = "select pg_advisory_xact_lock(hashtextextended('retailsync/rebuilt', 0))";

    private const string Schema = Projections.Projections.Schema;
    private const int AtOnce = 1_000;

    public static Table Definition()
    {
        var table = new Table(Name);
        table.AddColumn("n", "bigint").AsPrimaryKey();
        table.AddColumn("sku", "text").NotNull();
        table.AddColumn("location", "text").NotNull();

        // The version of the row that was wrong.
        table.AddColumn("seen", "bigint").NotNull();
        table.AddColumn("at", "timestamptz").NotNull();
        return table;
    }

    /// <param name="from">A query's name with the columns sku, location and seen.</param>
    /// <param name="at">The placeholder of the instant.</param>
    public static string Insert(string from, string at) =>
        $"insert into {Name} (n, sku, location, seen, at) select (select coalesce(max(n), 0) from {Name}) + row_number() over (order by sku, location), sku, location, seen, {at} from {from}";

    public static async Task<long> Newest(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select coalesce(max(n), 0) from {Name}");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Puts what came after a number into the book as it is now.</summary>
    /// <returns>The newest number.</returns>
    public static async Task<long> Learn(NpgsqlDataSource database, long after, StockBook book, CancellationToken cancellation)
    {
        int read;
        do
        {
            read = 0;
            await using var command = database.CreateCommand($"""
                select p.*, r.n, r.sku, r.location, r.seen from (select * from {Name} where n > $1 order by n limit {AtOnce}) as r
                left join lateral (select {PositionTable.Columns} from {Schema}.{PositionTable.Name} as t where t.sku = r.sku and t.location = r.location offset 0) as p on true
                order by r.n
                """);
            command.Parameters.AddWithValue(after);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            for (; await reader.ReadAsync(cancellation); read++)
            {
                after = reader.GetInt64(13);
                var key = new PositionKey(Sku.Parse(reader.GetString(14)), LocationId.Parse(reader.GetString(15)));
                var (position, recordedAt) = reader.IsDBNull(0) ? (StockPosition.Empty, Instant.MinValue) : (PositionTable.Read(reader).Position, PositionTable.ReadRecordedAt(reader));
                book.Replace(key, reader.GetInt64(16), position, recordedAt);
            }
        }
        while (read == AtOnce);
        return after;
    }
}

using Npgsql;
using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Projections.Positions;

/// <summary>
/// A log of repaired position rows: a repair has no event, so every host refreshes its caches by this log, and every lane checks it on commit. Numbered
/// by one writer after the other, in the transaction of the rows.
/// </summary>
public static class RepairLogTable
{
    public const string Name = $"{InventorySchema.Name}.rebuilt_position";

    /// <summary>
    /// One writer at a time, so that who has seen a number has seen all below it. Goes before <see cref="Insert"/> in a statement of its own.
    /// </summary>
    public const string Lock = "select pg_advisory_xact_lock(hashtextextended('retailsync/rebuilt', 0))";

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
        $"insert into {Name} (n, sku, location, seen, at) select (select coalesce(max(n), 0) from {Name}) + row_number() over (order by sku, location), "
            + $"sku, location, seen, {at} from {from}";

    public static async Task<long> Newest(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select coalesce(max(n), 0) from {Name}");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
